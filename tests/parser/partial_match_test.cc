#include "parser/partial_match.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "parser/regex.h"

namespace thresh {
namespace {

struct PartialCase {
  const char* pattern;
  const char* text;
  const char* matched;  // of the pattern
  const char* failed;
  const char* shown;  // of the text
  size_t places;
  const char* reason;
};

const PartialCase kPartialCases[] = {
    {R"(<b class="new">(\d+)</b>)", R"(<i><b class="old">7</b>)", R"(<b class=")", "new\">",
     R"(<b class=")", 1, "a word is named whole"},
    {R"(<b>(\d+)</b>)", "<b>12 €</b> <b>x</b>", R"(<b>(\d+))", "</b>", "<b>12", 1,
     "behind a group"},
    {R"(£(?P<price>\d+\.\d\d))", "£12,50", R"(£(?P<price>\d+)", R"(\.)", "£12", 1,
     "cut inside a group"},
    {R"(£(?P<price>\d+\.\d\d))", "£x £y", "£", R"(\d+)", "£", 2, "before a group: its first part"},
    {"abc", "xyz", "", "abc", "", 0, "nothing of it"},
    {R"(\s*abc)", "xyz", "", "abc", "", 0, "nothing but the empty string"},
    {"a(?:bc)?d", "abcx", "a(?:bc)?", "d", "abc", 1, "an optional group is one part"},
    {"a(?:bc)*d", "abcbcx", "a(?:bc)*", "d", "abcbc", 1, "so is one that may be absent"},
    {"a(?:bc)+d", "abx", "a(?:b", "c", "ab", 1, "one that must be there is not"},
    {"a(?:b|c)d", "acx", "a(?:b|c)", "d", "ac", 1, "alternatives in a group are one part"},
    {"a(?:b(?:c|d)e)f", "abdx", "a(?:b(?:c|d)", "e", "abd", 1, "groups in groups"},
    {"abx|abcx|q", "abcd", "abc", "x", "abc", 1, "the alternative that gets furthest"},
    {"(?i)q|ABCX", "abcd", "ABC", "X", "abc", 1, "flags hold for later alternatives"},
    {"(?i)ABCX", "abcd", "(?i)ABC", "X", "abc", 1, "flags hold behind a cut"},
    {"(?i:AB)CD", "abcd", "(?i:AB)", "CD", "ab", 1, "and end with their group"},
    {R"(\Qa.b\E+c)", "a.bbd", R"(\Qa.b\E+)", "c", "a.bb", 1, "a quote with a repetition behind"},
    {R"(\Qa.bc\E)", "a.bd", R"(\Qa.b)", "c", "a.b", 1, "a cut in a quote"},
    {R"([a-z]{2,3}\d)", "abc-", "[a-z]{2,3}", R"(\d)", "abc", 1,
     "a quantifier is part of its part"},
    {R"(x.*?y)", "x and z", "x.*?", "y", "x", 1, "a lazy repetition takes nothing"},
    {"(?<n>ab)c", "abd", "(?<n>ab)", "c", "ab", 1, "names without P"},
    {"März (\\d+)", "Mai, März, April", "März", " ", "März", 1, "UTF-8"},
    {"ab$c", "ab", "ab$", "c", "ab", 1, "anchors are parts"},
    {"", "x", "", "", "", 0, "an empty pattern"},
};

TEST(PartialMatchTest, LongestLeadingPart) {
  for (const PartialCase& test : kPartialCases) {
    const ExtractionBudget budget;
    Matcher matcher(budget);
    const std::string pattern = test.pattern;
    const std::string text = test.text;
    const PartialMatch found = FindPartialMatch(pattern, text, matcher);
    const std::string about = pattern + ": " + test.reason;
    EXPECT_EQ(pattern.substr(found.begin, found.matched_end - found.begin), test.matched) << about;
    EXPECT_EQ(pattern.substr(found.failed_begin, found.failed_end - found.failed_begin),
              test.failed)
        << about;
    EXPECT_EQ(text.substr(found.place.begin, found.place.end - found.place.begin), test.shown)
        << about;
    EXPECT_EQ(found.places, test.places) << about;
  }
}

TEST(PartialMatchTest, CountsPlacesUpToALimit) {
  const ExtractionBudget budget;
  Matcher matcher(budget);
  std::string text;
  for (int i = 0; i < 1000; ++i) text += "<li>";
  EXPECT_EQ(FindPartialMatch("<li>x", text, matcher).places, PartialMatch::kMostPlaces);
}

// A hundred parts need seven searches or so, not a hundred.
TEST(PartialMatchTest, HalvesItsWay) {
  size_t asked = 0;
  ExtractionBudget budget;
  budget.expired = [&] {
    ++asked;
    return false;
  };
  Matcher matcher(budget);
  std::string pattern;
  for (int i = 0; i < 100; ++i) pattern += "[ab]";
  const std::string text(8'000'000, 'c');
  FindPartialMatch(pattern, text, matcher);
  EXPECT_GT(asked, 0u) << "each search is long enough for the deadline to be asked";
  EXPECT_LT(asked, 40u);
}

TEST(PartialMatchTest, EndsAtTheDeadline) {
  ExtractionBudget budget;
  budget.expired = [] { return true; };
  Matcher matcher(budget);
  const std::string text(20'000'000, 'a');
  FindPartialMatch("[ab][ab]x[ab][ab]y", text, matcher);
  EXPECT_TRUE(matcher.stopped());
}

// Parentheses that nothing closes and other broken syntax come to no harm.
TEST(PartialMatchTest, BrokenPatterns) {
  for (const char* pattern :
       {"(", "a(b", ")", "a)b", "[", "a|", "|", "\\", "(?P<x", "a**", "(|)"}) {
    const ExtractionBudget budget;
    Matcher matcher(budget);
    const PartialMatch found = FindPartialMatch(pattern, "text", matcher);
    EXPECT_LE(found.matched_end, std::string(pattern).size()) << pattern;
    EXPECT_LE(found.failed_begin, found.failed_end) << pattern;
  }
}

}  // namespace
}  // namespace thresh
