#include "parser/outline_tree.h"

#include <algorithm>

#include "parser/ascii.h"
#include "parser/html_elements.h"
#include "parser/html_names.h"

namespace thresh {
namespace {

constexpr size_t kMaxTokens = 8;
constexpr size_t kMaxEndTagSpace = 16;  // "</", '>' and spaces before it

// What is never shown as text, whatever stands in it.
bool IsHidden(const HtmlTag& tag) {
  return tag.NameIsOneOf({"script", "style", "head", "title", "template", "noscript"});
}

bool IsFrame(const HtmlTag& tag) { return tag.NameIsOneOf({"nav", "header", "footer", "aside"}); }

// Reads a page's tags and keeps the open elements on a stack of their indexes.
class OutlineReader {
 public:
  explicit OutlineReader(std::string_view html) : html_(html), ends_(html) {}

  std::vector<OutlineNode> Read() {
    HtmlScanner scanner(html_);
    HtmlTag tag;
    size_t behind = 0;  // the last tag
    while (scanner.Next(&tag) && nodes_.size() < kMaxOutlineElements) {
      AddText(behind, tag.begin);
      behind = tag.end;
      if (!tag.is_end) Open(tag);
    }
    SumTexts();
    return std::move(nodes_);
  }

 private:
  void CloseBefore(size_t at) {
    while (!open_.empty() && nodes_[open_.back()].end <= at) open_.pop_back();
  }

  void AddText(size_t begin, size_t end) {
    if (begin >= end) return;
    CloseBefore(begin);
    if (open_.empty() || IsHidden(nodes_[open_.back()].tag)) return;
    nodes_[open_.back()].own_text += VisibleText(html_.substr(begin, end - begin)).size();
  }

  void Open(const HtmlTag& tag) {
    CloseBefore(tag.begin);
    OutlineNode node;
    node.tag = tag;
    node.end = std::max(ends_.End(tag.begin), tag.end);
    node.parent = open_.empty() ? -1 : static_cast<int>(open_.back());
    const OutlineNode* parent = open_.empty() ? nullptr : &nodes_[open_.back()];
    node.path = ((parent ? parent->path : 1) ^ html::NameKey(tag.name)) * 0x9E3779B97F4A7C15;
    node.closed = EndsWithItsTag(node);
    node.in_frame = IsFrame(tag) || (parent != nullptr && parent->in_frame);
    nodes_.push_back(node);
    open_.push_back(nodes_.size() - 1);
  }

  // Whether the element ends in "</name>", perhaps with spaces before the '>'.
  bool EndsWithItsTag(const OutlineNode& node) const {
    std::string_view element = html_.substr(node.tag.begin, node.end - node.tag.begin);
    const size_t longest = node.tag.name.size() + kMaxEndTagSpace;
    if (element.size() > longest) element.remove_prefix(element.size() - longest);
    const size_t close = element.rfind("</");
    return close != std::string_view::npos &&
           ascii::EqualsIgnoringCase(element.substr(close + 2, node.tag.name.size()),
                                     node.tag.name);
  }

  void SumTexts() {
    for (OutlineNode& node : nodes_) node.text = node.own_text;
    for (size_t i = nodes_.size(); i-- > 0;) {
      if (nodes_[i].parent >= 0) nodes_[nodes_[i].parent].text += nodes_[i].text;
    }
  }

  const std::string_view html_;
  const HtmlElements ends_;
  std::vector<OutlineNode> nodes_;
  std::vector<size_t> open_;
};

}  // namespace

bool IsHeading(const HtmlTag& tag) { return tag.NameIsOneOf({"h1", "h2", "h3", "h4", "h5", "h6"}); }

std::vector<std::string_view> ClassTokens(const HtmlTag& tag) {
  std::vector<std::string_view> tokens;
  std::string_view rest = tag.Attribute("class").value_or("");
  while (tokens.size() < kMaxTokens) {
    const std::string_view token = TakeToken(&rest);
    if (token.empty()) break;
    tokens.push_back(token);
  }
  return tokens;
}

std::vector<OutlineNode> ReadOutline(std::string_view html) {
  return OutlineReader(html.substr(0, kMaxOutlineBytes)).Read();
}

std::string_view InnerHtml(std::string_view html, const OutlineNode& node) {
  std::string_view inner = html.substr(node.tag.end, node.end - node.tag.end);
  const size_t close = node.closed ? inner.rfind("</") : std::string_view::npos;
  return close == std::string_view::npos ? inner : inner.substr(0, close);
}

}  // namespace thresh
