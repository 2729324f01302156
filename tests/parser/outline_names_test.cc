#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "parser/outline_fields.h"

namespace thresh {
namespace {

TEST(OutlineNamesTest, TheTypeOfAColumnIsThatOfAllItsValues) {
  using enum ValueType;
  const struct {
    std::vector<std::string> values;
    ValueType want;
    const char* why;
  } kCases[] = {
      {{}, kText, "nothing is known"},
      {{"1", "", "20"}, kInteger, "one is missing"},
      {{"007", "12"}, kText, "a code"},
      {{"0077", "0078"}, kText, "codes"},
      {{"£12.99", "£7"}, kReal, "a sign"},
      {{"12.50 EUR", "7 EUR"}, kReal, "a name"},
      {{"12,50 руб.", "1 200 руб."}, kReal, "a name in other letters"},
      {{"12.5元", "7元"}, kReal, "a sign that is a letter"},
      {{"Page 1", "Page 2"}, kText, "titles"},
      {{"Новость №1", "Новость №2"}, kText, "titles in other letters"},
      {{"12.50", "sold out"}, kText, "a word"},
      {{"1/2", "3/4"}, kText, "two numbers each"},
      {{"2026-11-01", "2026-11-02"}, kDate, "days"},
      {{"2026-11-01 10:00", "2026-11-02 11:30"}, kDatetime, "times"},
      {{"2026-11-01", "soon"}, kText, "not all of them"},
  };
  for (const auto& test : kCases) EXPECT_EQ(TypeOf(test.values), test.want) << test.why;
}

}  // namespace
}  // namespace thresh
