#include "fetcher/runaway_guard.h"

#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <cerrno>
#include <system_error>

namespace thresh {
namespace {

// Once to twice as long libcurl may be at it; what honest servers send takes it some milliseconds.
constexpr timespec kTick{.tv_sec = 0, .tv_nsec = 250'000'000};

bool IsTcp(int fd) {
  int protocol = 0;
  socklen_t size = sizeof protocol;
  return getsockopt(fd, SOL_SOCKET, SO_PROTOCOL, &protocol, &size) == 0 && protocol == IPPROTO_TCP;
}

int BytesToRead(int fd) {
  int bytes = 0;
  return ioctl(fd, FIONREAD, &bytes) == 0 ? bytes : 0;
}

}  // namespace

RunawayGuard::RunawayGuard(int descriptors) : descriptors_(descriptors) {
  struct sigaction action {};
  action.sa_sigaction = &OnSignal;
  action.sa_flags = SA_SIGINFO | SA_RESTART;
  sigaction(SIGPROF, &action, &past_);
  sigevent event{};
  event.sigev_notify = SIGEV_SIGNAL;
  event.sigev_signo = SIGPROF;
  event.sigev_value.sival_ptr = this;
  const itimerspec every{.it_interval = kTick, .it_value = kTick};
  if (timer_create(CLOCK_PROCESS_CPUTIME_ID, &event, &timer_) != 0 ||
      timer_settime(timer_, 0, &every, nullptr) != 0) {
    throw std::system_error(errno, std::generic_category(), "timer_create");
  }
}

// A signal that is under way after the timer's end finds nobody.
RunawayGuard::~RunawayGuard() {
  signal(SIGPROF, SIG_IGN);
  timer_delete(timer_);
  sigaction(SIGPROF, &past_, nullptr);
}

void RunawayGuard::OnSignal(int, siginfo_t* info, void*) {
  const int past = errno;
  if (info->si_code == SI_TIMER) static_cast<RunawayGuard*>(info->si_value.sival_ptr)->Tick();
  errno = past;
}

void RunawayGuard::Tick() {
  const uint64_t steps = steps_.load(std::memory_order_relaxed);
  if (seen_.exchange(steps, std::memory_order_relaxed) != steps || steps % 2 == 0) return;
  const int connection = connection_.load(std::memory_order_relaxed);
  shutdown(connection == kAnyConnection ? Fullest() : connection, SHUT_RDWR);
}

int RunawayGuard::Fullest() const {
  int fullest = -1;
  int most = 0;
  for (int fd = 0; fd < descriptors_; ++fd) {
    const int bytes = IsTcp(fd) ? BytesToRead(fd) : 0;
    if (bytes <= most) continue;
    most = bytes;
    fullest = fd;
  }
  return fullest;
}

}  // namespace thresh
