#include "parser/date_parts.h"

#include <cstdio>

namespace thresh {
namespace {

std::chrono::year_month_day Day(const DateParts& parts) {
  return std::chrono::year(parts.year) / std::chrono::month(static_cast<unsigned>(parts.month)) /
         std::chrono::day(static_cast<unsigned>(parts.day));
}

// The parts as UTC's, when their offset is known.
DateParts Utc(const DateParts& parts) {
  if (!parts.offset_minutes) return parts;
  using namespace std::chrono;
  const auto local =
      sys_days(Day(parts)) + hours(parts.hour) + minutes(parts.minute) + seconds(parts.second);
  DateParts utc = PartsOf(local - minutes(*parts.offset_minutes));
  utc.millisecond = parts.millisecond;
  return utc;
}

}  // namespace

DateParts PartsOf(std::chrono::sys_seconds moment) {
  using namespace std::chrono;
  const auto midnight = floor<days>(moment);
  const year_month_day date(midnight);
  const hh_mm_ss time(moment - midnight);
  return {.year = static_cast<int>(date.year()),
          .month = static_cast<int>(static_cast<unsigned>(date.month())),
          .day = static_cast<int>(static_cast<unsigned>(date.day())),
          .hour = static_cast<int>(time.hours().count()),
          .minute = static_cast<int>(time.minutes().count()),
          .second = static_cast<int>(time.seconds().count()),
          .millisecond = 0,
          .offset_minutes = 0};
}

bool IsPossible(const DateParts& parts) {
  if (parts.year < 1000 || parts.year > 2400) return false;
  if (parts.month < 1 || parts.day < 1 || !Day(parts).ok()) return false;
  const auto within = [](int value, int limit) { return value >= 0 && value < limit; };
  return within(parts.hour, 24) && within(parts.minute, 60) && within(parts.second, 60) &&
         within(parts.millisecond, 1000);
}

std::string ToIso(const DateParts& parts, bool with_time) {
  const DateParts shown = with_time ? Utc(parts) : parts;
  char text[80];
  if (with_time) {
    std::snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02d.%03d%s", shown.year,
                  shown.month, shown.day, shown.hour, shown.minute, shown.second, shown.millisecond,
                  shown.offset_minutes ? "Z" : "");
  } else {
    std::snprintf(text, sizeof text, "%04d-%02d-%02d", shown.year, shown.month, shown.day);
  }
  return text;
}

}  // namespace thresh
