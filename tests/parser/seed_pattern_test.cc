#include "parser/seed_pattern.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <initializer_list>
#include <string>
#include <vector>

namespace thresh {
namespace {

using Urls = std::vector<std::string>;

Urls Expanded(const std::string& seed) {
  SeedPatternError error;
  const auto pattern = SeedPattern::Parse(seed, &error);
  if (!pattern) return {"error at " + std::to_string(error.offset) + ": " + error.message};
  Urls urls;
  for (size_t i = 0; i < pattern->count(); ++i) urls.push_back(pattern->At(i));
  return urls;
}

struct SeedPatternCase {
  std::string seed;
  Urls urls;
};

TEST(SeedPatternTest, RangesExpand) {
  for (const SeedPatternCase& test : std::initializer_list<SeedPatternCase>{
           {"http://x.test/[1-3]", {"http://x.test/1", "http://x.test/2", "http://x.test/3"}},
           {"p[0-90:30]e", {"p0e", "p30e", "p60e", "p90e"}},
           {"[0-100:30]", {"0", "30", "60", "90"}},
           {"[7-7]", {"7"}},
           {"[7-9:100]", {"7"}},
           {"[08-11]", {"08", "09", "10", "11"}},
           {"[00-02]", {"00", "01", "02"}},
           {"[0-2]", {"0", "1", "2"}},
           {"[099-101]", {"099", "100", "101"}},
           {"[1-02]", {"1", "2"}},
           {"[1-2]-[8-9]", {"1-8", "1-9", "2-8", "2-9"}},
           {"a[1-2][3-4]b[05-06]",
            {"a13b05", "a13b06", "a14b05", "a14b06", "a23b05", "a23b06", "a24b05", "a24b06"}},
           {"http://[::1]/[1-2]", {"http://[::1]/1", "http://[::1]/2"}},
           {"[999999999999999998-999999999999999999]",
            {"999999999999999998", "999999999999999999"}},
       }) {
    EXPECT_EQ(Expanded(test.seed), test.urls) << test.seed;
  }
}

TEST(SeedPatternTest, WhatIsNoRangeStays) {
  for (const std::string seed : {"", "http://x.test/", "http://[::1]/", "?a[]=1", "?a[0]=1",
                                 "[a-z]", "[1-", "[1-5", "[-5]", "[1-5:]", "[1-5:x]", "[1 - 5]",
                                 "[1-5-9]", "[1..5]", "{1-5}", "[", "]", "[[", "[1-5:2:3]"}) {
    EXPECT_EQ(Expanded(seed), Urls{seed});
  }
  EXPECT_EQ(Expanded("[[1-2]]"), (Urls{"[1]", "[2]"})) << "one in a bracket that is none";
}

TEST(SeedPatternTest, ErrorsNameTheBracket) {
  using testing::ElementsAre;
  using testing::StartsWith;
  EXPECT_THAT(Expanded("x[5-1]"), ElementsAre(StartsWith("error at 1: runs backwards")));
  EXPECT_THAT(Expanded("[1-2][1-5:0]"), ElementsAre(StartsWith("error at 5: has a step of 0")));
  EXPECT_THAT(Expanded("[1-9999999999999999999]"),
              ElementsAre(StartsWith("error at 0: has a number of more than 18 digits")));
}

TEST(SeedPatternTest, AMillionUrlsAreTheMost) {
  using testing::ElementsAre;
  using testing::StartsWith;
  EXPECT_EQ(Expanded("[1-1000][1-1000]").size(), kMaxSeedUrls);
  EXPECT_THAT(Expanded("ab[1-1000]c[0-1000]"),
              ElementsAre(StartsWith("error at 11: makes more than 1,000,000")));
  EXPECT_THAT(Expanded("[0-999999999999999999]"), ElementsAre(StartsWith("error at 0: makes")));
  EXPECT_THAT(Expanded(std::string(1000, 'a') + "[1-1000000]"),
              ElementsAre(StartsWith("error at 1000: makes more than 256 MB")));
}

TEST(SeedPatternTest, AListStandsForItsUrlsAsTheyAre) {
  const std::vector<std::string> urls{"https://a.test/[1-3]", "https://b.test/", "https://a.test/"};
  const SeedPattern list = SeedPattern::ListOf(urls);
  ASSERT_EQ(list.count(), urls.size());
  for (size_t i = 0; i < urls.size(); ++i) EXPECT_EQ(list.At(i), urls[i]);
  EXPECT_EQ(list.prefix(), "");
  EXPECT_EQ(SeedPattern::ListOf({}).count(), 0u);
}

}  // namespace
}  // namespace thresh
