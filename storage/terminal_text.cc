#include "storage/terminal_text.h"

#include <unicode/uchar.h>
#include <unicode/utf16.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <cstdint>

namespace thresh {
namespace {

bool IsPlainAscii(unsigned char c) { return c >= 0x20 && c < 0x7f; }

// What a terminal, or the eye, would not take as a character of the text.
bool IsTreacherous(UChar32 c) {
  return u_charType(c) == U_CONTROL_CHAR || u_hasBinaryProperty(c, UCHAR_BIDI_CONTROL) ||
         c == 0x2028 || c == 0x2029 || (c >= 0xE0000 && c <= 0xE007F);
}

void AppendUtf8(UChar32 c, std::string* out) {
  char bytes[U8_MAX_LENGTH];
  int32_t size = 0;
  U8_APPEND_UNSAFE(bytes, size, c);
  out->append(bytes, static_cast<size_t>(size));
}

void AppendHex(UChar32 number, int digits, std::string* out) {
  for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) {
    *out += "0123456789ABCDEF"[(number >> shift) & 15];
  }
}

void AppendName(UChar32 c, std::string* out) {
  *out += "<U+";
  AppendHex(c, c > 0xFFFF ? 6 : 4, out);
  *out += '>';
}

void AppendHarmless(UChar32 c, std::string* out) {
  if (c == '\n') {
    *out += "↵";
  } else if (c == '\t') {
    *out += "⇥";
  } else if (c < 0x20) {
    AppendUtf8(0x2400 + c, out);  // the control's picture
  } else if (c == 0x7f) {
    *out += "␡";
  } else if (IsTreacherous(c)) {
    AppendName(c, out);
  } else {
    AppendUtf8(c, out);
  }
}

// RFC 8259 §7: two escapes for what is beyond the first plane.
void AppendJsonEscape(UChar32 c, std::string* out) {
  if (c > 0xFFFF) AppendJsonEscape(U16_LEAD(c), out);
  *out += "\\u";
  AppendHex(c > 0xFFFF ? U16_TRAIL(c) : c, 4, out);
}

}  // namespace

void AppendTerminalText(std::string_view text, std::string* out, size_t max_bytes) {
  const auto* bytes = reinterpret_cast<const uint8_t*>(text.data());
  for (size_t at = 0; at < text.size();) {
    if (at >= max_bytes) {
      *out += "…";
      return;
    }
    if (IsPlainAscii(bytes[at])) {
      *out += text[at++];
      continue;
    }
    UChar32 c;
    U8_NEXT_OR_FFFD(bytes, at, text.size(), c);
    AppendHarmless(c, out);
  }
}

std::string TerminalText(std::string_view text) {
  std::string harmless;
  AppendTerminalText(text, &harmless);
  return harmless;
}

std::string TerminalLines(std::string_view lines) {
  std::string harmless;
  while (!lines.empty()) {
    const size_t end = std::min(lines.find_first_of("\t\n"), lines.size());
    const bool has_cr = end > 0 && lines.substr(end - 1, 2) == "\r\n";
    const size_t text = has_cr ? end - 1 : end;
    const size_t next = std::min(end + 1, lines.size());
    AppendTerminalText(lines.substr(0, text), &harmless);
    harmless += lines.substr(text, next - text);
    lines.remove_prefix(next);
  }
  return harmless;
}

std::string TerminalJson(std::string_view json) {
  const auto* bytes = reinterpret_cast<const uint8_t*>(json.data());
  std::string harmless;
  for (size_t at = 0; at < json.size();) {
    const size_t begin = at;
    UChar32 c;
    U8_NEXT_OR_FFFD(bytes, at, json.size(), c);
    if (c != '\n' && c != '\t' && IsTreacherous(c)) {
      AppendJsonEscape(c, &harmless);
    } else {
      harmless += json.substr(begin, at - begin);
    }
  }
  return harmless;
}

}  // namespace thresh
