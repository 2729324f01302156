// Letters, digits and cases of ASCII, as HTTP, HTML, URLs, SQL and configs have them: no locale is
// asked, and a byte of any other character is none of them.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

namespace thresh::ascii {

constexpr bool IsDigit(char c) { return c >= '0' && c <= '9'; }
constexpr bool IsLower(char c) { return c >= 'a' && c <= 'z'; }
constexpr bool IsUpper(char c) { return c >= 'A' && c <= 'Z'; }
constexpr bool IsAlpha(char c) { return IsLower(static_cast<char>(c | ('a' - 'A'))); }
constexpr bool IsAlphanumeric(char c) { return IsAlpha(c) || IsDigit(c); }
constexpr bool IsHexDigit(char c) {
  return IsDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
// CTL of RFC 5234, a tab among them.
constexpr bool IsControl(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }
// What no field value of HTTP has, RFC 9110 §5.5: all of them but a tab.
constexpr bool IsControlButTab(char c) { return IsControl(c) && c != '\t'; }
constexpr bool IsBlank(char c) { return c == ' ' || c == '\t'; }  // RFC 9110 §5.6.3, OWS
// As C's isspace: a blank, a line's end, a vertical tab, a form feed.
constexpr bool IsSpace(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

constexpr char ToLower(char c) { return IsUpper(c) ? static_cast<char>(c + ('a' - 'A')) : c; }
// The value of a hexadecimal digit, 0 to 15; 16 for what is none.
constexpr uint32_t HexValue(char c) {
  if (!IsHexDigit(c)) return 16;
  return static_cast<uint32_t>(IsDigit(c) ? c - '0' : ToLower(c) - 'a' + 10);
}
inline std::string Lowered(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), ToLower);
  return lower;
}

// In any case. `lower` is in lower case.
constexpr bool EqualsLower(std::string_view text, std::string_view lower) {
  if (text.size() != lower.size()) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    if (ToLower(text[i]) != lower[i]) return false;
  }
  return true;
}
constexpr bool EqualsIgnoringCase(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return ToLower(x) == ToLower(y); });
}

// `text` without the bytes at both ends that are `is_space`.
template <typename Predicate>
constexpr std::string_view Trimmed(std::string_view text, Predicate is_space) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}
constexpr std::string_view WithoutBlanks(std::string_view text) { return Trimmed(text, IsBlank); }
constexpr std::string_view WithoutSpace(std::string_view text) { return Trimmed(text, IsSpace); }

}  // namespace thresh::ascii
