#include <algorithm>
#include <array>
#include <cstdint>

#include "parser/element_kinds.h"
#include "parser/entities.h"
#include "parser/html.h"
#include "parser/html_names.h"
#include "parser/html_syntax.h"

namespace thresh {
namespace {

using html::NameKey;

// How many bytes of white space `text`, which is not empty, begins with: one character of
// Unicode's White_Space.
size_t SpaceAt(std::string_view text) {
  const auto byte = [text](size_t i) { return static_cast<uint8_t>(text[i]); };
  if (byte(0) < 0x80) return html::IsSpace(text[0]) || text[0] == '\v' ? 1 : 0;
  if (byte(0) == 0xC2 && text.size() >= 2) return byte(1) == 0xA0 || byte(1) == 0x85 ? 2 : 0;
  if (text.size() < 3 || byte(0) < 0xE1 || byte(0) > 0xE3) return 0;
  const std::string_view c = text.substr(0, 3);
  const bool en_quad_to_hair_space = c >= "\xE2\x80\x80" && c <= "\xE2\x80\x8A";
  const bool is_space = en_quad_to_hair_space || c == "\xE1\x9A\x80" || c == "\xE2\x80\xA8" ||
                        c == "\xE2\x80\xA9" || c == "\xE2\x80\xAF" || c == "\xE2\x81\x9F" ||
                        c == "\xE3\x80\x80";
  return is_space ? 3 : 0;
}

// The bytes that white space may begin with.
constexpr std::array<bool, 256> kMayBeSpace = [] {
  std::array<bool, 256> may{};
  for (unsigned char c : {' ', '\t', '\n', '\v', '\f', '\r', '\xC2', '\xE1', '\xE2', '\xE3'}) {
    may[c] = true;
  }
  return may;
}();

// Where the word ends that begins `text`.
size_t WordEnd(std::string_view text) {
  size_t at = 0;
  while (at < text.size() &&
         (!kMayBeSpace[static_cast<uint8_t>(text[at])] || SpaceAt(text.substr(at)) == 0)) {
    ++at;
  }
  return at;
}

// What stands between a tag and the next one.
enum class Content {
  kMarkup,   // text and comments
  kRcdata,   // text only, with character references
  kRawText,  // text only
  kHidden,   // nothing that is shown
};

// `raw`: it is the content of a raw text element, which those of SVG are not.
Content ContentBehind(const HtmlTag& tag, bool raw) {
  if (tag.is_end) return Content::kMarkup;
  switch (NameKey(tag.name)) {
    case NameKey("title"):
    case NameKey("textarea"):
      return raw ? Content::kRcdata : Content::kMarkup;
    case NameKey("xmp"):
    case NameKey("plaintext"):
      return raw ? Content::kRawText : Content::kMarkup;
    default:
      return html::IsRawText(tag.name) ? Content::kHidden : Content::kMarkup;
  }
}

// Puts the text together.
class TextCollector {
 public:
  explicit TextCollector(std::string_view html) : html_(html) {}

  // What `html_` shows between two tags.
  void AddContent(size_t begin, size_t end, Content content) {
    const std::string_view text = html_.substr(begin, end - begin);
    if (content == Content::kRawText) AddText(text);
    if (content == Content::kRcdata) AddReferences(text);
    if (content == Content::kMarkup) AddMarkup(begin, end);
  }
  void PartWords() { space_ = true; }
  std::string Take() { return std::move(out_); }

 private:
  // Text between comments; a tag that the page ends in is the end of it.
  void AddMarkup(size_t begin, size_t end) {
    size_t text = begin;
    size_t at = std::min(html_.find('<', begin), end);
    while (at < end) {
      const html::MarkupKind kind = html::KindOfMarkup(html_, at);
      if (kind == html::MarkupKind::kText) {
        at = std::min(html_.find('<', at + 1), end);
        continue;
      }
      AddReferences(html_.substr(text, at - text));
      if (kind != html::MarkupKind::kComment) return;
      text = html::CommentEnd(html_.substr(0, end), at, /*foreign=*/true);
      at = std::min(html_.find('<', text), end);
    }
    AddReferences(html_.substr(text, end - text));
  }

  void AddReferences(std::string_view text) {
    if (text.find('&') == std::string_view::npos) return AddText(text);
    AddText(DecodeEntities(text));
  }

  void AddText(std::string_view text) {
    while (!text.empty()) {
      if (const size_t space = SpaceAt(text)) {
        space_ = true;
        text.remove_prefix(space);
        continue;
      }
      const size_t word = WordEnd(text);
      if (space_ && !out_.empty()) out_ += ' ';
      space_ = false;
      out_ += text.substr(0, word);
      text.remove_prefix(word);
    }
  }

  std::string_view html_;
  std::string out_;
  bool space_ = false;  // white space was passed since the last word
};

constexpr std::string_view kCdataBegin = "<![CDATA[";
constexpr std::string_view kCdataEnd = "]]>";

// `html` without the marks of its CDATA sections. Each mark at which one begins goes, so that a
// section that is never closed hides nothing, and the first at which it may end.
std::string WithoutCdataMarks(std::string_view html) {
  std::string result;
  result.reserve(html.size());
  bool open = false;
  for (size_t at = 0; at < html.size();) {
    const size_t begin = std::min(html.find(kCdataBegin, at), html.size());
    const size_t end = open ? html.substr(0, begin).find(kCdataEnd, at) : std::string_view::npos;
    open = end == std::string_view::npos;
    result += html.substr(at, std::min(begin, end) - at);
    at = open ? begin + kCdataBegin.size() : end + kCdataEnd.size();
  }
  return result;
}

// VisibleText of what has no such marks.
std::string TextOfMarkup(std::string_view html) {
  TextCollector text(html);
  HtmlScanner scanner(html);
  HtmlTag tag;
  size_t begin = 0;
  size_t templates = 0;  // open ones: their content is not shown
  Content content = Content::kMarkup;
  while (scanner.Next(&tag)) {
    if (templates == 0) text.AddContent(begin, tag.begin, content);
    if ((html::KindsOf(NameKey(tag.name)) & html::kPartsWords) != 0) text.PartWords();
    if (tag.NameIs("template")) {
      if (!tag.is_end) ++templates;
      if (tag.is_end && templates > 0) --templates;
    }
    content = ContentBehind(tag, scanner.is_in_raw_text());
    begin = tag.end;
  }
  if (templates == 0) text.AddContent(begin, html.size(), content);
  return text.Take();
}

}  // namespace

// A comment to HTML's tokenizer, so the marks are taken out before it looks.
std::string VisibleText(std::string_view html) {
  const bool has_cdata = html.find(kCdataBegin) != std::string_view::npos;
  return has_cdata ? TextOfMarkup(WithoutCdataMarks(html)) : TextOfMarkup(html);
}

}  // namespace thresh
