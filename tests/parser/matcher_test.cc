#include "parser/matcher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "parser/regex.h"

namespace thresh {
namespace {

using ::testing::ElementsAre;

Pattern Make(std::string_view regex) { return Pattern(regex, CompileRegex(regex, nullptr)); }

std::vector<std::string> All(std::string_view regex, std::string_view text) {
  const ExtractionBudget budget;
  Matcher matcher(budget);
  const Pattern pattern = Make(regex);
  MatchWalk walk(matcher, pattern, text);
  std::vector<std::string> matches;
  while (walk.Next()) matches.emplace_back(text.substr(walk.begin(), walk.end() - walk.begin()));
  return matches;
}

TEST(MatcherTest, WalksOverAllMatches) {
  EXPECT_THAT(All("\\d+", "1 22 333"), ElementsAre("1", "22", "333"));
}

TEST(MatcherTest, EmptyMatchesAdvanceByCharacters) {
  EXPECT_THAT(All("x*", "äx"), ElementsAre("", "x", ""));
  EXPECT_THAT(All("", "ä€"), ElementsAre("", "", ""));
  EXPECT_THAT(All("$", "ab"), ElementsAre(""));
}

TEST(MatcherTest, LaterMatchesSeeWhatStandsBefore) {
  EXPECT_THAT(All("\\bx", "xx x"), ElementsAre("x", "x")) << "not the second x";
  EXPECT_THAT(All("^x", "xx"), ElementsAre("x")) << "^ is the text's beginning";
  EXPECT_THAT(All("(?m)^x", "xx\nx"), ElementsAre("x", "x"));
}

TEST(MatcherTest, CheapSearchesAreNotAskedEach) {
  ExtractionBudget budget;
  int questions = 0;
  budget.expired = [&questions] { return ++questions > 1'000'000; };
  Matcher matcher(budget);
  const Pattern pattern = Make("a");
  std::string text(1'000, 'a');
  MatchWalk walk(matcher, pattern, text);
  while (walk.Next()) continue;
  EXPECT_GT(questions, 5);
  EXPECT_LT(questions, 100);
}

TEST(MatcherTest, DearSearchesAreAskedEach) {
  ExtractionBudget budget;
  int questions = 0;
  budget.expired = [&questions] { return ++questions > 3; };
  Matcher matcher(budget);
  const Pattern pattern = Make("\\d|x");
  const std::string text = "1234567890" + std::string(50'000'000, ' ');
  MatchWalk walk(matcher, pattern, text);
  int matches = 0;
  while (walk.Next()) ++matches;
  EXPECT_LE(matches, 5);
  EXPECT_TRUE(matcher.cut_short());
  EXPECT_TRUE(matcher.stopped());
}

TEST(MatcherTest, AffordableBytesEndBetweenCharacters) {
  ExtractionBudget budget;
  budget.parse_time = std::chrono::milliseconds(1);
  const Pattern pattern = Make("(?:€)+");
  std::string text;
  for (int i = 0; i < 1'000'000; ++i) text += "€";
  Matcher matcher(budget);
  re2::StringPiece match;
  ASSERT_TRUE(matcher.Find(pattern, text, 0, {&match, 1}));
  EXPECT_LT(match.size(), text.size());
  EXPECT_EQ(match.size() % 3, 0u);
  EXPECT_TRUE(matcher.cut_short());
}

// A try at each of many starts that reads to the end in vain would be quadratic.
TEST(MatcherTest, VainTriesAreBounded) {
  std::string text;
  while (text.size() < 4'000'000) text += "<a ";
  ExtractionBudget budget;
  size_t questions = 0;
  budget.expired = [&questions] { return ++questions > 1'000; };
  Matcher matcher(budget);
  const Pattern pattern = Make("<a [^>]*>");
  MatchWalk walk(matcher, pattern, text);
  EXPECT_FALSE(walk.Next());
  EXPECT_FALSE(matcher.stopped());
}

TEST(MatcherTest, StartsAreFoundBehindVainTries) {
  std::string text;
  for (int i = 0; i < 2'000; ++i) text += "<a x";
  text += "\n<a>";
  EXPECT_THAT(All("<a[^x]*>", text), ElementsAre("<a>"));
}

TEST(MatcherTest, FirstGroupThatTookPart) {
  const ExtractionBudget budget;
  Matcher matcher(budget);
  const Pattern pattern = Make("(a)|(b)|c");
  std::vector<re2::StringPiece> groups(3);
  for (const char* text : {"a", "b", "c"}) {
    ASSERT_TRUE(matcher.Find(pattern, text, 0, groups));
    EXPECT_EQ(FirstGroup(groups), text);
  }
}

}  // namespace
}  // namespace thresh
