// A web site of a test's own on 127.0.0.1, on a free port.
#pragma once

#include <httplib.h>

#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace thresh {

// Serves what was added, 404 for all else, from construction to destruction. Add before the first
// request.
class LoopbackSite {
 public:
  struct Request {
    std::string method;
    std::string target;  // path and query
    std::string body;
    httplib::Headers headers;
  };

  LoopbackSite() {
    server_.set_tcp_nodelay(true);
    server_.set_keep_alive_max_count(1'000'000);
    const auto answer = [this](const httplib::Request& request, httplib::Response& response) {
      Answer(request, response);
    };
    server_.Get(".*", answer);
    server_.Post(".*", answer);
    port_ = server_.bind_to_any_port("127.0.0.1");
    thread_ = std::thread([this] { server_.listen_after_bind(); });
    while (!server_.is_running()) std::this_thread::yield();
  }
  ~LoopbackSite() {
    server_.stop();
    thread_.join();
  }
  LoopbackSite(const LoopbackSite&) = delete;
  LoopbackSite& operator=(const LoopbackSite&) = delete;

  void Add(const std::string& target, const std::string& body,
           const std::string& type = "text/html; charset=utf-8",
           const httplib::Headers& headers = {}) {
    pages_[target] = {body, type, 200, "", headers};
  }
  void AddRedirect(const std::string& target, const std::string& location) {
    pages_[target] = {"", "", 302, location};
  }
  // An empty answer; before the first request, or while none is under way.
  void AddStatus(const std::string& target, int status, const httplib::Headers& headers = {}) {
    pages_[target] = {"", "", status, "", headers};
  }
  std::string Url(const std::string& target) const {
    return "http://127.0.0.1:" + std::to_string(port_) + target;
  }
  std::vector<Request> requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

 private:
  struct Page {
    std::string body;
    std::string type;
    int status = 200;
    std::string location;
    httplib::Headers headers{};
  };

  void Answer(const httplib::Request& request, httplib::Response& response) {
    {
      const std::lock_guard lock(mutex_);
      requests_.push_back({request.method, request.target, request.body, request.headers});
    }
    const auto page = pages_.find(request.target);
    if (page == pages_.end()) {
      response.status = 404;
      return;
    }
    response.status = page->second.status;
    if (!page->second.location.empty()) response.set_header("Location", page->second.location);
    for (const auto& [name, value] : page->second.headers) response.set_header(name, value);
    response.set_content(page->second.body, page->second.type);
  }

  httplib::Server server_;
  std::map<std::string, Page> pages_;
  mutable std::mutex mutex_;
  std::vector<Request> requests_;
  int port_ = 0;
  std::thread thread_;
};

}  // namespace thresh
