#include "parser/xml_elements.h"

#include <algorithm>
#include <functional>

#include "parser/html_syntax.h"

namespace thresh {
namespace {

constexpr size_t kMaxBytes = 2u << 20;
constexpr size_t kMaxElements = 100'000;
constexpr size_t kMaxDepth = 32;

class XmlReader {
 public:
  explicit XmlReader(std::string_view xml) : xml_(xml.substr(0, kMaxBytes)) {}

  std::vector<XmlElement> Read() {
    while (elements_.size() < kMaxElements && (at_ = xml_.find('<', at_)) != xml_.npos)
      ReadMarkup();
    while (!open_.empty()) Close(open_.size() - 1, xml_.size());
    return std::move(elements_);
  }

 private:
  void ReadMarkup() {
    const std::string_view rest = xml_.substr(at_);
    if (rest.starts_with("<!--")) return SkipTo("-->", 4);
    if (rest.starts_with("<![CDATA[")) return SkipTo("]]>", 9);
    if (rest.starts_with("<?")) return SkipTo("?>", 2);
    if (rest.starts_with("<!")) return SkipTo(">", 2);
    if (rest.starts_with("</")) return ReadEndTag();
    ReadStartTag();
  }

  // Behind the next `end` that begins at least `begin` bytes from here.
  void SkipTo(std::string_view end, size_t begin) {
    const size_t found = xml_.find(end, at_ + begin);
    at_ = found == xml_.npos ? xml_.size() : found + end.size();
  }

  std::string_view NameAt(size_t at) const {
    const auto begin = xml_.begin() + static_cast<std::ptrdiff_t>(at);
    const auto end = std::find_if(begin, xml_.end(), [](char c) {
      return html::IsSpace(c) || c == '/' || c == '>' || c == '<';
    });
    return {begin, end};
  }

  // The '>' of the tag whose name ends at `at`; one in quotes is part of a value.
  size_t TagClose(size_t at) const {
    while ((at = xml_.find_first_of("\"'>", at)) != xml_.npos && xml_[at] != '>') {
      at = xml_.find(xml_[at], at + 1);
      if (at == xml_.npos) return at;
      ++at;
    }
    return at;
  }

  void ReadStartTag() {
    XmlElement element;
    element.name = NameAt(at_ + 1);
    const size_t name_end = at_ + 1 + element.name.size();
    if (element.name.empty()) {
      ++at_;
      return;
    }
    const size_t close = TagClose(name_end);
    // The document ends in this tag: to look for another one there would cost a pass for each.
    if (close == xml_.npos) {
      at_ = xml_.size();
      return;
    }
    const bool is_empty = xml_[close - 1] == '/';
    element.attributes = xml_.substr(name_end, close - (is_empty ? 1 : 0) - name_end);
    at_ = close + 1;
    element.content = xml_.substr(at_, 0);
    Add(element, is_empty);
  }

  void Add(XmlElement element, bool is_empty) {
    if (open_.size() == kMaxDepth) return;
    element.path = std::hash<std::string_view>()(element.name);
    if (!open_.empty()) {
      XmlElement& parent = elements_[open_.back()];
      ++parent.children;
      element.parent = static_cast<int>(open_.back());
      element.path ^= parent.path * 0x9e3779b97f4a7c15u;
    }
    if (!is_empty) open_.push_back(elements_.size());
    elements_.push_back(element);
  }

  void ReadEndTag() {
    const size_t begin = at_;
    const std::string_view name = NameAt(at_ + 2);
    SkipTo(">", 2);
    for (size_t i = open_.size(); i-- > 0;) {
      if (elements_[open_[i]].name == name) return Close(i, begin);
    }
  }

  // The open elements from the i-th on end at `end`.
  void Close(size_t i, size_t end) {
    for (size_t inner = i; inner < open_.size(); ++inner) {
      std::string_view& content = elements_[open_[inner]].content;
      content = {content.data(), static_cast<size_t>(xml_.data() + end - content.data())};
    }
    open_.resize(i);
  }

  const std::string_view xml_;
  size_t at_ = 0;
  std::vector<XmlElement> elements_;
  std::vector<size_t> open_;  // the elements around here, outermost first
};

}  // namespace

std::vector<XmlElement> ReadXml(std::string_view xml) { return XmlReader(xml).Read(); }

std::string_view LocalName(std::string_view name) {
  return name.substr(name.find(':') + 1);  // npos + 1 is 0
}

}  // namespace thresh
