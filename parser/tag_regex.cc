#include "parser/tag_regex.h"

#include <algorithm>

namespace thresh {
namespace {

// How all the examples write their class: 'class="a b"' of every one, or nothing.
std::string CommonClass(const std::vector<const HtmlTag*>& examples) {
  const auto value = examples.front()->Attribute("class");
  if (!value) return {};
  for (const char* quote : {"\"", "'"}) {
    const std::string written = std::string("class=") + quote + std::string(*value) + quote;
    const auto writes_so = [&](const HtmlTag* tag) {
      return tag->attributes.find(written) != std::string_view::npos;
    };
    if (std::all_of(examples.begin(), examples.end(), writes_so)) return written;
  }
  return {};
}

bool AllQuoteTwice(const std::vector<const HtmlTag*>& examples) {
  return std::all_of(examples.begin(), examples.end(), [](const HtmlTag* tag) {
    return tag->attributes.find("class=\"") != std::string_view::npos;
  });
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
  const std::string begin = "<" + EscapedRegex(examples.front()->name) + "\\b";
  if (token.empty()) return begin;
  if (const std::string common = CommonClass(examples); !common.empty()) {
    return begin + "[^>]*" + EscapedRegex(common);
  }
  if (AllQuoteTwice(examples)) {
    return begin + "[^>]*class=\"(?:[^\"]*\\s)?" + EscapedRegex(token) + "[\\s\"]";
  }
  return begin + "[^>]*class=[\"']?(?:[^\"'>]*\\s)?" + EscapedRegex(token) + "[\"'\\s>]";
}

std::string ContentRegex(const std::string& tag, std::string_view name, size_t nth, bool closed) {
  const std::string content = closed ? "(.*?)</" + EscapedRegex(name) + ">" : "([^<]*)";
  // The general form of a class may have read the '>' itself.
  const std::string rest = tag.ends_with("\\s>]") ? "[^>]*>?" : "[^>]*>";
  return Passing(tag, nth) + tag + rest + content;
}

std::string StartTagRegex(const std::string& tag, size_t nth) {
  if (nth <= 1) return tag + "[^>]*>";
  return Passing(tag, nth) + "(" + tag + "[^>]*>)";
}

}  // namespace thresh
