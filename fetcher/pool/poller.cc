#include "fetcher/pool/poller.h"

#include <errno.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <system_error>
#include <utility>

namespace thresh::pool {
namespace {

constexpr uint64_t kWakeKey = ~uint64_t{0};

void Control(int epoll, int operation, int fd, uint32_t events, uint64_t key) {
  epoll_event event{};
  event.events = events;
  event.data.u64 = key;
  if (epoll_ctl(epoll, operation, fd, &event) != 0) {
    throw std::system_error(errno, std::generic_category(), "epoll_ctl");
  }
}

}  // namespace

Poller::Poller()
    : epoll_(epoll_create1(EPOLL_CLOEXEC)), wake_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (!epoll_ || !wake_) throw std::system_error(errno, std::generic_category(), "epoll");
  Add(wake_.get(), kWakeKey);
}

void Poller::Add(int fd, uint64_t key) { Control(epoll_.get(), EPOLL_CTL_ADD, fd, EPOLLIN, key); }

void Poller::WatchWritable(int fd, uint64_t key, bool writable) {
  const uint32_t events = writable ? EPOLLIN | EPOLLOUT : EPOLLIN;
  Control(epoll_.get(), EPOLL_CTL_MOD, fd, events, key);
}

void Poller::Remove(int fd) { epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd, nullptr); }

std::span<const Poller::Event> Poller::Wait(std::chrono::milliseconds timeout) {
  using std::chrono::milliseconds;
  timeout = std::clamp<milliseconds>(timeout, milliseconds(0), std::chrono::hours(24));
  const int count =
      epoll_wait(epoll_.get(), raw_.data(), kMaxEvents, static_cast<int>(timeout.count()));
  size_t filled = 0;
  for (int i = 0; i < count; ++i) {
    if (raw_[i].data.u64 == kWakeKey) {
      uint64_t ignored;
      woken_ = read(wake_.get(), &ignored, sizeof ignored) > 0 || woken_;
      continue;
    }
    events_[filled++] = {.key = raw_[i].data.u64,
                         .readable = (raw_[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0,
                         .writable = (raw_[i].events & EPOLLOUT) != 0};
  }
  return {events_.data(), filled};
}

void Poller::Wake() {
  const int saved = errno;
  const uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = write(wake_.get(), &one, sizeof one);
  errno = saved;
}

bool Poller::TakeWoken() { return std::exchange(woken_, false); }

}  // namespace thresh::pool
