#include "pipeline/metrics_file.h"

#include <algorithm>
#include <cerrno>
#include <exception>
#include <system_error>

#include "pipeline/commands.h"
#include "storage/output.h"

namespace thresh {
namespace {

constexpr Milliseconds kWriteEvery{10'000};

// Of the disk or a quota: that passes, where any other path would have to be named.
bool IsFull(const std::error_code& code) {
  return code == std::errc::no_space_on_device || code.value() == EDQUOT;
}

}  // namespace

MetricsFile::MetricsFile(std::filesystem::path path, const Clock& clock,
                         std::function<void(std::string_view)> tell_trouble)
    : path_(std::move(path)), clock_(clock), tell_trouble_(std::move(tell_trouble)) {}

void MetricsFile::Begin(const std::filesystem::path& db) {
  std::error_code ignored;
  crawls_.emplace_back().db = std::filesystem::absolute(db, ignored).lexically_normal().string();
  next_look_ = {};
  try {
    Write();
  } catch (const std::system_error& error) {
    if (!IsFull(error.code())) throw UsageError(std::string("--metrics: ") + error.what());
    TryWrite();  // says so, and the crawl goes on
  }
}

void MetricsFile::End(const std::vector<SiteReport>& reports) {
  current().in_flight = 0;
  current().waiting_hosts = current().workers = 0;
  for (const SiteReport& report : reports) {
    CrawlMetrics::Site& site = current().sites[report.site];
    site.has_ended = true;
    site.ended_at = clock_.Wall();
    site.pending = report.pending;
    site.report = report;
  }
  TryWrite();
}

void MetricsFile::OnRun(const RunEvent& event) {
  CrawlMetrics::Site& site = current().sites[std::string(event.site)];
  site.run = event.run;
  site.started_at = clock_.Wall();
  site.pending = event.queued;
}

void MetricsFile::OnPage(const PageEvent& event) {
  const auto found = current().sites.find(event.site);
  if (found == current().sites.end()) return;
  CrawlMetrics::Site& site = found->second;
  if (event.state == UrlState::kFailed) ++site.failed;
  if (!event.was_fetched()) return;
  ++site.pages[event.error.empty() ? std::to_string(event.status) : std::string(event.error)];
  site.bytes += static_cast<int64_t>(event.bytes);
  if (event.state == UrlState::kPending) ++site.retries;
  if (!event.error.empty()) return;
  const double seconds = std::chrono::duration<double>(event.elapsed).count();
  const auto& bounds = CrawlMetrics::kBounds;
  const auto bucket = std::lower_bound(bounds.begin(), bounds.end(), seconds) - bounds.begin();
  ++site.durations[static_cast<size_t>(bucket)];
  site.duration += event.elapsed;
}

void MetricsFile::OnRows(std::string_view, const TableSchema& schema,
                         const std::vector<Row>& rows) {
  current().table_rows[schema.table] += static_cast<int64_t>(rows.size());
}

void MetricsFile::OnRest(const RestEvent& event) {
  ++current().rests[std::string(Name(event.why))];
}

void MetricsFile::OnLook(const CrawlLook& look) {
  for (const SiteLook& site : look.sites) {
    current().sites[std::string(site.site)].pending = site.pending;
  }
  current().in_flight = look.progress.in_flight;
  current().waiting_hosts = look.waiting_hosts;
  current().workers = look.workers;
  if (look.now < next_look_) return;  // it is another's look
  next_look_ = look.now + kWriteEvery;
  TryWrite();
}

void MetricsFile::Write() const {
  Output output = Output::File(path_);
  output.Write(MetricsText(crawls_));
  output.Close();
}

void MetricsFile::TryWrite() {
  try {
    Write();
    has_failed_ = false;
  } catch (const std::exception& error) {
    if (!std::exchange(has_failed_, true)) {
      tell_trouble_(std::string("--metrics: ") + error.what());
    }
  }
}

}  // namespace thresh
