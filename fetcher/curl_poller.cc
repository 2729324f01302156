#include "fetcher/curl_poller.h"

#include <curl/curl.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

namespace thresh {
namespace {

// At a time: libcurl looks at all connections anew for each that it finds closed.
constexpr size_t kMostShutDown = 64;

uint32_t EpollEvents(int what) {
  switch (what) {
    case CURL_POLL_IN:
      return EPOLLIN;
    case CURL_POLL_OUT:
      return EPOLLOUT;
    case CURL_POLL_INOUT:
      return EPOLLIN | EPOLLOUT;
    default:
      return 0;
  }
}

int CurlEvents(uint32_t events) {
  int what = 0;
  if ((events & (EPOLLIN | EPOLLHUP | EPOLLRDHUP)) != 0) what |= CURL_CSELECT_IN;
  if ((events & EPOLLOUT) != 0) what |= CURL_CSELECT_OUT;
  if ((events & EPOLLERR) != 0) what |= CURL_CSELECT_ERR;
  return what;
}

}  // namespace

// What libcurl calls. An exception must not pass through it, hence noexcept: a worker that cannot
// watch its sockets dies, and its fetches are tried again.
struct CurlPoller::Callbacks {
  static int Socket(CURL*, curl_socket_t fd, int what, void* self, void*) noexcept {
    static_cast<CurlPoller*>(self)->Watch(fd, EpollEvents(what));
    return 0;
  }
};

CurlPoller::CurlPoller(void* multi, int other_fd, size_t connections, int descriptors)
    : multi_(multi),
      other_fd_(other_fd),
      epoll_(epoll_create1(EPOLL_CLOEXEC)),
      guard_(descriptors),
      most_kept_(connections) {
  if (!epoll_) throw std::system_error(errno, std::generic_category(), "epoll_create1");
  curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, &Callbacks::Socket);
  curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
  Watch(other_fd_, EPOLLIN);
}

CurlPoller::Socket& CurlPoller::At(int fd) {
  const auto place = static_cast<size_t>(fd);
  if (place >= sockets_.size()) sockets_.resize(2 * place + 1);
  return sockets_[place];
}

void CurlPoller::Opened(int fd) {
  At(fd) = {.connection = true};
  ++open_connections_;
}

// Closing takes it from epoll, too.
void CurlPoller::Closing(int fd) {
  if (std::exchange(At(fd), {}).connection) --open_connections_;
}

void CurlPoller::NoteIdle(int fd) { At(fd).idle_since = ++idle_notes_; }

void CurlPoller::MakeRoom() {
  const size_t enough = most_kept_ - most_kept_ / 4;
  if (open_connections_ <= enough) return;
  std::vector<std::pair<uint64_t, int>> idle;
  for (size_t fd = 0; fd < sockets_.size(); ++fd) {
    const Socket& socket = sockets_[fd];
    const bool unused = socket.idle_since != 0 && socket.wanted == 0;
    if (unused && socket.connection) idle.emplace_back(socket.idle_since, static_cast<int>(fd));
  }
  std::sort(idle.begin(), idle.end());
  idle.resize(std::min({idle.size(), open_connections_ - enough, kMostShutDown}));
  for (const auto& [since, fd] : idle) {
    At(fd).connection = false;
    --open_connections_;
    shutdown(fd, SHUT_RD);
  }
}

void CurlPoller::Watch(int fd, uint32_t events) {
  Socket& socket = At(fd);
  socket.wanted = events;
  if (events != 0) socket.idle_since = 0;
  if (socket.connection && (events == 0 || events == socket.told)) return;
  Tell(fd, socket, events);
}

// A descriptor that was closed, and by now may be another one, has left epoll by itself: libcurl
// says so of what is no connection before it closes it, but what was believed is not relied on.
void CurlPoller::Tell(int fd, Socket& socket, uint32_t events) {
  const bool known = std::exchange(socket.told, events) != 0;
  if (events == 0) {
    epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd, nullptr);
    return;
  }
  epoll_event event{};
  event.events = events;
  event.data.fd = fd;
  const int first = known ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;
  if (epoll_ctl(epoll_.get(), first, fd, &event) == 0) return;
  const int other = errno == ENOENT ? EPOLL_CTL_ADD : EPOLL_CTL_MOD;
  if ((errno == ENOENT || errno == EEXIST) && epoll_ctl(epoll_.get(), other, fd, &event) == 0) {
    return;
  }
  throw std::system_error(errno, std::generic_category(), "epoll_ctl");
}

void CurlPoller::ForgetOther() { Watch(other_fd_, 0); }

// Milliseconds; -1 when libcurl waits for sockets only.
long CurlPoller::UntilDue() const {
  long milliseconds = -1;
  curl_multi_timeout(multi_, &milliseconds);
  return milliseconds;
}

void CurlPoller::Act(int fd, int what) {
  int running = 0;
  static_assert(CURL_SOCKET_TIMEOUT == RunawayGuard::kAnyConnection);
  const RunawayGuard::Crossing call(guard_, fd);
  curl_multi_socket_action(multi_, fd, what, &running);
  NoteTimes();
}

void CurlPoller::NoteTimeAfterwards(Time* at) { times_to_note_.push_back(at); }

void CurlPoller::NoteTimes() {
  if (times_to_note_.empty()) return;
  const Time now = std::chrono::steady_clock::now();
  for (Time* at : times_to_note_) *at = now;
  times_to_note_.clear();
}

void CurlPoller::RunDue() {
  if (UntilDue() == 0) Act(CURL_SOCKET_TIMEOUT, 0);
}

void CurlPoller::LookAtAll() {
  int running = 0;
  const RunawayGuard::Crossing call(guard_, RunawayGuard::kAnyConnection);
  CURL_IGNORE_DEPRECATION(curl_multi_socket_all(multi_, &running);)
  NoteTimes();
}

bool CurlPoller::Wait(std::chrono::milliseconds timeout) {
  const long due = UntilDue();
  if (due >= 0) timeout = std::min(timeout, std::chrono::milliseconds(due));
  const int count = epoll_wait(epoll_.get(), events_.data(), static_cast<int>(events_.size()),
                               static_cast<int>(timeout.count()));
  bool other = false;
  for (int i = 0; i < count; ++i) {
    const int fd = events_[i].data.fd;
    if (fd == other_fd_) {
      other = true;
    } else if (Socket& socket = At(fd); socket.wanted != 0) {
      Act(fd, CurlEvents(events_[i].events));
    } else if (socket.told != 0) {  // an idle connection, closed by its server
      Tell(fd, socket, 0);
    }
  }
  return other;
}

}  // namespace thresh
