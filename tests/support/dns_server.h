// A name server of a test's own: UDP, A records only, answers what the test says.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <vector>

namespace thresh {

// Listens on port 53 of 127.0.0.1, so it wants a network of its own (private_network.h). Its
// destructor ends its thread.
class DnsServer {
 public:
  // What a name resolves to: addresses, none (there is no such name), or no answer at all. Called
  // in the server's thread.
  using Zone = std::function<std::optional<std::vector<std::string>>(const std::string& name)>;

  // Throws std::system_error.
  explicit DnsServer(Zone zone) : zone_(std::move(zone)) {
    fd_ = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(53);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
      throw std::system_error(errno, std::generic_category(), "name server");
    }
    thread_ = std::thread([this] { Serve(); });
  }
  ~DnsServer() {
    stopping_ = true;
    thread_.join();
    close(fd_);
  }
  DnsServer(const DnsServer&) = delete;
  DnsServer& operator=(const DnsServer&) = delete;

 private:
  static constexpr size_t kHeadBytes = 12;

  void Serve() {
    while (!stopping_) {
      pollfd descriptor{.fd = fd_, .events = POLLIN, .revents = 0};
      if (poll(&descriptor, 1, 20) <= 0) continue;
      char buffer[512];
      sockaddr_in peer{};
      socklen_t size = sizeof peer;
      auto* generic = reinterpret_cast<sockaddr*>(&peer);
      const ssize_t got = recvfrom(fd_, buffer, sizeof buffer, 0, generic, &size);
      if (got < static_cast<ssize_t>(kHeadBytes)) continue;
      const std::string answer = Answer({buffer, static_cast<size_t>(got)});
      if (!answer.empty()) sendto(fd_, answer.data(), answer.size(), 0, generic, size);
    }
  }

  // RFC 1035 §4.1; the question is repeated, and each answer's name points to it.
  std::string Answer(std::string_view query) const {
    size_t at = kHeadBytes;
    std::string name;
    while (at < query.size() && query[at] != 0) {
      const auto length = static_cast<unsigned char>(query[at]);
      if (!name.empty()) name += '.';
      name += query.substr(at + 1, length);
      at += 1 + length;
    }
    if (at + 5 > query.size()) return {};
    const bool asks_for_a = query[at + 1] == 0 && query[at + 2] == 1;
    const auto addresses = zone_(name);
    if (!addresses) return {};
    const size_t count = asks_for_a ? addresses->size() : 0;
    const char code = addresses->empty() ? '\x03' : '\0';
    std::string answer(query.substr(0, 2));
    answer += {'\x81', static_cast<char>('\x80' | code), 0, 1, 0, static_cast<char>(count)};
    answer += std::string(4, '\0');
    answer += query.substr(kHeadBytes, at + 5 - kHeadBytes);
    for (size_t i = 0; i < count; ++i) {
      answer += std::string("\xc0\x0c\0\1\0\1\0\0\0\0\0\4", 12);
      in_addr address{};
      inet_pton(AF_INET, (*addresses)[i].c_str(), &address);
      answer.append(reinterpret_cast<const char*>(&address), sizeof address);
    }
    return answer;
  }

  const Zone zone_;
  int fd_ = -1;
  std::atomic<bool> stopping_ = false;
  std::thread thread_;
};

}  // namespace thresh
