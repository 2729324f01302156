#include "parser/percent.h"

#include "parser/ascii.h"
#include "parser/utf8.h"

namespace thresh {
namespace {

constexpr std::string_view kEscapedReplacement = "%EF%BF%BD";  // U+FFFD

// Whether `digit`, put behind `out`, would complete an escape that the text never had: "%%37e" is
// not "%7e".
bool WouldMakeEscape(std::string_view out, char digit) {
  if (!IsIn(digit, kHexDigit) || out.empty()) return false;
  if (out.back() == '%') return true;
  return out.size() >= 2 && out[out.size() - 2] == '%' && IsIn(out.back(), kHexDigit);
}

void AppendEscaped(std::string_view bytes, std::string* out) {
  for (const char byte : bytes) AppendEscape(byte, out);
}

// Appends the character or escape at the start of `text`, which does not stand for itself, and
// gives how many bytes it took.
size_t AppendSpecial(std::string_view text, size_t begin_of_part, std::string* out) {
  if (text[0] == '%') {
    if (!IsEscape(text, 0)) {
      out->push_back('%');
      return 1;
    }
    const char byte = static_cast<char>(ascii::HexValue(text[1]) << 4 | ascii::HexValue(text[2]));
    const std::string_view part = std::string_view(*out).substr(begin_of_part);
    if (IsIn(byte, kUnreserved) && !WouldMakeEscape(part, byte)) {
      out->push_back(byte);
    } else {
      AppendEscape(byte, out);
    }
    return 3;
  }
  const Utf8Sequence sequence = ReadUtf8Sequence(text);
  if (sequence.valid) {
    AppendEscaped(text.substr(0, sequence.length), out);
  } else {
    out->append(kEscapedReplacement);
  }
  return sequence.length;
}

}  // namespace

void AppendEscape(char byte, std::string* out) {
  constexpr char kDigits[] = "0123456789ABCDEF";
  const auto value = static_cast<unsigned char>(byte);
  const char escape[3] = {'%', kDigits[value >> 4], kDigits[value & 15]};
  out->append(escape, 3);
}

void AppendNormalised(std::string_view text, uint8_t plain, std::string* out) {
  const size_t begin_of_part = out->size();
  size_t at = 0;
  while (at < text.size()) {
    size_t end = at;
    while (end < text.size() && IsIn(text[end], plain)) ++end;
    out->append(text, at, end - at);
    if (end == text.size()) return;
    at = end + AppendSpecial(text.substr(end), begin_of_part, out);
  }
}

std::string PercentEncode(std::string_view text) {
  std::string out;
  out.reserve(text.size() + 16);
  for (const char byte : text) {
    if (IsIn(byte, kUnreserved)) {
      out.push_back(byte);
    } else {
      AppendEscape(byte, &out);
    }
  }
  return out;
}

std::string PercentDecode(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t at = 0; at < text.size(); ++at) {
    if (IsEscape(text, at)) {
      out.push_back(
          static_cast<char>(ascii::HexValue(text[at + 1]) << 4 | ascii::HexValue(text[at + 2])));
      at += 2;
    } else {
      out.push_back(text[at]);
    }
  }
  return out;
}

}  // namespace thresh
