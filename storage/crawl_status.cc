#include "storage/crawl_status.h"

#include <algorithm>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "storage/runs.h"
#include "storage/urls.h"

namespace thresh {

// took: seconds, as far as the run is finished.
const char kListRuns[] =
    "SELECT run_id, site, started_at AS started, "
    "round((julianday(finished_at) - julianday(started_at)) * 86400, 1) AS took, "
    "outcome, exit_code, pages, unchanged, failed, rows_added, rows_changed, rows_gone, bytes "
    "FROM runs ORDER BY run_id";

namespace {

// So many different reasons are told apart; a hostile site may make any number of them.
constexpr size_t kMaxReasons = 10'000;

using ReasonMap = std::unordered_map<std::string, int64_t>;

void Count(std::string_view reason, ReasonMap* reasons) {
  const bool full = reasons->size() >= kMaxReasons && !reasons->contains(std::string(reason));
  ++(*reasons)[full ? "other reasons" : std::string(reason)];
}

ReasonCounts Sorted(const ReasonMap& reasons) {
  ReasonCounts sorted(reasons.begin(), reasons.end());
  std::sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) {
    return a.second != b.second ? a.second > b.second : a.first < b.first;
  });
  return sorted;
}

void Earlier(Timestamp time, std::optional<Timestamp>* earliest) {
  if (!*earliest || time < **earliest) *earliest = time;
}

// Adds up the URLs of one site.
class UrlCounts {
 public:
  UrlCounts(SiteStatus* status, Timestamp now) : status_(status), now_(now) {}

  void Add(const Statement::Rows& row) {
    ++status_->urls;
    switch (UrlStateFromName(row.Text(1))) {
      case UrlState::kPending:
        return AddPending(row);
      case UrlState::kDone:
        ++status_->done;
        return AddKnown(row);
      case UrlState::kFailed:
        ++status_->failed;
        Count(row.Text(2), &failed_by_);
        return AddKnown(row);
      case UrlState::kSkipped:
        ++status_->skipped;
        Count(row.Text(2), &skipped_by_);
    }
  }

  void Finish() {
    status_->failed_by = Sorted(failed_by_);
    status_->skipped_by = Sorted(skipped_by_);
  }

 private:
  void AddPending(const Statement::Rows& row) {
    ++status_->pending;
    HostQueueStatus& host = Host(row.Text(3));
    const auto next = row.IsNull(4) ? std::nullopt : FromIso8601(row.Text(4));
    if (!next || *next <= now_) {
      ++status_->pending_now;
      ++host.due;
      return;
    }
    ++status_->pending_later;
    Earlier(*next, &status_->next_pending);
    Earlier(*next, &host.next);
    if (row.Text(2).starts_with(kRobotsReason)) host.robots_unreachable = row.Text(2);
  }

  void AddKnown(const Statement::Rows& row) {
    if (status_->unfinished && row.Int(5) >= status_->unfinished->id) return;
    const auto next = row.IsNull(4) ? std::nullopt : FromIso8601(row.Text(4));
    if (next && *next > now_) {
      ++status_->again_later;
      Earlier(*next, &status_->next_again);
    } else {
      ++status_->again_now;
      ++Host(row.Text(3)).due;
    }
  }

  HostQueueStatus& Host(std::string_view name) {
    const auto found = status_->hosts.find(name);
    return found != status_->hosts.end() ? found->second : status_->hosts[std::string(name)];
  }

  SiteStatus* status_;
  const Timestamp now_;
  ReasonMap failed_by_, skipped_by_;
};

void ReadUrls(Database& database, Timestamp now, std::vector<SiteStatus>* sites) {
  std::unordered_map<std::string_view, UrlCounts> counts;
  for (SiteStatus& site : *sites) counts.emplace(site.site, UrlCounts(&site, now));
  Statement select(database, "SELECT site, state, reason, host, next_at, settled_in FROM urls");
  for (auto rows = select.Start(); rows.Next();) {
    const auto site = counts.find(rows.Text(0));
    if (site != counts.end()) site->second.Add(rows);
  }
  for (auto& [site, count] : counts) count.Finish();
}

