#include "parser/html_syntax.h"

#include <algorithm>
#include <cstring>

#include "parser/ascii.h"

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
  return text.size() - at >= lower.size() &&
         ascii::EqualsLower(text.substr(at, lower.size()), lower);
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

// Behind the value of an attribute that begins at `at`, where no space is.
size_t ValueEnd(std::string_view html, size_t at) {
  if (html[at] != '"' && html[at] != '\'') return SkipUntil(html, at, kEndsUnquoted);
  const size_t quote = FindByte(html, html[at], at + 1);
  return quote == kNone ? html.size() : quote + 1;
}

// Likewise; `*value` is what stands between its quotes, or all of it.
size_t ReadValue(std::string_view text, size_t at, std::string_view* value) {
  const size_t end = ValueEnd(text, at);
  const char quote = text[at];
  if (quote != '"' && quote != '\'') {
    *value = {text.data() + at, end - at};
    return end;
  }
  const bool closed = end > at + 1 && text[end - 1] == quote;
  *value = {text.data() + at + 1, end - at - (closed ? 2 : 1)};
  return end;
}

const std::string_view* FindRawTextName(std::string_view name) {
  return std::find_if(kRawTextNames.begin(), kRawTextNames.end(),
                      [name](std::string_view raw) { return ascii::EqualsLower(name, raw); });
}

}  // namespace

size_t CommentEnd(std::string_view html, size_t begin, bool foreign) {
  const std::string_view rest = html.substr(begin);
  if (rest.starts_with("<!--")) return RealCommentEnd(html, begin);
  if (foreign && rest.starts_with("<![CDATA[")) return BehindNext(html, begin + 9, "]]>");
  return BehindNext(html, begin + 2, ">");
}

TagClose FindTagClose(std::string_view html, size_t at) {
  const char* const data = html.data();
  if (html.size() - at > kReadAhead) {
    const char* const close = PlainTagClose(data + at, data + html.size() - kReadAhead);
    if (close != nullptr && close[-1] != '/') return {static_cast<size_t>(close - data), false};
  }
  for (;;) {
    const size_t before = at;
    at = SkipWhile(html, at, kBetweenAttrs);
    if (at == html.size()) return {};
    if (data[at] == '>') return {at, at > before && data[at - 1] == '/'};
    at = SkipUntil(html, at + 1, kEndsAttrName);
    if (at < html.size() && IsSpace(data[at])) at = SkipSpace(html, at);
    if (at == html.size() || data[at] != '=') continue;
    ++at;
    if (at < html.size() && IsSpace(data[at])) at = SkipSpace(html, at);
    if (at == html.size()) return {};
    at = ValueEnd(html, at);
  }
}

bool ReadAttribute(std::string_view* rest, std::string_view* name, std::string_view* value) {
  const std::string_view text = *rest;
  const char* const data = text.data();
  const size_t begin = SkipWhile(text, 0, kBetweenAttrs);
  *rest = {};
  if (begin == text.size() || data[begin] == '>') return false;
  size_t at = SkipUntil(text, begin + 1, kEndsAttrName);
  *name = {data + begin, at - begin};
  *value = {};
  if (at < text.size() && IsSpace(data[at])) at = SkipSpace(text, at);
  if (at < text.size() && data[at] == '=') {
    ++at;
    if (at < text.size() && IsSpace(data[at])) at = SkipSpace(text, at);
    if (at < text.size()) at = ReadValue(text, at, value);
  }
  *rest = {data + at, text.size() - at};
  return true;
}

bool IsRawText(std::string_view name) {
  return MayChangeTokens(name) && FindRawTextName(name) != kRawTextNames.end();
}

size_t RawTextEnd(std::string_view html, size_t at, std::string_view name) {
  if (ascii::EqualsLower(name, "script")) return ScriptEnd(html, at);
  const auto* raw = FindRawTextName(name);
  const bool endless = raw == kRawTextNames.end() || *raw == "plaintext";
  return endless ? html.size() : PlainRawTextEnd(html, at, *raw);
}

}  // namespace thresh::html
