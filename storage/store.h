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
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "parser/extractor.h"
#include "parser/record.h"
#include "storage/timestamp.h"

namespace thresh {

// The database cannot be used or written: exit code 5. The text says what failed, on which file and
// what to do.
class StorageError : public std::runtime_error {
  using std::runtime_error::runtime_error;
};
// Another crawl holds the database: exit code 75.
class StoreLocked : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

enum class UrlState : uint8_t { kPending, kDone, kFailed, kSkipped };
std::string_view Name(UrlState state);

enum class RunOutcome : uint8_t { kComplete, kWaiting, kBudget, kInterrupted, kCrashed };
std::string_view Name(RunOutcome outcome);

using UrlId = int64_t;   // 0: none
using RunId = int64_t;
using PageId = int64_t;

struct NewUrl {
  std::string_view url;
  std::string_view method = "GET";
  std::string_view request_body;     // for seeds that send one; stored by hash
  std::string_view request_headers;  // lines of a seed's own headers
  std::string_view host;
  int depth = 0;
  UrlId found_on = 0;                // the URL whose page had it; 0: a seed
  UrlId seed = 0;                    // the seed it descends from; 0: itself
  UrlState state = UrlState::kPending;
  std::string_view reason;           // required unless pending
};

// A row of `urls`, as ForEachUrl shows it: the views die when the callback returns.
struct KnownUrl {
  UrlId id = 0;
  std::string_view url;
  std::string_view method;
  std::string_view body_hash;
  std::string_view host;
  UrlState state = UrlState::kPending;
  RunId settled_in = 0;               // the run that last brought it to a state other than pending
  std::optional<Timestamp> next_at;   // not to be fetched before
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
  int attempts = 0;       // failed fetches in a row
  std::string etag;
  std::string last_modified;
};

// How a URL stands after a fetch.
struct UrlUpdate {
  UrlState state = UrlState::kDone;
  std::string reason;                 // for people; empty when done
  int attempts = 0;
  std::optional<Timestamp> next_at;
  int last_status = 0;
  std::string etag;
  std::string last_modified;
};

// One finished fetch. Views must live until AddPage returns.
struct PageRecord {
  UrlId url_id = 0;
  Timestamp fetched_at;
  int status = 0;
  std::string_view final_url;
  std::string_view content_type;
  std::string_view charset;
  size_t bytes = 0;                    // of the decoded body
  std::chrono::milliseconds elapsed{0};
  std::string_view headers;            // "name: value" lines
  std::string_view body_hash;          // empty: no body
  std::string_view stored_body;        // zstd frame; empty: not kept
  std::string_view error;              // Name(FetchError), empty when a response came
  std::string_view flags;              // words, space-separated: "cut-short charset=meta"
  bool keep_all_bodies = false;        // store.bodies = "all"; else only the URL's latest stays
};

// A host's politeness, as it survives a restart.
struct HostRecord {
  std::string host;                     // origin: "https://x.test"
  std::optional<Timestamp> next_at;     // no request before
  std::chrono::milliseconds delay{0};   // adaptive, now
  int failures = 0;                     // in a row
  std::optional<Timestamp> robots_at;   // when robots.txt was fetched
  int robots_status = 0;
  std::string robots_text;
};

struct RunRecord {
  RunId id = 0;
  std::string site;
  std::string config_hash;
  Timestamp started_at;
};

// What a run adds up to: the counting columns of `runs`.
struct RunTotals {
  int64_t pages = 0, unchanged = 0, failed = 0;
  int64_t rows_added = 0, rows_changed = 0, rows_gone = 0;
  int64_t bytes = 0;
};

struct RowChanges {
  int64_t added = 0, changed = 0, removed = 0;
};

struct Progress {
  int64_t done = 0, queued = 0, failed = 0, in_flight = 0, rows = 0, bytes = 0;
};

// Not thread-safe; one owner. Every call may throw StorageError; the open transaction is rolled
// back then, and the Store is only good for destruction.
class Store {
 public:
  // Opens `path` for a crawl, or creates it, locks it against other crawls (fcntl lock on
  // PATH-lock, gone with the process) and brings its schema up to date. Throws StoreLocked,
  // StorageError (not a database, not ours, of a newer thresh, damaged, read-only, disk full).
  static std::unique_ptr<Store> Open(const std::filesystem::path& path);
  // A private database in memory, for scrape.
  static std::unique_ptr<Store> InMemory();
  // Rolls back what was not committed. A clean end is Close.
  ~Store();
  // Commits, and leaves one file behind where no reader stands in the way.
  void Close();

  // Creates or extends the tables, views and history tables of these records. A changed type or key
  // is refused with the way out.
  void PrepareTables(const std::vector<TableSchema>& tables, bool history);

  std::optional<RunRecord> UnfinishedRun(std::string_view site);
  std::optional<RunRecord> LastRun(std::string_view site);
  RunId StartRun(std::string_view site, std::string_view config_hash, std::string_view config_text,
                 Timestamp now);
  // Another config from now on in the same run.
  void SetRunConfig(RunId run, std::string_view config_hash, std::string_view config_text);
  RunTotals ReadTotals(RunId run);
  void FinishRun(RunId run, RunOutcome outcome, int exit_code, Timestamp now);

  // Shows every URL of a site, in the order of their ids. About a second a million.
  void ForEachUrl(std::string_view site, const std::function<void(const KnownUrl&)>& visit);
  UrlId AddUrl(std::string_view site, const NewUrl& url);
  UrlDetails ReadUrl(UrlId id);
  void UpdateUrl(UrlId id, RunId run, const UrlUpdate& update);

  PageId AddPage(RunId run, const PageRecord& page);
  // Puts what a page gave into the record's table by the contract's rules: rows without a key
  // replace the page's own, rows with one are upserted within the site. Also counts towards
  // `extraction`.
  RowChanges ApplyRows(std::string_view site, RunId run, UrlId url, PageId page,
                       const TableSchema& schema, const RecordExtraction& found, Timestamp now);

  std::vector<HostRecord> LoadHosts();
  void SaveHost(const HostRecord& host);
  // Adds to `dropped`; keeps up to 20 examples a site, host and reason.
  void CountDropped(std::string_view site, std::string_view host, std::string_view reason,
                    int64_t count, std::string_view example);
  void WriteProgress(const Progress& progress, Timestamp now);

  // Makes all since the last Commit durable (fsync).
  void Commit();
  bool has_uncommitted() const;

 private:
  class Impl;
  explicit Store(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace thresh
