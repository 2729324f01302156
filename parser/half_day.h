// The words that say in which half of the day an hour from 1 to 12 is.
#pragma once

#include <re2/re2.h>

#include <cstdint>
#include <string_view>

namespace thresh {

enum class HalfDay : uint8_t { kUnsaid, kMorning, kAfternoon, kNight };

// Immutable.
class HalfDayNames {
 public:
  // Those of `lang`, besides some that are words of no other language: English, Greek, Chinese,
  // Japanese and Korean ones.
  explicit HalfDayNames(std::string_view lang);
  // The same for all who ask for a language: they take a millisecond to make. From one thread only.
  static const HalfDayNames& Of(std::string_view lang);

  // What stands directly before or behind a time of day. Both texts are folded, see FoldDateText.
  HalfDay Find(std::string_view before, std::string_view after) const;

 private:
  re2::RE2 before_;
  re2::RE2 after_;
};

}  // namespace thresh
