#include "parser/robots_tag.h"

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>

namespace thresh {
namespace {

struct RobotsTagCase {
  std::string value;
  RobotsDirectives expected;
};

constexpr RobotsDirectives kNothing{false, false};
constexpr RobotsDirectives kNoindex{true, false};
constexpr RobotsDirectives kNofollow{false, true};
constexpr RobotsDirectives kBoth{true, true};

std::string Words(RobotsDirectives found) {
  return std::string(found.noindex ? "noindex " : "") + (found.nofollow ? "nofollow" : "");
}

TEST(RobotsTagTest, MetaListsWords) {
  for (const RobotsTagCase& test : std::initializer_list<RobotsTagCase>{
           {"", kNothing},
           {"index, follow", kNothing},
           {"all", kNothing},
           {"noindex", kNoindex},
           {"nofollow", kNofollow},
           {"NoIndex,NOFOLLOW", kBoth},
           {"none", kBoth},
           {" ,noindex ,, nofollow, ", kBoth},
           {"noindex nofollow", kBoth},
           {"noarchive, max-snippet:0, nofollow", kNofollow},
           {"nofollows, xnoindex", kNothing},
       }) {
    EXPECT_EQ(Words(ParseRobotsMeta(test.value)), Words(test.expected)) << test.value;
  }
}

TEST(RobotsTagTest, HeadersMaySpeakToOneAgent) {
  for (const RobotsTagCase& test : std::initializer_list<RobotsTagCase>{
           {"noindex", kNoindex},
           {"noindex, nofollow", kBoth},
           {"thresh: nofollow", kNofollow},
           {"Thresh/2.0: nofollow", kNofollow},
           {"THRESH : none", kBoth},
           {"otherbot: nofollow", kNothing},
           {"otherbot/2.1: nofollow", kNothing},
           {"otherbot: noindex, nofollow", kNothing},
           {"noindex, otherbot: nofollow", kNoindex},
           {"otherbot: noindex, thresh: nofollow", kNofollow},
           {"thresh: nofollow, otherbot: noindex", kNofollow},
           {"thres: nofollow", kNothing},
           {"unavailable_after: 25 Jun 2010 15:00:00 PST, nofollow", kNofollow},
           {"unavailable_after: Friday, 25-Jun-10 15:00:00 EST, nofollow", kNofollow},
           {"max-snippet: 20, noindex", kNoindex},
           {"otherbot: max-snippet: 20, noindex", kNothing},
           {": noindex", kNoindex},
           {"", kNothing},
       }) {
    EXPECT_EQ(Words(ParseRobotsTag(test.value, "thresh/0.1 (+https://x.test/)")),
              Words(test.expected))
        << test.value;
  }
}

TEST(RobotsTagTest, DirectivesAddUp) {
  RobotsDirectives found = kNoindex;
  found |= kNofollow;
  EXPECT_EQ(found, kBoth);
  found |= kNothing;
  EXPECT_EQ(found, kBoth);
}

}  // namespace
}  // namespace thresh
