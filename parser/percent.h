// Percent-encoding as the WHATWG URL standard has it (§1.3), and the normal form thresh adds.
//
// In the normal form escapes of unreserved characters are decoded (RFC 3986 §6.2.2.2: "%7E" is
// "~"), all others are in upper case, and a '%' that begins no escape stays as it is.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "parser/ascii.h"

namespace thresh {

// Sets of bytes that stand for themselves somewhere in a URL. A byte may be in several.
enum UrlByteSet : uint8_t {
  kUnreserved = 1,      // RFC 3986 §2.3: letters, digits, "-._~"
  kPathBytes = 2,       // not in the path percent-encode set, nor '%' or '\': '/' is one
  kQueryBytes = 4,      // not in the special-query percent-encode set, nor '%'
  kHostBytes = 8,       // lower-case letters, digits and the punctuation a domain may have
  kForbiddenHost = 16,  // forbidden domain code points (§3.2), '%' among them
  kSchemeBytes = 32,    // letters, digits, "+-."
  kHexDigit = 64,
  kRobotsBytes = 128,  // unreserved or reserved (RFC 3986 §2.2), but not "'"
};

namespace percent_internal {

constexpr bool Contains(std::string_view set, int byte) {
  return set.find(static_cast<char>(byte)) != std::string_view::npos;
}

constexpr uint8_t SetsOf(int byte) {
  const char c = static_cast<char>(byte);
  const bool alphanumeric = ascii::IsAlphanumeric(c);
  const bool visible = byte > 0x20 && byte < 0x7f;
  uint8_t sets = 0;
  if (alphanumeric || (visible && Contains("-._~", byte))) sets |= kUnreserved;
  if (visible && !Contains("\"#<>?^`{}%\\", byte)) sets |= kPathBytes;
  if (visible && !Contains("\"#<>'%", byte)) sets |= kQueryBytes;
  const bool forbidden =
      byte <= 0x20 || byte == 0x7f || (visible && Contains("#/:<>?@[\\]^|%", byte));
  if (forbidden) sets |= kForbiddenHost;
  if (visible && !ascii::IsUpper(c) && !forbidden) sets |= kHostBytes;
  if (alphanumeric || (visible && Contains("+-.", byte))) sets |= kSchemeBytes;
  if (ascii::IsHexDigit(c)) sets |= kHexDigit;
  if ((sets & kUnreserved) != 0 || (visible && Contains(":/?#[]@!$&()*+,;=", byte))) {
    sets |= kRobotsBytes;
  }
  return sets;
}

constexpr std::array<uint8_t, 256> MakeSets() {
  std::array<uint8_t, 256> sets{};
  for (int byte = 0; byte < 256; ++byte) sets[byte] = SetsOf(byte);
  return sets;
}

inline constexpr std::array<uint8_t, 256> kSets = MakeSets();

}  // namespace percent_internal

// Whether `byte` is in any of `sets`.
constexpr bool IsIn(char byte, uint8_t sets) {
  return (percent_internal::kSets[static_cast<unsigned char>(byte)] & sets) != 0;
}

// Whether "%41" or the like stands at `at`.
constexpr bool IsEscape(std::string_view text, size_t at) {
  return at + 2 < text.size() && text[at] == '%' && IsIn(text[at + 1], kHexDigit) &&
         IsIn(text[at + 2], kHexDigit);
}

// Appends "%41" or the like.
void AppendEscape(char byte, std::string* out);

// Appends `text` in normal form; bytes that are not in `plain` are escaped. What is not UTF-8
// becomes U+FFFD. Linear, and normalising twice is normalising once.
void AppendNormalised(std::string_view text, uint8_t plain, std::string* out);

// Every byte that is not unreserved as an escape: encodeURIComponent, but strict (RFC 3986).
std::string PercentEncode(std::string_view text);

// The bytes that `text` stands for; a '%' that begins no escape stays.
std::string PercentDecode(std::string_view text);

}  // namespace thresh
