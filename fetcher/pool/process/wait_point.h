// Where processes sleep until something in shared memory has changed.
#pragma once

#include <atomic>
#include <cstdint>

#include "fetcher/pool/process/deadline.h"

namespace thresh::pool {

// futex(2), for words that processes share: sleeps while `word` is `expected`, at most until the
// deadline and not longer than kPatience. May return early. False after the deadline.
bool FutexWait(const std::atomic<uint32_t>& word, uint32_t expected, Deadline deadline);
void FutexWake(const std::atomic<uint32_t>& word, int sleepers);

// Lies in shared memory. Takes the place of a condition variable, which is of no use among
// processes that may be killed: a pthread_cond_t counts its sleepers, and a dead one stays counted.
// Here a death can cost a wake-up and nothing else, and kPatience makes up for that.
//
//   sleeper   point.Await(deadline, [&] { return TryTake(…); });
//   waker     change the state (sequentially consistent), then point.Notify();
class WaitPoint {
 public:
  // Tries `attempt` until it gives true, and sleeps between the tries. False after the deadline.
  template <class Attempt>
  bool Await(Deadline deadline, Attempt attempt) {
    if (attempt()) return true;
    if (deadline == kAtOnce) return false;
    for (;;) {
      const uint32_t seen = Announce();
      if (attempt()) return true;
      if (!FutexWait(changes_, seen, deadline)) return false;
    }
  }

  // Wakes one sleeper. That one calls it again when there is something for the next, too: a second
  // Notify before it runs does nothing. Costs a load when nobody sleeps.
  void Notify() { Wake(1); }
  void NotifyAll() { Wake(INT32_MAX); }

 private:
  uint32_t Announce();
  void Wake(int sleepers);

  std::atomic<uint32_t> changes_;
  std::atomic<uint32_t> asleep_;  // 0: surely nobody sleeps that a waker must wake
};

}  // namespace thresh::pool
