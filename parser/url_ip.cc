#include "parser/url_ip.h"

#include <algorithm>
#include <charconv>

#include "parser/ascii.h"
#include "parser/percent.h"

namespace thresh {
namespace {

bool AllDigits(std::string_view text) {
  return std::all_of(text.begin(), text.end(), ascii::IsDigit);
}

// A part of an IPv4 address; what is above 32 bits gives 2^32. Nothing when it is no number.
std::optional<uint64_t> ParseIpv4Number(std::string_view part) {
  if (part.empty()) return std::nullopt;
  uint32_t radix = 10;
  if (part.starts_with("0x") || part.starts_with("0X")) {
    radix = 16;
    part.remove_prefix(2);
  } else if (part.size() > 1 && part[0] == '0') {
    radix = 8;
    part.remove_prefix(1);
  }
  uint64_t value = 0;
  for (const char digit : part) {
    if (ascii::HexValue(digit) >= radix) return std::nullopt;
    value = std::min<uint64_t>(value * radix + ascii::HexValue(digit), uint64_t{1} << 32);
  }
  return value;
}

// Walks over the text of an IPv6 address.
class Ipv6Parser {
 public:
  explicit Ipv6Parser(std::string_view text) : rest_(text) {}

  std::optional<Ipv6Pieces> Parse() {
    if (rest_.starts_with("::")) {
      rest_.remove_prefix(2);
      compress_ = ++count_;
    } else if (rest_.starts_with(':')) {
      return std::nullopt;
    }
    while (!rest_.empty()) {
      if (!ParsePiece()) return std::nullopt;
    }
    if (!compress_ && count_ != 8) return std::nullopt;
    if (compress_) Spread();
    return pieces_;
  }

 private:
  // A piece and what separates it from the next, or the IPv4 address at the end.
  bool ParsePiece() {
    if (count_ == 8) return false;
    if (rest_[0] == ':') {
      if (compress_) return false;
      rest_.remove_prefix(1);
      compress_ = ++count_;
      return true;
    }
    uint16_t value = 0;
    size_t length = 0;
    while (length < 4 && length < rest_.size() && IsIn(rest_[length], kHexDigit)) {
      value = static_cast<uint16_t>(value << 4 | ascii::HexValue(rest_[length++]));
    }
    if (length < rest_.size() && rest_[length] == '.') return length > 0 && ParseIpv4Tail();
    rest_.remove_prefix(length);
    if (!rest_.empty()) {
      if (rest_[0] != ':' || length == 0) return false;
      rest_.remove_prefix(1);
      if (rest_.empty()) return false;
    }
    pieces_[count_++] = value;
    return true;
  }

  // Four decimal numbers without leading zeros fill two pieces.
  bool ParseIpv4Tail() {
    if (count_ > 6) return false;
    uint32_t address = 0;
    for (int i = 0; i < 4; ++i) {
      if (i > 0 && !SkipDot()) return false;
      unsigned value = 0;
      const auto [end, failure] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value);
      const size_t length = end - rest_.data();
      if (failure != std::errc() || value > 255) return false;
      if (length > 1 && rest_[0] == '0') return false;
      rest_.remove_prefix(length);
      address = address << 8 | value;
    }
    pieces_[count_++] = static_cast<uint16_t>(address >> 16);
    pieces_[count_++] = static_cast<uint16_t>(address);
    return rest_.empty();
  }

  bool SkipDot() {
    if (!rest_.starts_with('.')) return false;
    rest_.remove_prefix(1);
    return true;
  }

  // Moves the pieces behind "::" to the end.
  void Spread() {
    std::rotate(pieces_.begin() + *compress_, pieces_.begin() + count_, pieces_.end());
  }

  std::string_view rest_;
  Ipv6Pieces pieces_{};
  size_t count_ = 0;
  std::optional<size_t> compress_;  // the piece behind "::", which itself is at least one
};

// The first longest run of at least two zeros: its begin and end; {8, 8} when there is none.
std::pair<size_t, size_t> LongestZeros(const Ipv6Pieces& address) {
  std::pair<size_t, size_t> best{8, 8};
  size_t best_length = 1;
  for (size_t begin = 0; begin < 8; ++begin) {
    size_t end = begin;
    while (end < 8 && address[end] == 0) ++end;
    if (end - begin > best_length) {
      best = {begin, end};
      best_length = end - begin;
    }
  }
  return best;
}

void AppendNumber(unsigned value, int base, std::string* out) {
  char digits[16];
  const auto [end, failure] = std::to_chars(digits, digits + sizeof digits, value, base);
  out->append(digits, end);
}

}  // namespace

bool EndsInNumber(std::string_view host) {
  if (host.ends_with('.')) host.remove_suffix(1);
  const std::string_view last = host.substr(host.rfind('.') + 1);
  if (last.empty() || !ascii::IsDigit(last[0])) return false;
  return AllDigits(last) || ParseIpv4Number(last).has_value();
}

std::optional<uint32_t> ParseIpv4(std::string_view host) {
  if (host.ends_with('.')) host.remove_suffix(1);
  uint64_t address = 0;
  for (int part = 0;; ++part) {
    const size_t dot = host.find('.');
    const auto number = ParseIpv4Number(host.substr(0, dot));
    if (!number || part > 3) return std::nullopt;
    if (dot == std::string_view::npos) {  // the last one fills the bytes that are left
      if (*number >> (8 * (4 - part)) != 0) return std::nullopt;
      return static_cast<uint32_t>(address | *number);
    }
    if (*number > 255) return std::nullopt;
    if (part < 4) address |= *number << (8 * (3 - part));
    host.remove_prefix(dot + 1);
  }
}

void AppendIpv4(uint32_t address, std::string* out) {
  for (int shift = 24; shift >= 0; shift -= 8) {
    AppendNumber(address >> shift & 255, 10, out);
    if (shift > 0) out->push_back('.');
  }
}

std::optional<Ipv6Pieces> ParseIpv6(std::string_view text) { return Ipv6Parser(text).Parse(); }

void AppendIpv6(const Ipv6Pieces& address, std::string* out) {
  const auto [begin, end] = LongestZeros(address);
  out->push_back('[');
  for (size_t i = 0; i < 8; ++i) {
    if (i == begin) {
      out->append("::");
      i = end - 1;
      continue;
    }
    AppendNumber(address[i], 16, out);
    if (i != 7 && i + 1 != begin) out->push_back(':');
  }
  out->push_back(']');
}

}  // namespace thresh
