// Waits for workers' channels and ends, and to be woken.
#pragma once

#include <sys/epoll.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <span>

#include "fetcher/pool/process/unique_fd.h"

namespace thresh::pool {

// An epoll(7) instance with an eventfd in it. Wake is async-signal-safe; the rest is its owner's.
class Poller {
 public:
  struct Event {
    uint64_t key = 0;
    bool readable = false;  // or hung up
    bool writable = false;
  };

  Poller();  // throws std::system_error
  // Level-triggered. Throws std::system_error when the kernel has no memory.
  void Add(int fd, uint64_t key);
  void WatchWritable(int fd, uint64_t key, bool writable);
  void Remove(int fd);
  // Gives what has happened, after at most `timeout`. The span is valid until the next call.
  std::span<const Event> Wait(std::chrono::milliseconds timeout);
  void Wake();
  // Whether Wake was called since this was last asked, and Wait has seen it.
  bool TakeWoken();

 private:
  static constexpr size_t kMaxEvents = 64;

  UniqueFd epoll_;
  UniqueFd wake_;
  bool woken_ = false;
  std::array<epoll_event, kMaxEvents> raw_;
  std::array<Event, kMaxEvents> events_;
};

}  // namespace thresh::pool
