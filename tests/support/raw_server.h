// A loopback server that answers byte by byte what a test tells it to, in threads of its own.
//
//   RawServer server([](RawConnection& peer) {
//     peer.ReadRequest();
//     peer.Send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
//   });
//   Fetch(server.Url("/page"));
//
// The script runs once a connection; when it returns, the connection is closed. A test that forks
// must do so before it makes a server.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <list>
#include <mutex>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <vector>

namespace thresh {

// A whole answer with status 200; `headers` are lines with their ends.
inline std::string Response(std::string_view headers, std::string_view body) {
  return "HTTP/1.1 200 OK\r\n" + std::string(headers) +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}

// One accepted connection. Used by its script only. All calls return soon when the server ends.
class RawConnection {
 public:
  RawConnection(int fd, size_t number) : fd_(fd), number_(number) {}

  int fd() const { return fd_; }
  size_t number() const { return number_; }  // 1 for the server's first connection
  // When the last bytes that ReadRequest read came to the machine, however late this thread was.
  std::chrono::system_clock::time_point received_at() const { return received_at_; }

  // The next request's head with its empty line, then the body its Content-Length tells of. Empty
  // when the peer has closed.
  std::string ReadRequest() {
    size_t end;
    while ((end = input_.find("\r\n\r\n")) == std::string::npos) {
      if (!Receive()) return {};
    }
    const size_t size = end + 4 + BodyBytes(std::string_view(input_).substr(0, end));
    while (input_.size() < size) {
      if (!Receive()) return {};
    }
    std::string request = input_.substr(0, size);
    input_.erase(0, size);
    return request;
  }

  // False when the peer has gone.
  bool Send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<size_t>(sent));
    }
    return true;
  }

  // Sends `bytes` again and again until the peer has had enough.
  void SendForever(std::string_view bytes) {
    while (Send(bytes)) {
    }
  }

  // Sends one byte every `pause`.
  void Trickle(std::string_view bytes, std::chrono::milliseconds pause) {
    for (const char& byte : bytes) {
      if (!Send({&byte, 1}) || WaitForClose(pause)) return;
    }
  }

  // Waits until the peer closes; true when it did so within `timeout`.
  bool WaitForClose(std::chrono::milliseconds timeout = std::chrono::seconds(30)) {
    pollfd descriptor{.fd = fd_, .events = POLLRDHUP, .revents = 0};
    return poll(&descriptor, 1, static_cast<int>(timeout.count())) > 0;
  }

  // Ends the connection with a reset instead of an end of file, when the script returns.
  void Reset() {
    const linger hard{.l_onoff = 1, .l_linger = 0};
    setsockopt(fd_, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
  }

 private:
  bool Receive() {
    char buffer[16 * 1024];
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(timespec))];
    iovec part{.iov_base = buffer, .iov_len = sizeof buffer};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    const ssize_t got = recvmsg(fd_, &message, 0);
    if (got <= 0) return false;
    input_.append(buffer, static_cast<size_t>(got));
    received_at_ = TimeOf(message);
    return true;
  }

  // The kernel's time, or now where it gives none.
  static std::chrono::system_clock::time_point TimeOf(msghdr& message) {
    const cmsghdr* control = CMSG_FIRSTHDR(&message);
    if (control == nullptr || control->cmsg_type != SCM_TIMESTAMPNS) {
      return std::chrono::system_clock::now();
    }
    timespec time;
    memcpy(&time, CMSG_DATA(control), sizeof time);
    return std::chrono::system_clock::time_point(std::chrono::seconds(time.tv_sec) +
                                                 std::chrono::nanoseconds(time.tv_nsec));
  }

  static size_t BodyBytes(std::string_view head) {
    static constexpr std::string_view kName = "\r\nContent-Length: ";
    const size_t found = head.find(kName);
    if (found == head.npos) return 0;
    return std::stoul(std::string(head.substr(found + kName.size())));
  }

  const int fd_;
  const size_t number_;
  std::string input_;
  std::chrono::system_clock::time_point received_at_{};
};

// Owned by a test. Its destructor ends all connections and threads.
class RawServer {
 public:
  using Script = std::function<void(RawConnection&)>;

  // Listens on a free port of `address`. Throws std::system_error.
  explicit RawServer(Script script, std::string address = "127.0.0.1")
      : script_(std::move(script)), address_(std::move(address)), listener_(Listen()) {
    acceptor_ = std::thread([this] { Accept(); });
  }

  // A server that answers each request of a connection with `response`.
  static Script Answering(std::string response) {
    return [response = std::move(response)](RawConnection& peer) {
      while (!peer.ReadRequest().empty() && peer.Send(response)) {
      }
    };
  }

  ~RawServer() {
    stopping_ = true;
    shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    {
      const std::lock_guard lock(mutex_);
      for (const Session& session : sessions_) shutdown(session.fd, SHUT_RDWR);
    }
    for (Session& session : sessions_) {
      session.thread.join();
      close(session.fd);
    }
    close(listener_);
  }
  RawServer(const RawServer&) = delete;
  RawServer& operator=(const RawServer&) = delete;

  int port() const { return port_; }
  std::string Url(std::string_view path) const {
    return "http://" + address_ + ":" + std::to_string(port_) + std::string(path);
  }
  size_t connections() const { return connections_; }

 private:
  struct Session {
    int fd;
    std::thread thread;
  };

  int Listen() {
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    inet_pton(AF_INET, address_.c_str(), &address.sin_addr);
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    // For its connections, too: set on those one by one, it would come after a first request.
    const int on = 1;
    setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on);
    if (fd < 0 || bind(fd, generic, size) != 0 || listen(fd, 128) != 0 ||
        getsockname(fd, generic, &size) != 0) {
      throw std::system_error(errno, std::generic_category(), "raw server");
    }
    port_ = ntohs(address.sin_port);
    return fd;
  }

  void Accept() {
    while (!stopping_) {
      const int fd = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (fd < 0) continue;
      const std::lock_guard lock(mutex_);
      sessions_.push_back({fd, {}});
      sessions_.back().thread = std::thread([this, fd, number = ++connections_] {
        RawConnection connection(fd, number);
        script_(connection);
        End(fd);
      });
    }
  }

  // The number stays taken until the server's end, so that no other thread meets it again.
  void End(int fd) {
    linger option{};
    socklen_t size = sizeof option;
    getsockopt(fd, SOL_SOCKET, SO_LINGER, &option, &size);
    if (option.l_onoff == 0) {
      shutdown(fd, SHUT_RDWR);
      return;
    }
    // Only the last close of a lingering socket sends a reset.
    const int null = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    dup2(null, fd);
    close(null);
  }

  const Script script_;
  const std::string address_;
  int port_ = 0;
  const int listener_;
  std::atomic<bool> stopping_ = false;
  std::atomic<size_t> connections_ = 0;
  std::mutex mutex_;
  std::list<Session> sessions_;
  std::thread acceptor_;
};

}  // namespace thresh
