#include "parser/date.h"

#include <gtest/gtest.h>

namespace thresh {
namespace {

std::string DateOf(std::string_view text, std::string_view lang = "", std::string_view format = "",
                   bool with_time = false) {
  DateReader::FormatError fault;
  const auto reader = DateReader::Make(lang, format, with_time, &fault);
  if (reader == nullptr) return "bad format: " + fault.message;
  return reader->Read(text).value_or("none");
}

struct DateTextCase {
  std::string_view text;
  std::string_view lang;
  std::string_view expected;
  std::string_view why;
};

class DateTest : public ::testing::TestWithParam<DateTextCase> {};

TEST_P(DateTest, IsReadOrRefused) {
  EXPECT_EQ(DateOf(GetParam().text, GetParam().lang), GetParam().expected)
      << GetParam().text << ": " << GetParam().why;
}

// The third of March 2026 as twenty languages write it, each by its name and without.
constexpr std::pair<std::string_view, std::string_view> kThirdOfMarch[] = {
    {"en", "March 3rd, 2026"},     {"de", "3. März 2026"},     {"fr", "3 mars 2026"},
    {"es", "3 de marzo de 2026"},  {"it", "3 marzo 2026"},     {"pt", "3 de março de 2026"},
    {"nl", "3 maart 2026"},        {"pl", "3 marca 2026 r."},  {"cs", "3. března 2026"},
    {"sk", "3. marca 2026"},       {"hu", "2026. március 3."}, {"ro", "3 martie 2026"},
    {"sv", "3 mars 2026"},         {"da", "3. marts 2026"},    {"nb", "3. mars 2026"},
    {"fi", "3. maaliskuuta 2026"}, {"ru", "3 марта 2026 г."},  {"uk", "3 березня 2026 р."},
    {"tr", "3 Mart 2026"},         {"el", "3 Μαρτίου 2026"}};

TEST(DateTest, TwentyLanguages) {
  for (const auto& [lang, text] : kThirdOfMarch) {
    EXPECT_EQ(DateOf(text, lang), "2026-03-03") << lang;
    EXPECT_EQ(DateOf(text), "2026-03-03") << "no language: " << text;
  }
}

constexpr DateTextCase kForms[] = {
    {"2026-03-03", "", "2026-03-03", "ISO 8601"},
    {"2026-03-03T23:30:00-05:00", "", "2026-03-03", "the date as written"},
    {"2026/3/3", "", "2026-03-03", "year first"},
    {"2026年3月3日", "", "2026-03-03", "Chinese, Japanese"},
    {"2026년 3월 3일", "", "2026-03-03", "Korean"},
    {"03.03.2026", "", "2026-03-03", "dots: the day is first"},
    {"4.3.2026", "", "2026-03-04", "likewise"},
    {"DIENSTAG, 3. MÄRZ 2026", "de", "2026-03-03", "weekday, capitals"},
    {"Tue, 03 Mar 2026 10:00:00 GMT", "", "2026-03-03", "RFC 9110"},
    {"mar, 3 mar 2026", "es", "2026-03-03", "a weekday that looks like a month"},
    {"3. Mrz. 2026", "de", "2026-03-03", "a short name with its dot"},
    {"Sept. 9, 2026", "en", "2026-09-09", "likewise"},
    {"Published: 3 March 2026, 10:30 pm", "en", "2026-03-03", "words around it"},
    {"３ March ２０２６", "en", "2026-03-03", "full width"},
};
INSTANTIATE_TEST_SUITE_P(Forms, DateTest, ::testing::ValuesIn(kForms));

constexpr DateTextCase kDoubtful[] = {
    {"3/4/2026", "", "none", "3 April or March 4"},
    {"3/4/2026", "en", "none", "English alone does not say"},
    {"3/4/2026", "en-US", "2026-03-04", "month first"},
    {"3/4/2026", "en-GB", "2026-04-03", "day first"},
    {"3/4/2026", "fr", "2026-04-03", "day first"},
    {"25/4/2026", "", "2026-04-25", "only one reading"},
    {"4/25/2026", "", "2026-04-25", "likewise"},
    {"3/3/2026", "", "2026-03-03", "both are one"},
    {"03/3/2026", "", "2026-03-03", "however they are written"},
    {"3.4-2026", "", "none", "two kinds of signs"},
    {"3.3.26", "", "none", "which century?"},
    {"31. Februar 2026", "de", "none", "no such day"},
    {"3. März", "de", "none", "no year"},
    {"March 2026", "en", "none", "no day"},
    {"3 March 2026 – 5 March 2026", "en", "none", "two dates"},
    {"12 items, March 2026", "en", "none", "a number of something else"},
    {"3 listopada 2026", "hr", "2026-10-03", "October in Croatian"},
    {"3 listopada 2026", "pl", "2026-11-03", "November in Polish"},
    {"3 มีนาคม 2569", "th", "none", "the Buddhists' year"},
    {"yesterday", "en", "none", "not a date"},
    {"", "", "none", "nothing"},
};
INSTANTIATE_TEST_SUITE_P(Doubtful, DateTest, ::testing::ValuesIn(kDoubtful));

TEST(DateTest, TimesAreUtcWhereTheOffsetIsKnown) {
  const auto read = [](std::string_view text) { return DateOf(text, "en", "", true); };
  EXPECT_EQ(read("2026-03-03T10:00:00Z"), "2026-03-03T10:00:00.000Z");
  EXPECT_EQ(read("2026-03-03T10:00:00.25+01:00"), "2026-03-03T09:00:00.250Z");
  EXPECT_EQ(read("2026-03-03 23:30 -0500"), "2026-03-04T04:30:00.000Z");
  EXPECT_EQ(read("March 3, 2026 at 12:05 a.m."), "2026-03-03T00:05:00.000");
  EXPECT_EQ(read("March 3, 2026 12:05 PM"), "2026-03-03T12:05:00.000");
  EXPECT_EQ(read("2026-03-03T10:00-05:00"), "2026-03-03T15:00:00.000Z");
  EXPECT_EQ(read("2026-03-03 10:00 UTC+2"), "2026-03-03T08:00:00.000Z");
  EXPECT_EQ(read("2026-03-03 10:00 GMT+5:30"), "2026-03-03T04:30:00.000Z");
  EXPECT_EQ(read("2026-03-03 10:00 UTC-0500"), "2026-03-03T15:00:00.000Z");
  EXPECT_EQ(read("10:00 -3.3.2026"), "2026-03-03T10:00:00.000") << "a dash";
  EXPECT_EQ(read("3 March 2026"), "2026-03-03T00:00:00.000");
  EXPECT_EQ(read("Tue, 03 Mar 2026 10:00:00 GMT"), "2026-03-03T10:00:00.000Z");
  EXPECT_EQ(read("3 March 2026, 25:00"), "none");
  EXPECT_EQ(read("3 March 2026, 10:00-12:00"), "none") << "two times";
  EXPECT_EQ(read("3 March 2026, 13:00 pm"), "none");
}

struct FormatCase {
  std::string_view text;
  std::string_view format;
  std::string_view lang;
  std::string_view expected;
};

TEST(DateTest, Formats) {
  constexpr FormatCase kCases[] = {
      {"03.03.26", "%d.%m.%y", "", "2026-03-03T00:00:00.000"},
      {"03.03.99", "%d.%m.%y", "", "1999-03-03T00:00:00.000"},
      {"3. März 2026", "%d. %B %Y", "de", "2026-03-03T00:00:00.000"},
      {"Di 3. MÄRZ 2026 9:05 Uhr", "%a %e. %b %Y %H:%M Uhr", "de", "2026-03-03T09:05:00.000"},
      {"Sept. 9, 2026", "%b. %d, %Y", "", "2026-09-09T00:00:00.000"},
      {"02-Oct.1972", "%d-%b.%Y", "", "1972-10-02T00:00:00.000"},
      {"Di. 3. Mrz 2026", "%a. %d. %b. %Y", "de", "none"},
      {"Mar 3, 2026 9:05 PM", "%b %d, %Y %I:%M %p", "", "2026-03-03T21:05:00.000"},
      {"2026-03-03T09:05:06.5+0100", "%FT%T.%f%z", "", "2026-03-03T08:05:06.500Z"},
      {"03/04/26 09:05", "%D %R", "", "2026-03-04T09:05:00.000"},
      {"2026-062", "%Y-%j", "", "2026-03-03T00:00:00.000"},
      {"2025-366", "%Y-%j", "", "none"},
      {"1772528706", "%s", "", "2026-03-03T09:05:06.000Z"},
      {"3.3.2026", "%-d.%-m.%Y", "", "2026-03-03T00:00:00.000"},
      {"100% 3.3.2026", "100%% %d.%m.%Y", "", "2026-03-03T00:00:00.000"},
      {"3.3.2026 and more", "%d.%m.%Y", "", "none"},
      {"2.30.2026", "%m.%d.%Y", "", "none"},
      {"3 marzo 2026", "%d %B %Y", "de", "none"},
      {"13:00 pm 3.3.2026", "%I:%M %p %d.%m.%Y", "", "none"},
  };
  for (const FormatCase& c : kCases) {
    EXPECT_EQ(DateOf(c.text, c.lang, c.format, true), c.expected) << c.text << " by " << c.format;
  }
}

TEST(DateTest, FormatsThatCannotBeReadAreRefused) {
  DateReader::FormatError fault;
  EXPECT_EQ(DateReader::Make("", "%d.%m.%Y %Q", false, &fault), nullptr);
  EXPECT_EQ(fault.offset, 9u);
  EXPECT_EQ(DateReader::Make("", "%B %Y", false, &fault), nullptr) << "no day";
  EXPECT_EQ(DateReader::Make("", "%d %m %Y%", false, &fault), nullptr);
  EXPECT_EQ(fault.offset, 8u);
}

TEST(DateTest, TimesWithADot) {
  const DateTextCase cases[] = {
      {"3.3.2026 klo 16.05", "fi", "2026-03-03T16:05:00.000", "Finnish"},
      {"3. marts 2026 kl. 16.05", "", "2026-03-03T16:05:00.000", "Danish"},
      {"03.03.2026 16.05 Uhr", "", "2026-03-03T16:05:00.000", "German"},
      {"3 marca 2026, godz. 8.05", "pl", "2026-03-03T08:05:00.000", "Polish"},
      {"3 March 2026, 16.05", "", "none", "a time or a number"},
      {"kl. 16.05.2026", "da", "2026-05-16T00:00:00.000", "a date behind the word"},
  };
  for (const DateTextCase& c : cases)
    EXPECT_EQ(DateOf(c.text, c.lang, "", true), c.expected) << c.why;
}

TEST(DateTest, HalvesOfTheDayInOtherLanguages) {
  const DateTextCase cases[] = {
      {"3 mar 2026, 4:05 p. m.", "", "2026-03-03T16:05:00.000", "Spanish, as CLDR has it"},
      {"3 mar 2026, 12:05\u202fa.\u00a0m.", "es", "2026-03-03T00:05:00.000", "its spaces"},
      {"2026년 3월 3일 오후 4:05", "", "2026-03-03T16:05:00.000", "Korean"},
      {"2026. 3. 3. PM 4:05", "ko", "2026-03-03T16:05:00.000", "likewise"},
      {"2026年3月3日 下午4:05", "", "2026-03-03T16:05:00.000", "Chinese"},
      {"2026年3月3日午前12:05", "", "2026-03-03T00:05:00.000", "Japanese"},
      {"2026年3月3日 晚上8:05", "zh", "2026-03-03T20:05:00.000", "at night"},
      {"2026年3月3日 晚上12:05", "zh", "none", "of which day?"},
      {"2026年3月3日 下午16:05", "zh", "2026-03-03T16:05:00.000", "says no more"},
      {"2026年3月3日 上午16:05", "zh", "none", "says something else"},
      {"3 Μαρτίου 2026 στις 4:05 μ.μ.", "", "2026-03-03T16:05:00.000", "Greek"},
      {"2026. március 3. du. 4:05", "hu", "2026-03-03T16:05:00.000", "Hungarian"},
      {"4:05 du 3 mars 2026", "", "2026-03-03T04:05:00.000", "which is a word of French"},
      {"03.03.2026 04:05 CH", "vi", "2026-03-03T16:05:00.000", "Vietnamese"},
      {"03.03.2026 04:05 Christmas", "vi", "2026-03-03T04:05:00.000", "part of a word"},
  };
  for (const DateTextCase& c : cases)
    EXPECT_EQ(DateOf(c.text, c.lang, "", true), c.expected) << c.why;
}

}  // namespace
}  // namespace thresh
