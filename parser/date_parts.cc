#include "parser/date_parts.h"

#include <chrono>
#include <cstdio>

namespace thresh {
namespace {

std::chrono::year_month_day Day(const DateParts& parts) {
  return std::chrono::year(parts.year) / std::chrono::month(static_cast<unsigned>(parts.month)) /
         std::chrono::day(static_cast<unsigned>(parts.day));
}

// The parts as UTC's, when their offset is known.
DateParts Utc(DateParts parts) {
  if (!parts.offset_minutes) return parts;
  using namespace std::chrono;
  const auto local = sys_days(Day(parts)) + hours(parts.hour) + minutes(parts.minute);
  const auto utc = local - minutes(*parts.offset_minutes);
  const auto day = floor<days>(utc);
  const year_month_day date(day);
  parts.year = static_cast<int>(date.year());
  parts.month = static_cast<int>(static_cast<unsigned>(date.month()));
  parts.day = static_cast<int>(static_cast<unsigned>(date.day()));
  const auto since_midnight = duration_cast<minutes>(utc - day).count();
  parts.hour = static_cast<int>(since_midnight / 60);
  parts.minute = static_cast<int>(since_midnight % 60);
  return parts;
}

}  // namespace

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
