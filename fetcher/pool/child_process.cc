#include "fetcher/pool/child_process.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <system_error>

namespace thresh::pool {
namespace {

// Of linux/wait.h; glibc 2.36 has it, too, but not in every mode of compilation.
constexpr idtype_t kByPidfd = static_cast<idtype_t>(3);

ExitStatus StatusOf(const siginfo_t& info) {
  if (info.si_code == CLD_EXITED) return {.code = info.si_status, .signal = 0};
  return {.code = 0, .signal = info.si_status};
}

}  // namespace

std::string ExitStatus::Describe() const {
  if (signal == 0 && code < 0) return "ended, and its exit status was taken by others";
  if (signal == 0) return "exited with status " + std::to_string(code);
  const char* name = sigdescr_np(signal);
  return "was killed by signal " + std::to_string(signal) + " (" + (name ? name : "unknown") + ")";
}

ChildProcess::ChildProcess(pid_t pid)
    : pid_(pid), handle_(static_cast<int>(syscall(SYS_pidfd_open, pid, 0))) {
  if (handle_) return;
  const int error = errno;
  kill(pid, SIGKILL);
  while (waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
  }
  throw std::system_error(error, std::generic_category(), "pidfd_open");
}

ChildProcess::~ChildProcess() {
  if (!handle_ || status_) return;
  Kill();
  Reap();
}

void ChildProcess::Kill() {
  if (!status_) syscall(SYS_pidfd_send_signal, handle_.get(), SIGKILL, nullptr, 0);
}

void ChildProcess::Continue() {
  if (!status_) syscall(SYS_pidfd_send_signal, handle_.get(), SIGCONT, nullptr, 0);
}

std::optional<ExitStatus> ChildProcess::TryReap() { return Wait(WNOHANG); }

ExitStatus ChildProcess::Reap() { return *Wait(0); }

std::optional<ExitStatus> ChildProcess::Wait(int options) {
  if (status_) return status_;
  siginfo_t info{};
  int result;
  do {
    result = waitid(kByPidfd, static_cast<id_t>(handle_.get()), &info, WEXITED | options);
  } while (result < 0 && errno == EINTR);
  // ECHILD: someone else has reaped it (SIGCHLD may be ignored); how it ended is not known.
  if (result < 0) status_ = ExitStatus{.code = -1, .signal = 0};
  if (result == 0 && info.si_pid != 0) status_ = StatusOf(info);
  return status_;
}

}  // namespace thresh::pool
