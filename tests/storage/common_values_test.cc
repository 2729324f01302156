#include "storage/common_values.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>
#include <vector>

namespace thresh {
namespace {

TEST(CommonValuesTest, CountsWhatIsTheSame) {
  CommonValues values;
  EXPECT_EQ(values.MostCommon().rows, 0);
  for (int i = 0; i < 5; ++i) values.Add(std::string("a"));
  values.Add(std::string("b"));
  values.Add(int64_t{7});
  values.Add(7.5);
  values.Add(Value{});
  EXPECT_EQ(values.MostCommon().rows, 5);
  EXPECT_EQ(values.MostCommon().value, "a");
  for (int i = 0; i < 6; ++i) values.Add(int64_t{7});
  EXPECT_EQ(values.MostCommon().rows, 7);
  EXPECT_EQ(values.MostCommon().value, "7");
}

TEST(CommonValuesTest, IsNeverAboveTheTruthAndANinthBelowItAtMost) {
  std::mt19937 random(7);
  for (int round = 0; round < 50; ++round) {
    std::geometric_distribution<int64_t> values(0.02 + 0.018 * round);
    CommonValues common;
    std::map<int64_t, int64_t> counts;
    constexpr int64_t kAll = 900;
    int64_t most = 0;
    for (int64_t i = 0; i < kAll; ++i) {
      const int64_t value = values(random);
      common.Add(value);
      most = std::max(most, ++counts[value]);
    }
    const auto found = common.MostCommon();
    EXPECT_LE(found.rows, most) << round;
    EXPECT_GE(found.rows, most - kAll / 9) << round;
    if (most > kAll / 2) {
      EXPECT_EQ(counts[std::stoll(found.value)], most) << round;
    }
  }
}

TEST(CommonValuesTest, KeepsTheBeginningOfALongText) {
  CommonValues values;
  std::string umlauts;
  for (int i = 0; i < 5000; ++i) umlauts += "ü";
  values.Add("x" + umlauts);
  values.Add("x" + umlauts);
  EXPECT_EQ(values.MostCommon().rows, 2);
  EXPECT_EQ(values.MostCommon().value, "x" + umlauts.substr(0, 78));
}

}  // namespace
}  // namespace thresh
