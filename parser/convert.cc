#include "parser/convert.h"

#include <unicode/decimfmt.h>
#include <unicode/locid.h>
#include <unicode/uloc.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "parser/ascii.h"
#include "parser/clean.h"
#include "parser/json.h"
#include "parser/number.h"

namespace thresh {
namespace {

using Json = nlohmann::ordered_json;

constexpr double kTwoTo63 = 9223372036854775808.0;

Conversion Failed() { return {{}, true}; }

template <typename T>
Conversion FromOptional(const std::optional<T>& value) {
  if (!value) return Failed();
  return {*value, false};
}

// What nearly all integers are: nothing but digits, and not many.
std::optional<int64_t> DigitsOnly(std::string_view text) {
  int64_t value = 0;
  if (text.empty() || text.size() > std::numeric_limits<int64_t>::digits10) return std::nullopt;
  for (const char digit : text) {
    if (!ascii::IsDigit(digit)) return std::nullopt;
    value = 10 * value + (digit - '0');
  }
  return value;
}

Conversion Integer(std::string_view text, char decimal) {
  if (const auto value = DigitsOnly(text)) return {*value, false};
  const auto number = ParseNumber(text, decimal);
  return number ? FromOptional(ToInteger(*number)) : Failed();
}

Conversion Real(std::string_view text, char decimal) {
  const auto number = ParseNumber(text, decimal);
  return number ? FromOptional(ToReal(*number)) : Failed();
}

Conversion Boolean(std::string_view text) {
  const std::string lower = ascii::Lowered(text);
  constexpr std::array<std::string_view, 6> kTrue = {"true", "yes", "on", "1", "y", "t"};
  constexpr std::array<std::string_view, 6> kFalse = {"false", "no", "off", "0", "n", "f"};
  if (std::find(kTrue.begin(), kTrue.end(), lower) != kTrue.end()) return {int64_t{1}, false};
  if (std::find(kFalse.begin(), kFalse.end(), lower) != kFalse.end()) return {int64_t{0}, false};
  return Failed();
}

Conversion AbsoluteUrl(std::string_view text, UrlBase base) {
  const std::optional<Url> url = Url::Parse(text, base);
  return url ? Conversion{url->href(), false} : Failed();
}

// A JSON number where a number is asked for.
Conversion Number(const Json& value, ValueType type) {
  if (type == ValueType::kReal) return {value.get<double>(), false};
  if (value.is_number_float()) {
    const double real = value.get<double>();
    if (real != std::floor(real) || real < -kTwoTo63 || real >= kTwoTo63) return Failed();
    return {static_cast<int64_t>(real), false};
  }
  if (value.is_number_unsigned() && value.get<uint64_t>() > INT64_MAX) return Failed();
  return {value.get<int64_t>(), false};
}

}  // namespace

Conversion Converter::FromText(std::string_view text, UrlBase base) const {
  if (type_ == ValueType::kText) {
    return text.empty() ? Conversion{} : Conversion{std::string(text), false};
  }
  text = TrimSpace(text);
  if (text.empty()) return {};
  switch (type_) {
    case ValueType::kInteger:
      return Integer(text, decimal_);
    case ValueType::kReal:
      return Real(text, decimal_);
    case ValueType::kBoolean:
      return Boolean(text);
    case ValueType::kDate:
    case ValueType::kDatetime:
      return FromOptional(dates_->Read(text));
    case ValueType::kUrl:
      return AbsoluteUrl(text, base);
    default:
      break;
  }
  const std::optional<Json> json = ParseJson(text);
  return json ? Conversion{CompactJson(*json), false} : Failed();
}

Conversion Converter::FromJson(const Json& value, UrlBase base) const {
  if (value.is_null()) return {};
  if (type_ == ValueType::kJson) return {CompactJson(value), false};
  const bool numeric = type_ == ValueType::kInteger || type_ == ValueType::kReal;
  if (value.is_number() && numeric) return Number(value, type_);
  if (value.is_structured() && type_ != ValueType::kText) return Failed();
  return FromText(JsonText(value), base);
}

char DecimalSign(std::string_view lang) {
  if (lang.empty()) return '\0';
  UErrorCode status = U_ZERO_ERROR;
  const icu::DecimalFormatSymbols symbols(icu::Locale::createCanonical(std::string(lang).c_str()),
                                          status);
  if (U_FAILURE(status)) return '\0';
  const icu::UnicodeString sign =
      symbols.getSymbol(icu::DecimalFormatSymbols::kDecimalSeparatorSymbol);
  if (sign == icu::UnicodeString(u".")) return '.';
  return sign == icu::UnicodeString(u",") ? ',' : '\0';
}

bool IsLanguage(std::string_view lang) {
  const icu::Locale locale = icu::Locale::createCanonical(std::string(lang).c_str());
  const std::string_view language = locale.getLanguage();
  if (language.empty()) return false;
  for (int32_t i = 0; i < uloc_countAvailable(); ++i) {
    if (language == icu::Locale(uloc_getAvailable(i)).getLanguage()) return true;
  }
  return false;
}

}  // namespace thresh
