#include "parser/convert.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "parser/json.h"

namespace thresh {
namespace {

std::string Show(const Conversion& conversion) {
  if (conversion.failed) return "failed";
  if (const auto* integer = std::get_if<int64_t>(&conversion.value))
    return std::to_string(*integer);
  if (const auto* real = std::get_if<double>(&conversion.value)) return std::to_string(*real);
  if (const auto* text = std::get_if<std::string>(&conversion.value)) return "'" + *text + "'";
  return "NULL";
}

std::string FromText(ValueType type, std::string_view text) {
  const auto base = Url::Parse("https://x.test/a/");
  return Show(
      Converter(type, '\0', DateReader::Make("en", "", type == ValueType::kDatetime, nullptr))
          .FromText(text, &*base));
}

std::string FromJson(ValueType type, std::string_view json) {
  const auto base = Url::Parse("https://x.test/a/");
  return Show(
      Converter(type, '\0', DateReader::Make("en", "", type == ValueType::kDatetime, nullptr))
          .FromJson(*ParseJson(json), &*base));
}

TEST(ConvertTest, EmptyIsNullAndNoFailure) {
  for (const ValueType type :
       {ValueType::kText, ValueType::kInteger, ValueType::kReal, ValueType::kBoolean,
        ValueType::kDate, ValueType::kUrl, ValueType::kJson}) {
    EXPECT_EQ(FromText(type, ""), "NULL") << Name(type);
    EXPECT_EQ(FromJson(type, "null"), "NULL") << Name(type);
  }
  EXPECT_EQ(FromText(ValueType::kText, " "), "' '") << "raw text is raw";
}

TEST(ConvertTest, FromText) {
  EXPECT_EQ(FromText(ValueType::kInteger, " 12 "), "12");
  EXPECT_EQ(FromText(ValueType::kInteger, "12.5"), "failed");
  EXPECT_EQ(FromText(ValueType::kReal, "£12.50"), "12.500000");
  EXPECT_EQ(FromText(ValueType::kReal, "1.234"), "failed");
  EXPECT_EQ(FromText(ValueType::kBoolean, "Yes"), "1");
  EXPECT_EQ(FromText(ValueType::kBoolean, "false"), "0");
  EXPECT_EQ(FromText(ValueType::kBoolean, "in stock"), "failed");
  EXPECT_EQ(FromText(ValueType::kDate, "3 March 2026"), "'2026-03-03'");
  EXPECT_EQ(FromText(ValueType::kDatetime, "2026-03-03T10:00Z"), "'2026-03-03T10:00:00.000Z'");
  EXPECT_EQ(FromText(ValueType::kUrl, "../b#c"), "'https://x.test/b'");
  EXPECT_EQ(FromText(ValueType::kUrl, "mailto:a@x.test"), "failed");
  EXPECT_EQ(FromText(ValueType::kJson, "{ \"a\" : [1, 2] }"), "'{\"a\":[1,2]}'");
  EXPECT_EQ(FromText(ValueType::kJson, "{a}"), "failed");
}

TEST(ConvertTest, FromJson) {
  EXPECT_EQ(FromJson(ValueType::kInteger, "12"), "12");
  EXPECT_EQ(FromJson(ValueType::kInteger, "12.0"), "12");
  EXPECT_EQ(FromJson(ValueType::kInteger, "12.5"), "failed");
  EXPECT_EQ(FromJson(ValueType::kInteger, "1e300"), "failed");
  EXPECT_EQ(FromJson(ValueType::kInteger, "18446744073709551615"), "failed");
  EXPECT_EQ(FromJson(ValueType::kInteger, "\"12\""), "12");
  EXPECT_EQ(FromJson(ValueType::kInteger, "[12]"), "failed");
  EXPECT_EQ(FromJson(ValueType::kReal, "1.234"), "1.234000") << "JSON's own numbers are certain";
  EXPECT_EQ(FromJson(ValueType::kReal, "\"1.234\""), "failed") << "its strings are not";
  EXPECT_EQ(FromJson(ValueType::kReal, "3"), "3.000000");
  EXPECT_EQ(FromJson(ValueType::kBoolean, "true"), "1");
  EXPECT_EQ(FromJson(ValueType::kBoolean, "0"), "0");
  EXPECT_EQ(FromJson(ValueType::kText, "\"a&amp;b\""), "'a&amp;b'");
  EXPECT_EQ(FromJson(ValueType::kText, "12345678901234567890123"), "'12345678901234567890123'");
  EXPECT_EQ(FromJson(ValueType::kText, "false"), "'false'");
  EXPECT_EQ(FromJson(ValueType::kText, "[1]"), "'[1]'");
  EXPECT_EQ(FromJson(ValueType::kJson, "{\"b\":1,\"a\":null}"), "'{\"b\":1,\"a\":null}'");
  EXPECT_EQ(FromJson(ValueType::kUrl, "\"/x\""), "'https://x.test/x'");
}

TEST(ConvertTest, LanguagesHaveDecimalSigns) {
  EXPECT_EQ(DecimalSign("de"), ',');
  EXPECT_EQ(DecimalSign("en"), '.');
  EXPECT_EQ(DecimalSign("de-CH"), '.');
  EXPECT_EQ(DecimalSign("fr"), ',');
  EXPECT_EQ(DecimalSign(""), '\0');
  EXPECT_TRUE(IsLanguage("pt-BR"));
  EXPECT_TRUE(IsLanguage("zh_TW"));
  EXPECT_FALSE(IsLanguage("german"));
  EXPECT_FALSE(IsLanguage(""));
}

}  // namespace
}  // namespace thresh
