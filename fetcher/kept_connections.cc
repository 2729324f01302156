#include "fetcher/kept_connections.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

namespace thresh {
namespace {

// -1: no socket, or one of another family.
int LocalPort(int fd) {
  sockaddr_storage address{};
  socklen_t length = sizeof(address);
  if (getsockname(fd, reinterpret_cast<sockaddr*>(&address), &length) != 0) return -1;
  if (address.ss_family == AF_INET) {
    return ntohs(reinterpret_cast<const sockaddr_in&>(address).sin_port);
  }
  if (address.ss_family == AF_INET6) {
    return ntohs(reinterpret_cast<const sockaddr_in6&>(address).sin6_port);
  }
  return -1;
}

}  // namespace

bool KeptConnections::IsAt(const Connection& connection, const ConnectionEnds& ends) {
  return connection.local_port == ends.local_port && connection.remote_port == ends.remote_port &&
         connection.remote_address == ends.remote_address;
}

void KeptConnections::Note(const ConnectionEnds& ends, std::span<const int> opened) {
  const auto found = std::find_if(opened.begin(), opened.end(),
                                  [&](int fd) { return LocalPort(fd) == ends.local_port; });
  if (found == opened.end()) return;
  std::erase_if(connections_, [&](const Connection& connection) {
    return connection.fd == *found || IsAt(connection, ends);
  });
  connections_.push_back(
      {*found, ends.remote_port, ends.local_port, std::string(ends.remote_address)});
}

bool KeptConnections::HasInput(const ConnectionEnds& ends) const {
  const auto found = std::find_if(connections_.begin(), connections_.end(),
                                  [&](const Connection& known) { return IsAt(known, ends); });
  if (found == connections_.end()) return false;
  char byte = 0;
  const ssize_t got = recv(found->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return got >= 0 || (errno != EAGAIN && errno != EINTR);
}

}  // namespace thresh
