#include "storage/cell_text.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace thresh {
namespace {

constexpr char kHex[] = "0123456789abcdef";
constexpr char kBase64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

unsigned Byte(std::string_view bytes, size_t at) {
  return at < bytes.size() ? static_cast<unsigned char>(bytes[at]) : 0;
}

}  // namespace

void AppendInteger(int64_t value, std::string* out) {
  char digits[24];
  const auto end = std::to_chars(digits, digits + sizeof digits, value);
  out->append(digits, end.ptr);
}

void AppendReal(double value, std::string* out) {
  if (std::isnan(value)) {
    *out += "NaN";
    return;
  }
  if (std::isinf(value)) {
    *out += value < 0 ? "-Inf" : "Inf";
    return;
  }
  char digits[32];
  const auto end = std::to_chars(digits, digits + sizeof digits, value);
  const std::string_view text(digits, static_cast<size_t>(end.ptr - digits));
  *out += text;
  if (text.find_first_of(".e") == std::string_view::npos) *out += ".0";
}

void AppendBlobLiteral(std::string_view bytes, std::string* out) {
  *out += "x'";
  for (const unsigned char byte : bytes) {
    *out += kHex[byte >> 4];
    *out += kHex[byte & 15];
  }
  *out += '\'';
}

void AppendBase64(std::string_view bytes, std::string* out) {
  for (size_t at = 0; at < bytes.size(); at += 3) {
    const unsigned bits = Byte(bytes, at) << 16 | Byte(bytes, at + 1) << 8 | Byte(bytes, at + 2);
    *out += kBase64[bits >> 18];
    *out += kBase64[bits >> 12 & 63];
    *out += at + 1 < bytes.size() ? kBase64[bits >> 6 & 63] : '=';
    *out += at + 2 < bytes.size() ? kBase64[bits & 63] : '=';
  }
}

}  // namespace thresh
