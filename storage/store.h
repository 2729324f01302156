// What a crawl asks of its database, in the crawl's own words. No SQL stands outside storage/.
//
// The one writer of a database. A fetched page becomes durable in one transaction: its row in
// `pages`, its body, its rows, its new links, its URL's state and its host's clock. Calls collect
// in an open transaction; Commit makes them durable all at once, and a kill before it leaves
// nothing of them.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "parser/extractor.h"
#include "parser/record.h"
#include "storage/crash_mark.h"
#include "storage/timestamp.h"

namespace thresh {

// The database cannot be used or written: exit code 5. The text says what failed, on which file and
// what to do.
class StorageError : public std::runtime_error {
  using std::runtime_error::runtime_error;
};
// What was read took longer than whoever asked for it lets it.
class ReadingStopped : public StorageError {
  using StorageError::StorageError;
};
// Another crawl holds the database: exit code 75.
class StoreLocked : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

enum class UrlState : uint8_t { kPending, kDone, kFailed, kSkipped };
std::string_view Name(UrlState state);

enum class RunOutcome : uint8_t { kComplete, kWaiting, kBudget, kInterrupted, kCrashed };
std::string_view Name(RunOutcome outcome);

using UrlId = int64_t;  // 0: none
using RunId = int64_t;
using PageId = int64_t;

// What `urls.body_hash` has for a request's body: 32 hex digits, empty for an empty one.
std::string RequestBodyHash(std::string_view body);

struct NewUrl {
  std::string_view url{};
  std::string_view method = "GET";
  std::string_view request_body{};     // for seeds that send one; stored by hash
  std::string_view request_headers{};  // lines of a seed's own headers
  std::string_view host{};
  int depth = 0;
  UrlId found_on = 0;  // the URL whose page had it; 0: a seed
  UrlId seed = 0;      // the seed it descends from; 0: itself
  UrlState state = UrlState::kPending;
  std::string_view reason{};  // required unless pending
};

// What the reason of a URL begins with that robots.txt keeps out, or cannot be asked about.
inline constexpr std::string_view kRobotsReason = "robots.txt: ";

// A row of `urls`, as ForEachUrl shows it: the views die when the callback returns.
struct KnownUrl {
  UrlId id = 0;
  std::string_view site;
  std::string_view url;
  std::string_view method;
  std::string_view body_hash;  // RequestBodyHash of what it sends; empty: nothing
  std::string_view host;
  int depth = 0;
  UrlId found_on = 0;                // 0: a seed
  UrlId seed = 0;                    // from which it was found; 0: it is one
  std::string_view request_headers;  // lines of a seed's own headers
  UrlState state = UrlState::kPending;
  bool refused_by_robots = false;    // why it is skipped
  bool gone = false;                 // IsGone of its last answer
  bool gone_again = false;           // IsGoneAgain of how it was settled
  bool redirects = false;            // by the status of its last answer
  RunId settled_in = 0;              // the run that last brought it to a state other than pending
  std::optional<Timestamp> next_at;  // not to be fetched before; of a done URL: due again
};

// All that is needed to fetch a URL.
struct UrlDetails {
  std::string url;
  std::string method;
  std::string request_body;
  std::string request_headers;
  std::string seed_url;
  UrlId seed = 0;
  UrlId found_on = 0;
  int depth = 0;
  UrlState state = UrlState::kPending;
  std::string reason;   // for people; empty when done
  int attempts = 0;     // failed fetches in a row
  int last_status = 0;  // 0: no response yet
  std::string etag;
  std::string last_modified;
  std::optional<std::chrono::milliseconds> interval;  // adaptive, between two fetches
  int lone_deaths = 0;                                // workers that died with this fetch alone
};

// URLs with consecutive ids, both included.
struct UrlRange {
  UrlId first = 0;
  UrlId last = 0;
};

// A seed that is not done.
struct SeedNotDone {
  std::string_view url;
  UrlState state = UrlState::kPending;
  std::string_view reason;  // for people; may be empty while it is pending
};

// How a URL stands after a fetch: all of these take the place of what was there.
struct UrlUpdate {
  UrlState state = UrlState::kDone;
  std::string reason{};  // for people; empty when done
  int attempts = 0;
  std::optional<Timestamp> next_at{};  // not to be fetched before; of a done URL: due again
  int last_status = 0;
  std::string etag{};
  std::string last_modified{};
  std::optional<std::chrono::milliseconds> interval{};
  int lone_deaths = 0;
};

// What changes nothing but that the URL need not wait for a time of its own.
UrlUpdate AsItIs(const UrlDetails& details);
// Whether a status says that there is no such page (404, 410).
bool IsGone(int status);
// Whether a URL that failed said so before: it is not there, and no news.
bool IsGoneAgain(const UrlUpdate& update);

// One finished fetch. Views must live until AddPage returns.
struct PageRecord {
  UrlId url_id = 0;
  Timestamp fetched_at{};
  int status = 0;
  std::string_view final_url{};
  std::string_view content_type{};
  std::string_view charset{};
  size_t bytes = 0;  // of the decoded body
  std::chrono::milliseconds elapsed{0};
  std::string_view headers{};    // "name: value" lines
  std::string_view body_hash{};  // hex, of the decoded body; empty: no body
  // A zstd frame, or a small body as it is (then one that does not begin as a frame does); empty:
  // not kept.
  std::string_view stored_body{};
  std::string_view error{};      // Name(FetchError), empty when a response came
  std::string_view flags{};      // words, space-separated: "cut-short charset=meta"
  bool keep_all_bodies = false;  // store.bodies = "all"; else only the URL's latest stays
};

// A host's politeness, as it survives a restart.
struct HostRecord {
  std::string host{};                    // origin: "https://x.test"
  std::optional<Timestamp> next_at{};    // no request before
  std::chrono::milliseconds delay{0};    // between requests, now
  std::chrono::milliseconds added{0};    // of it, what push-back added
  int failures = 0;                      // in a row
  std::optional<Timestamp> robots_at{};  // when robots.txt was fetched
  int robots_status = 0;
  std::string robots_text{};
};

struct RunRecord {
  RunId id = 0;
  std::string site;
  std::string config_hash;
  Timestamp started_at;
};

// What a run adds up to: the counting columns of `runs`. The store counts by itself: `pages`,
// `unchanged` (304) and `bytes` at AddPage, `failed` when UpdateUrl brings a URL to kFailed, the
// rows at ApplyRows and MarkGone. Saved with what they count, so that they are exact after a kill.
struct RunTotals {
  int64_t pages = 0, unchanged = 0, failed = 0;
  int64_t rows_added = 0, rows_changed = 0, rows_gone = 0;
  int64_t bytes = 0;
};

struct RowChanges {
  // `changed` is less than 0 where rows came back to what they were before the run.
  int64_t added = 0, changed = 0, removed = 0;
  int64_t conflicts = 0;       // values in which two pages of a run differ for one key
  int64_t repeated = 0;        // rows of a keyed record that has given their key in this run
  bool kept_old = false;       // a bad page: the rows it gave before stay as they are
  bool of_past_rules = false;  // they are all of rules that no record has any more
};

// How many rows of which kind Prune deleted.
struct PruneTotals {
  int64_t pages = 0;
  int64_t bodies = 0;
  int64_t versions = 0;    // of rows, in the tables' histories
  int64_t extraction = 0;  // of runs
};
struct Finding;  // both in storage/health.h
struct SiteHealth;
class PagesLeftOut;  // storage/pages_left_out.h
class Reparse;       // storage/reparse.h

struct Progress {
  int64_t done = 0, queued = 0, failed = 0, in_flight = 0, rows = 0, bytes = 0;
};

// Not thread-safe; one owner. Every call may throw StorageError; the open transaction is rolled
// back then, and the Store is only good for destruction.
class Store {
 public:
  // Opens `path` for a crawl, or creates it, locks it against other crawls (fcntl lock on
  // PATH-lock, gone with the process; the file is removed at the end, and after a kill by the next)
  // and brings its schema up to date. Throws StoreLocked, StorageError (not a database, not ours,
  // of a newer thresh, damaged, read-only, disk full). Waits `busy_timeout` where another program
  // holds SQLite's own lock.
  static std::unique_ptr<Store> Open(
      const std::filesystem::path& path,
      std::chrono::milliseconds busy_timeout = std::chrono::seconds(10));
  // A private database, for scrape: in memory, and what is more than 32 MB in a file without a name
  // in TMPDIR, else /var/tmp or /tmp.
  static std::unique_ptr<Store> Temporary();
  // Rolls back what was not committed. A clean end is Close.
  ~Store();
  // Commits, and leaves one file behind where no reader stands in the way. Nothing may be called
  // after it.
  void Close();

