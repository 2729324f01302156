// A site on 127.0.0.1 that answers as many pages as it is told to, and then waits.
#pragma once

#include <httplib.h>

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

namespace thresh {

// "/" links to /book/1 up to /book/N, each a page with one <h1>. robots.txt is not there; "/busy"
// is 503 with Retry-After: 100. Serves from construction to destruction.
class GatedSite {
 public:
  explicit GatedSite(int books) {
    server_.set_tcp_nodelay(true);
    std::string links;
    for (int i = 1; i <= books; ++i) {
      links += "<a href=/book/" + std::to_string(i) + ">book</a>\n";
    }
    server_.Get("/", [this, links](const httplib::Request&, httplib::Response& response) {
      Pass();
      response.set_content(links, "text/html; charset=utf-8");
    });
    server_.Get(R"(/book/\d+)",
                [this](const httplib::Request& request, httplib::Response& response) {
                  Pass();
                  response.set_content("<h1>" + request.path + "</h1>", "text/html; charset=utf-8");
                });
    server_.Get("/busy", [](const httplib::Request&, httplib::Response& response) {
      response.status = 503;
      response.set_header("Retry-After", "100");
    });
    port_ = server_.bind_to_any_port("127.0.0.1");
    thread_ = std::thread([this] { server_.listen_after_bind(); });
    while (!server_.is_running()) std::this_thread::yield();
  }
  ~GatedSite() {
    Allow(1'000'000);
    server_.stop();
    thread_.join();
  }
  GatedSite(const GatedSite&) = delete;
  GatedSite& operator=(const GatedSite&) = delete;

  // Lets so many more pages be answered.
  void Allow(int pages) {
    {
      const std::lock_guard lock(mutex_);
      allowed_ += pages;
    }
    changed_.notify_all();
  }
  std::string Url(const std::string& path) const {
    return "http://127.0.0.1:" + std::to_string(port_) + path;
  }

 private:
  void Pass() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return allowed_ > 0; });
    --allowed_;
  }

  httplib::Server server_;
  std::mutex mutex_;
  std::condition_variable changed_;
  int allowed_ = 0;
  int port_ = 0;
  std::thread thread_;
};

}  // namespace thresh
