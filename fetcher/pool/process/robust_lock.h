// The lock below everything that processes share here: it does not stay locked when its holder is
// killed.
#pragma once

#include <pthread.h>

#include "fetcher/pool/process/deadline.h"

namespace thresh::pool {

enum class LockOutcome {
  kLocked,
  kOwnerDied,  // locked; the one before was killed while it held the lock
  kTimeout,    // not locked
};

// Lies in shared memory. A pthread mutex that is robust, shared and checks errors, and for which
// nobody waits in one piece longer than kPatience: glibc's robust mutex can lose a wake-up when one
// that was woken is killed while a third takes the mutex.
//
// Rule for all that such a lock guards here: a change becomes true by one store of one word, and
// before that store nothing that others look at has changed. So a death needs no repair; counts
// that are kept beside for speed are counted anew after kOwnerDied.
class RobustLock {
 public:
  RobustLock();
  // Waits until the deadline, and at least `grace` where that comes first. Throws std::system_error
  // (EDEADLK) when this thread holds it.
  LockOutcome Lock(Deadline deadline, std::chrono::milliseconds grace = {});
  // kTimeout also when this thread holds it.
  LockOutcome TryLock();
  // Throws std::system_error (EPERM) when this thread does not hold it.
  void Unlock();
  // For the end of a handle: what a thread holds is in a list of that thread, which must not lead
  // into memory that is gone.
  void UnlockIfMine() { pthread_mutex_unlock(&mutex_); }

 private:
  pthread_mutex_t mutex_;
};

// Holds a RobustLock for the length of a block. What has no time to wait waits up to kPatience for
// another process that is just at it, so that it is not told "empty" of what is not.
class RobustGuard {
 public:
  explicit RobustGuard(RobustLock& lock, Deadline deadline = kNever)
      : lock_(lock), outcome_(lock.Lock(deadline, kPatience)) {}
  ~RobustGuard() {
    if (locked()) lock_.Unlock();
  }
  RobustGuard(const RobustGuard&) = delete;
  RobustGuard& operator=(const RobustGuard&) = delete;

  bool locked() const { return outcome_ != LockOutcome::kTimeout; }
  bool owner_died() const { return outcome_ == LockOutcome::kOwnerDied; }

 private:
  RobustLock& lock_;
  const LockOutcome outcome_;
};

}  // namespace thresh::pool
