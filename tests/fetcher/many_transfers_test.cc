// What a transfer costs a worker that has hundreds of others waiting.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

#include "fetcher/pool/process/unique_fd.h"
#include "tests/support/fetcher_process.h"
#include "tests/support/raw_server.h"

namespace thresh {
namespace {

constexpr size_t kWaiting = 400;
// Whose jobs wait for each other.
constexpr uint64_t kQuickQueue = 1;
constexpr uint64_t kSilentQueue = 2;

// A server whose answers never come.
class SilentServer {
 public:
  SilentServer() : listener_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof where;
    auto* generic = reinterpret_cast<sockaddr*>(&where);
    if (bind(listener_.get(), generic, size) != 0 || listen(listener_.get(), kWaiting) != 0) return;
    getsockname(listener_.get(), generic, &size);
    port_ = ntohs(where.sin_port);
  }

  std::string Url() const { return "http://127.0.0.1:" + std::to_string(port_) + "/"; }

  // Waits for another connection and the request in it.
  void TakeRequest() {
    peers_.emplace_back(accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    char first;
    if (recv(peers_.back().get(), &first, 1, MSG_PEEK) < 1) ADD_FAILURE() << "no request came";
  }

 private:
  pool::UniqueFd listener_;
  std::vector<pool::UniqueFd> peers_;
  int port_ = 0;
};

// What a process has used of the processors, in nanoseconds.
uint64_t ProcessorTime(pid_t pid) {
  uint64_t time = 0;
  std::ifstream("/proc/" + std::to_string(pid) + "/schedstat") >> time;
  return time;
}

// Polls until that one is answered, whatever else is in flight.
void FetchAmongOthers(Fetcher& fetcher, const FetchJob& job) {
  bool answered = false;
  ASSERT_TRUE(fetcher.TryFetch(job, kQuickQueue, [&](const FetchResult&) { answered = true; }));
  while (!answered) ASSERT_GT(fetcher.Poll(std::chrono::seconds(30)), 0u);
}

TEST(ManyTransfersTest, WhatWaitsCostsNothing) {
  const auto fetcher = MakeFetcher({.processes = 1, .transfers_per_process = kWaiting + 1});
  const RawServer quick(RawServer::Answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"));
  SilentServer silent;
  // The least of several times: what else the machine does only adds to it.
  const auto cost = [&] {
    uint64_t least = UINT64_MAX;
    for (int round = 0; round < 8; ++round) {
      FetchAmongOthers(*fetcher, LocalJob(quick.Url("/")));
      const uint64_t before = ProcessorTime(fetcher->last_worker());
      for (int i = 0; i < 25; ++i) FetchAmongOthers(*fetcher, LocalJob(quick.Url("/")));
      least = std::min(least, ProcessorTime(fetcher->last_worker()) - before);
    }
    return least;
  };
  const uint64_t alone = cost();
  FetchJob job = LocalJob(silent.Url());
  job.max_connections_per_host = kWaiting;
  for (size_t i = 0; i < kWaiting; ++i) {
    ASSERT_TRUE(fetcher->TryFetch(job, kSilentQueue, [](const FetchResult&) {}));
  }
  fetcher->Flush();
  for (size_t i = 0; i < kWaiting; ++i) silent.TakeRequest();
  EXPECT_LT(cost(), 4 * alone);
  EXPECT_EQ(fetcher->in_flight(), kWaiting);
}

// The worker keeps an eye on a connection that waits for the next transfer, and closes its own only
// then.
TEST(ManyTransfersTest, AConnectionThatItsServerHasClosedCostsNothing) {
  const auto fetcher = MakeFetcher({.processes = 1});
  const RawServer server([](RawConnection& peer) {
    peer.ReadRequest();
    peer.Send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
  });
  for (int round = 0; round < 2; ++round) {
    EXPECT_EQ(FetchWith(*fetcher, LocalJob(server.Url("/"))).text, "ok");
    const uint64_t before = ProcessorTime(fetcher->last_worker());
    fetcher->Poll(std::chrono::milliseconds(200));
    EXPECT_LT(ProcessorTime(fetcher->last_worker()) - before, 20'000'000u);
  }
}

}  // namespace
}  // namespace thresh
