// A tag of a page and its attributes, as views of it.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string_view>

namespace thresh {

// An attribute as it stands in the page: entities are not decoded, names keep their case.
struct HtmlAttribute {
  std::string_view name;
  std::string_view value;
};

// A start or end tag. All views point into the scanned text.
struct HtmlTag {
  size_t begin = 0;             // offset of '<'
  size_t end = 0;               // offset behind '>'
  std::string_view name;        // as written: compare with NameIs
  std::string_view attributes;  // all between the name and '>'
  bool is_end = false;
  bool self_closing = false;

  // ASCII case-insensitive; `lower` must be in lower case.
  bool NameIs(std::string_view lower) const;
  bool NameIsOneOf(std::initializer_list<std::string_view> lower) const;
  // The value of the first attribute of that name (§13.2.5.33 keeps the first), raw.
  std::optional<std::string_view> Attribute(std::string_view lower) const;
};

// Walks over the attributes of a tag.
class HtmlAttributes {
 public:
  explicit HtmlAttributes(std::string_view attributes) : rest_(attributes) {}
  bool Next(HtmlAttribute* attribute);

 private:
  std::string_view rest_;
};

// Of a set of space-separated tokens (§2.3.7), as rel and class have them: takes the first one off
// `tokens`; empty at the end.
std::string_view TakeToken(std::string_view* tokens);

// Whether `lower` is one of them, ASCII case-insensitive.
bool HasToken(std::string_view tokens, std::string_view lower);

}  // namespace thresh
