// What `thresh report` and `thresh serve` tell of a database.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "storage/crawl_status.h"
#include "storage/health.h"
#include "storage/page_statistics.h"
#include "storage/store.h"

namespace thresh {

// A run and whose it is.
struct SiteRunSummary {
  std::string site;
  RunSummary run;
  std::string last_fetch;  // ISO 8601; of the last page, where the run has not finished
};

// How many rows have a field, run by run.
struct FieldTrend {
  std::string field;
  std::vector<std::optional<double>> filled;  // a share; nothing where there were no rows
  int64_t failed = 0;                         // values of the last run that did not convert
  std::string example;                        // the first of them
};

// How a record's table did in the last runs of a site, the oldest first.
struct RecordTrend {
  std::string site;
  std::string table;
  std::vector<RunId> runs;
  std::vector<int64_t> rows;     // one a run: that its pages gave
  std::vector<int64_t> pages;    // one a run: as RecordCounts has them
  std::vector<int64_t> matched;  // of those: that gave rows
  std::vector<FieldTrend> fields;
};

struct SiteFinding {
  std::string site;
  Finding finding;
};

struct HostReport {
  std::string origin;
  HostPages pages;
  bool is_known = false;  // there is a row of `hosts`: all below
  int64_t delay_ms = 0;
  int64_t failures = 0;  // in a row
  std::string next_at;   // ISO 8601
  std::string robots_at;
  std::optional<int64_t> robots_status;
};

// A field of a row that came, changed or went since the run before.
struct ChangedValue {
  std::string change;  // "added", "changed", "removed"
  std::string key, field, before, after;
};

struct TableChanges {
  std::string table;
  std::vector<ChangedValue> values;  // at most kMostChanges
  bool is_partial = false;           // there are more
};

// Runs that a report looks back on.
inline constexpr int kTrendRuns = 20;
inline constexpr size_t kMostChanges = 12;
inline constexpr size_t kReportedHosts = 50;
inline constexpr size_t kReportedTables = 100;

struct ReportData {
  std::string database;                     // its file's name
  std::vector<SiteRunSummary> last_runs;    // of each site, by name
  std::vector<SiteRunSummary> crawl;        // of those, what the last crawl was: at the same time
  std::vector<SiteRunSummary> recent_runs;  // of all sites, at most kTrendRuns, the oldest first
  PageStatistics pages;                     // of `crawl`
  std::vector<RecordTrend> records;
  std::vector<SiteFinding> findings;  // of the last runs
  std::vector<HostReport> hosts;      // at most kReportedHosts, those with most failures first
  size_t hosts_in_all = 0;
  std::vector<TableChanges> changes;
};

// Reads one state of the database, also while a crawl writes. Costs what the last crawl's pages
// cost (see ReadPageStatistics), and a look at each row of a record's table. `is_over`, where there
// is one, is asked now and then whether to give up. Throws StorageError.
ReportData ReadReportData(const std::filesystem::path& db,
                          const std::function<bool()>& is_over = {});

// The last rows that changed, as `thresh diff` has them: of each record's table the first few.
std::vector<TableChanges> ReadLastChanges(const std::filesystem::path& db);

}  // namespace thresh
