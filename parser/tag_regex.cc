#include "parser/tag_regex.h"

#include <algorithm>

namespace thresh {
namespace {

// The start tag that examples stand for, in two parts: what its beginning is known by, and from
// there to its '>'.
struct TagParts {
  std::string begin;  // up to the class's last letter
  std::string close;  // the one character that ends the class; nothing where `begin` has it
  std::string rest;   // what comes behind `begin`, to the '>'
};

bool AllWrite(const std::vector<const HtmlTag*>& examples, const std::string& written) {
  return std::all_of(examples.begin(), examples.end(), [&](const HtmlTag* tag) {
    return tag->attributes.find(written) != std::string_view::npos;
  });
}

// Of examples that all use `quote`; empty when one does not.
TagParts QuotedClass(const std::vector<const HtmlTag*>& examples, const std::string& token,
                     const std::string& quote) {
  const std::string opening = "class=" + quote;
  const std::string whole = opening + std::string(*examples.front()->Attribute("class")) + quote;
  if (AllWrite(examples, whole)) return {EscapedRegex(whole), "", "[^>]*>"};
  if (!AllWrite(examples, opening)) return {};
  const std::string close = "[\\s" + quote + "]";
  return {opening + "(?:[^" + quote + "]*\\s)?" + token, close, close + "[^>]*>"};
}

// A class without quotes may end at the tag's own '>', behind which nothing is the tag's.
TagParts ClassOf(const std::vector<const HtmlTag*>& examples, std::string_view class_name) {
  const std::string token = EscapedRegex(class_name);
  for (const char* quote : {"\"", "'"}) {
    TagParts parts = QuotedClass(examples, token, quote);
    if (!parts.begin.empty()) return parts;
  }
  if (AllWrite(examples, "class=" + std::string(class_name))) {
    return {"class=" + token, "[\\s>]", "(?:\\s[^>]*)?>"};
  }
  return {"class=[\"']?(?:[^\"'>]*\\s)?" + token, "[\"'\\s>]", "(?:[\"'\\s][^>]*)?>"};
}

TagParts PartsOf(const std::vector<const HtmlTag*>& examples, std::string_view token) {
  const std::string name = "<" + EscapedRegex(examples.front()->name) + "\\b";
  if (token.empty()) return {name, "", "[^>]*>"};
  TagParts parts = ClassOf(examples, token);
  parts.begin = name + "[^>]*" + parts.begin;
  return parts;
}

// What stands before the `nth`: the ones to pass by.
std::string Passing(const std::string& tag, size_t nth) {
  if (nth <= 1) return {};
  if (nth == 2) return tag + ".*?";
  return "(?:" + tag + ".*?){" + std::to_string(nth - 1) + "}";
}

}  // namespace

std::string EscapedRegex(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (std::string_view("\\.+*?()[]{}|^$").find(c) != std::string_view::npos) escaped += '\\';
    escaped += c;
  }
  return escaped;
}

std::string TagRegex(const std::vector<const HtmlTag*>& examples, std::string_view token) {
  const TagParts parts = PartsOf(examples, token);
  return parts.begin + parts.close;
}

std::string ContentRegex(const std::vector<const HtmlTag*>& examples, std::string_view token,
                         size_t nth, bool closed) {
  const TagParts parts = PartsOf(examples, token);
  const std::string content =
      closed ? "(.*?)</" + EscapedRegex(examples.front()->name) + ">" : "([^<]*)";
  return Passing(parts.begin + parts.close, nth) + parts.begin + parts.rest + content;
}

std::string StartTagRegex(const std::vector<const HtmlTag*>& examples, std::string_view token,
                          size_t nth) {
  const TagParts parts = PartsOf(examples, token);
  const std::string tag = parts.begin + parts.rest;
  if (nth <= 1) return tag;
  return Passing(parts.begin + parts.close, nth) + "(" + tag + ")";
}

}  // namespace thresh
