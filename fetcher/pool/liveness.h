// When a silent worker is stuck, and when a dead one may be replaced: arithmetic on times that are
// passed in. Plain values, owned by the pool.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace thresh::pool {

using Clock = std::chrono::steady_clock;

// Measures the time in which the pool itself was running, in steps. A process that was stopped for
// an hour, or busy in a callback, sees one step go by: it could not listen meanwhile.
class StepClock {
 public:
  explicit StepClock(Clock::duration step) : step_(step) {}

  // Gives one step when that much time has passed since the last one was given.
  std::optional<Clock::duration> Advance(Clock::time_point now) {
    if (now - last_ < step_) return std::nullopt;
    last_ = now;
    return step_;
  }
  Clock::time_point next() const { return last_ + step_; }

 private:
  Clock::duration step_;
  Clock::time_point last_{};
};

// How long a worker that owes something has been silent.
class SilenceClock {
 public:
  // Another `step` went by, and the heartbeat is now `heartbeat`. True when it was the same for
  // more than `limit`; never when `limit` is zero, which also begins anew.
  bool Observe(uint64_t heartbeat, Clock::duration step, Clock::duration limit) {
    const bool heard = heartbeat != heartbeat_;
    heartbeat_ = heartbeat;
    silent_ = heard || limit == Clock::duration::zero() ? Clock::duration::zero() : silent_ + step;
    return silent_ > limit;
  }

 private:
  uint64_t heartbeat_ = 0;
  Clock::duration silent_{};
};

// Says when a worker's place may be filled again. A death that a task may have caused costs
// nothing; a worker that cannot be made, or dies before it has asked for work, is waited for longer
// each time.
class RespawnTimer {
 public:
  static constexpr std::chrono::milliseconds kFirstDelay{50};
  static constexpr std::chrono::milliseconds kLongestDelay{5000};
  static constexpr size_t kHopelessAfter = 6;  // in a row: after about three seconds

  void Failed(Clock::time_point now) {
    const auto delay = kFirstDelay * (int64_t{1} << std::min<size_t>(failures_, 10));
    due_ = now + std::min<Clock::duration>(delay, kLongestDelay);
    ++failures_;
  }
  void Worked() {
    failures_ = 0;
    due_ = {};
  }
  Clock::time_point due() const { return due_; }
  bool hopeless() const { return failures_ >= kHopelessAfter; }

 private:
  size_t failures_ = 0;
  Clock::time_point due_{};
};

}  // namespace thresh::pool
