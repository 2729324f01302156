// A child process: killed by a handle that cannot mean another, and always reaped.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

#include "fetcher/pool/unique_fd.h"

namespace thresh::pool {

// How a process ended: by itself with a code, or by a signal.
struct ExitStatus {
  int code = 0;    // -1: another part of the program has reaped it, and nothing is known
  int signal = 0;  // 0: it exited by itself

  bool clean() const { return code == 0 && signal == 0; }
  std::string Describe() const;  // "was killed by signal 9 (Killed)"
};

// Owns a child of the calling process through a pidfd (pidfd_open(2)), so that a pid which the
// kernel has given to another process meanwhile is never killed. Not thread-safe.
class ChildProcess {
 public:
  // Takes over the child `pid`. When no handle is to be had the child is killed and reaped, and
  // std::system_error is thrown.
  explicit ChildProcess(pid_t pid);
  // Kills and reaps, if that was not done.
  ~ChildProcess();
  ChildProcess(ChildProcess&&) = default;
  ChildProcess& operator=(ChildProcess&&) = delete;

  pid_t pid() const { return pid_; }
  int exit_fd() const { return handle_.get(); }  // readable when the process has ended
  void Kill();                                   // SIGKILL; nothing when it has ended
  void Continue();                               // SIGCONT
  // Reaps the process if it has ended. After the first time it gives the same again.
  std::optional<ExitStatus> TryReap();
  ExitStatus Reap();  // waits for the end

 private:
  std::optional<ExitStatus> Wait(int options);

  pid_t pid_;
  UniqueFd handle_;
  std::optional<ExitStatus> status_;
};

}  // namespace thresh::pool