  // Creates or extends the tables, views and history tables of a site's records. `history` is
  // store.history; not said, it is kept where there is a key. A changed type or key is refused with
  // the way out. To be called with all records of the site before their first ApplyRows: the site's
  // rows of rules that are not among them are replaced by those that are. Commits.
  void PrepareTables(const std::string& site, const std::vector<TableSchema>& tables,
                     std::optional<bool> history);

  std::optional<RunRecord> UnfinishedRun(std::string_view site);
  std::optional<RunRecord> LastRun(std::string_view site);
  RunId StartRun(std::string_view site, std::string_view config_hash, std::string_view config_text,
                 Timestamp now);
  // Goes on with an unfinished run, with this config from now on.
  void ContinueRun(RunId run, std::string_view config_hash, std::string_view config_text);
  RunTotals ReadTotals(RunId run);
  // Says how a run ended; one that was interrupted stays unfinished.
  void FinishRun(RunId run, RunOutcome outcome, int exit_code, Timestamp now);

  // Shows every URL of these sites in the order of their ids, about a second a million. Reads the
  // URLs of all sites. `visit` must not call back.
  void ForEachUrl(std::span<const std::string> sites,
                  const std::function<void(const KnownUrl&)>& visit);
  UrlId AddUrl(std::string_view site, const NewUrl& url);
  UrlDetails ReadUrl(UrlId id);
  // The URL is a seed from now on, at depth 0, and is asked for with these lines of headers.
  void MakeSeed(UrlId id, std::string_view request_headers);
  // Shows those of these URLs, all of them seeds, that are not done, in the order of their ids.
  // Reads each row, about a third of a second a million. `visit` must not call back.
  void ForEachSeedNotDone(std::span<const UrlRange> seeds,
                          const std::function<void(const SeedNotDone&)>& visit);
  void UpdateUrl(UrlId id, RunId run, const UrlUpdate& update);
  // Forgets the etag and last_modified of the sites' URLs: their rules have changed, so that their
  // pages must come whole. Reads the URLs of all sites, about a second a million.
  void ForgetValidators(std::span<const std::string> sites);

