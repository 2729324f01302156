// Text that tells a person how things stand: labelled lines, counts, times.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "pipeline/clock.h"

namespace thresh {

// Lines with a label in front, all aligned, for a terminal or a file:
//
//   state     failed: status 500, 4 times
//   due       at the next run
//
// Whatever it is given comes out visible (see Visible) and on one line.
class StoryText {
 public:
  // A line of its own, without a label.
  void Title(std::string_view text);
  void Line(std::string_view label, std::string_view text);
  // Goes on below the line before.
  void More(std::string_view text) { Line({}, text); }

  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

// "12,345".
std::string Grouped(int64_t number);
// "1 page", "12,345 pages"; `many` where adding an s does not do.
std::string Counted(int64_t number, std::string_view one, std::string_view many = {});
// "450 ms", "2 s", "3 min", "5 h", "12 days": the largest unit that is there, rounded down.
std::string InWords(Milliseconds duration);
// "2026-03-01T04:00:00.000Z (in 5 min)" or "(2 h ago)".
std::string When(Timestamp time, Timestamp now);
// Likewise of a text of the database, which is shown as it is when it is no time.
std::string When(std::string_view iso8601, Timestamp now);

}  // namespace thresh
