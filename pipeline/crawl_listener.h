// What a crawl tells to who looks on: each of its decisions, and how it stands from time to time.
//
// Everything is told inside Crawl::Run, in its one thread. Views die when the call returns. What a
// listener throws ends the crawl, so it should not.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "parser/record.h"
#include "pipeline/clock.h"
#include "pipeline/scope.h"
#include "storage/store.h"

namespace thresh {

// A site's run begins; what it has to fetch, as far as is known, is queued.
struct RunEvent {
  std::string_view site;
  RunId run = 0;
  bool continued = false;  // an unfinished run goes on
  bool first = false;      // the site had no run before
  int64_t queued = 0;
};

// A new URL was found on a page, and judged.
struct FoundEvent {
  std::string_view site;
  std::string_view url;
  std::string_view found_on;
  int depth = 0;
  ScopeDecision::Verdict verdict = ScopeDecision::Verdict::kAdmit;
  std::string_view reason;
};

// Links of a page were dropped, all for one reason, and only counted.
struct DroppedEvent {
  std::string_view site;
  std::string_view found_on;
  std::string_view reason;
  size_t count = 0;
};

// A URL whose turn came is not fetched: its robots.txt keeps it out.
struct RefusedEvent {
  std::string_view site;
  std::string_view url;
  std::string_view reason;
};

// A page's request was given to a process.
struct FetchEvent {
  std::string_view site;
  std::string_view url;
  std::string_view host;
  int worker = 0;    // its process
  int attempts = 0;  // that failed before
};

// What became of one fetch; or that a URL failed without one, for want of its robots.txt.
struct PageEvent {
  std::string_view site;
  std::string_view url;
  int status = 0;
  UrlState state = UrlState::kDone;
  std::string_view reason;
  std::string_view error;  // Name(FetchError); empty when a response came
  std::chrono::milliseconds elapsed{0};
  size_t bytes = 0;
  size_t rows = 0;
  int attempts = 0;                  // that failed, in a row
  std::optional<Timestamp> next_at;  // it is tried again, not before
  int worker = 0;
  std::string_view seed;   // the URL of the seed that it was found from
  bool ends_seed = false;  // the seed's own fetch, redirects followed, is finished

  bool was_fetched() const { return status != 0 || !error.empty(); }
};

// A seed, or what redirects from one led to, gave no page although no fetch of it failed:
// robots.txt keeps it out, or it still waits.
struct SeedLeftEvent {
  std::string_view site;
  std::string_view url;
  std::string_view reason;
};

// A robots.txt was asked for. With a reason it could not be had, and its origin waits.
struct RobotsEvent {
  std::string_view origin;
  int status = 0;
  std::string_view reason;
  std::optional<Milliseconds> crawl_delay;
};

// Why no request goes to a host now.
enum class WaitReason : uint8_t {
  kDelay,              // the pause between two requests
  kRetryAfter,         // the host said so
  kPushback,           // 429 or 503 without saying for how long
  kCircuit,            // too many failures in a row
  kRobots,             // its robots.txt is being asked for
  kRobotsUnreachable,  // its robots.txt could not be had
  kEarlier,            // an earlier process left it so
};
std::string_view Name(WaitReason reason);  // "retry-after"

// A host is left alone for longer than its delay.
struct RestEvent {
  std::string_view host;
  WaitReason why = WaitReason::kCircuit;
  Milliseconds rest{0};
  Milliseconds delay{0};  // between two requests, from now on
  int failures = 0;       // in a row
};

// --- How a crawl stands

struct SiteLook {
  std::string_view site;
  int64_t settled = 0;  // URLs that came to a final state in this run
  int64_t failed = 0;   // of them
  int64_t pending = 0;
  std::optional<int64_t> pages_left;      // of --max-pages or limits.pages
  std::optional<Milliseconds> time_left;  // of --time or limits.time
  bool stopped = false;
};

struct RunningFetch {
  std::string_view url;
  Milliseconds since{0};
  int worker = 0;
};

struct WaitingHost {
  std::string_view name;
  size_t queued = 0;
  Milliseconds rest{0};
  WaitReason why = WaitReason::kDelay;
  Milliseconds delay{0};
  int failures = 0;
};

enum class CrawlPhase : uint8_t { kCrawling, kStopping, kFinishing };

struct CrawlLook {
  CrawlPhase phase = CrawlPhase::kCrawling;
  SteadyTime now{};
  Progress progress;
  std::vector<SiteLook> sites;
  std::vector<RunningFetch> running;
  std::vector<WaitingHost> waiting;  // at most kToldHosts, those that need attention first
  size_t waiting_hosts = 0;
  size_t hosts = 0;
  size_t workers = 0;
  size_t later = 0;                 // URLs that are tried again at a time of their own
  Milliseconds politeness_time{0};  // what is queued takes so long at least, by the hosts' delays
};
inline constexpr size_t kToldHosts = 16;

class CrawlListener {
 public:
  virtual ~CrawlListener() = default;
  virtual void OnRun(const RunEvent&) {}
  virtual void OnFound(const FoundEvent&) {}
  virtual void OnDropped(const DroppedEvent&) {}
  virtual void OnRefused(const RefusedEvent&) {}
  virtual void OnFetch(const FetchEvent&) {}
  // After the page was written and before its batch is committed.
  virtual void OnPage(const PageEvent&) {}
  // The rows a page gave, a call for each record that let it in. `seed` is the seed's URL.
  virtual void OnRows(std::string_view /*seed*/, const TableSchema&, const std::vector<Row>&) {}
  // A record whose `rows` found nothing in the page that is JSON; `why` in words.
  virtual void OnNoJson(std::string_view /*url*/, std::string_view /*why*/) {}
  // When the run has ended, and neither a budget nor a signal has ended it.
  virtual void OnSeedLeft(const SeedLeftEvent&) {}
  virtual void OnRobots(const RobotsEvent&) {}
  virtual void OnRest(const RestEvent&) {}
  // In words: what hinders the crawl, which goes on, and is for somebody to mend.
  virtual void OnTrouble(std::string_view) {}
  // About once a second.
  virtual void OnProgress(const Progress&) {}

  // When it wants to look next; asked in every turn of the loop. A look costs a walk over the
  // hosts.
  virtual SteadyTime NextLook() const { return SteadyTime::max(); }
  virtual void OnLook(const CrawlLook&) {}
};

}  // namespace thresh