std::optional<RunSummary> ReadRun(Database& database, std::string_view site, bool finished) {
  Statement select(database,
                   "SELECT run_id, started_at, finished_at, outcome, exit_code, pages, unchanged, "
                   "failed, rows_added, rows_changed, rows_gone, bytes FROM runs "
                   "WHERE site = ?1 AND (finished_at IS NOT NULL) = ?2 "
                   "ORDER BY run_id DESC LIMIT 1");
  auto rows = select.Start(site, finished);
  if (!rows.Next()) return std::nullopt;
  RunSummary run;
  run.id = rows.Int(0);
  run.started_at = rows.Text(1);
  run.finished_at = rows.Text(2);
  run.outcome = rows.Text(3);
  if (!rows.IsNull(4)) run.exit_code = static_cast<int>(rows.Int(4));
  run.totals = {rows.Int(5), rows.Int(6),  rows.Int(7), rows.Int(8),
                rows.Int(9), rows.Int(10), rows.Int(11)};
  return run;
}

std::vector<SiteStatus> ReadSites(Database& database) {
  std::vector<SiteStatus> sites;
  for (LatestConfig& config : LatestConfigs(database)) {
    SiteStatus& site = sites.emplace_back();
    site.site = std::move(config.site);
    site.config_text = std::move(config.text);
    site.unfinished = ReadRun(database, site.site, false);
    site.last = ReadRun(database, site.site, true);
  }
  return sites;
}

void ReadFindings(Database& database, SiteStatus* site) {
  if (!site->last) return;
  Statement select(database,
                   "SELECT message FROM findings WHERE run_id = ?1 "
                   "ORDER BY table_name, field, kind");
  for (auto rows = select.Start(site->last->id); rows.Next();) {
    site->findings.emplace_back(rows.Text(0));
  }
}

void ReadDropped(Database& database, SiteStatus* site) {
  Statement select(database,
                   "SELECT reason, sum(count) FROM dropped WHERE site = ?1 GROUP BY reason "
                   "ORDER BY 2 DESC, 1");
  for (auto rows = select.Start(site->site); rows.Next();) {
    site->dropped_by.emplace_back(rows.Text(0), rows.Int(1));
  }
}

std::vector<HostRecord> ReadRestingHosts(Database& database, Timestamp now) {
  const std::string now_text = ToIso8601(now);
  Statement select(database,
                   "SELECT host, next_at, delay_ms, failures FROM hosts WHERE next_at > ?1 "
                   "ORDER BY next_at DESC");
  std::vector<HostRecord> hosts;
  for (auto rows = select.Start(now_text); rows.Next();) {
    HostRecord& host = hosts.emplace_back();
    host.host = rows.Text(0);
    host.next_at = FromIso8601(rows.Text(1));
    host.delay = std::chrono::milliseconds(rows.Int(2));
    host.failures = static_cast<int>(rows.Int(3));
  }
  return hosts;
}

void ReadProgress(Database& database, CrawlStatus* status) {
  Statement select(database,
                   "SELECT written_at, done, queued, failed, in_flight, rows, bytes FROM progress");
  for (auto rows = select.Start(); rows.Next();) {
    status->progress_at = rows.Text(0);
    status->progress =
        Progress{rows.Int(1), rows.Int(2), rows.Int(3), rows.Int(4), rows.Int(5), rows.Int(6)};
  }
}

}  // namespace

CrawlStatus ReadCrawlStatus(Database& database, Timestamp now) {
  CrawlStatus status;
  status.sites = ReadSites(database);
  ReadUrls(database, now, &status.sites);
  for (SiteStatus& site : status.sites) {
    ReadFindings(database, &site);
    ReadDropped(database, &site);
  }
  status.hosts = ReadRestingHosts(database, now);
  ReadProgress(database, &status);
  return status;
}

}  // namespace thresh
