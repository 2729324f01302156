// What a crawl of a database would find to do: what `thresh status` tells.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "storage/database.h"
#include "storage/store.h"

namespace thresh {

// A run as the table `runs` has it.
struct RunSummary {
  RunId id = 0;
  std::string started_at;   // ISO 8601
  std::string finished_at;  // empty: it goes on, was interrupted or killed
  std::string outcome;      // empty: it goes on, or was killed
  std::optional<int> exit_code;
  RunTotals totals;
};

// Reasons with how often each is given, the most frequent first.
using ReasonCounts = std::vector<std::pair<std::string, int64_t>>;

// URLs of one host that are to be fetched.
struct HostQueueStatus {
  int64_t due = 0;                 // now, if the host does not rest
  std::optional<Timestamp> next;   // when the first of the others that are pending is due
  std::string robots_unreachable;  // why robots.txt is not known, when URLs wait for it
};

struct SiteStatus {
  std::string site;
  std::string config_text;  // of its last run
  std::optional<RunSummary> unfinished;
  std::optional<RunSummary> last;     // that finished
  std::vector<std::string> findings;  // on what `last` extracted, a line each
  int64_t urls = 0, pending = 0, done = 0, failed = 0, skipped = 0;
  int64_t pending_now = 0, pending_later = 0;
  // Fetched before, to be fetched again by a run that begins now, or that goes on; `later`: those
  // whose interval (recrawl.max) has not passed.
  int64_t again_now = 0, again_later = 0;
  std::optional<Timestamp> next_pending, next_again;  // the first of those that are due later
  ReasonCounts failed_by, skipped_by, dropped_by;
  std::map<std::string, HostQueueStatus, std::less<>>
      hosts;  // by urls.host: those with URLs to fetch
};

struct CrawlStatus {
  std::vector<SiteStatus> sites;     // by name
  std::vector<HostRecord> hosts;     // that rest until later than `now`, without robots_text
  std::optional<Progress> progress;  // as last written
  std::string progress_at;           // ISO 8601
};

// Reads every URL once: about a second a million.
CrawlStatus ReadCrawlStatus(Database& database, Timestamp now);

// SQL that lists the runs, the latest last.
extern const char kListRuns[];

}  // namespace thresh
