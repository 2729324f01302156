// So many at a time: Python's multiprocessing.Semaphore in C++.
//
//   Semaphore rooms(4);                      // made before the processes that share it
//   {
//     const auto room = rooms.Hold();        // waits for one of four
//     …
//   }                                        // gives it back; so does a kill
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "fetcher/pool/process/deadline.h"
#include "fetcher/pool/process/shared_region.h"

namespace thresh::pool {

// Counts permits, in two ways. Hold is for guarding something: the permit belongs to the thread
// that holds it, and when that one ends first, however it ends, those who wait get the permit
// within 100 ms. Acquire and Release are for counting: anybody may release what another has
// acquired, and so a permit is nobody's, and one whose taker was killed stays taken.
//
// Shared by the process that makes it and those it starts afterwards, in any of their threads.
// Hold costs time in proportion to the number of holders, Acquire only when no permit is left.
class Semaphore {
 public:
  class Permit;

  // At most `kMaxHolders` can Hold at a time, and not more than `permits` (but one at least).
  static constexpr size_t kMaxHolders = 1024;
  explicit Semaphore(size_t permits);

  // Wait for a permit, at most `timeout`.
  [[nodiscard]] Permit Hold();
  [[nodiscard]] std::optional<Permit> Hold(std::chrono::milliseconds timeout);

  void Acquire() { AcquireUntil(kNever); }
  [[nodiscard]] bool Acquire(std::chrono::milliseconds timeout) {
    return AcquireUntil(DeadlineAfter(timeout));
  }
  [[nodiscard]] bool TryAcquire() { return AcquireUntil(kAtOnce); }
  void Release();

  // How many are to be had now.
  size_t available();

 private:
  struct State;
  struct Seat;
  class Locked;

  bool AcquireUntil(Deadline deadline);
  std::optional<Permit> HoldUntil(Deadline deadline);
  void GiveBack(size_t seat);

  size_t seats_;
  SharedRegion region_;
  State* state_;
  Seat* seat_;
};

// A permit that is held. The Semaphore must outlive it, and it ends in the thread that got it.
class Semaphore::Permit {
 public:
  Permit(Permit&& other) noexcept;
  Permit& operator=(Permit&&) = delete;
  ~Permit();

 private:
  friend class Semaphore;
  Permit(Semaphore* semaphore, size_t seat);

  Semaphore* semaphore_;
  size_t seat_;
  pid_t holder_;  // a child that inherits a copy holds nothing
};

}  // namespace thresh::pool
