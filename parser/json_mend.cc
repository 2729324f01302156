#include "parser/json_mend.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <utility>

namespace thresh {
namespace {

constexpr std::string_view kReplacementEscape = "\\ufffd";
constexpr size_t kEscapeSize = kReplacementEscape.size();

bool IsHighSurrogate(unsigned code) { return code >= 0xd800 && code < 0xdc00; }
bool IsLowSurrogate(unsigned code) { return code >= 0xdc00 && code < 0xe000; }

// The code unit of the escape "\uXXXX" that begins `text`; 0 when none does.
unsigned EscapedUnit(std::string_view text) {
  if (text.size() < kEscapeSize || !text.starts_with("\\u")) return 0;
  unsigned code = 0;
  const char* const end = text.data() + kEscapeSize;
  return std::from_chars(text.data() + 2, end, code, 16).ptr == end ? code : 0;
}

// One pass, in which each part of the text is taken from its front.
class Mender {
 public:
  explicit Mender(std::string_view text) : rest_(text) { out_.reserve(text.size()); }

  std::string Run() {
    while (!rest_.empty()) {
      const size_t other = std::min(rest_.find_first_of("\"-0123456789"), rest_.size());
      Copy(other);
      if (rest_.empty()) break;
      rest_[0] == '"' ? String() : Number();
    }
    return std::move(out_);
  }

 private:
  void Copy(size_t size) {
    out_ += rest_.substr(0, size);
    rest_.remove_prefix(std::min(size, rest_.size()));
  }

  void String() {
    Copy(1);
    while (!rest_.empty()) {
      const char c = rest_[0];
      if (c == '"') return Copy(1);
      if (c == '\\') {
        Escape();
      } else if (static_cast<unsigned char>(c) < 0x20) {
        Control(static_cast<unsigned char>(c));
      } else {
        Copy(1);
      }
    }
  }

  void Escape() {
    const unsigned code = EscapedUnit(rest_);
    if (IsHighSurrogate(code)) {
      if (IsLowSurrogate(EscapedUnit(rest_.substr(kEscapeSize)))) return Copy(2 * kEscapeSize);
    } else if (!IsLowSurrogate(code)) {
      return Copy(2);
    }
    out_ += kReplacementEscape;
    rest_.remove_prefix(kEscapeSize);
  }

  void Control(unsigned char c) {
    constexpr std::string_view kHex = "0123456789abcdef";
    out_ += "\\u00";
    out_ += kHex[c >> 4];
    out_ += kHex[c & 15];
    rest_.remove_prefix(1);
  }

  void Number() {
    const size_t size = std::min(rest_.find_first_not_of("+-.0123456789Ee"), rest_.size());
    const std::string number(rest_.substr(0, size));
    char* end = nullptr;
    const double value = std::strtod(number.c_str(), &end);
    const bool too_large = std::isinf(value) && *end == '\0';
    if (too_large) out_ += '"';
    Copy(size);
    if (too_large) out_ += '"';
  }

  std::string_view rest_;
  std::string out_;
};

}  // namespace

std::string MendJson(std::string_view text) { return Mender(text).Run(); }

}  // namespace thresh
