#include "fetcher/pool/fork_server_process.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <vector>

#include "fetcher/pool/wire.h"

namespace thresh::pool {
namespace {

// Where the descriptors lie in the server and in a worker: behind the standard ones.
constexpr int kControlFd = 3;
constexpr int kChannelFd = 3;
constexpr int kMemoryFd = 4;

void CloseFrom(int first) {
  if (close_range(static_cast<unsigned>(first), ~0u, 0) == 0) return;
  for (int fd = first, end = static_cast<int>(sysconf(_SC_OPEN_MAX)); fd < end; ++fd) close(fd);
}

// The standard input belongs to the program, and what is closed of the others must not become a
// socket by chance.
void SettleStandardDescriptors() {
  const int null = open("/dev/null", O_RDWR);
  if (null < 0) _exit(1);
  dup2(null, STDIN_FILENO);
  for (int fd : {STDOUT_FILENO, STDERR_FILENO}) {
    if (fcntl(fd, F_GETFD) < 0) dup2(null, fd);
  }
}

void SettleSignals() {
  for (int signal = 1; signal <= SIGRTMAX; ++signal) ::signal(signal, SIG_DFL);
  for (int ignored : {SIGINT, SIGTERM, SIGHUP, SIGPIPE}) ::signal(ignored, SIG_IGN);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
}

// What fork(3) would mend in the C library's record of the thread, for a process that was made by
// a bare clone: its thread id and its list of robust mutexes.
class ThreadRecord {
 public:
  // In the process that will be cloned.
  ThreadRecord() {
    if (prctl(PR_GET_TID_ADDRESS, &tid_) != 0) tid_ = nullptr;
    if (syscall(SYS_get_robust_list, 0, &robust_list_, &robust_bytes_) != 0) robust_bytes_ = 0;
  }
  // In the clone.
  void Mend() const {
    if (tid_ != nullptr) *tid_ = static_cast<pid_t>(syscall(SYS_set_tid_address, tid_));
    if (robust_bytes_ != 0) syscall(SYS_set_robust_list, robust_list_, robust_bytes_);
  }

 private:
  pid_t* tid_ = nullptr;
  void* robust_list_ = nullptr;
  size_t robust_bytes_ = 0;
};

// A child of this process's parent: its pid here, 0 in the child, below zero an errno.
pid_t CloneForParent() {
  const long pid = syscall(SYS_clone, CLONE_PARENT | SIGCHLD, nullptr, nullptr, nullptr, nullptr);
  return static_cast<pid_t>(pid < 0 ? -errno : pid);
}

[[noreturn]] void BecomeWorker(pid_t parent, const SpawnRequest& request, std::string_view setup,
                               int channel, int memory, const WorkerLoop& loop) {
  DieWithParent(parent);
  prctl(PR_SET_NAME, "pool-worker");
  // `channel` is above kControlFd and came first, so neither step overwrites what is still needed.
  if (dup3(channel, kChannelFd, O_CLOEXEC) < 0) _exit(1);
  if (memory != kMemoryFd && dup3(memory, kMemoryFd, O_CLOEXEC) < 0) _exit(1);
  CloseFrom(kMemoryFd + 1);
  RunWorker(kChannelFd, kMemoryFd, request.memory_bytes, request.slot_bytes, setup, loop);
}

// A worker of which the other end does not hear would never be reaped, so a kernel that is short of
// memory is asked again for a while; at last the worker goes with the server.
bool Answer(const SpawnReply& reply) {
  constexpr int kAttempts = 100;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    if (SendMessage(kControlFd, reply, {})) return true;
    if (errno != ENOBUFS && errno != ENOMEM) break;
    usleep(1000);
  }
  if (reply.pid > 0) kill(static_cast<pid_t>(reply.pid), SIGKILL);
  return false;
}

// Answers one request; false when the other end is gone. Before anybody hears of a worker its end
// of the channel is its own alone, so that the channel ends when it does.
bool ServeOne(pid_t parent, const ThreadRecord& thread, std::span<char> buffer,
              const WorkerLoop& loop) {
  std::array<UniqueFd, 2> descriptors;
  const ssize_t bytes = ReceiveWithDescriptors(kControlFd, buffer, &descriptors);
  if (bytes < static_cast<ssize_t>(sizeof(SpawnRequest))) return false;
  SpawnRequest request;
  memcpy(&request, buffer.data(), sizeof request);
  const pid_t pid = CloneForParent();
  if (pid == 0) {
    thread.Mend();
    const std::string_view setup(buffer.data() + sizeof request,
                                 static_cast<size_t>(bytes) - sizeof request);
    BecomeWorker(parent, request, setup, descriptors[0].get(), descriptors[1].get(), loop);
  }
  descriptors = {};
  return Answer({request.sequence, pid});
}

}  // namespace

void RunForkServer(int control, pid_t parent, const WorkerLoop& loop) {
  SettleSignals();
  const int safe = fcntl(control, F_DUPFD_CLOEXEC, kControlFd);
  if (safe < 0) _exit(1);
  SettleStandardDescriptors();
  if (safe != kControlFd && dup3(safe, kControlFd, O_CLOEXEC) < 0) _exit(1);
  CloseFrom(kControlFd + 1);

  const ThreadRecord thread;
  std::vector<char> buffer(sizeof(SpawnRequest) + kMaxSetupBytes);
  while (ServeOne(parent, thread, buffer, loop)) {
  }
  _exit(0);
}

}  // namespace thresh::pool
