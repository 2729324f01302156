#include "parser/utf8.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "parser/charset.h"

namespace thresh {
namespace {

constexpr std::string_view kReplacementBytes = "\xEF\xBF\xBD";

typedef uint64_t Block __attribute__((vector_size(16)));  // GCC's: SSE2 on any x86-64

Block LoadBlock(const char* at) {
  Block block;
  std::memcpy(&block, at, sizeof(block));
  return block;
}

// What may follow a lead byte: `length` bytes in all, the second one between `low` and `high`.
struct Lead {
  size_t length;
  uint8_t low;
  uint8_t high;
};

Lead LeadOf(uint8_t byte) {
  if (byte < 0x80) return {1, 0, 0};
  if (byte < 0xC2) return {0, 0, 0};
  if (byte < 0xE0) return {2, 0x80, 0xBF};
  if (byte == 0xE0) return {3, 0xA0, 0xBF};
  if (byte == 0xED) return {3, 0x80, 0x9F};
  if (byte < 0xF0) return {3, 0x80, 0xBF};
  if (byte == 0xF0) return {4, 0x90, 0xBF};
  if (byte < 0xF4) return {4, 0x80, 0xBF};
  if (byte == 0xF4) return {4, 0x80, 0x8F};
  return {0, 0, 0};
}

}  // namespace

size_t SkipAscii(std::string_view text, size_t at) {
  const size_t size = text.size();
  constexpr uint64_t kHighBits = 0x8080808080808080;
  while (size - at >= 4 * sizeof(Block)) {
    const Block all = (LoadBlock(text.data() + at) | LoadBlock(text.data() + at + 16)) |
                      (LoadBlock(text.data() + at + 32) | LoadBlock(text.data() + at + 48));
    if (((all[0] | all[1]) & kHighBits) != 0) break;
    at += 4 * sizeof(Block);
  }
  while (size - at >= sizeof(uint64_t)) {
    uint64_t word;
    std::memcpy(&word, text.data() + at, sizeof(word));
    if ((word & kHighBits) != 0) break;
    at += sizeof(word);
  }
  while (at < size && static_cast<signed char>(text[at]) >= 0) ++at;
  return at;
}

void AppendUtf8(char32_t code_point, std::string* out) {
  if (code_point > 0x10FFFF || (code_point >= 0xD800 && code_point <= 0xDFFF)) {
    code_point = kReplacementCharacter;
  }
  const auto tail = [code_point](int shift) {
    return static_cast<char>(0x80 | ((code_point >> shift) & 0x3F));
  };
  if (code_point < 0x80) {
    *out += static_cast<char>(code_point);
  } else if (code_point < 0x800) {
    *out += {static_cast<char>(0xC0 | (code_point >> 6)), tail(0)};
  } else if (code_point < 0x10000) {
    *out += {static_cast<char>(0xE0 | (code_point >> 12)), tail(6), tail(0)};
  } else {
    *out += {static_cast<char>(0xF0 | (code_point >> 18)), tail(12), tail(6), tail(0)};
  }
}

Utf8Sequence ReadUtf8Sequence(std::string_view text) {
  const auto byte = [text](size_t i) { return static_cast<uint8_t>(text[i]); };
  const Lead lead = LeadOf(byte(0));
  if (lead.length == 0) return {1, false};
  for (size_t i = 1; i < lead.length; ++i) {
    const uint8_t low = i == 1 ? lead.low : 0x80;
    const uint8_t high = i == 1 ? lead.high : 0xBF;
    if (i == text.size() || byte(i) < low || byte(i) > high) return {i, false};
  }
  return {lead.length, true};
}

size_t ValidUtf8Prefix(std::string_view text) {
  size_t at = SkipAscii(text, 0);
  while (at < text.size()) {
    const Utf8Sequence sequence = ReadUtf8Sequence(text.substr(at));
    if (!sequence.valid) break;
    at += sequence.length;
    if (at < text.size() && static_cast<signed char>(text[at]) >= 0) {
      at = SkipAscii(text, at);
    }
  }
  return at;
}

std::string_view Utf8Prefix(std::string_view text, size_t max_bytes) {
  if (text.size() <= max_bytes) return text;
  while (max_bytes > 0 && IsContinuation(text[max_bytes])) --max_bytes;
  return text.substr(0, max_bytes);
}

std::string CopyAsValidUtf8(std::string_view bytes) {
  // The copy is what is checked: `bytes` may be shared with a process that changes them meanwhile.
  std::string copy(bytes);
  size_t valid = ValidUtf8Prefix(copy);
  if (valid == copy.size()) return copy;

  std::string repaired;
  repaired.reserve(copy.size() + copy.size() / 8 + kReplacementBytes.size());
  for (std::string_view rest = copy;; valid = ValidUtf8Prefix(rest)) {
    repaired += rest.substr(0, valid);
    rest.remove_prefix(valid);
    if (rest.empty()) return repaired;
    repaired += kReplacementBytes;
    rest.remove_prefix(ReadUtf8Sequence(rest).length);
  }
}

}  // namespace thresh
