// Values: what a column's type makes of a piece of text or JSON.
#pragma once

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "parser/date.h"
#include "parser/record.h"
#include "parser/url.h"

namespace thresh {

struct Conversion {
  Value value;          // NULL when it failed, and when there was nothing to convert
  bool failed = false;  // there was something, and it is no value of the type, or could be two
};

// Converts to one type. Immutable.
class Converter {
 public:
  // `decimal` is '.', ',' or '\0' for unknown; `dates` is for kDate and kDatetime.
  Converter(ValueType type, char decimal, std::shared_ptr<const DateReader> dates)
      : type_(type), decimal_(decimal), dates_(std::move(dates)) {}

  ValueType type() const { return type_; }

  // Empty text is NULL. `base` is what URLs resolve against.
  Conversion FromText(std::string_view text, UrlBase base) const;
  // JSON's null is NULL. Numbers and booleans keep their value, whatever the language.
  Conversion FromJson(const nlohmann::ordered_json& value, UrlBase base) const;

 private:
  ValueType type_;
  char decimal_;
  std::shared_ptr<const DateReader> dates_;
};

// The decimal sign of a language ("de": ','); '\0' when there is none, or it is neither.
char DecimalSign(std::string_view lang);

// Whether ICU knows the language: "de", "pt-BR", "zh_TW".
bool IsLanguage(std::string_view lang);

}  // namespace thresh
