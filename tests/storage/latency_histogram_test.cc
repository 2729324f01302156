#include "storage/latency_histogram.h"

#include <gtest/gtest.h>

#include <cmath>

namespace thresh {
namespace {

TEST(LatencyHistogramTest, PercentilesAreWithinAPercent) {
  LatencyHistogram histogram;
  for (int64_t ms = 1; ms <= 100'000; ++ms) histogram.Add(ms);
  EXPECT_EQ(histogram.count(), 100'000);
  EXPECT_EQ(histogram.max(), 100'000);
  for (const double share : {0.001, 0.1, 0.5, 0.9, 0.99, 1.0}) {
    const double exact = share * 100'000;
    EXPECT_NEAR(static_cast<double>(histogram.Percentile(share)), exact, exact * 0.016) << share;
  }
}

TEST(LatencyHistogramTest, SmallNumbersAreExact) {
  LatencyHistogram histogram;
  EXPECT_EQ(histogram.Percentile(0.5), 0);
  for (const int64_t ms : {7, 7, 9, 100}) histogram.Add(ms);
  EXPECT_EQ(histogram.Percentile(0.5), 7);
  EXPECT_EQ(histogram.Percentile(0.75), 9);
  EXPECT_EQ(histogram.Percentile(0.99), 100);
  EXPECT_EQ(histogram.CountBetween(7, 9), 2);
  EXPECT_EQ(histogram.CountBetween(9, 101), 2);
}

TEST(LatencyHistogramTest, NoValueIsOutside) {
  LatencyHistogram histogram;
  for (const int64_t ms : {INT64_MIN, int64_t{-1}, int64_t{1} << 39, int64_t{1} << 41, INT64_MAX}) {
    histogram.Add(ms);
  }
  EXPECT_EQ(histogram.count(), 5);
  EXPECT_EQ(histogram.CountBetween(0, 1), 2);
  EXPECT_EQ(histogram.CountBetween(0, INT64_MAX), 5);
}

}  // namespace
}  // namespace thresh
