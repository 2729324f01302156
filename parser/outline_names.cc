// What columns are called and what they become: the part of outline_fields.h that looks at words.
#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <array>

#include "parser/ascii.h"
#include "parser/date.h"
#include "parser/number.h"
#include "parser/outline_fields.h"
#include "parser/rule_names.h"

namespace thresh {
namespace {

using ascii::IsDigit;

constexpr size_t kMaxName = 30;
constexpr size_t kMaxNumber = 24;  // bytes of a text that is a number with its currency
constexpr size_t kMaxDate = 40;

// Words that SQL would take for its own where they stand unquoted.
bool IsSqlWord(std::string_view name) {
  static constexpr std::array<std::string_view, 28> kWords{
      "all",  "and",   "as",    "by",     "case",  "check", "default", "desc",  "end", "exists",
      "from", "group", "in",    "index",  "is",    "join",  "key",     "limit", "not", "null",
      "on",   "or",    "order", "select", "table", "to",    "values",  "where"};
  return std::find(kWords.begin(), kWords.end(), name) != kWords.end();
}

bool IsWholeNumber(const std::string& text) {
  return text.size() <= 15 && std::all_of(text.begin(), text.end(), IsDigit) &&
         (text.size() == 1 || text[0] != '0');
}

// Of scripts without upper and lower case, too.
size_t CountForeignLetters(const std::string& text) {
  size_t letters = 0;
  const auto size = static_cast<int32_t>(text.size());
  for (int32_t i = 0; i < size;) {
    UChar32 c;
    U8_NEXT(text.data(), i, size, c);
    letters += c > 0x7f && u_isalpha(c) ? 1 : 0;
  }
  return letters;
}

// A number and perhaps its currency, with no word beside it; "0077" is a code.
bool IsAmount(const std::string& text) {
  if (text.size() > 1 && text[0] == '0' && IsDigit(text[1])) return false;
  if (text.size() > kMaxNumber || std::none_of(text.begin(), text.end(), IsDigit)) return false;
  size_t letters = 0;
  for (const char c : text) {
    if (ascii::IsLower(c)) return false;
    letters += ascii::IsUpper(c) ? 1 : 0;
  }
  const bool names_currency = letters == 0 || letters == 3;  // "12.50 EUR", "12,50 руб."
  return names_currency && CountForeignLetters(text) <= 3 && text.find('/') == std::string::npos &&
         ParseNumber(text).has_value();
}

bool AllAreDates(const std::vector<std::string>& values, bool with_time) {
  const auto reader = DateReader::Make("", "", with_time, nullptr);
  return reader != nullptr &&
         std::all_of(values.begin(), values.end(), [&](const std::string& value) {
           return value.size() <= kMaxDate && reader->Read(value).has_value();
         });
}

}  // namespace

std::string ColumnNameFrom(std::string_view words) {
  std::string name;
  const auto size = static_cast<int32_t>(words.size());
  for (int32_t i = 0; i < size;) {
    UChar32 c;
    U8_NEXT(words.data(), i, size, c);
    if (c >= 0 && (u_isalpha(c) || (u_isdigit(c) && !name.empty()))) {
      std::array<char, 4> bytes;
      int32_t length = 0;
      const UChar32 lower = u_tolower(c);
      U8_APPEND_UNSAFE(bytes.data(), length, lower);
      if (name.size() + static_cast<size_t>(length) > kMaxName) break;
      name.append(bytes.data(), static_cast<size_t>(length));
    } else if (!name.empty() && name.back() != '_') {
      name += '_';
    }
  }
  while (!name.empty() && name.back() == '_') name.pop_back();
  if (IsSqlWord(name) || IsViewColumn(name)) name += "_";
  return ColumnNameFault(name).empty() ? name : "";
}

std::string TableNameFrom(std::string_view words) {
  const std::string name = ColumnNameFrom(words);
  return name.empty() || !TableNameFault(name).empty() ? "item" : name;
}

std::string ApartWords(std::string_view name) {
  std::string words;
  for (const char c : name) {
    if (ascii::IsUpper(c) && !words.empty() && ascii::IsLower(words.back())) words += '_';
    words += c;
  }
  return words;
}

bool IsKeyName(std::string_view column) {
  static constexpr std::array<std::string_view, 8> kNames{"id",   "sku",  "uuid", "guid",
                                                          "key_", "slug", "url",  "loc"};
  return column.ends_with("_id") || std::find(kNames.begin(), kNames.end(), column) != kNames.end();
}

ValueType TypeOf(const std::vector<std::string>& all) {
  std::vector<std::string> values;
  std::copy_if(all.begin(), all.end(), std::back_inserter(values),
               [](const std::string& value) { return !value.empty(); });
  if (values.empty()) return ValueType::kText;
  if (std::all_of(values.begin(), values.end(), IsWholeNumber)) return ValueType::kInteger;
  if (std::all_of(values.begin(), values.end(), IsAmount)) return ValueType::kReal;
  const bool digits = std::any_of(values[0].begin(), values[0].end(), IsDigit);
  if (!digits || values[0].size() > kMaxDate) return ValueType::kText;
  const bool has_time = std::any_of(values.begin(), values.end(), [](const std::string& value) {
    return value.find(':') != std::string::npos;
  });
  if (!AllAreDates(values, has_time)) return ValueType::kText;
  return has_time ? ValueType::kDatetime : ValueType::kDate;
}

}  // namespace thresh
