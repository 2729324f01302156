#include "parser/plain_regex.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "parser/regex.h"
#include "tests/parser/random_regexes.h"
#include "tests/support/test_environment.h"

namespace thresh {
namespace {

std::optional<PlainRegex> Compile(std::string_view pattern) {
  return PlainRegex::Compile(pattern, TokenizeRegex(pattern));
}

// What a match and its groups are, or "-".
std::string Describe(const std::string& text, const std::vector<re2::StringPiece>& groups) {
  std::string words;
  for (const re2::StringPiece& group : groups) {
    if (group.data() == nullptr) {
      words += "none ";
    } else {
      words +=
          std::to_string(group.data() - text.data()) + "+" + std::to_string(group.size()) + " ";
    }
  }
  return words;
}

// What RE2 says of a pattern at a place, and what PlainRegex does; "unsure" counts as RE2's.
struct Both {
  std::string by_re2 = "-";
  std::string by_plain = "-";
  bool unsure = false;
};

Both Match(const re2::RE2& re, const PlainRegex& plain, const std::string& text, size_t at) {
  Both both;
  std::vector<re2::StringPiece> groups(1 + plain.groups());
  if (re.Match(text, at, text.size(), re2::RE2::ANCHOR_START, groups.data(),
               static_cast<int>(groups.size()))) {
    both.by_re2 = Describe(text, groups);
  }
  size_t read = 0;
  const PlainRegex::Answer answer = plain.MatchAt(text, at, groups, &read);
  if (answer == PlainRegex::Answer::kYes) both.by_plain = Describe(text, groups);
  both.unsure = answer == PlainRegex::Answer::kUnsure;
  return both;
}

TEST(PlainRegexTest, IsForPatternsAsPeopleWriteThem) {
  for (const char* pattern :
       {"<h1[^>]*>(.*?)</h1>", "(?i)<h(?P<level>[12])\\b[^>]*>(?P<heading>.*?)</h[12]>",
        "<a href=\"([^\"]*)\"", "price\\s*:?\\s*(\\d+)", "(?is)<title>(.*?)</title>", "é.?x"}) {
    EXPECT_TRUE(Compile(pattern)) << pattern;
  }
}

TEST(PlainRegexTest, LeavesTheRestToRe2) {
  const std::vector<std::pair<const char*, const char*>> cases = {
      {"a|b", "alternatives"},
      {"(ab)*", "a repeated group"},
      {"^a", "an anchor"},
      {"a{2}", "counted repetition"},
      {"é*", "a repeated character of several bytes"},
      {"(?i)k", "U+212A folds to k"},
      {"(?i)[a-z]", "so does it to a letter of a range"},
      {"[^é]", "some characters beyond ASCII"},
      {"\\pL", "a class of Unicode"},
      {"[\\D]", "all beyond ASCII, in a class"},
      {"(?-s).", "a dot that stops at newlines"},
      {"(?U)a*", "swapped greed"},
      {"(a)(a)(a)(a)(a)(a)(a)(a)(a)", "many groups"},
  };
  for (const auto& [pattern, why] : cases) EXPECT_FALSE(Compile(pattern)) << pattern << ": " << why;
}

TEST(PlainRegexTest, AgreesWithRe2OnAnything) {
  RandomRegexes random(RandomSeed());
  size_t plain_ones = 0;
  size_t matches = 0;
  for (int i = 0; i < 6'000; ++i) {
    const std::string pattern = random.Pattern();
    const auto re = CompileRegex(pattern, nullptr);
    const auto plain = Compile(pattern);
    if (re == nullptr || !plain) continue;
    ++plain_ones;
    ASSERT_EQ(re->NumberOfCapturingGroups(), plain->groups()) << pattern;
    for (int j = 0; j < 10; ++j) {
      const std::string text = random.Text();
      for (size_t at = 0; at <= text.size(); ++at) {
        if (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80) continue;
        const Both both = Match(*re, *plain, text, at);
        if (both.unsure) continue;
        ASSERT_EQ(both.by_plain, both.by_re2) << pattern << " at " << at << " of " << text;
        matches += both.by_re2 == "-" ? 0 : 1;
      }
    }
  }
  EXPECT_GT(plain_ones, 500u);
  EXPECT_GT(matches, 5'000u);
}

// Patterns of the kinds that pages are read with, on what looks like pages.
TEST(PlainRegexTest, AgreesWithRe2OnMarkup) {
  const std::vector<std::string> pieces = {"<a",    "<",    "[^>]*",        ">",   "(.*?)", "</a>",
                                           "\\s*",  "\\b",  "(?P<x>[^<]*)", "\"",  "[12]+", "\\d+",
                                           ".*",    "\\w+", "[^\"]+",       " ",   "a",     "\\B",
                                           "\\S*?", "x?",   "(a+?)",        "\\W", "é"};
  const std::vector<std::string> texts = {"<a", ">", "</a>", "\"", " ", "1", "23",   "x",
                                          "aa", "é", "ä",    "\n", "<", "=", "<a x>"};
  std::mt19937 random(RandomSeed());
  size_t matches = 0;
  size_t unsure = 0;
  for (int i = 0; i < 2'000; ++i) {
    std::string pattern = random() % 4 == 0 ? "(?i)" : "";
    for (size_t j = random() % 7; j < 8; ++j) pattern += pieces[random() % pieces.size()];
    const auto re = CompileRegex(pattern, nullptr);
    const auto plain = Compile(pattern);
    if (re == nullptr || !plain) continue;
    for (int k = 0; k < 20; ++k) {
      std::string text;
      for (size_t j = random() % 40; j > 0; --j) text += texts[random() % texts.size()];
      const Both both = Match(*re, *plain, text, 0);
      unsure += both.unsure ? 1 : 0;
      if (both.unsure) continue;
      ASSERT_EQ(both.by_plain, both.by_re2) << pattern << " on " << text;
      matches += both.by_re2 == "-" ? 0 : 1;
    }
  }
  EXPECT_GT(matches, 1'000u);
  EXPECT_LT(unsure, 20'000u);
}

// Three gaps that could be split in every way.
TEST(PlainRegexTest, GivesUpBeforeItTakesLong) {
  const auto plain = Compile("<a.*?b.*?c.*?d");
  ASSERT_TRUE(plain);
  std::string text = "<a";
  for (int i = 0; i < 10'000; ++i) text += "bc";
  size_t read = 0;
  EXPECT_EQ(plain->MatchAt(text, 0, {}, &read), PlainRegex::Answer::kUnsure);
  EXPECT_LE(read, 3 * text.size());
}

}  // namespace
}  // namespace thresh
