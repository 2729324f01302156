// Time, as the crawl is given it. Nothing in pipeline reads a clock but through this.
#pragma once

#include <chrono>

#include "storage/timestamp.h"

namespace thresh {

// Monotonic: what delays and deadlines are measured with, unmoved when somebody sets the clock.
using SteadyTime = std::chrono::steady_clock::time_point;
using Milliseconds = std::chrono::milliseconds;

class Clock {
 public:
  virtual ~Clock() = default;
  virtual SteadyTime Steady() const = 0;
  virtual Timestamp Wall() const = 0;
};

class SystemClock : public Clock {
 public:
  SteadyTime Steady() const override { return std::chrono::steady_clock::now(); }
  Timestamp Wall() const override {
    return std::chrono::floor<Milliseconds>(std::chrono::system_clock::now());
  }
};

}  // namespace thresh
