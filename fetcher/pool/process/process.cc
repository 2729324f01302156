#include "fetcher/pool/process/process.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <exception>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "fetcher/pool/process/deadline.h"

namespace thresh::pool {
namespace {

using std::chrono::milliseconds;

// Of linux/wait.h; glibc 2.36 has it, too, but not in every mode of compilation.
constexpr idtype_t kByPidfd = static_cast<idtype_t>(3);

// Whether this process may have no children. Children inherit it, and may not, either.
bool g_is_daemon = false;

ExitStatus StatusOf(const siginfo_t& info) {
  if (info.si_code == CLD_EXITED) return {.code = info.si_status, .signal = 0};
  return {.code = 0, .signal = info.si_status};
}

void MakeTerminable() {
  signal(SIGTERM, SIG_DFL);
  sigset_t termination;
  sigemptyset(&termination);
  sigaddset(&termination, SIGTERM);
  sigprocmask(SIG_UNBLOCK, &termination, nullptr);
}

int RunBody(const std::function<int()>& body, const std::string& name) {
  try {
    return body();
  } catch (const std::exception& error) {
    dprintf(STDERR_FILENO, "process %d %s: %s\n", getpid(), name.c_str(), error.what());
  } catch (...) {
    dprintf(STDERR_FILENO, "process %d %s: unknown exception\n", getpid(), name.c_str());
  }
  return 1;
}

[[noreturn]] void BecomeChild(const std::function<int()>& body, const ProcessOptions& options,
                              pid_t parent) {
  g_is_daemon = options.daemon;
  if (options.daemon) DieWithParent(parent);
  if (!options.name.empty()) prctl(PR_SET_NAME, options.name.c_str());
  MakeTerminable();
  const int code = RunBody(body, options.name);
  fflush(nullptr);
  _exit(code);
}

}  // namespace

std::string ExitStatus::Describe() const {
  if (signal == 0 && code < 0) return "ended, and its exit status was taken by others";
  if (signal == 0) return "exited with status " + std::to_string(code);
  const char* name = sigdescr_np(signal);
  return "was killed by signal " + std::to_string(signal) + " (" + (name ? name : "unknown") + ")";
}

void DieWithParent(pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  // The parent may have ended before the line above.
  if (getppid() != parent) _exit(1);
}

// --- Beginning

Process::Process(pid_t pid, UniqueFd handle, ProcessOptions options)
    : pid_(pid), owner_(getpid()), handle_(std::move(handle)), options_(std::move(options)) {}

Process Process::StartFunction(const std::function<int()>& body, ProcessOptions options) {
  if (g_is_daemon) throw std::logic_error("a daemon may start no processes");
  // What stands in the buffers of stdio would be written by the child again.
  fflush(nullptr);
  const pid_t parent = getpid();
  const pid_t pid = fork();
  if (pid < 0) throw std::system_error(errno, std::generic_category(), "fork");
  if (pid == 0) BecomeChild(body, options, parent);
  return Adopt(pid, std::move(options));
}

Process Process::Adopt(pid_t child, ProcessOptions options) {
  UniqueFd handle(static_cast<int>(syscall(SYS_pidfd_open, child, 0)));
  if (handle) return Process(child, std::move(handle), std::move(options));
  const int error = errno;
  kill(child, SIGKILL);
  while (waitpid(child, nullptr, 0) < 0 && errno == EINTR) {
  }
  throw std::system_error(error, std::generic_category(), "pidfd_open");
}

// --- Ending

Process::~Process() { End(); }

Process& Process::operator=(Process&& other) noexcept {
  if (this == &other) return *this;
  End();
  pid_ = other.pid_;
  owner_ = other.owner_;
  handle_ = std::move(other.handle_);
  options_ = std::move(other.options_);
  status_ = other.status_;
  return *this;
}

void Process::End() {
  if (!handle_ || status_ || owner_ != getpid()) return;
  if (options_.daemon) Kill();
  Join();
}

void Process::Terminate() { Signal(SIGTERM); }
void Process::Kill() { Signal(SIGKILL); }
void Process::Continue() { Signal(SIGCONT); }

void Process::Signal(int signal) {
  CheckOwner();
  if (status_) return;
  const long sent = syscall(SYS_pidfd_send_signal, handle_.get(), signal, nullptr, 0);
  // The destructor waits for what was killed, so a signal must not be lost: nobody has reaped the
  // child, and its number is still its own.
  if (sent != 0 && errno != ESRCH) kill(pid_, signal);
}

std::optional<ExitStatus> Process::Join(milliseconds timeout) {
  CheckOwner();
  const Deadline deadline = DeadlineAfter(timeout);
  while (!exit_status()) {
    const auto left = std::chrono::ceil<milliseconds>(deadline - std::chrono::steady_clock::now());
    if (left <= milliseconds(0)) break;
    pollfd entry{handle_.get(), POLLIN, 0};
    poll(&entry, 1, static_cast<int>(std::min<int64_t>(left.count(), 3'600'000)));
  }
  return status_;
}

void Process::CheckOwner() const {
  if (owner_ != getpid()) throw std::logic_error("not a child of this process");
}

std::optional<ExitStatus> Process::Wait(bool block) {
  if (status_) return status_;
  CheckOwner();
  siginfo_t info{};
  int result;
  do {
    result =
        waitid(kByPidfd, static_cast<id_t>(handle_.get()), &info, WEXITED | (block ? 0 : WNOHANG));
  } while (result < 0 && errno == EINTR);
  // ECHILD: someone else has reaped it (SIGCHLD may be ignored); how it ended is not known.
  if (result < 0) status_ = ExitStatus{.code = -1, .signal = 0};
  if (result == 0 && info.si_pid != 0) status_ = StatusOf(info);
  return status_;
}

}  // namespace thresh::pool
