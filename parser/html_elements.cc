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