  PageId AddPage(RunId run, const PageRecord& page);
  // The body hash of the URL's last page that was fetched well; empty when there is none.
  std::string LatestBodyHash(UrlId url);
  // Of a URL whose last fetch says that it is gone: whether the one before it, of those that say
  // whether it is there, does so, too. Nothing where there is none before it.
  std::optional<bool> WasGoneBefore(UrlId url);
  // Of the URL's last fetch, as PageRecord has them.
  std::string LastHeaders(UrlId url);
  // Puts what a page gave into the record's table by the contract's rules: rows without a key
  // replace the page's own, rows with one are upserted within the site. Also counts towards
  // `extraction`. To be called for every record and page that was fetched well, also where the
  // record does not apply: a page that gives nothing good where it gave rows is a bad page, keeps
  // its old rows and gets the flag "kept-rows", until it has been so `gone_after` times in a row.
  RowChanges ApplyRows(std::string_view site, RunId run, UrlId url, PageId page,
                       const TableSchema& schema, const RecordExtraction& found, Timestamp now,
                       int gone_after = 3);
  // At the end of complete runs, of each site by its name: sets `_gone_at` of the sites' keyed rows
  // whose every page was fetched well without them or is gone (404 or 410 `gone_after` times), and
  // of rows without a key whose page is gone. Of a table that has less than `gone_after` runs in a
  // row a finding on how few rows they gave (SaveFindings comes first), nothing is gone yet. Gives
  // their number. PrepareTables must have named the tables, which are read once for all sites.
  int64_t MarkGone(const std::map<std::string, RunId>& runs, Timestamp now, int gone_after = 3);

  // How extraction did in the run, and in those before it that came to an end; not `without_pages`.
  SiteHealth ReadHealth(std::string_view site, RunId run);
  // What the runs, of different sites, left out. It dies before this store.
  std::unique_ptr<PagesLeftOut> FindPagesLeftOut(std::span<const RunId> runs);
  // Up to three URLs of pages that gave a record's rows in a run; those of them in which `field`,
  // where it is not empty, has its most common value. May read the whole table.
  std::vector<std::string> PagesThatGaveRows(RunId run, std::string_view table,
                                             std::string_view rule, std::string_view field);
  // Takes the place of the findings that the run has.
  void SaveFindings(RunId run, std::span<const Finding> findings);

  std::vector<HostRecord> LoadHosts();
  void SaveHost(const HostRecord& host);
  // Adds to `dropped`; keeps up to 20 examples a site, host and reason.
  void CountDropped(std::string_view site, std::string_view host, std::string_view reason,
                    int64_t count, std::string_view example);
  void WriteProgress(const Progress& progress, Timestamp now);

  // Notes in the lock file, at the cost of a write to memory, that the pages of `url` are being
  // parsed; 0: none is. If the process dies meanwhile, the next Store on this database knows.
  void NoteParsing(UrlId url);
  // The URL that the last process was parsing when it died; `at` is 0 when there is none.
  Death DiedParsing() const;
  // Deletes what is older and no longer needed: pages with their bodies, history, extraction; see
  // prune.h for what stays. Commits, also what was collected before. The file keeps its size, its
  // room is used again.
  PruneTotals Prune(Timestamp older_than);
  // The same of these sites only, which costs no less than of all.
  PruneTotals Prune(std::span<const std::string> sites, Timestamp older_than);
  // Commits, and gives unused room of the file back to the disk. Needs as much room again while it
  // runs, and the time to write the whole file.
  void Shrink();
  // Begins to make sites' rows anew from their stored pages. `tables`: the records of all configs
  // of this database. Commits first; until the Reparse is gone nothing else may be called.
  std::unique_ptr<Reparse> BeginReparse(const std::vector<TableSchema>& tables, Timestamp now);

  // Makes all since the last Commit durable (fsync).
  void Commit();
  bool has_uncommitted() const;
  // Brings what the write-ahead log has into the database and gives the log's room back, unless a
  // reader still needs it. Does nothing while there is something uncommitted.
  void EmptyLog();

 private:
  class Impl;
  explicit Store(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace thresh
