#include "parser/number.h"

#include <gtest/gtest.h>

namespace thresh {
namespace {

// A number as plain text; "none" when there is none, or more than one reading.
std::string NumberOf(std::string_view text, char decimal = '\0') {
  const auto number = ParseNumber(text, decimal);
  if (!number) return "none";
  std::string plain = number->negative ? "-" : "";
  plain += number->whole.empty() ? "0" : number->whole;
  return number->fraction.empty() ? plain : plain + "." + number->fraction;
}

struct NumberCase {
  std::string_view text;
  char decimal;
  std::string_view expected;
  std::string_view why;
};

class NumberTest : public ::testing::TestWithParam<NumberCase> {};

TEST_P(NumberTest, HasTheOneMeaningOrNone) {
  EXPECT_EQ(NumberOf(GetParam().text, GetParam().decimal), GetParam().expected) << GetParam().why;
}

constexpr NumberCase kSeparators[] = {
    {"42", '\0', "42", "plain"},
    {"007", '\0', "7", "leading zeros"},
    {"12.99", '\0', "12.99", "two digits behind: a decimal sign"},
    {"12,99", '\0', "12.99", "likewise"},
    {"1.234", '\0', "none", "could be 1234 and 1.234"},
    {"1,234", '\0', "none", "likewise"},
    {"1.000", '\0', "none", "likewise"},
    {"1.234", ',', "1234", "German"},
    {"1.234", '.', "1.234", "English"},
    {"1,234", '.', "1234", "English"},
    {"1,234", ',', "1.234", "German"},
    {"0.123", '\0', "0.123", "no group begins with zero"},
    {"1234.567", '\0', "1234.567", "four digits before: no group"},
    {"1,234.50", '\0', "1234.5", "two kinds: the last is the decimal sign"},
    {"1.234,50", '\0', "1234.5", "likewise"},
    {"1.234.567", '\0', "1234567", "a repeated sign groups"},
    {"1,234,567.891", '\0', "1234567.891", "groups, then a decimal sign"},
    {"12.34.567", '\0', "none", "groups have three digits"},
    {"12,34,567.50", '\0', "1234567.5", "Indian groups"},
    {"1,23,4567", '\0', "none", "no groups"},
    {"12.99", ',', "none", "no group has two digits"},
    {"1,234,56", '.', "none", "nor Indian ones"},
    {"1.234,5.6", '\0', "none", "nothing follows a decimal sign"},
    {".5", '\0', "0.5", "no whole part"},
    {"Rs.500", '\0', "500", "a word's dot"},
    {"12.", '\0', "12", "a sentence's end"},
    {"1 234,50", '\0', "1234.5", "a space groups"},
    {"1\u00a0234,50 €", '\0', "1234.5", "U+00A0"},
    {"1\u202f234", '\0', "1234", "U+202F"},
    {"1'234.50", '\0', "1234.5", "Swiss"},
    {"1’234’567", '\0', "1234567", "U+2019"},
    {"1 234,567", '\0', "1234.567", "grouped otherwise, so a decimal sign"},
    {"12 34", '\0', "none", "two numbers"},
    {"1.5e3", '\0', "1500", "as machines write it"},
    {"2.5E-2", '\0', "0.025", "likewise"},
};
INSTANTIATE_TEST_SUITE_P(Separators, NumberTest, ::testing::ValuesIn(kSeparators));

constexpr NumberCase kSurroundings[] = {
    {"£12.99", '\0', "12.99", "a currency sign"},
    {"12,50 €", '\0', "12.5", "behind"},
    {"EUR 12,50", '\0', "12.5", "a currency word"},
    {"EUR12", '\0', "12", "attached"},
    {"US$12.50", '\0', "12.5", "both"},
    {"price: 12", '\0', "12", "other words"},
    {"12 kg", '\0', "12", "a unit"},
    {"12kg", '\0', "12", "attached"},
    {"85%", '\0', "85", "percent"},
    {"(12)", '\0', "12", "a count"},
    {"A4", '\0', "none", "part of a word"},
    {"ISBN10", '\0', "none", "likewise"},
    {"3 of 5", '\0', "none", "two numbers"},
    {"10-20", '\0', "none", "a range"},
    {"1.2M", '\0', "none", "millions"},
    {"3 Mio.", '\0', "none", "millions"},
    {"5k", '\0', "none", "thousands"},
    {"3万", '\0', "none", "ten thousands"},
    {"5 m", '\0', "5", "metres"},
    {"nothing", '\0', "none", "no digits"},
    {"", '\0', "none", "empty"},
    {"１２３", '\0', "123", "full width"},
    {"٣٫٥", '\0', "3.5", "Arabic"},
    {"१२", '\0', "12", "Devanagari"},
    {"12 m²", '\0', "12", "² is no digit of it"},
    {"1½ cups", '\0', "none", "one and a half"},
    {"2 ¾", '\0', "none", "likewise"},
    {"½", '\0', "none", "no digits"},
    {"10⁶", '\0', "none", "an exponent or a note"},
    {"9,99 €¹", '\0', "9.99", "a note"},
};
INSTANTIATE_TEST_SUITE_P(Surroundings, NumberTest, ::testing::ValuesIn(kSurroundings));

constexpr NumberCase kMultiples[] = {
    {"5 MILLION", '\0', "none", "in any case"},
    {"5 Billion", '\0', "none", "likewise"},
    {"2 tysiące zł", '\0', "none", "Polish"},
    {"3 миллиона", '\0', "none", "Russian"},
    {"1,5 bilhões", '\0', "none", "Portuguese"},
    {"5 mila", '\0', "none", "Italian"},
    {"2 milyon TL", '\0', "none", "Turkish"},
    {"20 de mii", '\0', "none", "Romanian"},
    {"2 mia. kr.", '\0', "none", "Danish"},
    {"12rb", '\0', "none", "Indonesian"},
    {"a $5-million deal", '\0', "none", "behind a hyphen"},
    {"5+ million users", '\0', "none", "behind a plus"},
    {"1,5 € Mio.", '\0', "none", "behind a currency"},
    {"5+ m cable", '\0', "5", "metres"},
    {"6 Bio-Eier", '\0', "6", "organic"},
    {"25 εκ.", '\0', "25", "centimetres"},
    {"5-m cable", '\0', "5", "metres"},
    {"5 mm", '\0', "5", "a unit"},
};
INSTANTIATE_TEST_SUITE_P(Multiples, NumberTest, ::testing::ValuesIn(kMultiples));

constexpr NumberCase kSigns[] = {
    {"-5", '\0', "-5", "a sign"},
    {"−5", '\0', "-5", "U+2212"},
    {"–5 °C", '\0', "-5", "an en dash, attached"},
    {"-£5", '\0', "-5", "before £"},
    {"£-5", '\0', "-5", "behind £"},
    {"+5", '\0', "5", "plus"},
    {"AB-12", '\0', "none", "a hyphen of a word"},
    {"- 5", '\0', "none", "a sign or a dash"},
    {"12,-", '\0', "12", "no cents"},
    {"12,–", '\0', "12", "likewise"},
    {"5-", '\0', "none", "a sign or half a range"},
    {"5-pack", '\0', "5", "a hyphen"},
    {"--5", '\0', "none", "two signs"},
    {"-US$12.50", '\0', "-12.5", "before a currency"},
    {"-R$ 1.234,50", '\0', "-1234.5", "Brazilian"},
    {"-EUR 5", '\0', "-5", "a word"},
    {"-Rs.500", '\0', "-500", "with a dot"},
    {"-€ 5", '\0', "-5", "Austrian"},
    {"- EUR 5", '\0', "none", "a sign or a dash"},
    {"from -€ 5", '\0', "none", "likewise"},
    {"EUR 5", '\0', "5", "no sign"},
    {"-XAU 5", '\0', "none", "a currency or not"},
    {"- item 5", '\0', "5", "a dash"},
    {"($1,234.50)", '\0', "none", "an accountant's sign or a remark"},
    {"(1.234,50 €)", '\0', "none", "likewise"},
    {"(£3.20/kg)", '\0', "3.2", "a remark"},
    {"(4.5)", '\0', "4.5", "no amount"},
};
INSTANTIATE_TEST_SUITE_P(Signs, NumberTest, ::testing::ValuesIn(kSigns));

TEST(NumberTest, IntegersHaveSixtyFourBits) {
  EXPECT_EQ(ToInteger(*ParseNumber("9223372036854775807")), INT64_MAX);
  EXPECT_EQ(ToInteger(*ParseNumber("-9223372036854775808")), INT64_MIN);
  EXPECT_EQ(ToInteger(*ParseNumber("9223372036854775808")), std::nullopt);
  EXPECT_EQ(ToInteger(*ParseNumber("12.00")), 12);
  EXPECT_EQ(ToInteger(*ParseNumber("12.50")), std::nullopt);
}

TEST(NumberTest, RealsAreTheNearestDouble) {
  EXPECT_EQ(ToReal(*ParseNumber("0.1")), 0.1);
  EXPECT_EQ(ToReal(*ParseNumber("-1,234.50")), -1234.5);
  EXPECT_EQ(ToReal(*ParseNumber(std::string(400, '9'))), std::nullopt);
}

TEST(NumberTest, LongTextsAreLinear) {
  std::string groups = "1";
  for (int i = 0; i < 200'000; ++i) groups += ",234";
  EXPECT_NE(NumberOf(groups, '.'), "none");
  EXPECT_EQ(NumberOf(std::string(1'000'000, '-')), "none");
}

}  // namespace
}  // namespace thresh
