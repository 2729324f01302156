// Kills a process after any number of machine instructions of what it does.
#pragma once

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <functional>
#include <optional>
#include <random>
#include <set>
#include <string>

#include "tests/support/test_environment.h"

namespace thresh::pool {

// A child that does `act`, one instruction at a time as this process tells it.
class SteppedChild {
 public:
  explicit SteppedChild(const std::function<void()>& act) : pid_(fork()) {
    if (pid_ != 0) {
      waitpid(pid_, nullptr, 0);
      return;
    }
    if (ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) != 0) _exit(kNotAllowed);
    raise(SIGSTOP);
    act();
    raise(SIGSTOP);  // says that it is done
    _exit(0);
  }
  ~SteppedChild() { Kill(); }

  // False when it is done.
  bool Step() {
    if (ptrace(PTRACE_SINGLESTEP, pid_, nullptr, nullptr) != 0) return false;
    int status = 0;
    waitpid(pid_, &status, 0);
    ended_ = !WIFSTOPPED(status);
    return !ended_ && WSTOPSIG(status) == SIGTRAP;
  }
  void Kill() {
    if (ended_) return;
    ended_ = true;
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }

 private:
  static constexpr int kNotAllowed = 77;
  pid_t pid_;
  bool ended_ = false;
};

// How many instructions `act` has; nothing where processes may not be traced.
inline std::optional<size_t> CountSteps(const std::function<void()>& act) {
  SteppedChild child(act);
  size_t steps = 0;
  while (child.Step()) ++steps;
  return steps > 0 ? std::optional(steps) : std::nullopt;
}

// After how many of `steps` instructions to kill: some, drawn by lot, or with
// THRESH_KILL_EVERYWHERE=1 all.
inline std::set<size_t> KillPoints(size_t steps, size_t some) {
  std::set<size_t> points;
  if (const char* all = getenv("THRESH_KILL_EVERYWHERE"); all != nullptr && *all == '1') {
    some = steps;
    for (size_t i = 0; i < steps; ++i) points.insert(i);
  }
  std::mt19937_64 random(RandomSeed());
  while (points.size() < std::min(some, steps)) points.insert(random() % steps);
  return points;
}

// For each of the points: makes a World, has a child do its Act, kills that after so many
// instructions, and has the World say by Check() what it thinks of that.
template <class World>
void KillEverywhere(size_t some = 12) {
  World rehearsal;  // so that the dynamic linker has done its work before the children begin
  rehearsal.Act();
  World counted;
  const auto steps = CountSteps([&] { counted.Act(); });
  if (!steps) GTEST_SKIP() << "processes may not be traced here";
  for (const size_t point : KillPoints(*steps, some)) {
    SCOPED_TRACE("killed after instruction " + std::to_string(point) + " of " +
                 std::to_string(*steps));
    World world;
    SteppedChild child([&] { world.Act(); });
    for (size_t i = 0; i < point && child.Step(); ++i) {
    }
    child.Kill();
    world.Check();
    if (testing::Test::HasFatalFailure()) return;
  }
}

}  // namespace thresh::pool
