// How long fetches took: counts, from which percentiles are read.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace thresh {

// Durations in whole milliseconds, up to 2^40 of them. Exact below 128 ms, above it within 1 %:
// each power of two has 64 counters. Its size is constant.
class LatencyHistogram {
 public:
  // Below 0 counts as 0.
  void Add(int64_t ms);
  int64_t count() const { return count_; }
  int64_t max() const { return max_; }
  // The smallest duration that `share` (0 to 1) of all do not exceed; 0 when there are none.
  int64_t Percentile(double share) const;
  // How many are in [low, high).
  int64_t CountBetween(int64_t low, int64_t high) const;

 private:
  static constexpr int kSubBits = 6;
  static constexpr size_t kExact = size_t{2} << kSubBits;
  static constexpr size_t kCounters = kExact + (40 - kSubBits - 1) * (size_t{1} << kSubBits);
  static size_t IndexOf(int64_t ms);
  static int64_t LowestOf(size_t index);

  std::array<int64_t, kCounters> counts_{};
  int64_t count_ = 0;
  int64_t max_ = 0;
};

}  // namespace thresh
