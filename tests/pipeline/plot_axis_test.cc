#include "pipeline/plot_axis.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

namespace thresh {
namespace {

using testing::ElementsAre;
using testing::Gt;
using testing::Le;
using testing::SizeIs;

std::vector<std::string> Labels(const std::vector<Tick>& ticks) {
  std::vector<std::string> labels;
  for (const Tick& tick : ticks) labels.push_back(tick.label);
  return labels;
}

TEST(PlotAxisTest, CountsGetRoundSteps) {
  EXPECT_THAT(Labels(CountTicks(9, 4)), ElementsAre("0", "5", "10"));
  EXPECT_THAT(Labels(CountTicks(0.3, 4)), ElementsAre("0", "0.1", "0.2", "0.3"));
  EXPECT_THAT(Labels(CountTicks(30'000, 3)), ElementsAre("0", "10k", "20k", "30k"));
  EXPECT_THAT(Labels(ByteTicks(2'500'000, 4)), ElementsAre("0 B", "1 MB", "2 MB", "3 MB"));
}

TEST(PlotAxisTest, NoRangeIsTooOddForTicks) {
  const double infinity = std::numeric_limits<double>::infinity();
  for (const double max : {0.0, -1.0, infinity, std::numeric_limits<double>::quiet_NaN(), 1e308}) {
    EXPECT_THAT(CountTicks(max, 4), SizeIs(Gt(1u))) << max;
  }
  EXPECT_THAT(RangeTicks(5, 5, 4), SizeIs(Gt(1u)));
  EXPECT_THAT(RangeTicks(-1e308, 1e308, 4), SizeIs(testing::AllOf(Gt(1u), Le(50u))));
  const auto ticks = RangeTicks(-3.5, 12, 5);
  EXPECT_LE(ticks.front().value, -3.5);
  EXPECT_GE(ticks.back().value, 12);
}

Timestamp At(const char* text) { return *FromIso8601(text); }

TEST(PlotAxisTest, TimesGetTheUnitsThatFit) {
  EXPECT_THAT(Labels(TimeTicks(At("2026-03-01T04:00:01.500Z"), At("2026-03-01T04:00:04.000Z"), 6)),
              ElementsAre("04:00:02", "04:00:03", "04:00:04"));
  EXPECT_THAT(Labels(TimeTicks(At("2026-03-01T03:55:00.000Z"), At("2026-03-01T07:10:00.000Z"), 4)),
              ElementsAre("04:00", "05:00", "06:00", "07:00"));
  EXPECT_THAT(Labels(TimeTicks(At("2026-03-01T00:00:00.000Z"), At("2026-03-04T00:00:00.000Z"), 6)),
              ElementsAre("03-01", "03-02", "03-03", "03-04"));
  EXPECT_THAT(TimeTicks(At("1970-01-01T00:00:00.000Z"), At("2026-01-01T00:00:00.000Z"), 6),
              SizeIs(testing::AllOf(Gt(1u), Le(7u))));
}

TEST(PlotAxisTest, NumbersAreShort) {
  EXPECT_EQ(ShortNumber(0.254), "0.25");
  EXPECT_EQ(ShortNumber(12'345), "12.3k");
  EXPECT_EQ(ShortNumber(34'500'000), "34.5M");
  EXPECT_EQ(ShortBytes(999), "999 B");
  EXPECT_EQ(ShortBytes(1'234'567), "1.23 MB");
  EXPECT_EQ(ShortDuration(999.6), "1 s");
  EXPECT_EQ(ShortDuration(126'000), "2.1 min");
  EXPECT_EQ(PlainNumber(1234.5), "1,234.5");
  EXPECT_EQ(PlainNumber(-0.25), "-0.25");
  EXPECT_EQ(PlainNumber(19.99), "19.99");
}

}  // namespace
}  // namespace thresh
