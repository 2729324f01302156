#include "pipeline/trial_fetch.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <optional>
#include <system_error>

#include "fetcher/fetcher.h"
#include "fetcher/pool/process/unique_fd.h"

namespace thresh {
namespace {

constexpr char kPage[] = "<html>here</html>";
constexpr Milliseconds kTurn{5};

// A server of one page that never blocks: its owner calls Serve again and again.
class OnePageServer {
 public:
  // Throws std::system_error.
  OnePageServer() : listener_(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    socklen_t size = sizeof address;
    if (!listener_ || bind(listener_.get(), generic, size) != 0 ||
        listen(listener_.get(), 1) != 0 || getsockname(listener_.get(), generic, &size) != 0) {
      throw std::system_error(errno, std::generic_category(), "a socket on 127.0.0.1");
    }
    port_ = ntohs(address.sin_port);
  }

  std::string url() const { return fmt::format("http://127.0.0.1:{}/", port_); }

  // Does what can be done now.
  void Serve() {
    if (!peer_) peer_.reset(accept4(listener_.get(), nullptr, nullptr, SOCK_NONBLOCK));
    if (!peer_) return;
    char buffer[4096];
    const ssize_t got = recv(peer_.get(), buffer, sizeof buffer, 0);
    if (got > 0) request_.append(buffer, static_cast<size_t>(got));
    if (request_.find("\r\n\r\n") == std::string::npos) return;
    const std::string answer =
        fmt::format("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {}\r\n\r\n{}",
                    sizeof kPage - 1, kPage);
    send(peer_.get(), answer.data(), answer.size(), MSG_NOSIGNAL);
    request_.clear();
  }

 private:
  pool::UniqueFd listener_, peer_;
  int port_ = 0;
  std::string request_;
};

// What was wrong with the answer; empty: nothing.
std::string Judge(const std::optional<FetchResult>& result) {
  if (!result) return "no answer in time";
  if (result->error != FetchError::kNone) {
    return fmt::format("{} {}", Describe(result->error), result->error_detail);
  }
  return result->text == kPage ? "" : "another page came than was served";
}

std::string FetchOnce(pool::ForkServer& server, const Clock& clock, SteadyTime end) {
  OnePageServer site;
  std::optional<FetchResult> result;
  FetcherOptions options;
  options.processes = 1;
  const auto fetcher = MakeProcessFetcher(server, options);
  FetchJob job;
  job.url = site.url();
  job.user_agent = "thresh doctor";
  job.allow_private_addresses = true;
  const bool accepted =
      fetcher->TryFetch(job, 0, [&](FetchResult answer) { result = std::move(answer); });
  if (!accepted) return "the process takes no work";
  while (!result && clock.Steady() < end) {
    site.Serve();
    fetcher->Poll(kTurn);
  }
  return Judge(std::exchange(result, std::nullopt));
}

}  // namespace

TrialFetch TryToFetch(pool::ForkServer& server, const Clock& clock, Milliseconds timeout) {
  const SteadyTime start = clock.Steady();
  TrialFetch trial;
  try {
    trial.error = FetchOnce(server, clock, start + timeout);
  } catch (const std::exception& error) {
    trial.error = error.what();
  }
  trial.ok = trial.error.empty();
  trial.took = std::chrono::duration_cast<Milliseconds>(clock.Steady() - start);
  return trial;
}

}  // namespace thresh
