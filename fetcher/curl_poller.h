// Waits for what a libcurl multi handle waits for: sockets, and times.
//
// By epoll, so that a wake-up costs what has come, however many transfers are under way:
// curl_multi_poll and curl_multi_perform look at each of them each time, which with 500 in flight
// was three quarters of the processor time of all processes.
#pragma once

#include <sys/epoll.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "fetcher/pool/process/unique_fd.h"
#include "fetcher/runaway_guard.h"

namespace thresh {

// Owned by the worker's loop, used by its one thread. `multi` has to be cleaned up before this
// ends, as it tells this of its sockets until then. Throws std::system_error when the system has no
// descriptor or memory for it.
class CurlPoller {
 public:
  using Time = std::chrono::steady_clock::time_point;

  // Also waits for `other_fd` to have something to read. `connections`: so many are kept at most.
  // `descriptors`: the process has no more.
  CurlPoller(void* multi, int other_fd, size_t connections, int descriptors);
  CurlPoller(const CurlPoller&) = delete;
  CurlPoller& operator=(const CurlPoller&) = delete;

  // Has libcurl do what it is time for; new transfers begin here.
  void RunDue();
  // Waits until something can be read or written, libcurl has something to do or `timeout` has
  // passed, and has libcurl do what came. Tells whether the other descriptor can be read or is at
  // its end.
  bool Wait(std::chrono::milliseconds timeout);
  // Has libcurl look at every transfer: at the cost of all of them, so seldom. libcurl 7.88 does
  // not say of every socket that it waits for it: when a host's first address is silent, the one of
  // the second is found by nothing else.
  void LookAtAll();
  // The other descriptor is at its end.
  void ForgetOther();

  // Writes the time into `*at` once libcurl has done what it is at: for its callbacks, to learn
  // when what follows them was over. `at` has to live until then.
  void NoteTimeAfterwards(Time* at);

  // Whom libcurl's callbacks tell when they take long.
  RunawayGuard& guard() { return guard_; }

  // To be told of each connection's socket that was opened or is about to be closed. Between two
  // transfers such a socket stays with epoll as it is: else each would cost two system calls more.
  void Opened(int fd);
  void Closing(int fd);
  // Whether more are open than may be kept: one that has served is to be closed. libcurl must not
  // be the one that finds that: 7.88 keeps an entry of each host whose connection it closes then,
  // and looks through all entries each time.
  bool crowded() const { return open_connections_ > most_kept_; }
  // A transfer on this connection has ended.
  void NoteIdle(int fd);
  // To be called once a second. Shuts some connections down, those that are idle longest, as long
  // as less than a quarter of the kept ones' places are left for hosts that are new: libcurl, which
  // has no way to be asked for that, finds them closed within a second of its transfers and closes
  // them.
  void MakeRoom();

 private:
  struct Callbacks;

  // As epoll's events; 0 is none.
  struct Socket {
    uint32_t wanted = 0;
    uint32_t told = 0;        // what epoll was told
    bool connection = false;  // and counted as open
    uint64_t idle_since = 0;  // a number that grows; 0: it is not
  };

  Socket& At(int fd);
  void Watch(int fd, uint32_t events);
  void Tell(int fd, Socket& socket, uint32_t events);
  long UntilDue() const;
  void Act(int fd, int what);
  void NoteTimes();

  void* const multi_;
  const int other_fd_;
  pool::UniqueFd epoll_;
  RunawayGuard guard_;
  std::vector<Socket> sockets_;  // by descriptor
  const size_t most_kept_;
  size_t open_connections_ = 0;          // those that were shut down not among them
  uint64_t idle_notes_ = 0;              // ever
  std::array<epoll_event, 4> events_{};  // few: who waits for one answer waits for few others
  std::vector<Time*> times_to_note_;
};

}  // namespace thresh
