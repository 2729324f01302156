#include "storage/terminal_text.h"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

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

void AppendName(UChar32 c, std::string* out) {
  *out += "<U+";
  for (int shift = c > 0xFFFF ? 20 : 12; shift >= 0; shift -= 4) {
    *out += "0123456789ABCDEF"[(c >> shift) & 15];
  }
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

}  // namespace thresh
