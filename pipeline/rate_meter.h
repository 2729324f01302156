// How fast a number grows.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>

#include "pipeline/clock.h"

namespace thresh {

// The rate over the last ten seconds, from samples that somebody adds now and then. A value; keeps
// about forty samples.
class RateMeter {
 public:
  void Add(SteadyTime now, int64_t value) {
    if (!samples_.empty() && now - samples_.back().at < kApart) {
      last_ = {now, value};
      return;
    }
    samples_.push_back({now, value});
    last_ = samples_.back();
    while (samples_.size() > 2 && now - samples_[1].at >= kWindow) samples_.pop_front();
  }
  // Of the value since the oldest sample; zero before half a second has passed.
  double PerSecond() const {
    if (samples_.empty() || last_.at - samples_.front().at < 2 * kApart) return 0;
    const std::chrono::duration<double> time = last_.at - samples_.front().at;
    return static_cast<double>(last_.value - samples_.front().value) / time.count();
  }

 private:
  static constexpr Milliseconds kApart{250};
  static constexpr Milliseconds kWindow{10'000};
  struct Sample {
    SteadyTime at;
    int64_t value;
  };
  std::deque<Sample> samples_;
  Sample last_{};
};

}  // namespace thresh
