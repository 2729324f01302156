#include "parser/literal_filter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "parser/regex.h"

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
  EXPECT_THAT(Literals("(?i)ab"), IsEmpty());
  EXPECT_THAT(Literals("x(?i:ab)"), IsEmpty());
  EXPECT_THAT(Literals("(?s-i:ab)"), ElementsAre("ab"));
  EXPECT_THAT(Literals("[ab]c"), IsEmpty());
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

// Random patterns and texts over a small alphabet, so that matches are frequent.
class RandomRegexes {
 public:
  explicit RandomRegexes(uint32_t seed) : random_(seed) {}

  std::string Pattern(int depth = 3) {
    std::string pattern;
    for (int i = Below(4) + 1; i > 0; --i) pattern += Piece(depth);
    return pattern;
  }

  std::string Text() {
    std::string text;
    for (int i = Below(30); i > 0; --i) text += Character();
    return text;
  }

 private:
  int Below(int limit) { return static_cast<int>(random_() % static_cast<uint32_t>(limit)); }
  std::string Character() {
    constexpr const char* kCharacters[] = {"a", "b", "c", "A", "ä", "<", "\n"};
    return kCharacters[Below(7)];
  }
  std::string Piece(int depth) {
    constexpr const char* kQuantifiers[] = {"", "", "", "?", "*", "+", "{2}", "{0,1}", "*?", "{0}"};
    return Atom(depth) + kQuantifiers[Below(10)];
  }
  std::string Atom(int depth) {
    switch (depth > 0 ? Below(12) : Below(6)) {
      case 0:
        return ".";
      case 1:
        return "[ab]";
      case 2:
        return "[^a]";
      case 6:
        return "(" + Pattern(depth - 1) + ")";
      case 7:
        return "(?:" + Pattern(depth - 1) + "|" + Pattern(depth - 1) + ")";
      case 8:
        return "(?i:" + Pattern(depth - 1) + ")";
      case 9:
        return "(" + Pattern(depth - 1) + "|)";
      case 10:
        return "\\Q" + Character() + Character() + "\\E";
      default:
        return Character();
    }
  }

  std::mt19937 random_;
};

TEST(LiteralFilterTest, NeverRefusesWhatMatches) {
  const uint32_t seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  RandomRegexes random(seed);
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
    }
  }
  EXPECT_GT(matches, 500u);
  EXPECT_GT(refused, 500u);
}

}  // namespace
}  // namespace thresh
