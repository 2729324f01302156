// A web site that notes what is done to it: each request with the time at which it came, and how
// many others were under way.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/support/raw_server.h"

namespace thresh {

// Owned by a test; serves in threads of its own from construction to destruction.
class MeasuredSite {
 public:
  struct Request {
    std::string host;    // as the Host header has it: "127.0.0.1:8000"
    std::string target;  // path and query
    std::chrono::system_clock::time_point at;
    size_t under_way;  // requests on the same host, this one among them
  };
  struct Answer {
    int status = 200;
    std::string body{};
    std::vector<std::string> headers{};  // lines beside Content-Type and Content-Length
    std::chrono::milliseconds think{0};  // before the answer is sent
    std::string type = "text/html; charset=utf-8";
  };
  // Says what a request gets; one call at a time. A target that it does not know: status 404.
  using Handler = std::function<Answer(const std::string& host, const std::string& target)>;

  explicit MeasuredSite(Handler handler)
      : handler_(std::move(handler)), server_([this](RawConnection& peer) { Serve(peer); }) {}

  int port() const { return server_.port(); }
  std::string Url(std::string_view path, std::string_view host = "127.0.0.1") const {
    return "http://" + std::string(host) + ":" + std::to_string(port()) + std::string(path);
  }
  size_t connections() const { return server_.connections(); }

  std::vector<Request> requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
  }
  size_t request_count() const {
    const std::lock_guard lock(mutex_);
    return requests_.size();
  }
  // Waits until so many requests have come in all; false when they have not after `timeout`.
  bool WaitForRequests(size_t count, std::chrono::milliseconds timeout) {
    std::unique_lock lock(mutex_);
    return came_.wait_for(lock, timeout, [&] { return requests_.size() >= count; });
  }

 private:
  void Serve(RawConnection& peer) {
    for (std::string head; !(head = peer.ReadRequest()).empty();) {
      const std::string host = Between(head, "\r\nHost: ", "\r\n");
      const Answer answer = Note(host, Between(head, " ", " "), peer.received_at());
      const bool left = answer.think.count() > 0 && peer.WaitForClose(answer.think);
      {
        const std::lock_guard lock(mutex_);
        --under_way_[host];
      }
      if (left || !peer.Send(Text(answer))) return;
    }
  }

  Answer Note(const std::string& host, const std::string& target,
              std::chrono::system_clock::time_point at) {
    const std::lock_guard lock(mutex_);
    requests_.push_back({host, target, at, ++under_way_[host]});
    came_.notify_all();
    return handler_(host, target);
  }

  static std::string Text(const Answer& answer) {
    std::string text = "HTTP/1.1 " + std::to_string(answer.status) + " Answer\r\n";
    for (const std::string& line : answer.headers) text += line + "\r\n";
    text += "Content-Type: " + answer.type + "\r\n";
    text += "Content-Length: " + std::to_string(answer.body.size()) + "\r\n\r\n";
    return text + answer.body;
  }

  static std::string Between(std::string_view text, std::string_view before,
                             std::string_view after) {
    const size_t found = text.find(before);
    if (found == text.npos) return {};
    text.remove_prefix(found + before.size());
    return std::string(text.substr(0, text.find(after)));
  }

  const Handler handler_;
  mutable std::mutex mutex_;
  std::condition_variable came_;
  std::vector<Request> requests_;
  std::map<std::string, size_t> under_way_;
  RawServer server_;  // last: its threads use what stands above
};

}  // namespace thresh
