#include "storage/timestamp.h"

#include <array>
#include <cstdint>

namespace thresh {
namespace {

constexpr std::string_view kForm = "0000-00-00T00:00:00.000Z";

// Writes `value` as the digits that `kForm` has zeroes for, ending before `end`.
void PutDigits(char* end, int digits, int64_t value) {
  for (; digits > 0; --digits, value /= 10) *--end = static_cast<char>('0' + value % 10);
}

bool HasForm(std::string_view text) {
  if (text.size() != kForm.size()) return false;
  for (size_t i = 0; i < kForm.size(); ++i) {
    const bool digit = text[i] >= '0' && text[i] <= '9';
    if (kForm[i] == '0' ? !digit : text[i] != kForm[i]) return false;
  }
  return true;
}

int Digits(std::string_view text, size_t at, size_t count) {
  int value = 0;
  for (size_t i = at; i < at + count; ++i) value = value * 10 + (text[i] - '0');
  return value;
}

}  // namespace

std::string ToIso8601(Timestamp time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  std::string text(kForm);
  PutDigits(text.data() + 4, 4, static_cast<int>(date.year()));
  PutDigits(text.data() + 7, 2, static_cast<unsigned>(date.month()));
  PutDigits(text.data() + 10, 2, static_cast<unsigned>(date.day()));
  PutDigits(text.data() + 13, 2, clock.hours().count());
  PutDigits(text.data() + 16, 2, clock.minutes().count());
  PutDigits(text.data() + 19, 2, clock.seconds().count());
  PutDigits(text.data() + 23, 3, clock.subseconds().count());
  return text;
}

std::optional<Timestamp> FromIso8601(std::string_view text) {
  if (!HasForm(text)) return std::nullopt;
  const std::chrono::year_month_day date(
      std::chrono::year(Digits(text, 0, 4)),
      std::chrono::month(static_cast<unsigned>(Digits(text, 5, 2))),
      std::chrono::day(static_cast<unsigned>(Digits(text, 8, 2))));
  const int hours = Digits(text, 11, 2);
  const int minutes = Digits(text, 14, 2);
  const int seconds = Digits(text, 17, 2);
  if (!date.ok() || hours > 23 || minutes > 59 || seconds > 59) return std::nullopt;
  return std::chrono::sys_days(date) + std::chrono::hours(hours) + std::chrono::minutes(minutes) +
         std::chrono::seconds(seconds) + std::chrono::milliseconds(Digits(text, 20, 3));
}

}  // namespace thresh
