// A process of one's own: Python's multiprocessing.Process in C++.
//
//   Process reader = Process::Start([&] { Read(queue); }, {.name = "reader"});
//   Process ticker = Process::Start(Tick, {.daemon = true});   // dies with this process
//
//   if (!reader.Join(2s)) reader.Terminate();
//   if (reader.Join().signal == SIGTERM) …
//
// The body runs in a copy of this process that fork(2) makes: it sees all that was there, and what
// it changes there nobody else sees. What processes shall share is made before they are started:
// the other headers of this folder. Beyond POSIX this uses Linux's pidfd_open(2) and prctl(2).
#pragma once

#include <sys/types.h>

#include <chrono>
#include <concepts>
#include <functional>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include "fetcher/pool/process/unique_fd.h"

namespace thresh::pool {

// How a process ended: by itself with a code, or by a signal.
struct ExitStatus {
  int code = 0;    // -1: another part of the program has reaped it, and nothing is known
  int signal = 0;  // 0: it exited by itself

  bool clean() const { return code == 0 && signal == 0; }
  std::string Describe() const;  // "was killed by signal 9 (Killed)"
};

struct ProcessOptions {
  std::string name{};  // for people; ps(1) shows 15 bytes of it
  // Is killed when the thread that started it ends, however that ends, and may start no processes.
  bool daemon = false;
};

// Makes the kernel kill this process with SIGKILL when its parent ends. Daemons and workers begin
// so. A change of user, group, capabilities or user namespace makes the kernel forget it: call this
// again after one. Exits when `parent` is not the parent any more.
void DieWithParent(pid_t parent);

// Owns a child of the calling process through a pidfd, so that a pid which the kernel has given to
// another process meanwhile is never killed. Belongs to the process that started it: in a copy that
// a later child inherits, all is refused with std::logic_error, and its end is nobody's end. Not
// thread-safe. Leaves no zombie: it is reaped at the latest by the destructor.
class Process {
 public:
  // Starts `body()`, which gives the exit code or nothing (then it is 0). An exception that leaves
  // it is told on stderr and ends the process with 1. The body begins with SIGTERM at its default,
  // so that Terminate ends it; all else is as it was here. What the standard streams hold is
  // written before and after; destructors of statics and functions of atexit(3) do not run.
  // Costs one fork(2). Throws std::system_error when no process is to be had, and std::logic_error
  // in a daemon.
  template <std::invocable Body>
  [[nodiscard]] static Process Start(Body body, ProcessOptions options = {}) {
    if constexpr (std::is_void_v<std::invoke_result_t<Body&>>) {
      return StartFunction([&body] { return body(), 0; }, std::move(options));
    } else {
      return StartFunction(std::ref(body), std::move(options));
    }
  }
  // Takes over a child that was made in another way. Whether it dies with us is that way's affair;
  // `daemon` says only what the destructor does. When no handle is to be had the child is killed
  // and reaped, and std::system_error is thrown.
  static Process Adopt(pid_t child, ProcessOptions options);

  // Kills and reaps a daemon; waits for the end of any other.
  ~Process();
  Process(Process&&) noexcept = default;
  Process& operator=(Process&& other) noexcept;

  const std::string& name() const { return options_.name; }
  bool daemon() const { return options_.daemon; }
  pid_t pid() const { return pid_; }
  int exit_fd() const { return handle_.get(); }  // readable when the process has ended

  bool IsAlive() { return !exit_status(); }
  // How it ended, and nothing as long as it has not. Reaps it.
  std::optional<ExitStatus> exit_status() { return Wait(/*block=*/false); }
  // Waits for the end, at most `timeout`; nothing when it has not come by then.
  ExitStatus Join() { return *Wait(/*block=*/true); }
  std::optional<ExitStatus> Join(std::chrono::milliseconds timeout);

  void Terminate();  // SIGTERM, which the process may handle or ignore
  void Kill();       // SIGKILL, which it may not. Both do nothing when it has ended
  void Continue();   // SIGCONT, for one that may have been stopped

 private:
  Process(pid_t pid, UniqueFd handle, ProcessOptions options);
  static Process StartFunction(const std::function<int()>& body, ProcessOptions options);
  void Signal(int signal);
  std::optional<ExitStatus> Wait(bool block);
  void CheckOwner() const;
  void End();

  pid_t pid_;
  pid_t owner_;
  UniqueFd handle_;  // none: moved from
  ProcessOptions options_;
  std::optional<ExitStatus> status_;
};

}  // namespace thresh::pool
