#include "parser/xml_elements.h"

#include <algorithm>
#include <functional>

#include "parser/html_syntax.h"
#include "parser/outline_tree.h"

namespace thresh {
namespace {

constexpr size_t kMaxXmlDepth = 32;

struct XmlTag {
  enum Kind { kStart, kEmpty, kEnd } kind = kStart;
  size_t begin = 0;             // offset of '<'
  size_t end = 0;               // offset behind '>'
  std::string_view name;        // as written
  std::string_view attributes;  // all between the name and '>' or "/>"
};

// Walks over the tags of `xml`, past comments, CDATA sections, processing instructions and
// declarations.
class XmlScanner {
 public:
  explicit XmlScanner(std::string_view xml, size_t begin = 0) : xml_(xml), at_(begin) {}

  // The next tag; false at the end.
  bool Next(XmlTag* tag) {
    while ((at_ = xml_.find('<', at_)) < xml_.size()) {
      if (!SkipOther() && ReadTag(tag)) return true;
    }
    return false;
  }

 private:
  bool SkipOther() {
    const std::string_view rest = xml_.substr(at_);
    if (rest.starts_with("<!--")) return SkipTo("-->", 4);
    if (rest.starts_with("<![CDATA[")) return SkipTo("]]>", 9);
    if (rest.starts_with("<?")) return SkipTo("?>", 2);
    return rest.starts_with("<!") && SkipTo(">", 2);
  }

  // Behind the next `end` that begins at least `begin` bytes from here.
  bool SkipTo(std::string_view end, size_t begin) {
    const size_t found = xml_.find(end, at_ + begin);
    at_ = found == xml_.npos ? xml_.size() : found + end.size();
    return true;
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

  bool ReadTag(XmlTag* tag) {
    tag->begin = at_;
    return xml_.substr(at_).starts_with("</") ? ReadEndTag(tag) : ReadStartTag(tag);
  }

  bool ReadEndTag(XmlTag* tag) {
    tag->kind = XmlTag::kEnd;
    tag->name = NameAt(at_ + 2);
    tag->attributes = {};
    SkipTo(">", 2);
    tag->end = at_;
    return true;
  }

  bool ReadStartTag(XmlTag* tag) {
    tag->name = NameAt(at_ + 1);
    const size_t name_end = at_ + 1 + tag->name.size();
    if (tag->name.empty()) {
      ++at_;
      return false;
    }
    const size_t close = TagClose(name_end);
    // The document ends in this tag: to look for another one there would cost a pass for each.
    if (close == xml_.npos) {
      at_ = xml_.size();
      return false;
    }
    tag->kind = xml_[close - 1] == '/' ? XmlTag::kEmpty : XmlTag::kStart;
    const size_t slash = tag->kind == XmlTag::kEmpty ? 1 : 0;
    tag->attributes = xml_.substr(name_end, close - slash - name_end);
    tag->end = at_ = close + 1;
    return true;
  }

  const std::string_view xml_;
  size_t at_;
};

class XmlReader {
 public:
  explicit XmlReader(std::string_view xml) : xml_(xml.substr(0, kMaxOutlineBytes)) {}

  std::vector<XmlElement> Read() {
    XmlScanner scanner(xml_);
    XmlTag tag;
    while (elements_.size() < kMaxOutlineElements && scanner.Next(&tag)) {
      if (tag.kind == XmlTag::kEnd) {
        CloseByName(tag);
      } else {
        Add(tag);
      }
    }
    while (!open_.empty()) Close(open_.size() - 1, xml_.size());
    return std::move(elements_);
  }

 private:
  void Add(const XmlTag& tag) {
    if (open_.size() == kMaxXmlDepth) return;
    XmlElement element;
    element.name = tag.name;
    element.attributes = tag.attributes;
    element.content = xml_.substr(tag.end, 0);
    element.path = std::hash<std::string_view>()(element.name);
    if (!open_.empty()) {
      XmlElement& parent = elements_[open_.back()];
      ++parent.children;
      element.parent = static_cast<int>(open_.back());
      element.path ^= parent.path * 0x9e3779b97f4a7c15u;
    }
    if (tag.kind != XmlTag::kEmpty) open_.push_back(elements_.size());
    elements_.push_back(element);
  }

  void CloseByName(const XmlTag& tag) {
    for (size_t i = open_.size(); i-- > 0;) {
      if (elements_[open_[i]].name == tag.name) return Close(i, tag.begin);
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
  std::vector<XmlElement> elements_;
  std::vector<size_t> open_;  // the elements around here, outermost first
};

}  // namespace

std::vector<XmlElement> ReadXml(std::string_view xml) { return XmlReader(xml).Read(); }

size_t XmlElementEnd(std::string_view xml, size_t begin) {
  XmlScanner scanner(xml, begin);
  XmlTag tag;
  if (!scanner.Next(&tag) || tag.begin != begin || tag.kind == XmlTag::kEnd) return begin;
  if (tag.kind == XmlTag::kEmpty) return tag.end;
  const std::string_view name = tag.name;
  for (size_t open = 1; scanner.Next(&tag);) {
    if (tag.name != name || tag.kind == XmlTag::kEmpty) continue;
    if (tag.kind == XmlTag::kStart) {
      ++open;
    } else if (--open == 0) {
      return tag.end;
    }
  }
  return xml.size();
}

std::string_view LocalName(std::string_view name) {
  return name.substr(name.find(':') + 1);  // npos + 1 is 0
}

}  // namespace thresh
