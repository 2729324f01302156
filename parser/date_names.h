// Month and weekday names in the languages that ICU knows.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace thresh {

// `text` as names are compared: case folded, compatible forms made one (NFKC_Casefold), so that
// "MÄRZ" and full-width digits are what they look like.
std::string FoldDateText(std::string_view text);

// The names of one language, or of twenty together. Immutable.
class DateNames {
 public:
  // Those of `lang`, wide and abbreviated, without their dots. An empty `lang`: English, German,
  // French, Spanish, Italian, Portuguese, Dutch, Polish, Czech, Slovak, Hungarian, Romanian,
  // Swedish, Danish, Norwegian, Finnish, Russian, Ukrainian, Turkish and Greek.
  explicit DateNames(std::string_view lang);

  // The month (1 to 12) of a folded name; nothing when it is none, or two in two languages.
  std::optional<int> Month(std::string_view folded) const;
  // The longest month name that `folded` begins with, and its bytes in `size`.
  std::optional<int> MonthPrefix(std::string_view folded, size_t* size) const;
  // The bytes of the longest weekday name that `folded` begins with; 0 when it begins with none.
  size_t WeekdayPrefix(std::string_view folded) const;

 private:
  void Add(std::string_view lang);
  void AddMonth(std::string name, int month);

  std::unordered_map<std::string, int> months_;  // kTwoMonths: not one
  std::unordered_map<std::string, int> weekdays_;
};

enum class DateOrder { kUnknown, kDayFirst, kMonthFirst };

// How "3/4/2026" is read in a language. English alone does not say: en-US and en-GB do.
DateOrder OrderOfNumbers(std::string_view lang);

}  // namespace thresh
