// A site that is made while it is asked for, as large as one likes: for measuring what a crawl
// costs with millions of URLs, with a thousand hosts and over slow lines.
//
//   synthetic_site PORT PAGES DELAY_MS [NEW]  on all of 127.0.0.0/8, until it is killed
//
// /1 to /PAGES are pages of about 1 KB with a title, a heading and ten links. NEW of them, all ten
// if it is not given, lead to pages that no other page leads to, so that all are found from /1:
// page n to 10n-8 … 10n+1. The others lead back. robots.txt is 404. Each answer waits DELAY_MS.
// One process, one thread; tells on stdout when it listens. PORT 0 is any that is free, and told.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

constexpr int kLinks = 10;

[[noreturn]] void Fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

struct Site {
  int64_t pages;
  int64_t new_links;  // on each page
};

// Where a page's link leads; 0: nowhere, as the site has an end.
int64_t Target(int64_t number, int64_t link, const Site& site) {
  if (link >= site.new_links) return number / (link + 1) + 1;
  const int64_t target = site.new_links * (number - 1) + 2 + link;
  return target <= site.pages ? target : 0;
}

std::string Page(int64_t number, const Site& site) {
  const std::string name = std::to_string(number);
  std::string html = "<!DOCTYPE html><html><head><meta charset=\"utf-8\"><title>Page " + name +
                     "</title></head>\n<body><h1>Number " + name + "</h1>\n<ul>\n";
  for (int64_t i = 0; i < kLinks; ++i) {
    const int64_t target = Target(number, i, site);
    if (target == 0) continue;
    html +=
        "<li class=\"entry\"><a href=\"/" + std::to_string(target) + "\">Another page</a></li>\n";
  }
  html += "</ul>\n";
  for (int i = 0; i < 6; ++i)
    html += "<p>Some words that stand on every page, in one paragraph.</p>\n";
  return html + "</body></html>\n";
}

std::string Answer(std::string_view request, const Site& site) {
  const size_t slash = request.find('/');
  int64_t number = 0;
  std::from_chars(request.data() + slash + 1, request.data() + request.size(), number);
  const bool found = number >= 1 && number <= site.pages;
  const std::string body = found ? Page(number, site) : "no such page\n";
  return std::string(found ? "HTTP/1.1 200 OK" : "HTTP/1.1 404 Not Found") +
         "\r\nContent-Type: text/html\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\n\r\n" + body;
}

class Server {
 public:
  Server(uint16_t port, const Site& site, std::chrono::milliseconds delay)
      : site_(site), delay_(delay), epoll_(epoll_create1(EPOLL_CLOEXEC)) {
    listener_ = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    const int on = 1;
    setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_ANY);
    socklen_t size = sizeof address;
    if (bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0) Fail("bind");
    if (listen(listener_, 4096) != 0) Fail("listen");
    getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    Watch(listener_);
    std::printf("%d\n", ntohs(address.sin_port));
    std::fflush(stdout);
  }

  void Run() {
    std::array<epoll_event, 256> events;
    for (;;) {
      const int count = epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), Wait());
      for (int i = 0; i < count; ++i) {
        events[i].data.fd == listener_ ? Accept() : Read(events[i].data.fd);
      }
      const auto now = Clock::now();
      for (; !due_.empty() && due_.front().at <= now; due_.pop_front()) Send(due_.front());
    }
  }

 private:
  struct Connection {
    uint64_t generation = 0;
    std::string request;
  };
  struct Due {
    Clock::time_point at;
    int fd;
    uint64_t generation;
    std::string answer;
  };

  void Watch(int fd) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = fd;
    if (epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event) != 0) Fail("epoll_ctl");
  }

  int Wait() const {
    if (due_.empty()) return -1;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(due_.front().at - Clock::now());
    return static_cast<int>(std::max<int64_t>(left.count(), 0));
  }

  void Accept() {
    for (int fd; (fd = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0;) {
      const int on = 1;
      setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      if (static_cast<size_t>(fd) >= connections_.size()) connections_.resize(2 * fd + 1);
      connections_[fd] = {++generations_, {}};
      Watch(fd);
    }
  }

  void Read(int fd) {
    std::array<char, 8192> buffer;
    const ssize_t bytes = read(fd, buffer.data(), buffer.size());
    if (bytes <= 0) {
      connections_[fd] = {};
      close(fd);
      return;
    }
    std::string& request = connections_[fd].request;
    request.append(buffer.data(), static_cast<size_t>(bytes));
    for (size_t end; (end = request.find("\r\n\r\n")) != std::string::npos;
         request.erase(0, end + 4)) {
      const std::string_view line = std::string_view(request).substr(0, request.find('\r'));
      Due due{Clock::now() + delay_, fd, connections_[fd].generation, Answer(line, site_)};
      delay_.count() == 0 ? Send(due) : due_.push_back(std::move(due));
    }
  }

  // An answer is small: the socket's buffer has room for it.
  void Send(const Due& due) {
    if (connections_[due.fd].generation != due.generation) return;
    if (write(due.fd, due.answer.data(), due.answer.size()) < 0) shutdown(due.fd, SHUT_RDWR);
  }

  const Site site_;
  const std::chrono::milliseconds delay_;
  const int epoll_;
  int listener_ = -1;
  uint64_t generations_ = 0;
  std::vector<Connection> connections_;  // by descriptor
  std::deque<Due> due_;                  // all wait equally long: in their order
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4 && argc != 5) {
    std::fprintf(stderr, "usage: synthetic_site PORT PAGES DELAY_MS [NEW]\n");
    return 2;
  }
  std::signal(SIGPIPE, SIG_IGN);
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  try {
    const Site site{std::atoll(argv[2]), argc == 5 ? std::atoll(argv[4]) : kLinks};
    Server(static_cast<uint16_t>(std::atoi(argv[1])), site,
           std::chrono::milliseconds(std::atoll(argv[3])))
        .Run();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "synthetic_site: %s\n", error.what());
    return 1;
  }
}
