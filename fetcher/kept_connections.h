// On which connections that libcurl keeps something can be asked.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
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
// descriptor before it does. And it believes a response over HTTP/1 that says it is HTTP/2: then it
// sends requests to that origin on connections that are busy with others, and mixes up the answers.
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

  // A response from `origin` said that it is HTTP/2, and was not: its connections must be asked one
  // thing at a time from now on.
  void NoteFalseHttp2(std::string_view origin) { false_http2_.emplace(origin); }
  bool SaysFalseHttp2(const std::string& origin) const { return false_http2_.contains(origin); }

 private:
  struct Connection {
    int fd;
    int remote_port;
    int local_port;
    std::string remote_address;
  };

  static bool IsAt(const Connection& connection, const ConnectionEnds& ends);

  std::vector<Connection> connections_;  // no descriptor twice, no ends twice
  std::unordered_set<std::string> false_http2_;
};

}  // namespace thresh
