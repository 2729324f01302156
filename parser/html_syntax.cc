#include "parser/html_syntax.h"

#include <algorithm>
#include <cstring>

namespace thresh::html {
namespace {

constexpr size_t kNone = std::string_view::npos;

size_t SkipUntil(std::string_view text, size_t at, ByteClass byte_class) {
  while (at < text.size() && !Is(text[at], byte_class)) ++at;
  return at;
}

size_t SkipWhile(std::string_view text, size_t at, ByteClass byte_class) {
  while (at < text.size() && Is(text[at], byte_class)) ++at;
  return at;
}

size_t SkipSpace(std::string_view text, size_t at) {
  while (at < text.size() && IsSpace(text[at])) ++at;
  return at;
}

bool StartsWithLower(std::string_view text, size_t at, std::string_view lower) {
  return text.size() - at >= lower.size() && EqualsLower(text.substr(at, lower.size()), lower);
}

// Whether a tag of that name stands at `at`, which is behind its "<" or "</".
bool NameStandsAt(std::string_view html, size_t at, std::string_view lower) {
  const size_t behind = at + lower.size();
  return behind < html.size() && Is(html[behind], kEndsTagName) && StartsWithLower(html, at, lower);
}

size_t BehindNext(std::string_view html, size_t at, std::string_view mark) {
  const size_t found = html.find(mark, at);
  return found == kNone ? html.size() : found + mark.size();
}

// Behind the "-->" or "--!>" of the comment whose "<!--" is at `begin` (§13.2.5.43 to .52). The
// dashes of "<!--" count for "-->" ("<!-->" and "<!--->" are closed) but not for "--!>".
size_t RealCommentEnd(std::string_view html, size_t begin) {
  for (size_t at = html.find('>', begin + 4); at != kNone; at = html.find('>', at + 1)) {
    const bool bang = html[at - 1] == '!';
    const size_t dashes = at - (bang ? 3 : 2);
    if (dashes >= begin + (bang ? 4 : 2) && html[dashes] == '-' && html[dashes + 1] == '-') {
      return at + 1;
    }
  }
  return html.size();
}

// As RawTextEnd, for a name without escaped states.
size_t PlainRawTextEnd(std::string_view html, size_t at, std::string_view lower) {
  for (at = html.find('<', at); at != kNone; at = html.find('<', at + 1)) {
    if (at + 1 < html.size() && html[at + 1] == '/' && NameStandsAt(html, at + 2, lower)) return at;
  }
  return html.size();
}

// From behind the "<!" of "<!--" in a script: the '<' of the end tag, if it comes before the "-->"
// at `escape_end`; a nested <script> hides one </script> (§13.2.5.26 to .31).
size_t EscapedScriptEnd(std::string_view html, size_t at, size_t escape_end) {
  bool nested = false;
  const std::string_view escaped = html.substr(0, escape_end);
  for (at = escaped.find('<', at); at != kNone; at = escaped.find('<', at + 1)) {
    if (NameStandsAt(html, at + 1, "script")) {
      nested = true;
    } else if (at + 1 < html.size() && html[at + 1] == '/' &&
               NameStandsAt(html, at + 2, "script")) {
      if (!nested) return at;
      nested = false;
    }
  }
  return kNone;
}

size_t ScriptEnd(std::string_view html, size_t at) {
  for (at = html.find('<', at); at != kNone; at = html.find('<', at)) {
    const std::string_view rest = html.substr(at);
    if (rest.starts_with("<!--")) {
      const size_t escape_end = std::min(html.find("-->", at + 2), html.size());
      const size_t end = EscapedScriptEnd(html, at + 4, escape_end);
      if (end != kNone) return end;
      at = escape_end;
    } else if (rest.starts_with("</") && NameStandsAt(html, at + 2, "script")) {
      return at;
    } else {
      ++at;
    }
  }
  return html.size();
}

constexpr std::array<std::string_view, 9> kRawTextNames = {
    "script", "style", "title", "textarea", "iframe", "noembed", "noframes", "xmp", "plaintext"};

const std::string_view* FindRawTextName(std::string_view name) {
  return std::find_if(kRawTextNames.begin(), kRawTextNames.end(),
                      [name](std::string_view raw) { return EqualsLower(name, raw); });
}

}  // namespace

size_t CommentEnd(std::string_view html, size_t begin, bool foreign) {
  const std::string_view rest = html.substr(begin);
  if (rest.starts_with("<!--")) return RealCommentEnd(html, begin);
  if (foreign && rest.starts_with("<![CDATA[")) return BehindNext(html, begin + 9, "]]>");
  return BehindNext(html, begin + 2, ">");
}

TagClose FindTagClose(std::string_view html, size_t at) {
  for (;;) {
    const size_t before = at;
    at = SkipWhile(html, at, kBetweenAttrs);
    if (at == html.size()) return {};
    if (html[at] == '>') return {at, at > before && html[at - 1] == '/'};
    at = SkipSpace(html, SkipUntil(html, at + 1, kEndsAttrName));
    if (at == html.size() || html[at] != '=') continue;
    at = SkipSpace(html, at + 1);
    if (at == html.size()) return {};
    if (html[at] == '"' || html[at] == '\'') {
      at = FindByte(html, html[at], at + 1);
      if (at == kNone) return {};
      ++at;
    } else {
      at = SkipUntil(html, at, kEndsUnquoted);
    }
  }
}

bool ReadAttribute(std::string_view* rest, std::string_view* name, std::string_view* value) {
  const std::string_view text = *rest;
  const size_t begin = SkipWhile(text, 0, kBetweenAttrs);
  *rest = {};
  if (begin == text.size() || text[begin] == '>') return false;
  size_t at = SkipUntil(text, begin + 1, kEndsAttrName);
  *name = text.substr(begin, at - begin);
  *value = {};
  at = SkipSpace(text, at);
  if (at < text.size() && text[at] == '=') {
    at = SkipSpace(text, at + 1);
    const bool quoted = at < text.size() && (text[at] == '"' || text[at] == '\'');
    const size_t from = quoted ? at + 1 : at;
    at = quoted ? std::min(text.find(text[at], from), text.size())
                : SkipUntil(text, at, kEndsUnquoted);
    *value = text.substr(std::min(from, text.size()), at - from);
    if (quoted && at < text.size()) ++at;
  }
  *rest = text.substr(at);
  return true;
}

bool IsRawText(std::string_view name) {
  // The scanner asks for every tag: most are known by size and first letter not to be.
  constexpr auto kFirstLetters = [] {
    std::array<uint32_t, 10> letters{};
    for (std::string_view raw : kRawTextNames) letters[raw.size()] |= 1u << (raw[0] & 31);
    return letters;
  }();
  if (name.size() >= kFirstLetters.size()) return false;
  if ((kFirstLetters[name.size()] >> (name[0] & 31) & 1) == 0) return false;
  return FindRawTextName(name) != kRawTextNames.end();
}

size_t RawTextEnd(std::string_view html, size_t at, std::string_view name) {
  if (EqualsLower(name, "script")) return ScriptEnd(html, at);
  const auto* raw = FindRawTextName(name);
  const bool endless = raw == kRawTextNames.end() || *raw == "plaintext";
  return endless ? html.size() : PlainRawTextEnd(html, at, *raw);
}

}  // namespace thresh::html
