#include "parser/number.h"

#include <gtest/gtest.h>

namespace thresh {
namespace {

// A number as plain text; "none" when there is none, or more than one reading.
std::string Read(std::string_view text, char decimal = '\0') {
  const auto number = ParseNumber(text, decimal);
  if (!number) return "none";
  std::string plain = number->negative ? "-" : "";
  plain += number->whole.empty() ? "0" : number->whole;
  return number->fraction.empty() ? plain : plain + "." + number->fraction;
}

struct Case {
  std::string_view text;
  char decimal;
  std::string_view expected;
  std::string_view why;
};

class NumberTest : public ::testing::TestWithParam<Case> {};

TEST_P(NumberTest, HasTheOneMeaningOrNone) {
  EXPECT_EQ(Read(GetParam().text, GetParam().decimal), GetParam().expected) << GetParam().why;
}

INSTANTIATE_TEST_SUITE_P(
    Separators, NumberTest,
    ::testing::Values(
        Case{"42", '\0', "42", "plain"}, Case{"007", '\0', "7", "leading zeros"},
        Case{"12.99", '\0', "12.99", "two digits behind: a decimal sign"},
        Case{"12,99", '\0', "12.99", "likewise"},
        Case{"1.234", '\0', "none", "could be 1234 and 1.234"},
        Case{"1,234", '\0', "none", "likewise"}, Case{"1.000", '\0', "none", "likewise"},
        Case{"1.234", ',', "1234", "German"}, Case{"1.234", '.', "1.234", "English"},
        Case{"1,234", '.', "1234", "English"}, Case{"1,234", ',', "1.234", "German"},
        Case{"0.123", '\0', "0.123", "no group begins with zero"},
        Case{"1234.567", '\0', "1234.567", "four digits before: no group"},
        Case{"1,234.50", '\0', "1234.5", "two kinds: the last is the decimal sign"},
        Case{"1.234,50", '\0', "1234.5", "likewise"},
        Case{"1.234.567", '\0', "1234567", "a repeated sign groups"},
        Case{"1,234,567.891", '\0', "1234567.891", "groups, then a decimal sign"},
        Case{"12.34.567", '\0', "none", "groups have three digits"},
        Case{"12,34,567.50", '\0', "1234567.5", "Indian groups"},
        Case{"1,23,4567", '\0', "none", "no groups"},
        Case{"12.99", ',', "none", "no group has two digits"},
        Case{"1,234,56", '.', "none", "nor Indian ones"},
        Case{"1.234,5.6", '\0', "none", "nothing follows a decimal sign"},
        Case{".5", '\0', "0.5", "no whole part"}, Case{"Rs.500", '\0', "500", "a word's dot"},
        Case{"12.", '\0', "12", "a sentence's end"},
        Case{"1 234,50", '\0', "1234.5", "a space groups"},
        Case{"1\u00a0234,50 €", '\0', "1234.5", "U+00A0"},
        Case{"1\u202f234", '\0', "1234", "U+202F"}, Case{"1'234.50", '\0', "1234.5", "Swiss"},
        Case{"1’234’567", '\0', "1234567", "U+2019"},
        Case{"1 234,567", '\0', "1234.567", "grouped otherwise, so a decimal sign"},
        Case{"12 34", '\0', "none", "two numbers"},
        Case{"1.5e3", '\0', "1500", "as machines write it"},
        Case{"2.5E-2", '\0', "0.025", "likewise"}));

INSTANTIATE_TEST_SUITE_P(
    Surroundings, NumberTest,
    ::testing::Values(
        Case{"£12.99", '\0', "12.99", "a currency sign"}, Case{"12,50 €", '\0', "12.5", "behind"},
        Case{"EUR 12,50", '\0', "12.5", "a currency word"}, Case{"EUR12", '\0', "12", "attached"},
        Case{"US$12.50", '\0', "12.5", "both"}, Case{"price: 12", '\0', "12", "other words"},
        Case{"12 kg", '\0', "12", "a unit"}, Case{"12kg", '\0', "12", "attached"},
        Case{"85%", '\0', "85", "percent"}, Case{"(12)", '\0', "12", "a count"},
        Case{"A4", '\0', "none", "part of a word"}, Case{"ISBN10", '\0', "none", "likewise"},
        Case{"3 of 5", '\0', "none", "two numbers"}, Case{"10-20", '\0', "none", "a range"},
        Case{"1.2M", '\0', "none", "millions"}, Case{"3 Mio.", '\0', "none", "millions"},
        Case{"5k", '\0', "none", "thousands"}, Case{"3万", '\0', "none", "ten thousands"},
        Case{"5 m", '\0', "5", "metres"}, Case{"nothing", '\0', "none", "no digits"},
        Case{"", '\0', "none", "empty"}, Case{"１２３", '\0', "123", "full width"},
        Case{"٣٫٥", '\0', "3.5", "Arabic"}, Case{"१२", '\0', "12", "Devanagari"},
        Case{"12 m²", '\0', "12", "² is no digit of it"},
        Case{"1½ cups", '\0', "none", "one and a half"}, Case{"2 ¾", '\0', "none", "likewise"},
        Case{"½", '\0', "none", "no digits"}, Case{"10⁶", '\0', "none", "an exponent or a note"},
        Case{"9,99 €¹", '\0', "9.99", "a note"}));

INSTANTIATE_TEST_SUITE_P(
    Multiples, NumberTest,
    ::testing::Values(
        Case{"5 MILLION", '\0', "none", "in any case"}, Case{"5 Billion", '\0', "none", "likewise"},
        Case{"2 tysiące zł", '\0', "none", "Polish"}, Case{"3 миллиона", '\0', "none", "Russian"},
        Case{"1,5 bilhões", '\0', "none", "Portuguese"}, Case{"5 mila", '\0', "none", "Italian"},
        Case{"2 milyon TL", '\0', "none", "Turkish"}, Case{"20 de mii", '\0', "none", "Romanian"},
        Case{"2 mia. kr.", '\0', "none", "Danish"}, Case{"12rb", '\0', "none", "Indonesian"},
        Case{"a $5-million deal", '\0', "none", "behind a hyphen"},
        Case{"5+ million users", '\0', "none", "behind a plus"},
        Case{"1,5 € Mio.", '\0', "none", "behind a currency"},
        Case{"5+ m cable", '\0', "5", "metres"}, Case{"6 Bio-Eier", '\0', "6", "organic"},
        Case{"25 εκ.", '\0', "25", "centimetres"}, Case{"5-m cable", '\0', "5", "metres"},
        Case{"5 mm", '\0', "5", "a unit"}));

INSTANTIATE_TEST_SUITE_P(
    Signs, NumberTest,
    ::testing::Values(
        Case{"-5", '\0', "-5", "a sign"}, Case{"−5", '\0', "-5", "U+2212"},
        Case{"–5 °C", '\0', "-5", "an en dash, attached"}, Case{"-£5", '\0', "-5", "before £"},
        Case{"£-5", '\0', "-5", "behind £"}, Case{"+5", '\0', "5", "plus"},
        Case{"AB-12", '\0', "none", "a hyphen of a word"},
        Case{"- 5", '\0', "none", "a sign or a dash"}, Case{"12,-", '\0', "12", "no cents"},
        Case{"12,–", '\0', "12", "likewise"}, Case{"5-", '\0', "none", "a sign or half a range"},
        Case{"5-pack", '\0', "5", "a hyphen"}, Case{"--5", '\0', "none", "two signs"},
        Case{"-US$12.50", '\0', "-12.5", "before a currency"},
        Case{"-R$ 1.234,50", '\0', "-1234.5", "Brazilian"}, Case{"-EUR 5", '\0', "-5", "a word"},
        Case{"-Rs.500", '\0', "-500", "with a dot"}, Case{"-€ 5", '\0', "-5", "Austrian"},
        Case{"- EUR 5", '\0', "none", "a sign or a dash"},
        Case{"from -€ 5", '\0', "none", "likewise"}, Case{"EUR 5", '\0', "5", "no sign"},
        Case{"-XAU 5", '\0', "none", "a currency or not"}, Case{"- item 5", '\0', "5", "a dash"},
        Case{"($1,234.50)", '\0', "none", "an accountant's sign or a remark"},
        Case{"(1.234,50 €)", '\0', "none", "likewise"}, Case{"(£3.20/kg)", '\0', "3.2", "a remark"},
        Case{"(4.5)", '\0', "4.5", "no amount"}));

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
  EXPECT_NE(Read(groups, '.'), "none");
  EXPECT_EQ(Read(std::string(1'000'000, '-')), "none");
}

}  // namespace
}  // namespace thresh
