// Where an axis has its ticks, and what they say.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "storage/timestamp.h"

namespace thresh {

struct Tick {
  double value = 0;  // on a time axis: milliseconds since 1970
  std::string label;
};

// Ticks from 0, 1, 2 or 5 times a power of ten apart, about `wanted` of them; the last is not below
// `max`. Labels are short: "0.5", "20k", "3M".
std::vector<Tick> CountTicks(double max, int wanted);
// Likewise of bytes, steps of 1, 2, 5, … B, kB, MB (powers of 1000), with the unit.
std::vector<Tick> ByteTicks(double max, int wanted);
// Ticks for values from `low` to `high`: the first is not above, the last not below.
std::vector<Tick> RangeTicks(double low, double high, int wanted);
// Ticks at whole seconds, minutes, hours or days of UTC within [begin, end], at most `wanted`.
std::vector<Tick> TimeTicks(Timestamp begin, Timestamp end, int wanted);

// "0.25", "12", "1.2k", "34.5M": at most three digits.
std::string ShortNumber(double value);
// "512 B", "1.2 kB", "34 MB".
std::string ShortBytes(double bytes);
// "12 ms", "1.5 s", "2.1 min".
std::string ShortDuration(double ms);
// A value as it stands in a table: "1,234.5".
std::string PlainNumber(double value);

}  // namespace thresh
