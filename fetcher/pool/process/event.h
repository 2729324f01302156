// A flag that processes wait for: Python's multiprocessing.Event in C++.
//
//   Event green;                             // made before the processes that share it
//   Process car = Process::Start([&] { green.Wait(); Drive(); });
//   green.Set();
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

#include "fetcher/pool/process/deadline.h"
#include "fetcher/pool/process/shared_region.h"

namespace thresh::pool {

// Shared by the process that makes it and those it starts afterwards, in any of their threads. A
// process that is killed inside any of these has done all of it or nothing; when it was setting the
// flag, those who wait may learn of it up to 100 ms late.
class Event {
 public:
  Event();

  bool IsSet() const { return word_->load() % 2 == 1; }
  // Lets all go on who wait, also when it is cleared again before they run.
  void Set();
  void Clear();
  // Wait until it is set, at most `timeout`; false when it was not set in that time.
  void Wait() const { WaitUntil(kNever); }
  bool Wait(std::chrono::milliseconds timeout) const { return WaitUntil(DeadlineAfter(timeout)); }

 private:
  bool WaitUntil(Deadline deadline) const;

  SharedRegion region_;
  std::atomic<uint32_t>* word_;  // grows with each change; odd: set
};

}  // namespace thresh::pool
