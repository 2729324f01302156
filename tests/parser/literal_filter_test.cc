#include "parser/literal_filter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "parser/regex.h"
#include "tests/parser/random_regexes.h"
#include "tests/support/test_environment.h"

namespace thresh {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> Literals(std::string_view pattern) {
  return LiteralFilter(pattern).literals();
}

TEST(LiteralFilterTest, TakesWhatEveryMatchHas) {
  EXPECT_THAT(Literals("<h2[^>]*>(.*?)</h2>"), ElementsAre("</h2>", "<h2"));
  EXPECT_THAT(Literals("<dd>.*?board-index"), ElementsAre("board-index", "<dd>"));
  EXPECT_THAT(Literals("ab(cd)+ef"), ElementsAre("ab", "cd", "ef"));
  EXPECT_THAT(Literals("abc?d"), ElementsAre("ab"));
  EXPECT_THAT(Literals("abc+de"), ElementsAre("abc", "de"));
  EXPECT_THAT(Literals("ab(cd)?(ef){0,2}"), ElementsAre("ab"));
  EXPECT_THAT(Literals("(ab|cd)ef"), ElementsAre("ef"));
  EXPECT_THAT(Literals("\\Qa.b\\E\\."), ElementsAre("a.b."));
  EXPECT_THAT(Literals("größe"), ElementsAre("größe"));
  EXPECT_THAT(Literals("grö?"), ElementsAre("gr"));
}

TEST(LiteralFilterTest, HasNoneWhereNoneIsCertain) {
  EXPECT_THAT(Literals("ab|cd"), IsEmpty());
  EXPECT_THAT(Literals("(?s-i:ab)"), ElementsAre("ab"));
  EXPECT_THAT(Literals("[ab]c"), IsEmpty());
}

TEST(LiteralFilterTest, CaseMayBeIgnored) {
  EXPECT_THAT(Literals("(?i)aB"), ElementsAre("ab"));
  EXPECT_THAT(Literals("x(?i:AB)"), ElementsAre("ab"));
  EXPECT_THAT(Literals("ab(?i)CD(?-i)EF"), ElementsAre("ab", "cd", "EF"));
  EXPECT_THAT(Literals("(?i)abc(?-i)xabcx"), ElementsAre("xabcx")) << "which has the other";
  EXPECT_THAT(Literals("(?i)xabcx(?-i)abc"), ElementsAre("xabcx", "abc")) << "could be ABC";
  EXPECT_THAT(Literals("(?i)abskcd"), ElementsAre("ab", "cd")) << "\u017f and \u212a match";
  EXPECT_THAT(Literals("(?i)abäcd"), ElementsAre("ab", "cd")) << "Ä is other bytes";
  EXPECT_TRUE(LiteralFilter("(?i)ab").MayMatch("xAbx"));
  EXPECT_FALSE(LiteralFilter("(?i)ab").MayMatch("a b"));
  EXPECT_TRUE(LiteralFilter("(?i)abs").MayMatch("ab\u017f"));
}

TEST(LiteralFilterTest, LongLiteralsAreJudgedByTheirFirstBytes) {
  const LiteralFilter filter("<div class=\"product-description\">");
  EXPECT_THAT(filter.literals(), ElementsAre("<div class=\"product-description\">"));
  EXPECT_FALSE(filter.MayMatch("<div class=\"pr"));
  EXPECT_TRUE(filter.MayMatch("<div class=\"product"));
}

TEST(LiteralFilterTest, PrefixIsWhatMatchesBeginWith) {
  EXPECT_EQ(LiteralFilter("<dd>.*?x").prefix(), "<dd>");
  EXPECT_EQ(LiteralFilter("(?s)<dd>").prefix(), "<dd>");
  EXPECT_EQ(LiteralFilter("<li\\b").prefix(), "<li");
  EXPECT_EQ(LiteralFilter("ab*").prefix(), "a");
  EXPECT_EQ(LiteralFilter("ab|cd").prefix(), "");
  EXPECT_EQ(LiteralFilter("(ab|cd)e").prefix(), "");
  EXPECT_EQ(LiteralFilter("(?i)ab").prefix(), "");
}

struct StartCase {
  const char* pattern;
  const char* text;
  size_t at;  // where a match may begin first; kNowhere: nowhere
  size_t size;
  const char* why;
};

TEST(LiteralFilterTest, StartIsAsFarAsEveryMatchIsKnown) {
  constexpr size_t kNowhere = ByteRun::kNone;
  const StartCase cases[] = {
      {"<h[12]>", "<h3><h2>", 4, 4, "a class of ASCII characters"},
      {"(?i)<H(?P<level>[12])\\b", "<h3><h1>", 4, 3, "through a group; \\b says nothing"},
      {"(?i)<script", "<t><S", 3, 2, "s is two bytes, too"},
      {"(?i)<script", "<\u017fcript", 0, 2, "as here"},
      {"a+b", "caa", 1, 1, "what follows a repetition may stand anywhere"},
      {"a?b", "b", 0, 0, "may be left out"},
      {"(?:ab){2}c", "xab", 1, 2, "a group that is there at least once"},
      {"(?:ab)?c", "c", 0, 0, "a group that may be left out"},
      {"(?:a|b)c", "c", 0, 0, "alternatives"},
      {"ab|cd", "c", 0, 0, "alternatives at the top"},
      {"^ab", "ab", 0, 0, "an anchor is RE2's business"},
      {"\\d\\d:", "1:22:", 2, 3, "digits are ASCII"},
      {"x\\w", "x-x_", 2, 2, "so are words"},
      {"x[^a]y", "xaxby", 2, 2, "a negated class may be several bytes"},
      {"x[^a]y", "xa", kNowhere, 2, "but not that one"},
      {"x[ä]y", "xax\xc3", 2, 2, "a class with other characters"},
      {"(?i)[s]x", "\u017fx", 0, 1, "where case is ignored it may have them"},
      {"äb", "xäb", 1, 3, "a character of two bytes"},
      {"0123456789abcdefgh", "x0123456789abcdef", 1, 16, "no more than there is room for"},
      {"", "", 0, 0, "nothing at all"},
  };
  for (const StartCase& c : cases) {
    const LiteralFilter filter(c.pattern);
    EXPECT_EQ(filter.start().size(), c.size) << c.pattern << ": " << c.why;
    if (c.size == 0) continue;
    EXPECT_EQ(filter.start().Find(c.text, 0), c.at) << c.pattern << ": " << c.why;
  }
}

TEST(LiteralFilterTest, NeverRefusesWhatMatches) {
  RandomRegexes random(RandomSeed());
  size_t matches = 0;
  size_t refused = 0;
  for (int i = 0; i < 1'500; ++i) {
    const std::string pattern = random.Pattern();
    const auto re = CompileRegex(pattern, nullptr);
    if (re == nullptr) continue;
    const LiteralFilter filter(pattern);
    for (int j = 0; j < 10; ++j) {
      const std::string text = random.Text();
      re2::StringPiece match;
      const bool may = filter.MayMatch(text);
      refused += may ? 0 : 1;
      if (!re->Match(text, 0, text.size(), re2::RE2::UNANCHORED, &match, 1)) continue;
      ++matches;
      ASSERT_TRUE(may) << pattern << " on " << text;
      ASSERT_EQ(match.substr(0, filter.prefix().size()), filter.prefix()) << pattern;
      const auto begin = static_cast<size_t>(match.data() - text.data());
      if (filter.start().empty()) continue;
      ASSERT_EQ(filter.start().Find(text, begin), begin) << pattern << " on " << text;
    }
  }
  EXPECT_GT(matches, 500u);
  EXPECT_GT(refused, 500u);
}

}  // namespace
}  // namespace thresh
