// Which page a process was parsing when it died, for the next process to know.
#pragma once

#include <signal.h>

#include <cstdint>
#include <iterator>

namespace thresh {

// What a process was at when it died.
struct Death {
  int64_t at = 0;        // 0: nothing, or it did not die
  bool crashed = false;  // else it was killed: by somebody, or by the kernel for want of memory
};

// A few bytes of a file, mapped, so that noting costs a write to memory and outlives the process.
// While it lives, handlers of SIGSEGV, SIGBUS, SIGILL, SIGFPE and SIGABRT note that the process
// crashed before they let it; after a kill from outside nothing is noted but what it was at. One at
// a time in a process.
class CrashMark {
 public:
  // Maps the first bytes of `fd`, which stays the caller's, and reads what an earlier process left.
  // Without memory to map there is no mark, and Note does nothing.
  explicit CrashMark(int fd);
  ~CrashMark();
  CrashMark(const CrashMark&) = delete;
  CrashMark& operator=(const CrashMark&) = delete;

  // The earlier process's.
  Death death() const { return death_; }
  // What this process is at from now on; 0: nothing.
  void Note(int64_t what);

 private:
  struct Mapped {
    volatile int64_t noted;
    volatile int64_t crashed;  // not 0: while at `noted`
  };
  static constexpr int kSignals[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT};

  static void OnCrash(int signal);

  Mapped* mapped_ = nullptr;
  Death death_;
  struct sigaction before_[std::size(kSignals)] = {};
};

}  // namespace thresh
