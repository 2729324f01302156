#include "pipeline/units.h"

#include <gtest/gtest.h>

#include <string>

namespace thresh {
namespace {

TEST(UnitsTest, Durations) {
  using std::chrono::milliseconds;
  const struct {
    const char* text;
    std::optional<milliseconds> expected;
  } cases[] = {
      {"500ms", milliseconds(500)},
      {"2s", milliseconds(2000)},
      {"1.5m", milliseconds(90'000)},
      {"1h", milliseconds(3'600'000)},
      {"14d", milliseconds(1'209'600'000)},
      {"0", milliseconds(0)},
      {"0s", milliseconds(0)},
      {"0.0004s", milliseconds(0)},
      {"36525d", std::chrono::hours(24 * 36525)},
      {"36526d", std::nullopt},
      {"1e3s", std::nullopt},
      {"5", std::nullopt},
      {"s", std::nullopt},
      {"", std::nullopt},
      {"-1s", std::nullopt},
      {"+1s", std::nullopt},
      {".5s", std::nullopt},
      {"1.s", std::nullopt},
      {"1 s", std::nullopt},
      {" 1s", std::nullopt},
      {"1S", std::nullopt},
      {"1w", std::nullopt},
      {"infs", std::nullopt},
      {"nand", std::nullopt},
      {"99999999999999999999999999d", std::nullopt},
  };
  for (const auto& test : cases) EXPECT_EQ(ParseDuration(test.text), test.expected) << test.text;
  EXPECT_EQ(ParseDuration(std::string(400, '9').append("d")), std::nullopt);
}

TEST(UnitsTest, Sizes) {
  const struct {
    const char* text;
    std::optional<size_t> expected;
  } cases[] = {
      {"512B", 512},         {"64KB", 65'536},         {"64KiB", 65'536},
      {"16MB", 16u << 20},   {"1.5GB", 1'610'612'736}, {"1TB", size_t{1} << 40},
      {"2TB", std::nullopt}, {"16", std::nullopt},     {"16mb", std::nullopt},
      {"MB", std::nullopt},  {"", std::nullopt},       {"-1B", std::nullopt},
  };
  for (const auto& test : cases) EXPECT_EQ(ParseSize(test.text), test.expected) << test.text;
}

TEST(UnitsTest, Shares) {
  EXPECT_EQ(ParseShare("10%"), 0.1);
  EXPECT_EQ(ParseShare("0%"), 0.0);
  EXPECT_EQ(ParseShare("100%"), 1.0);
  EXPECT_EQ(ParseShare("2.5%"), 0.025);
  EXPECT_EQ(ParseShare("101%"), std::nullopt);
  EXPECT_EQ(ParseShare("10"), std::nullopt);
  EXPECT_EQ(ParseShare("%"), std::nullopt);
  EXPECT_EQ(ParseShare("-1%"), std::nullopt);
}

}  // namespace
}  // namespace thresh
