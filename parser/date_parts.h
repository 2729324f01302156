// A moment's parts, as a text gave them, and their ISO 8601 form.
#pragma once

#include <chrono>
#include <optional>
#include <string>

namespace thresh {

struct DateParts {
  int year = 0;
  int month = 0;
  int day = 0;
  int hour = 0;
  int minute = 0;
  int second = 0;
  int millisecond = 0;
  std::optional<int> offset_minutes;  // east of UTC; not said: unknown
};

// The parts of a moment, in UTC.
DateParts PartsOf(std::chrono::sys_seconds moment);

// Whether there is such a day and time, in the Gregorian calendar's years 1000 to 2400. (A year
// beyond is most likely another calendar's: 2569 is the Buddhists' 2026.)
bool IsPossible(const DateParts& parts);

// "2026-03-03"; with time "2026-03-03T09:00:00.000Z", in UTC where the offset is known, else as it
// was written and without "Z". The parts must be possible.
std::string ToIso(const DateParts& parts, bool with_time);

}  // namespace thresh
