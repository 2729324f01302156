#include "storage/report_data.h"

#include <algorithm>
#include <map>
#include <set>
#include <stdexcept>
#include <tuple>
#include <utility>

#include "parser/utf8.h"
#include "storage/cell_text.h"
#include "storage/database.h"
#include "storage/read_access.h"
#include "storage/read_limit.h"
#include "storage/report_records.h"
#include "storage/stored_schema.h"
#include "storage/table_diff.h"

namespace thresh {
namespace {

constexpr size_t kMostFindings = 200;
constexpr size_t kMostExamples = 5;
constexpr size_t kMostWordBytes = 100;
constexpr size_t kMostMessageBytes = 1000;

// What can be added up, also where another program has written what no crawl writes.
int64_t Count(const Statement::Rows& rows, int column) {
  return std::clamp<int64_t>(rows.Int(column), 0, int64_t{1} << 50);
}

SiteRunSummary ReadRun(const Statement::Rows& rows) {
  SiteRunSummary summary;
  RunSummary& run = summary.run;
  run.id = rows.Int(0);
  summary.site = rows.Text(1);
  run.started_at = rows.Text(2);
  run.finished_at = rows.Text(3);
  run.outcome = Utf8Prefix(rows.Text(4), kMostWordBytes);
  if (!rows.IsNull(5)) run.exit_code = static_cast<int>(rows.Int(5));
  run.totals = {Count(rows, 6),  Count(rows, 7),  Count(rows, 8), Count(rows, 9),
                Count(rows, 10), Count(rows, 11), Count(rows, 12)};
  return summary;
}

constexpr std::string_view kRunColumns =
    "SELECT r.run_id, r.site, r.started_at, r.finished_at, r.outcome, r.exit_code, r.pages, "
    "r.unchanged, r.failed, r.rows_added, r.rows_changed, r.rows_gone, r.bytes ";

// When the last page of all was fetched; empty where there is none.
std::string LastFetch(Database& database) {
  Statement select(database, "SELECT fetched_at FROM pages ORDER BY page_id DESC LIMIT 1");
  auto rows = select.Start();
  return rows.Next() ? std::string(rows.Text(0)) : std::string();
}

std::vector<SiteRunSummary> ReadRuns(Database& database, const std::string& from) {
  Statement select(database, std::string(kRunColumns) + from);
  std::vector<SiteRunSummary> runs;
  for (auto rows = select.Start(); rows.Next();) runs.push_back(ReadRun(rows));
  return runs;
}

std::vector<SiteRunSummary> ReadLastRuns(Database& database) {
  auto runs = ReadRuns(database,
                       "FROM (SELECT max(run_id) AS run_id FROM runs GROUP BY site) AS l "
                       "JOIN runs AS r USING (run_id) ORDER BY r.site");
  const std::string last_fetch = LastFetch(database);
  for (SiteRunSummary& run : runs) {
    if (run.run.finished_at.empty()) run.last_fetch = std::max(last_fetch, run.run.started_at);
  }
  return runs;
}

std::string EndOf(const SiteRunSummary& run) {
  return run.run.finished_at.empty() ? run.last_fetch : run.run.finished_at;
}

// Those whose time overlaps with that of the run that began last: a folder of configs is one crawl.
std::vector<SiteRunSummary> RunsOfLastCrawl(const std::vector<SiteRunSummary>& runs) {
  const auto last = std::max_element(
      runs.begin(), runs.end(), [](const auto& a, const auto& b) { return a.run.id < b.run.id; });
  std::vector<SiteRunSummary> crawl;
  for (const SiteRunSummary& run : runs) {
    const bool overlaps = run.run.started_at <= EndOf(*last) && last->run.started_at <= EndOf(run);
    if (overlaps || &run == &*last) crawl.push_back(run);
  }
  return crawl;
}

PageStatistics ReadPages(Database& database, const std::vector<SiteRunSummary>& crawl) {
  std::set<RunId> ids;
  int64_t expected = 0;
  std::optional<Timestamp> begin, end;
  for (const SiteRunSummary& run : crawl) {
    ids.insert(run.run.id);
    expected += run.run.totals.pages;
    const auto began = FromIso8601(run.run.started_at), ended = FromIso8601(EndOf(run));
    if (began) begin = begin ? std::min(*begin, *began) : *began;
    if (ended) end = end ? std::max(*end, *ended) : *ended;
  }
  if (!begin) return {};
  return ReadPageStatistics(database, ids, expected, *begin,
                            std::max(*begin, end.value_or(*begin)));
}

std::vector<std::string> FirstStrings(Database& database, std::string_view json) {
  Statement select(database, "SELECT value FROM json_each(iif(json_valid(?1), ?1, '[]')) LIMIT ?2");
  std::vector<std::string> strings;
  for (auto rows = select.Start(json, kMostExamples); rows.Next();) {
    strings.emplace_back(rows.Text(0));
  }
  return strings;
}

std::vector<SiteFinding> ReadFindings(Database& database,
                                      const std::vector<SiteRunSummary>& last_runs) {
  Statement select(database,
                   "SELECT table_name, field, kind, message, examples FROM findings "
                   "WHERE run_id = ?1 ORDER BY table_name, field, kind LIMIT ?2");
  std::vector<SiteFinding> findings;
  for (const SiteRunSummary& run : last_runs) {
    for (auto rows = select.Start(run.run.id, kMostFindings); rows.Next();) {
      if (findings.size() == kMostFindings) return findings;
      findings.push_back(
          {run.site,
           {std::string(rows.Text(0)), std::string(rows.Text(1)), std::string(rows.Text(2)),
            std::string(Utf8Prefix(rows.Text(3), kMostMessageBytes)),
            FirstStrings(database, rows.Text(4))}});
    }
  }
  return findings;
}

// Of the hosts that the crawl met, those that gave trouble first, then those with most pages.
std::vector<HostReport> ReadHosts(Database& database, const PageStatistics& pages) {
  std::vector<HostReport> hosts;
  for (const auto& [origin, counts] : pages.hosts) {
    HostReport& host = hosts.emplace_back();
    host.origin = origin;
    host.pages = counts;
  }
  std::sort(hosts.begin(), hosts.end(), [](const HostReport& a, const HostReport& b) {
    return std::tuple(-a.pages.failed, -a.pages.pages, a.origin) <
           std::tuple(-b.pages.failed, -b.pages.pages, b.origin);
  });
  if (hosts.size() > kReportedHosts) hosts.resize(kReportedHosts);
  Statement select(database,
                   "SELECT delay_ms, failures, next_at, robots_at, robots_status FROM hosts "
                   "WHERE host = ?1");
  for (HostReport& host : hosts) {
    auto rows = select.Start(host.origin);
    if (!rows.Next()) continue;
    host.is_known = true;
    host.delay_ms = rows.Int(0);
    host.failures = rows.Int(1);
    host.next_at = rows.Text(2);
    host.robots_at = rows.Text(3);
    if (!rows.IsNull(4)) host.robots_status = rows.Int(4);
  }
  return hosts;
}

ReportData ReadAll(Database& database) {
  ReportData data;
  data.last_runs = ReadLastRuns(database);
  data.recent_runs = ReadRuns(
      database, "FROM runs AS r ORDER BY r.run_id DESC LIMIT " + std::to_string(kTrendRuns));
  std::reverse(data.recent_runs.begin(), data.recent_runs.end());
  if (data.last_runs.empty()) return data;
  data.crawl = RunsOfLastCrawl(data.last_runs);
  data.pages = ReadPages(database, data.crawl);
  data.records = ReadRecordTrends(database, data.last_runs);
  data.findings = ReadFindings(database, data.last_runs);
  data.hosts = ReadHosts(database, data.pages);
  data.hosts_in_all = data.pages.hosts.size();
  return data;
}

// Ends DiffRuns early.
struct EnoughChanges {};

class ChangeCollector {
 public:
  explicit ChangeCollector(TableChanges* changes) : changes_(*changes) {}

