#include "fetcher/pool/process/robust_lock.h"

#include <errno.h>
#include <time.h>

#include <algorithm>
#include <system_error>

namespace thresh::pool {
namespace {

[[noreturn]] void ThrowError(int error, const char* what) {
  throw std::system_error(error, std::generic_category(), what);
}

// What a pthread function that locks has said. EBUSY and ETIMEDOUT are timeouts.
LockOutcome OutcomeOf(pthread_mutex_t* mutex, int result) {
  switch (result) {
    case 0:
      return LockOutcome::kLocked;
    case EOWNERDEAD:
      pthread_mutex_consistent(mutex);
      return LockOutcome::kOwnerDied;
    case EBUSY:
    case ETIMEDOUT:
      return LockOutcome::kTimeout;
    default:
      ThrowError(result, "a lock cannot be taken");
  }
}

timespec ToTimespec(Deadline deadline) {
  using std::chrono::nanoseconds;
  const auto since_boot = std::chrono::duration_cast<nanoseconds>(deadline.time_since_epoch());
  return {.tv_sec = static_cast<time_t>(since_boot.count() / 1'000'000'000),
          .tv_nsec = static_cast<long>(since_boot.count() % 1'000'000'000)};
}

}  // namespace

RobustLock::RobustLock() {
  pthread_mutexattr_t attributes;
  pthread_mutexattr_init(&attributes);
  pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
  pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
  pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_ERRORCHECK);
  const int result = pthread_mutex_init(&mutex_, &attributes);
  pthread_mutexattr_destroy(&attributes);
  if (result != 0) ThrowError(result, "pthread_mutex_init");
}

LockOutcome RobustLock::Lock(Deadline deadline, std::chrono::milliseconds grace) {
  LockOutcome outcome = OutcomeOf(&mutex_, pthread_mutex_trylock(&mutex_));
  if (outcome != LockOutcome::kTimeout) return outcome;
  Deadline now = std::chrono::steady_clock::now();
  deadline = std::max(deadline, now + grace);
  for (; outcome == LockOutcome::kTimeout && now < deadline;
       now = std::chrono::steady_clock::now()) {
    const timespec until = ToTimespec(std::min(deadline, now + kPatience));
    outcome = OutcomeOf(&mutex_, pthread_mutex_clocklock(&mutex_, CLOCK_MONOTONIC, &until));
  }
  return outcome;
}

LockOutcome RobustLock::TryLock() {
  const int result = pthread_mutex_trylock(&mutex_);
  return result == EDEADLK ? LockOutcome::kTimeout : OutcomeOf(&mutex_, result);
}

void RobustLock::Unlock() {
  const int result = pthread_mutex_unlock(&mutex_);
  if (result != 0) ThrowError(result, "a lock cannot be released");
}

}  // namespace thresh::pool
