#include "parser/clean.h"

#include <gtest/gtest.h>

#include "parser/regex.h"

namespace thresh {
namespace {

using Kind = CleanStep::Kind;

std::string Clean(std::string_view text, std::vector<Kind> kinds, Markup markup = Markup::kHtml) {
  std::vector<Cleaner::Step> steps;
  for (const Kind kind : kinds) steps.push_back({kind, std::nullopt, ""});
  const ExtractionBudget budget;
  Matcher matcher(budget);
  return Cleaner(std::move(steps)).Clean(text, markup, matcher);
}

std::string Replace(std::string_view text, std::string_view regex, std::string rewrite) {
  std::vector<Cleaner::Step> steps;
  steps.push_back({Kind::kReplace, Pattern(regex, CompileRegex(regex, nullptr)), rewrite});
  const ExtractionBudget budget;
  Matcher matcher(budget);
  return Cleaner(std::move(steps)).Clean(text, Markup::kHtml, matcher);
}

TEST(CleanTest, TextFitsWhatTheValueWasCutFrom) {
  EXPECT_EQ(Clean(" a <b>b</b>&amp;\n c ", {Kind::kText}), "a b& c");
  EXPECT_EQ(Clean("?a=1&copy=2", {Kind::kText}, Markup::kAttribute), "?a=1&copy=2");
  EXPECT_EQ(Clean("a &lt;b&gt;", {Kind::kText}, Markup::kAttribute), "a <b>");
  EXPECT_EQ(Clean("1 < 2  &amp;", {Kind::kText}, Markup::kPlain), "1 < 2 &amp;");
}

TEST(CleanTest, TextTwiceDoesNotDecodeTwice) {
  EXPECT_EQ(Clean("&amp;lt;", {Kind::kText, Kind::kText}), "&lt;");
}

TEST(CleanTest, TrimKnowsAllSpaces) {
  EXPECT_EQ(Clean("\t\u00a0 a b \u3000\n", {Kind::kTrim}), "a b");
  EXPECT_EQ(TrimSpace(""), "");
  EXPECT_EQ(TrimSpace(" \u2003 "), "");
  EXPECT_EQ(CollapseSpace(" a \u00a0\n b\t"), "a b");
}

TEST(CleanTest, LowerKnowsAllLetters) {
  EXPECT_EQ(Clean("ÄÖÜ ΑΣ İ", {Kind::kLower}), "äöü ας i̇");
  EXPECT_EQ(Clean("", {Kind::kLower}), "");
}

TEST(CleanTest, ReplaceReplacesAll) {
  EXPECT_EQ(Replace("a-b-c", "-", "+"), "a+b+c");
  EXPECT_EQ(Replace("ab", "(a)(b)", "\\2\\1\\0"), "baab");
  EXPECT_EQ(Replace("äb", "", "."), ".ä.b.");
  EXPECT_EQ(Replace("x", "(y)|x", "<\\1>"), "<>");
}

TEST(CleanTest, ReplaceGrowsNoValueBeyondTheBudget) {
  std::vector<Cleaner::Step> steps;
  steps.push_back(
      {Kind::kReplace, Pattern("a", CompileRegex("a", nullptr)), std::string(100, 'x')});
  ExtractionBudget budget;
  budget.memory = 50'000;
  Matcher matcher(budget);
  const std::string value =
      Cleaner(std::move(steps)).Clean(std::string(10'000, 'a'), Markup::kPlain, matcher);
  EXPECT_LE(value.size(), 61'000u) << "the memory, one rewrite and what was not looked at";
  EXPECT_TRUE(matcher.stopped());
}

TEST(CleanTest, NoStepsLeaveTheValue) { EXPECT_EQ(Clean(" <b>&amp; ", {}), " <b>&amp; "); }

}  // namespace
}  // namespace thresh
