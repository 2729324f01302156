// UTF-8 as the Encoding standard and Unicode (§3.9, table 3-7) define it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace thresh {

inline constexpr char32_t kReplacementCharacter = 0xFFFD;
inline constexpr std::string_view kUtf8ByteOrderMark = "\xEF\xBB\xBF";

// Appends `code_point` as UTF-8; a surrogate or a number above U+10FFFF as U+FFFD.
void AppendUtf8(char32_t code_point, std::string* out);

// How many bytes of `text` from its beginning are valid UTF-8, in whole sequences. At about 30
// bytes a nanosecond in ASCII, 1 elsewhere.
size_t ValidUtf8Prefix(std::string_view text);

inline bool IsValidUtf8(std::string_view text) { return ValidUtf8Prefix(text) == text.size(); }

// Whether a byte goes on with a character that begins before it.
constexpr bool IsContinuation(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0) == 0x80;
}

// The leading bytes of `text`, at most `max_bytes`, that end between two characters.
std::string_view Utf8Prefix(std::string_view text, size_t max_bytes);

// Behind the ASCII bytes of `text` that begin at `at`.
size_t SkipAscii(std::string_view text, size_t at);

inline bool IsAscii(std::string_view text) { return SkipAscii(text, 0) == text.size(); }

// The sequence at the beginning of `text`, which is not empty.
struct Utf8Sequence {
  // Bytes; of an invalid one its maximal subpart, which is one U+FFFD (Unicode §3.9, "U+FFFD
  // Substitution of Maximal Subparts").
  size_t length = 1;
  bool valid = false;
};
Utf8Sequence ReadUtf8Sequence(std::string_view text);

}  // namespace thresh
