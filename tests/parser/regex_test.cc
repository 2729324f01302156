#include "parser/regex.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace thresh {
namespace {

using ::testing::HasSubstr;

TEST(RegexTest, DotMatchesNewlinesUnlessToldNotTo) {
  EXPECT_TRUE(re2::RE2::FullMatch("a\nb", *CompileRegex("a.b", nullptr)));
  EXPECT_FALSE(re2::RE2::FullMatch("a\nb", *CompileRegex("(?-s)a.b", nullptr)));
}

TEST(RegexTest, BothSpellingsOfNamedGroups) {
  for (const char* pattern : {"(?<tag>a)(?P<größe>b)", "(?P<tag>a)(?<größe>b)"}) {
    const auto re = CompileRegex(pattern, nullptr);
    ASSERT_NE(re, nullptr) << pattern;
    EXPECT_EQ(re->NamedCapturingGroups().at("tag"), 1);
    EXPECT_EQ(re->NamedCapturingGroups().at("größe"), 2);
  }
  EXPECT_TRUE(re2::RE2::FullMatch("(?<x>", *CompileRegex("[(]\\?<x>", nullptr)));
  EXPECT_TRUE(re2::RE2::FullMatch("(?<x>", *CompileRegex("\\Q(?<x>\\E", nullptr)))
      << "a quoted one is no group";
  EXPECT_TRUE(re2::RE2::FullMatch("(", *CompileRegex("[(?<x>]", nullptr))) << "nor one in a class";
}

struct RefusedRegex {
  std::string_view pattern;
  size_t offset;
  std::string_view says;
};

class RefusedRegexTest : public ::testing::TestWithParam<RefusedRegex> {};

TEST_P(RefusedRegexTest, NamesThePartAndTheWayOut) {
  RegexError error;
  EXPECT_EQ(CompileRegex(GetParam().pattern, &error), nullptr);
  EXPECT_EQ(error.offset, GetParam().offset) << error.message;
  EXPECT_THAT(error.message, HasSubstr(GetParam().says));
}

constexpr RefusedRegex kRefusedRegexes[] = {
    {"a(?=b)", 1, "capture only the part"},
    {"a(?!b)", 1, "look-ahead"},
    {"ab(?<=a)", 2, "look-behind"},
    {"(?<!a)b", 0, "look-behind"},
    {"(['\"]).*?\\1", 9, "alternatives"},
    {"(?P<q>a)(?P=q)", 8, "back-reference"},
    {"(?<q>a)\\k<q>", 7, "back-reference"},
    {"a*+", 1, "possessive"},
    {"(?>a)", 0, "(?:"},
    {"a\\Z", 1, "\\z"},
    {"(a)(?(1)b|c)", 3, "alternatives"},
    {"(?x) a b", 0, "flag x"},
    {"(?#note)a", 0, "comments"},
    {"a\\Kb", 1, "group"},
    {"\\u20ac", 0, "\\x{20ac}"},
    {"\\h+", 0, "[ \\t]"},
    {"a\\Cb", 1, "half a character"},
    {"(?<a>x)[z-a]", 8, "z-a"},
    {"a{2000}", 1, "1000"},
    {"(a)(b(?:c)", 3, "never closed"},
    {"(?P<a b>x)", 0, "a b"},
};
INSTANTIATE_TEST_SUITE_P(Patterns, RefusedRegexTest, ::testing::ValuesIn(kRefusedRegexes));

TEST(RegexTest, OtherFaultsAreReported) {
  RegexError error;
  for (const char* pattern : {"(a", "a)", "[a", "*a", "a\\", "\xff"}) {
    EXPECT_EQ(CompileRegex(pattern, &error), nullptr) << pattern;
    EXPECT_FALSE(error.message.empty()) << pattern;
  }
  EXPECT_EQ(CompileRegex("((a{100}){100}){100}", &error), nullptr);
}

std::string Advice(std::string_view pattern) {
  std::string offsets;
  for (const RegexAdvice& advice : AdviseOnRegex(pattern)) {
    offsets += std::to_string(advice.offset) + " ";
  }
  return offsets;
}

TEST(RegexTest, AdvisesWhereAsciiClassesMayMeetOtherLetters) {
  EXPECT_EQ(Advice("<b>(\\w+)</b>"), "4 ");
  EXPECT_EQ(Advice("<b>(?P<x>[\\w ]+)</b>"), "10 ");
  EXPECT_EQ(Advice("<b>(?:(\\w+) )*</b>"), "7 ");
  EXPECT_EQ(Advice("data-sku=\"(\\w+)\""), "") << "an attribute's value";
  EXPECT_EQ(Advice("<\\w+ class=x>"), "") << "not captured";
  EXPECT_EQ(Advice("größe\\b"), "7 ");
  EXPECT_EQ(Advice("size\\b"), "");
  EXPECT_EQ(Advice("<li\\b[^>]*>größe</li\\b"), "") << "a tag's name is ASCII";
  EXPECT_EQ(Advice("<a\\s+href=\"[^\"]*\">größe"), "");
  EXPECT_EQ(Advice("größe/li\\b"), "10 ");
  EXPECT_EQ(Advice("([\\d\\s.,]+)"), "4 ") << "numbers have U+00A0 in them";
  EXPECT_EQ(Advice("(\\d+)\\s€"), "5 ");
  EXPECT_EQ(Advice("<a\\s+href"), "");
  EXPECT_EQ(Advice("a{,3}"), "1 ") << "no repetition in RE2";
  EXPECT_THAT(AdviseOnRegex("(\\w+)")[0].message, HasSubstr("\\pL"));
}

TEST(RegexTest, AdvisesOnEscapesOfTheStringAround) {
  EXPECT_EQ(Advice("lamp\b"), "4 ");
  EXPECT_EQ(Advice("\fa\b"), "0 ") << "the first";
  EXPECT_EQ(Advice("lamp\\b\\f\t"), "");
  EXPECT_THAT(AdviseOnRegex("\b")[0].message, HasSubstr("U+0008"));
  EXPECT_THAT(AdviseOnRegex("\f")[0].message, HasSubstr("U+000C"));
}

// Where the advice on greed points to, or -1.
int Greed(std::string_view pattern) {
  const auto advice = AdviseOnGreed(pattern);
  return advice ? static_cast<int>(advice->offset) : -1;
}

TEST(RegexTest, AdvisesOnDotsThatRunToTheLastRow) {
  EXPECT_EQ(Greed("<h2>(.*)</h2>"), 5);
  EXPECT_EQ(Greed("<h2>(.+)</h2>"), 5);
  EXPECT_EQ(Greed("<h2>.{2,}</h2>"), 4);
  EXPECT_EQ(Greed("<h2>(.*?)</h2>"), -1) << "lazy";
  EXPECT_EQ(Greed("<h2>([^<]*)</h2>"), -1) << "no dot";
  EXPECT_EQ(Greed("<h2>(.{1,80})</h2>"), -1) << "it has an end";
  EXPECT_EQ(Greed("<h2>(.?)</h2>"), -1) << "at most one";
  EXPECT_EQ(Greed("(?-s)<h2>(.*)</h2>"), -1) << "dot stops at the line's end";
  EXPECT_EQ(Greed("a\\.*"), -1) << "a literal dot";
  EXPECT_EQ(Greed("(?s)<h2>(.*)</h2>"), 9);
}

}  // namespace
}  // namespace thresh
