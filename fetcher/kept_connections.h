// Whether a connection that libcurl kept has input before anything was asked on it.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace thresh {

// A connection, as libcurl names it before a request goes out.
struct ConnectionEnds {
  std::string_view remote_address;
  int remote_port = 0;
  int local_port = 0;
};

// The descriptors of a worker's connections. What a server sends before it is asked would be taken
// for the next request's response: libcurl 7.88 uses such a connection again, and does not tell its
// descriptor before it does.
//
// Owned by the worker's loop, used by its one thread. Owns no descriptor: one that was closed is
// found again by nobody, since its ends are another connection's by then, which was noted later.
class KeptConnections {
 public:
  // A new connection, which is one of the sockets `opened`. A system call for each of them.
  void Note(const ConnectionEnds& ends, std::span<const int> opened);
  // Whether something waits on a connection that was noted: bytes, their end, an error. One system
  // call.
  bool HasInput(const ConnectionEnds& ends) const;

 private:
  struct Connection {
    int fd;
    int remote_port;
    int local_port;
    std::string remote_address;
  };

  static bool IsAt(const Connection& connection, const ConnectionEnds& ends);

  std::vector<Connection> connections_;  // no descriptor twice, no ends twice
};

}  // namespace thresh