  void Add(const RowDifference& difference) {
    if (difference.change == RowDifference::Change::kChanged) {
      for (size_t i = 0; i < difference.columns.size(); ++i) {
        const Value &before = (*difference.before)[i], &after = (*difference.after)[i];
        if (before != after) Keep("changed", difference, i, TextOf(before), TextOf(after));
      }
      return;
    }
    const bool added = difference.change == RowDifference::Change::kAdded;
    Keep(added ? "added" : "removed", difference, difference.columns.size(), "", "");
  }

 private:
  static constexpr size_t kMostBytes = 200;

  static std::string TextOf(const Value& value) {
    if (const auto* text = std::get_if<std::string>(&value))
      return std::string(Utf8Prefix(*text, kMostBytes));
    if (const auto* integer = std::get_if<int64_t>(&value)) return std::to_string(*integer);
    std::string text;
    if (const auto* real = std::get_if<double>(&value)) AppendReal(*real, &text);
    return text;
  }

  void Keep(std::string_view change, const RowDifference& difference, size_t column,
            std::string before, std::string after) {
    if (changes_.values.size() == kMostChanges) {
      changes_.is_partial = true;
      throw EnoughChanges();
    }
    const bool has_field = column < difference.columns.size();
    changes_.values.push_back({std::string(change),
                               std::string(Utf8Prefix(difference.key, kMostBytes)),
                               has_field ? difference.columns[column].name : std::string(),
                               std::move(before), std::move(after)});
  }

  TableChanges& changes_;
};

std::vector<std::string> ReportedTables(const std::filesystem::path& db) {
  ReadAccess access(db);
  std::vector<std::string> tables = RecordTableNames(access.database());
  if (tables.size() > kReportedTables) tables.resize(kReportedTables);
  return tables;
}

}  // namespace

std::vector<TableChanges> ReadLastChanges(const std::filesystem::path& db) {
  std::vector<TableChanges> all;
  for (const std::string& table : ReportedTables(db)) {
    TableChanges changes{table, {}, false};
    ChangeCollector collector(&changes);
    DiffRequest request;
    request.table = table;
    try {
      DiffRuns(db, request, [&](const RowDifference& difference) { collector.Add(difference); });
    } catch (const EnoughChanges&) {
    } catch (const std::invalid_argument&) {
      continue;  // the table has gone meanwhile
    }
    if (!changes.values.empty()) all.push_back(std::move(changes));
  }
  return all;
}

ReportData ReadReportData(const std::filesystem::path& db, const std::function<bool()>& is_over) {
  ReportData data = ReadWithin(db, is_over, ReadAll);
  data.database = db.filename().string();
  if (!data.last_runs.empty()) data.changes = ReadLastChanges(db);
  return data;
}

}  // namespace thresh
