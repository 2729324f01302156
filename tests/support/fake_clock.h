// Time that stands still until a test lets it pass.
#pragma once

#include "pipeline/clock.h"

namespace thresh {

class FakeClock : public Clock {
 public:
  SteadyTime Steady() const override { return steady_; }
  Timestamp Wall() const override { return wall_ += per_look_; }
  std::chrono::nanoseconds Worked() const override { return worked_; }
  void Advance(Milliseconds time) {
    AdvanceWhileOthersWork(time);
    worked_ += time;
  }
  void AdvanceWhileOthersWork(Milliseconds time) {
    steady_ += time;
    wall_ += time;
  }
  // Somebody sets the wall clock; the steady one goes on as it did.
  void SetWall(Timestamp wall) { wall_ = wall; }
  // From now on it is later by so much at every look at the wall clock.
  void PassAtEachLook(Milliseconds time) { per_look_ = time; }

 private:
  std::chrono::nanoseconds worked_{0};
  SteadyTime steady_ = SteadyTime(std::chrono::hours(1));
  Milliseconds per_look_{0};
  mutable Timestamp wall_ = std::chrono::sys_days(std::chrono::year(2026) / 3 / 1);
};

}  // namespace thresh
