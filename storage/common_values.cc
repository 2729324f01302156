#include "storage/common_values.h"

#include <xxhash.h>

#include <algorithm>
#include <string_view>
#include <variant>

#include "parser/utf8.h"
#include "storage/cell_text.h"

namespace thresh {
namespace {

constexpr size_t kLongestExample = 80;
// Texts that begin alike for so long, and are as long, are taken for one.
constexpr size_t kLongestHashed = 4096;

}  // namespace

void CommonValues::Add(const Value& value) {
  std::string number;
  if (const auto* integer = std::get_if<int64_t>(&value)) AppendInteger(*integer, &number);
  if (const auto* real = std::get_if<double>(&value)) AppendReal(*real, &number);
  const auto* stored = std::get_if<std::string>(&value);
  if (stored == nullptr && number.empty()) return;
  const std::string_view text = stored == nullptr ? number : *stored;
  const uint64_t hash =
      XXH3_64bits_withSeed(text.data(), std::min(text.size(), kLongestHashed), text.size());
  Slot* free = nullptr;
  for (Slot& slot : slots_) {
    if (slot.rows == 0) {
      free = &slot;
    } else if (slot.hash == hash) {
      ++slot.rows;
      return;
    }
  }
  if (free == nullptr) {
    for (Slot& slot : slots_) --slot.rows;
    return;
  }
  free->hash = hash;
  free->rows = 1;
  free->value = Utf8Prefix(text, kLongestExample);
}

CommonValues::Common CommonValues::MostCommon() const {
  const Slot& most = *std::max_element(
      slots_.begin(), slots_.end(), [](const Slot& a, const Slot& b) { return a.rows < b.rows; });
  return {most.rows, most.value};
}

}  // namespace thresh
