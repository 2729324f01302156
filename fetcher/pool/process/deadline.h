// How long something may wait.
#pragma once

#include <algorithm>
#include <chrono>

namespace thresh::pool {

using Deadline = std::chrono::steady_clock::time_point;

inline constexpr Deadline kNever = Deadline::max();
inline constexpr Deadline kAtOnce = Deadline::min();

// A process that is killed may owe another one a wake-up. So nobody sleeps longer than this without
// looking whether what it waits for has come: that is what such a death costs at most.
inline constexpr std::chrono::milliseconds kPatience{100};

// Below zero is zero, and more than a year is a year.
inline Deadline DeadlineAfter(std::chrono::milliseconds timeout) {
  using std::chrono::milliseconds;
  constexpr milliseconds kLongest = std::chrono::hours(24 * 365);
  return std::chrono::steady_clock::now() + std::clamp(timeout, milliseconds(0), kLongest);
}

}  // namespace thresh::pool
