#include "storage/latency_histogram.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace thresh {

// Beyond the exact ones an index has the power of two above, the next kSubBits bits below.
size_t LatencyHistogram::IndexOf(int64_t ms) {
  const auto value = static_cast<uint64_t>(ms);
  if (value < kExact) return static_cast<size_t>(value);
  const int power = std::bit_width(value) - 1;
  const auto sub = static_cast<size_t>(value >> (power - kSubBits)) - (size_t{1} << kSubBits);
  const size_t index =
      kExact + static_cast<size_t>(power - kSubBits - 1) * (size_t{1} << kSubBits) + sub;
  return std::min(index, kCounters - 1);
}

int64_t LatencyHistogram::LowestOf(size_t index) {
  if (index < kExact) return static_cast<int64_t>(index);
  const size_t above = index - kExact;
  const int power = static_cast<int>(above >> kSubBits) + kSubBits + 1;
  const int64_t sub = static_cast<int64_t>(above & ((size_t{1} << kSubBits) - 1));
  return ((int64_t{1} << kSubBits) + sub) << (power - kSubBits);
}

void LatencyHistogram::Add(int64_t ms) {
  ms = std::max<int64_t>(ms, 0);
  ++counts_[IndexOf(ms)];
  ++count_;
  max_ = std::max(max_, ms);
}

int64_t LatencyHistogram::Percentile(double share) const {
  if (count_ == 0) return 0;
  const auto wanted = std::max<int64_t>(
      1, static_cast<int64_t>(std::ceil(share * static_cast<double>(count_) - 1e-9)));
  int64_t seen = 0;
  for (size_t i = 0; i < kCounters; ++i) {
    seen += counts_[i];
    if (seen >= wanted) return std::min(LowestOf(i + 1) - 1, max_);
  }
  return max_;
}

int64_t LatencyHistogram::CountBetween(int64_t low, int64_t high) const {
  int64_t count = 0;
  for (size_t i = IndexOf(std::max<int64_t>(low, 0)); i < kCounters && LowestOf(i) < high; ++i) {
    if (LowestOf(i) >= low) count += counts_[i];
  }
  return count;
}

}  // namespace thresh
