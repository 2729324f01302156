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
// descriptor before it does. And once a response of an origin said that it is HTTP/2, truly or not,
// it sends requests on all connections to that origin while they are busy with others, on those of
// HTTP/1 as well, and mixes up the answers.
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

  // Some connection over TLS to `origin` is of HTTP/1: HTTP/2 is not to be asked for there any
  // more, so that libcurl asks one thing at a time. When there are kMostHttp1 origins, all are
  // forgotten: at worst a connection is made to each once more that is not used.
  static constexpr size_t kMostHttp1 = 16 * 1024;
  void NoteHttp1(std::string_view origin) {
    if (http1_.size() == kMostHttp1) http1_.clear();
    http1_.emplace(origin);
  }
  bool HasHttp1(const std::string& origin) const { return http1_.contains(origin); }

 private:
  struct Connection {
    int fd;
    int remote_port;
    int local_port;
    std::string remote_address;
  };

  static bool IsAt(const Connection& connection, const ConnectionEnds& ends);

  std::vector<Connection> connections_;  // no descriptor twice, no ends twice
  std::unordered_set<std::string> http1_;
};

}  // namespace thresh
