#include "parser/html_elements.h"

#include <algorithm>
#include <limits>

#include "parser/html.h"
#include "parser/open_elements.h"

namespace thresh {

HtmlElements::HtmlElements(std::string_view html) {
  html = html.substr(0, std::numeric_limits<uint32_t>::max());
  html::OpenElements open(/*whole_page=*/true, [this](size_t element, size_t end) {
    elements_[element].end = static_cast<uint32_t>(end);
  });
  HtmlScanner scanner(html);
  HtmlTag tag;
  while (scanner.Next(&tag)) {
    if (!tag.is_end) elements_.push_back({static_cast<uint32_t>(tag.begin), 0});
    open.Add(tag);
  }
  open.Finish(html.size());
}

size_t HtmlElements::End(size_t begin) const {
  const auto found =
      std::lower_bound(elements_.begin(), elements_.end(), begin,
                       [](const Element& element, size_t at) { return element.begin < at; });
  return found != elements_.end() && found->begin == begin ? found->end : begin;
}

ElementWalk::ElementWalk(std::string_view html)
    : html_(html),
      scanner_(html),
      open_(/*whole_page=*/true, [this](size_t element, size_t end) { OnEnd(element, end); }) {}

size_t ElementWalk::End(size_t begin) {
  bool more = true;
  while (more && tag_.end <= begin) more = Advance();
  if (!more || tag_.begin != begin || tag_.is_end) {
    const bool inside = more && tag_.begin <= begin;
    next_tag_ = !more ? html_.size() : inside ? tag_.end : tag_.begin;
    return begin;
  }
  asked_ = elements_ - 1;
  asked_end_ = last_end_;
  if (asked_end_ && tag_.NameIs("form")) return EndOfIgnoredForm();
  while (!asked_end_) Advance();
  return *asked_end_;
}

size_t ElementWalk::EndOfIgnoredForm() {
  while (Advance()) {
    if (tag_.is_end && tag_.NameIs("form")) return tag_.end;
  }
  return html_.size();
}

// Reads a tag. False at the page's end, which ends all elements.
bool ElementWalk::Advance() {
  if (!scanner_.Next(&tag_)) {
    open_.Finish(html_.size());
    return false;
  }
  if (!tag_.is_end) {
    last_end_.reset();
    ++elements_;
  }
  open_.Add(tag_);
  return true;
}

void ElementWalk::OnEnd(size_t element, size_t end) {
  if (element == asked_) asked_end_ = end;
  if (element + 1 == elements_) last_end_ = end;
}

size_t ElementEnd(std::string_view html, size_t begin) {
  HtmlScanner scanner(html, begin);
  HtmlTag tag;
  if (!scanner.Next(&tag) || tag.begin != begin || tag.is_end) return begin;
  bool ended = false;
  size_t element_end = begin;
  html::OpenElements open(/*whole_page=*/false, [&](size_t element, size_t end) {
    if (element != 0) return;
    ended = true;
    element_end = end;
  });
  do {
    open.Add(tag);
  } while (!ended && scanner.Next(&tag));
  if (!ended) open.Finish(html.size());
  return element_end;
}

}  // namespace thresh
