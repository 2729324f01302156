// How long a host is left alone between requests, and what makes that longer.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

#include "fetcher/fetch.h"
#include "pipeline/clock.h"

namespace thresh {

// How many requests go to the fetcher beyond the `parallel` that a host may have under way, when
// nothing is to pass between them: it begins them as others end, and need not ask for each. A host
// that is asked one thing at a time has none.
size_t RequestsAhead(size_t parallel);
// Those of all hosts together: where many are asked at a time, nobody waits for the next request.
inline constexpr size_t kMostRequestsAhead = 64;

// The longest that a host can make us wait (Crawl-delay, Retry-After): 24 hours.
inline constexpr Milliseconds kLongestWait = std::chrono::hours(24);

// After so many failures in a row a host's circuit is open, see Politeness.
inline constexpr int kFailuresToOpen = 5;

// What Retry-After (RFC 9110 §10.2.3) asks for, as seconds or as an HTTP-date, counted from `now`:
// never negative, at most kLongestWait. Nothing when it says neither.
std::optional<Milliseconds> ParseRetryAfter(std::string_view value, Timestamp now);

// How long a URL waits before its next attempt, after `attempts` failures in a row: exponential
// with jitter between one half and the whole, at most an hour (kSoon) or a day (kLong). `random` is
// any number that differs from call to call.
Milliseconds RetryBackoff(RetryClass retry, int attempts, uint64_t random);

// One host's delay. A value without a clock: every call is told how long, and the caller keeps the
// time. Rules:
//   - the delay is the configured one, or robots.txt's Crawl-delay when that is longer; of several
//     sites' that ask the host the longest;
//   - 429 and 503 double it (from 1 s up), once for all requests that were under way together;
//     each success takes a tenth of what was added away;
//   - after five failures in a row the circuit opens: the host rests for 30 s, then twice as long
//     after each further failure, at most an hour; one success closes it.
class Politeness {
 public:
  explicit Politeness(Milliseconds configured) : configured_(configured) {}

  // Of one of the sites, and of one of the host's origins. They say whether that is longer than
  // what was known.
  bool SetConfigured(Milliseconds delay);
  bool SetCrawlDelay(Milliseconds delay);
  // What is to pass between the starts of two requests.
  Milliseconds delay() const { return std::max(configured_, crawl_delay_) + added_; }

  // Account for the end of a request that began at `started`, and give how long the host must rest
  // from now on beside its delay; zero: not at all.
  Milliseconds OnSuccess();
  Milliseconds OnFailure(uint64_t random);
  Milliseconds OnPushback(std::optional<Milliseconds> retry_after, SteadyTime started,
                          SteadyTime now, uint64_t random);

  // What push-back added to it.
  Milliseconds added() const { return added_; }
  int failures() const { return failures_; }
  // Whether requests may follow each other as soon as answers come.
  bool NeedsNoCare() const { return delay() == Milliseconds(0) && failures_ == 0; }
  // As they were saved by an earlier process, for each of the host's origins; the greatest count.
  void Restore(Milliseconds added, int failures);

 private:
  Milliseconds configured_;
  Milliseconds crawl_delay_{0};
  Milliseconds added_{0};
  int failures_ = 0;
  std::optional<SteadyTime> pushed_back_at_;
};

}  // namespace thresh
