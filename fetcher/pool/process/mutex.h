// A lock between processes that survives its owner: Python's multiprocessing.Lock in C++.
//
//   Mutex mutex;                             // made before the processes that share it
//   {
//     std::unique_lock lock(mutex);          // or std::lock_guard, std::scoped_lock
//     if (mutex.owner_died()) Mend(tickets);
//     …
//   }
#pragma once

#include <chrono>

#include "fetcher/pool/process/robust_lock.h"
#include "fetcher/pool/process/shared_region.h"

namespace thresh::pool {

// Shared by the process that makes it and those it starts afterwards, in any of their threads; the
// thread that has locked it unlocks it. When that one ends first, however it ends, the next one
// gets the lock at once and is told, since what the lock guards may be half changed. Must not be
// destroyed while another thread of this process holds it. Meets the standard's TimedLockable,
// whence the names.
//
// Locking twice in one thread, or unlocking what another holds, throws std::system_error (EDEADLK,
// EPERM).
class Mutex {
 public:
  Mutex();
  ~Mutex() { lock_->UnlockIfMine(); }

  void lock() { Note(lock_->Lock(kNever)); }
  [[nodiscard]] bool try_lock() { return Note(lock_->TryLock()); }
  [[nodiscard]] bool try_lock_for(std::chrono::milliseconds timeout) {
    return Note(lock_->Lock(DeadlineAfter(timeout)));
  }
  [[nodiscard]] bool try_lock_until(Deadline deadline) { return Note(lock_->Lock(deadline)); }
  void unlock() { lock_->Unlock(); }

  // For its holder: the one before was killed while it held the lock. The next one will not be told
  // of that death again.
  bool owner_died() const { return owner_died_; }

 private:
  bool Note(LockOutcome outcome) {
    if (outcome == LockOutcome::kTimeout) return false;
    owner_died_ = outcome == LockOutcome::kOwnerDied;
    return true;
  }

  SharedRegion region_;
  RobustLock* lock_;
  bool owner_died_ = false;  // of this process's last locking
};

}  // namespace thresh::pool
