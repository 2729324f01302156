#include "storage/display_width.h"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <cstdint>

#include "parser/utf8.h"

namespace thresh {
namespace {

// Hangul vowels and final consonants join the syllable's first consonant, which is wide.
bool JoinsSyllable(char32_t c) { return c >= 0x1160 && c <= 0x11FF; }

// The next code point of `text` at `*at`, which moves on; U+FFFD for an invalid sequence.
char32_t Next(std::string_view text, size_t* at) {
  const auto* bytes = reinterpret_cast<const uint8_t*>(text.data());
  UChar32 c;
  U8_NEXT_OR_FFFD(bytes, *at, text.size(), c);
  return static_cast<char32_t>(c);
}

}  // namespace

int CodePointWidth(char32_t code_point) {
  if (code_point < 0x300) return code_point == 0xAD ? 0 : 1;
  const auto c = static_cast<UChar32>(code_point);
  if (JoinsSyllable(code_point) ||
      (U_MASK(u_charType(c)) & (U_GC_MN_MASK | U_GC_ME_MASK | U_GC_CF_MASK)) != 0) {
    return 0;
  }
  const int width = u_getIntPropertyValue(c, UCHAR_EAST_ASIAN_WIDTH);
  return width == U_EA_WIDE || width == U_EA_FULLWIDTH ? 2 : 1;
}

size_t DisplayWidth(std::string_view text) {
  if (IsAscii(text)) return text.size();
  size_t width = 0;
  for (size_t at = 0; at < text.size();)
    width += static_cast<size_t>(CodePointWidth(Next(text, &at)));
  return width;
}

std::string CutToWidth(std::string_view text, size_t width) {
  size_t used = 0;
  size_t end = 0;  // of what leaves a column for the "…"
  for (size_t at = 0; at < text.size();) {
    used += static_cast<size_t>(CodePointWidth(Next(text, &at)));
    if (used > width) return std::string(text.substr(0, end)) + "…";
    if (used < width) end = at;
  }
  return std::string(text);
}

}  // namespace thresh
