// Fetches URLs, many at a time, and calls back in the caller's thread.
//
//   fetcher.TryFetch(job, [&](FetchResult result) { … });   // false: no room now
//   while (fetcher.in_flight() > 0) fetcher.Poll(1s);       // callbacks run in here
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "fetcher/fetch.h"

namespace thresh {

// The interface stands here because processes and the network begin behind it: the crawl loop is
// tested with a fake. Not thread-safe; one callback at a time, in Poll.
class Fetcher {
 public:
  using Callback = std::function<void(FetchResult)>;

  virtual ~Fetcher() = default;
  // Accepts `job` if there is room; the callback then runs exactly once, in a later Poll or in
  // the destructor (kCancelled). `queue` becomes the job's: of the accepted jobs of one queue no
  // more are under way than FetchJob::max_connections_per_host says, in all processes together, and
  // they keep to few processes, so that connections are used again. When one of them tells of
  // trouble, those that wait in its process end as kNotBegun, the last of them first: what its host
  // needs now is for the caller to say.
  virtual bool TryFetch(FetchJob job, uint64_t queue, Callback callback) = 0;
  virtual bool HasRoom() const = 0;
  // Makes what waits of that queue end as kNotBegun, except for what begins before its process
  // hears of this.
  virtual void Recall(uint64_t) {}
  // Lets the accepted jobs begin, which may else wait for the next Poll to go together.
  virtual void Flush() {}
  virtual size_t in_flight() const = 0;
  // For who looks on: the process that took the last accepted job (0: not known), and how many
  // processes there are.
  virtual int last_worker() const { return 0; }
  virtual size_t workers() const { return 0; }
  // Why fewer processes than were asked for are at work now, for people; empty: all are.
  virtual std::string Shortage() const { return {}; }
  // Runs the callbacks of what has finished; waits at most `timeout` for the first. Returns early
  // when Wake was called or nothing is in flight and `timeout` is zero. Gives how many ran.
  virtual size_t Poll(std::chrono::milliseconds timeout) = 0;
  // Makes a running or the next Poll return at once. Async-signal-safe.
  virtual void Wake() = 0;
  // Accepts no more; the processes end as soon as they have done what they hold.
  virtual void Close() {}
};

struct FetcherOptions {
  size_t processes = 0;  // 0: as many as processors, at most 4
  size_t transfers_per_process = 16;
  size_t memory_bytes = 256u << 20;   // bodies in flight, all processes together
  size_t max_body_bytes = 16u << 20;  // the largest FetchJob::max_body_bytes that will be asked
  bool sandbox = true;
  std::string ca_file{};  // PEM; empty: the system's
};

namespace pool {
class ForkServer;
}

// A server that can fork fetcher processes. Start it first of all in main, before secrets are
// read, databases are opened or threads exist: its processes inherit what is there.
std::unique_ptr<pool::ForkServer> StartFetcherServer();

// A Fetcher over a pool of processes made by `server`, which must outlive it.
std::unique_ptr<Fetcher> MakeProcessFetcher(pool::ForkServer& server,
                                            const FetcherOptions& options);

}  // namespace thresh
