#include "fetcher/wire_format.h"

namespace thresh {

void WireWriter::Number(uint64_t value) {
  while (value >= 0x80) {
    bytes_.push_back(static_cast<char>(value | 0x80));
    value >>= 7;
  }
  bytes_.push_back(static_cast<char>(value));
}

uint64_t WireReader::Fail() {
  ok_ = false;
  rest_ = {};
  return 0;
}

uint64_t WireReader::Number(uint64_t max) {
  uint64_t value = 0;
  for (int shift = 0; shift < 64 && !rest_.empty(); shift += 7) {
    const auto byte = static_cast<unsigned char>(rest_.front());
    rest_.remove_prefix(1);
    if (shift == 63 && byte > 1) return Fail();
    value |= uint64_t{byte & 0x7fu} << shift;
    if (byte < 0x80) return value <= max ? value : Fail();
  }
  return Fail();
}

std::string_view WireReader::Text(size_t max_bytes) {
  const uint64_t size = Number(max_bytes);
  if (!ok_ || size > rest_.size()) {
    Fail();
    return {};
  }
  const std::string_view text = rest_.substr(0, size);
  rest_.remove_prefix(size);
  return text;
}

}  // namespace thresh
