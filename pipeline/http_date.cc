#include "pipeline/http_date.h"

#include <time.h>

#include <string_view>

#include "parser/ascii.h"

namespace thresh {
namespace {

// The number whose `digits` digits stand at `at`; -1 where others do.
int NumberAt(std::string_view text, size_t at, size_t digits) {
  int number = 0;
  for (const char c : text.substr(at, digits)) {
    if (!ascii::IsDigit(c)) return -1;
    number = number * 10 + (c - '0');
  }
  return number;
}

// "Sun, 06 Nov 1994 08:49:37 GMT" by its places: two for each page, and strptime takes a
// microsecond for each. Nothing for what has another form.
std::optional<Timestamp> ParseImfFixdate(std::string_view text) {
  constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
  if (text.size() != 29 || text.substr(3, 2) != ", " || text.substr(25) != " GMT") return {};
  const size_t month = kMonths.find(text.substr(8, 3));
  const int day = NumberAt(text, 5, 2), year = NumberAt(text, 12, 4);
  const int hour = NumberAt(text, 17, 2), minute = NumberAt(text, 20, 2);
  const int second = NumberAt(text, 23, 2);
  const bool is_time = hour >= 0 && hour < 24 && minute >= 0 && minute < 60 && second >= 0 &&
                       second <= 60 && text[19] == ':' && text[22] == ':';
  if (month == std::string_view::npos || month % 3 != 0 || day < 0 || year < 0 || !is_time)
    return {};
  const std::chrono::year_month_day date(std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month / 3) + 1),
                                         std::chrono::day(static_cast<unsigned>(day)));
  if (!date.ok()) return {};
  return std::chrono::sys_days(date) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
         std::chrono::seconds(second);
}

}  // namespace

std::optional<Timestamp> ParseHttpDate(const std::string& text) {
  if (const auto date = ParseImfFixdate(text)) return date;
  for (const char* format :
       {"%a, %d %b %Y %H:%M:%S GMT", "%A, %d-%b-%y %H:%M:%S GMT", "%a %b %e %H:%M:%S %Y"}) {
    tm parts{};
    const char* end = strptime(text.c_str(), format, &parts);
    if (end != nullptr && *end == '\0') {
      return Timestamp(std::chrono::seconds(timegm(&parts)));
    }
  }
  return std::nullopt;
}

}  // namespace thresh
