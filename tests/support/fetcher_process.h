// Fetchers for tests: real processes, made by one server that is started before any test's thread.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <utility>

#include "fetcher/fetcher.h"
#include "fetcher/pool/fork_server.h"

namespace thresh {

class FetcherServerEnvironment : public ::testing::Environment {
 public:
  static pool::ForkServer& server() { return *server_; }

  void SetUp() override { server_ = StartFetcherServer(); }
  void TearDown() override { server_.reset(); }

 private:
  inline static std::unique_ptr<pool::ForkServer> server_;
};

inline ::testing::Environment* const kFetcherServerEnvironment =
    ::testing::AddGlobalTestEnvironment(new FetcherServerEnvironment);

inline std::unique_ptr<Fetcher> MakeFetcher(FetcherOptions options = {}) {
  if (options.processes == 0) options.processes = 1;
  return MakeProcessFetcher(FetcherServerEnvironment::server(), options);
}

// A job for a loopback server.
inline FetchJob LocalJob(std::string url) {
  FetchJob job;
  job.url = std::move(url);
  job.user_agent = "thresh-test/1";
  job.allow_private_addresses = true;
  job.timeout = std::chrono::seconds(20);
  return job;
}

// Polls until nothing is in flight; gives up after half a minute.
inline void Drain(Fetcher& fetcher) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (fetcher.in_flight() > 0) {
    ASSERT_LT(std::chrono::steady_clock::now(), end) << "the fetcher hangs";
    fetcher.Poll(std::chrono::milliseconds(500));
  }
}

// Waits for room, too: a worker's death may be seen only when it is given the job.
inline FetchResult FetchWith(Fetcher& fetcher, const FetchJob& job) {
  FetchResult kept;
  kept.error = FetchError::kInternal;
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (!fetcher.TryFetch(job, 1, [&](FetchResult result) { kept = std::move(result); })) {
    if (std::chrono::steady_clock::now() > end) {
      ADD_FAILURE() << "the fetcher takes no job";
      return kept;
    }
    fetcher.Poll(std::chrono::milliseconds(5));
  }
  Drain(fetcher);
  return kept;
}

inline FetchResult FetchOne(const FetchJob& job) {
  const auto fetcher = MakeFetcher();
  return FetchWith(*fetcher, job);
}

}  // namespace thresh
