#include "tests/system_calls/failing_calls.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdarg>
#include <cstring>

// The wrapped calls and what each fails with. The linker takes __wrap_X for X, and X for __real_X.
#define THRESH_CALLS(CALL)                                                          \
  CALL(int, socketpair, EMFILE, (int a, int b, int c, int d[2]), (a, b, c, d))      \
  CALL(int, memfd_create, EMFILE, (const char* a, unsigned b), (a, b))              \
  CALL(int, ftruncate, ENOMEM, (int a, off_t b), (a, b))                            \
  CALL(int, eventfd, EMFILE, (unsigned a, int b), (a, b))                           \
  CALL(int, epoll_create1, EMFILE, (int a), (a))                                    \
  CALL(int, epoll_ctl, ENOSPC, (int a, int b, int c, epoll_event* d), (a, b, c, d)) \
  CALL(int, setsockopt, ENOBUFS, (int a, int b, int c, const void* d, socklen_t e), \
       (a, b, c, d, e))                                                             \
  CALL(int, fstat, EIO, (int a, struct stat* b), (a, b))                            \
  CALL(int, fallocate, ENOSPC, (int a, int b, off_t c, off_t d), (a, b, c, d))      \
  CALL(int, dup2, EMFILE, (int a, int b), (a, b))                                   \
  CALL(int, dup3, EMFILE, (int a, int b, int c), (a, b, c))                         \
  CALL(pid_t, fork, EAGAIN, (), ())

#define THRESH_INTERRUPTIBLE_CALLS(CALL)                                        \
  CALL(ssize_t, sendmsg, ENOBUFS, (int a, const msghdr* b, int c), (a, b, c))   \
  CALL(ssize_t, recvmsg, ENOBUFS, (int a, msghdr* b, int c), (a, b, c))         \
  CALL(ssize_t, recv, ENOBUFS, (int a, void* b, size_t c, int d), (a, b, c, d)) \
  CALL(ssize_t, read, EIO, (int a, void* b, size_t c), (a, b, c))               \
  CALL(ssize_t, write, EIO, (int a, const void* b, size_t c), (a, b, c))        \
  CALL(int, poll, ENOMEM, (pollfd * a, nfds_t b, int c), (a, b, c))             \
  CALL(int, epoll_wait, EINVAL, (int a, epoll_event* b, int c, int d), (a, b, c, d))

namespace thresh {
namespace {

// In memory that forked processes share.
struct State {
  std::atomic<int64_t> calls{0};
  std::atomic<bool> failed{false};
  std::atomic<bool> armed{false};
  int64_t fail_at = 0;
  pid_t parent = 0;
  CallsOf whose = CallsOf::kParent;
  CallFailure failure = CallFailure::kRefused;
  char name[32] = {};
};

State* SharedState() {
  static State* const state =
      new (mmap(nullptr, sizeof(State), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0))
          State;
  return state;
}

// Whether this call is the one that fails.
bool Fails(const char* name, bool interruptible) {
  State& state = *SharedState();
  if (!state.armed) return false;
  if ((getpid() == state.parent) != (state.whose == CallsOf::kParent)) return false;
  if (state.failure == CallFailure::kInterrupted && !interruptible) return false;
  if (++state.calls != state.fail_at) return false;
  strncpy(state.name, name, sizeof state.name - 1);
  state.failed = true;
  return true;
}

int ErrnoFor(int refused) {
  return SharedState()->failure == CallFailure::kInterrupted ? EINTR : refused;
}

}  // namespace

FailingCalls::FailingCalls(int64_t call, CallsOf whose, CallFailure failure) {
  State& state = *SharedState();
  state.calls = 0;
  state.failed = false;
  state.fail_at = call;
  state.parent = getpid();
  state.whose = whose;
  state.failure = failure;
  state.name[0] = '\0';
  state.armed = true;
}

FailingCalls::~FailingCalls() { SharedState()->armed = false; }

bool FailingCalls::failed() const { return SharedState()->failed; }

const char* FailingCalls::name() const { return SharedState()->name; }

}  // namespace thresh

extern "C" {

#define THRESH_WRAP(result, name, code, parameters, arguments)        \
  result __real_##name parameters;                                    \
  result __wrap_##name parameters;                                    \
  result __wrap_##name parameters {                                   \
    if (!thresh::Fails(#name, false)) return __real_##name arguments; \
    errno = thresh::ErrnoFor(code);                                   \
    return -1;                                                        \
  }
#define THRESH_WRAP_INTERRUPTIBLE(result, name, code, parameters, arguments) \
  result __real_##name parameters;                                           \
  result __wrap_##name parameters;                                           \
  result __wrap_##name parameters {                                          \
    if (!thresh::Fails(#name, true)) return __real_##name arguments;         \
    errno = thresh::ErrnoFor(code);                                          \
    return -1;                                                               \
  }
THRESH_CALLS(THRESH_WRAP)
THRESH_INTERRUPTIBLE_CALLS(THRESH_WRAP_INTERRUPTIBLE)

void* __real_mmap(void* address, size_t bytes, int protection, int flags, int fd, off_t offset);
void* __wrap_mmap(void* address, size_t bytes, int protection, int flags, int fd, off_t offset);
void* __wrap_mmap(void* address, size_t bytes, int protection, int flags, int fd, off_t offset) {
  // Anonymous memory is the test's own.
  if ((flags & MAP_ANONYMOUS) != 0 || !thresh::Fails("mmap", false)) {
    return __real_mmap(address, bytes, protection, flags, fd, offset);
  }
  errno = thresh::ErrnoFor(ENOMEM);
  return MAP_FAILED;
}

// clone(2) and pidfd_open(2): numbers and pointers, six at most.
long __real_syscall(long number, ...);
long __wrap_syscall(long number, ...);
long __wrap_syscall(long number, ...) {
  va_list list;
  va_start(list, number);
  long arguments[6];
  for (long& argument : arguments) argument = va_arg(list, long);
  va_end(list);
  if (!thresh::Fails("syscall", false)) {
    return __real_syscall(number, arguments[0], arguments[1], arguments[2], arguments[3],
                          arguments[4], arguments[5]);
  }
  errno = thresh::ErrnoFor(EAGAIN);
  return -1;
}

}  // extern "C"
