// Time, as the crawl is given it. Nothing in pipeline reads a clock but through this.
#pragma once

#include <time.h>

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
  // What this process has worked since some instant: stands still while others have the processor.
  // A system call, several times as dear as the others.
  virtual std::chrono::nanoseconds Worked() const = 0;
};

class SystemClock : public Clock {
 public:
  SteadyTime Steady() const override { return std::chrono::steady_clock::now(); }
  Timestamp Wall() const override {
    return std::chrono::floor<Milliseconds>(std::chrono::system_clock::now());
  }
  std::chrono::nanoseconds Worked() const override {
    timespec time{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
  }
};

}  // namespace thresh
