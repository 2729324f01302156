// Ends a call of libcurl that does not end by itself.
//
// A server may send what means nothing, HTTP/2 frames of an unknown type or of padding alone, as
// fast as it is read. libcurl 7.88 reads on in one call for as long as something has come, and
// looks at no time limit in there: seen for 20 s, while the worker's other transfers starve. A
// signal after some processor time, in which that call has not ended, shuts down the connection at
// which it is: libcurl finds an end there, and that transfer alone has failed.
#pragma once

#include <signal.h>
#include <time.h>

#include <atomic>
#include <cstdint>

namespace thresh {

// One a process, which it is made in; SIGPROF is its own meanwhile. Costs a signal for each quarter
// of a second of the process's processor time, and so none while it waits or is stopped.
class RunawayGuard {
 public:
  // `descriptors`: connections have lower numbers. Throws std::system_error when the system has no
  // timer.
  explicit RunawayGuard(int descriptors);
  RunawayGuard(const RunawayGuard&) = delete;
  RunawayGuard& operator=(const RunawayGuard&) = delete;
  ~RunawayGuard();

  // Where libcurl is when nobody knows: at the connection, then, that has most to be read.
  static constexpr int kAnyConnection = -1;

  // While this lives, libcurl has been called by the guard's one thread; or it has called back, and
  // what that takes has bounds of its own. Costs some stores.
  class Crossing {
   public:
    Crossing(RunawayGuard& guard, int connection) : guard_(guard) {
      guard_.connection_.store(connection, std::memory_order_relaxed);
      guard_.Step();
    }
    explicit Crossing(RunawayGuard& guard) : guard_(guard) { guard_.Step(); }
    Crossing(const Crossing&) = delete;
    Crossing& operator=(const Crossing&) = delete;
    ~Crossing() { guard_.Step(); }

   private:
    RunawayGuard& guard_;
  };

 private:
  static void OnSignal(int, siginfo_t* info, void*);
  void Step() {
    steps_.store(steps_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  }
  void Tick();
  int Fullest() const;

  const int descriptors_;
  timer_t timer_{};
  struct sigaction past_ {};
  // The handler runs at any moment, in any thread: what it shares with the calls has no locks.
  std::atomic<int> connection_{kAnyConnection};
  std::atomic<uint64_t> steps_{0};  // into libcurl and out of it: odd inside
  std::atomic<uint64_t> seen_{0};   // by the last signal
};

}  // namespace thresh
