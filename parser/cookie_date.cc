#include <algorithm>
#include <array>

#include "parser/ascii.h"
#include "parser/cookie.h"

namespace thresh {
namespace {

// What "99:99:99" is: it takes the place of the time, and spoils the date.
constexpr std::chrono::hours kNoTimeOfDay{24};

bool IsDelimiter(char byte) {
  const auto c = static_cast<unsigned char>(byte);
  return c == 0x09 || (c >= 0x20 && c <= 0x2f) || (c >= 0x3b && c <= 0x40) ||
         (c >= 0x5b && c <= 0x60) || (c >= 0x7b && c <= 0x7e);
}

// Takes a number of `least` to `most` digits off `text`; a digit more is an error. The grammar lets
// anything else follow ("10th" is a day).
std::optional<int> TakeNumber(std::string_view* text, size_t least, size_t most) {
  const auto end = std::find_if_not(text->begin(), text->end(), ascii::IsDigit);
  const size_t digits = end - text->begin();
  if (digits < least || digits > most) return std::nullopt;
  int number = 0;
  for (const char digit : text->substr(0, digits)) number = 10 * number + (digit - '0');
  text->remove_prefix(digits);
  return number;
}

std::optional<unsigned> MonthOf(std::string_view token) {
  static constexpr std::array<std::string_view, 12> kMonths{
      "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"};
  const std::string_view start = token.substr(0, 3);
  for (unsigned month = 0; month < kMonths.size(); ++month) {
    if (ascii::EqualsLower(start, kMonths[month])) return month + 1;
  }
  return std::nullopt;
}

// "10:18:14", each of one or two digits.
std::optional<std::chrono::seconds> TimeOf(std::string_view token) {
  std::array<int, 3> parts{};
  for (size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) {
      if (!token.starts_with(':')) return std::nullopt;
      token.remove_prefix(1);
    }
    const auto number = TakeNumber(&token, 1, 2);
    if (!number) return std::nullopt;
    parts[i] = *number;
  }
  if (parts[0] > 23 || parts[1] > 59 || parts[2] > 59) return kNoTimeOfDay;
  return std::chrono::hours(parts[0]) + std::chrono::minutes(parts[1]) +
         std::chrono::seconds(parts[2]);
}

// The parts of a date, each by the first token that can be it.
struct DateTokens {
  std::optional<std::chrono::seconds> time;
  std::optional<int> day;
  std::optional<unsigned> month;
  std::optional<int> year;

  void Take(std::string_view token) {
    if (!time && (time = TimeOf(token))) return;
    std::string_view rest = token;
    if (!day && (day = TakeNumber(&rest, 1, 2))) return;
    if (!month && (month = MonthOf(token))) return;
    rest = token;
    if (!year) year = TakeNumber(&rest, 2, 4);
  }
};

int FullYear(int year) {
  if (year >= 70 && year <= 99) return year + 1900;
  return year <= 69 ? year + 2000 : year;
}

}  // namespace

std::optional<std::chrono::sys_seconds> ParseCookieDate(std::string_view text) {
  DateTokens found;
  while (!text.empty()) {
    const auto begin = std::find_if_not(text.begin(), text.end(), IsDelimiter);
    text.remove_prefix(begin - text.begin());
    const auto end = std::find_if(text.begin(), text.end(), IsDelimiter);
    const std::string_view token = text.substr(0, end - text.begin());
    if (!token.empty()) found.Take(token);
    text.remove_prefix(token.size());
  }
  if (!found.time || !found.day || !found.month || !found.year) return std::nullopt;
  const int year = FullYear(*found.year);
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(*found.month),
                                         std::chrono::day(*found.day)};
  if (year < 1601 || !date.ok() || *found.time == kNoTimeOfDay) return std::nullopt;
  return std::chrono::sys_days(date) + *found.time;
}

}  // namespace thresh
