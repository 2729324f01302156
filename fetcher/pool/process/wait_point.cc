#include "fetcher/pool/process/wait_point.h"

#include <linux/futex.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>

namespace thresh::pool {

static_assert(std::atomic<uint32_t>::is_always_lock_free);

bool FutexWait(const std::atomic<uint32_t>& word, uint32_t expected, Deadline deadline) {
  const Deadline now = std::chrono::steady_clock::now();
  if (now >= deadline) return false;
  const auto timeout = std::min<std::chrono::nanoseconds>(deadline - now, kPatience);
  static_assert(kPatience < std::chrono::seconds(1));
  const timespec relative{.tv_sec = 0, .tv_nsec = static_cast<long>(timeout.count())};
  syscall(SYS_futex, &word, FUTEX_WAIT, expected, &relative, nullptr, 0);
  return true;
}

void FutexWake(const std::atomic<uint32_t>& word, int sleepers) {
  syscall(SYS_futex, &word, FUTEX_WAKE, sleepers, nullptr, nullptr, 0);
}

// Who sleeps has read `changes_` before it said so, and a waker changes it after it has taken that
// word back. So a sleeper whose word was taken back finds another number, and does not sleep.
uint32_t WaitPoint::Announce() {
  const uint32_t seen = changes_.load();
  asleep_.store(1);
  return seen;
}

void WaitPoint::Wake(int sleepers) {
  if (asleep_.load() == 0 || asleep_.exchange(0) == 0) return;
  changes_.fetch_add(1);
  FutexWake(changes_, sleepers);
}

}  // namespace thresh::pool
