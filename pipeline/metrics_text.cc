// The Prometheus text format: families of samples, each with its help and type.
#include <fmt/format.h>

#include <functional>
#include <initializer_list>
#include <utility>

#include "pipeline/metrics_file.h"

namespace thresh {
namespace {

using Label = std::pair<std::string_view, std::string_view>;

std::string EscapedLabel(std::string_view value) {
  std::string escaped;
  for (const char c : value) {
    if (c == '\\' || c == '"') escaped += '\\';
    if (c == '\n') {
      escaped += "\\n";
    } else {
      escaped += c;
    }
  }
  return escaped;
}

double Seconds(Timestamp time) {
  return std::chrono::duration<double>(time.time_since_epoch()).count();
}

// Text is added a family at a time: all samples of a name stand together.
class Writer {
 public:
  explicit Writer(const std::vector<CrawlMetrics>& crawls) : crawls_(crawls) {}

  void Family(std::string_view name, std::string_view type, std::string_view help) {
    name_ = name;
    text_ += fmt::format("# HELP {} {}\n# TYPE {} {}\n", name, help, name, type);
  }
  template <typename Number>
  void Sample(std::initializer_list<Label> labels, Number value, std::string_view suffix = "") {
    std::string list;
    for (const auto& [label, text] : labels) {
      list += fmt::format("{}{}=\"{}\"", list.empty() ? "" : ",", label, EscapedLabel(text));
    }
    text_ += fmt::format("{}{}{{{}}} {}\n", name_, suffix, list, value);
  }
  using SiteVisit = std::function<void(const std::string& db, const std::string& name,
                                       const CrawlMetrics::Site&)>;
  void ForEachSite(const SiteVisit& visit) const {
    for (const CrawlMetrics& crawl : crawls_) {
      for (const auto& [name, site] : crawl.sites) visit(crawl.db, name, site);
    }
  }
  // One number a site, or each of those whose run has ended.
  template <typename Get>
  void SiteFamily(std::string_view name, std::string_view type, std::string_view help, Get get,
                  bool ended_only = false) {
    Family(name, type, help);
    ForEachSite([&](const std::string& db, const std::string& site_name, const auto& site) {
      if (!ended_only || site.has_ended) Sample({{"db", db}, {"site", site_name}}, get(site));
    });
  }

  void Running();
  void Counters();
  void Durations();
  void Results();
  std::string text() && { return std::move(text_); }

 private:
  const std::vector<CrawlMetrics>& crawls_;
  std::string name_;
  std::string text_;
};

void Writer::Running() {
  using Site = CrawlMetrics::Site;
  SiteFamily("thresh_running", "gauge", "Whether the crawl of the site is at work.",
             [](const Site& site) { return site.has_ended ? 0 : 1; });
  SiteFamily("thresh_run_start_timestamp_seconds", "gauge",
             "When this process began with the site.",
             [](const Site& site) { return fmt::format("{:.3f}", Seconds(site.started_at)); });
  SiteFamily("thresh_urls_pending", "gauge", "URLs to be fetched in this run.",
             [](const Site& site) { return site.pending; });
  Family("thresh_fetches_in_flight", "gauge", "Requests under way.");
  for (const CrawlMetrics& crawl : crawls_) Sample({{"db", crawl.db}}, crawl.in_flight);
  Family("thresh_hosts_waiting", "gauge", "Hosts with URLs queued that no request may go to now.");
  for (const CrawlMetrics& crawl : crawls_) Sample({{"db", crawl.db}}, crawl.waiting_hosts);
  Family("thresh_worker_processes", "gauge", "Processes that fetch.");
  for (const CrawlMetrics& crawl : crawls_) Sample({{"db", crawl.db}}, crawl.workers);
}

void Writer::Counters() {
  using Site = CrawlMetrics::Site;
  Family("thresh_fetches_total", "counter",
         "Finished fetches of this process by HTTP status, or by the error that gave none.");
  ForEachSite([&](const std::string& db, const std::string& name, const Site& site) {
    for (const auto& [result, count] : site.pages) {
      Sample({{"db", db}, {"site", name}, {"result", result}}, count);
    }
  });
  SiteFamily("thresh_fetched_bytes_total", "counter", "Bytes of bodies, decoded.",
             [](const Site& site) { return site.bytes; });
  SiteFamily("thresh_urls_failed_total", "counter", "URLs that were given up.",
             [](const Site& site) { return site.failed; });
  SiteFamily("thresh_retries_total", "counter", "Fetches that failed and are tried again.",
             [](const Site& site) { return site.retries; });
  Family("thresh_rows_total", "counter", "Rows that pages gave, by table.");
  for (const CrawlMetrics& crawl : crawls_) {
    for (const auto& [table, rows] : crawl.table_rows) {
      Sample({{"db", crawl.db}, {"table", table}}, rows);
    }
  }
  Family("thresh_host_rests_total", "counter",
         "How often a host was left alone for longer than its delay, by reason.");
  for (const CrawlMetrics& crawl : crawls_) {
    for (const auto& [why, count] : crawl.rests) Sample({{"db", crawl.db}, {"why", why}}, count);
  }
}

void Writer::Durations() {
  Family("thresh_fetch_duration_seconds", "histogram", "How long fetches with a response took.");
  ForEachSite([&](const std::string& db, const std::string& name, const auto& site) {
    int64_t count = 0;
    for (size_t i = 0; i < CrawlMetrics::kBounds.size(); ++i) {
      count += site.durations[i];
      const std::string bound = fmt::format("{}", CrawlMetrics::kBounds[i]);
      Sample({{"db", db}, {"site", name}, {"le", bound}}, count, "_bucket");
    }
    count += site.durations.back();
    Sample({{"db", db}, {"site", name}, {"le", "+Inf"}}, count, "_bucket");
    Sample({{"db", db}, {"site", name}}, std::chrono::duration<double>(site.duration).count(),
           "_sum");
    Sample({{"db", db}, {"site", name}}, count, "_count");
  });
}

// What a run came to, once it has ended.
void Writer::Results() {
  using Site = CrawlMetrics::Site;
  SiteFamily(
      "thresh_run_end_timestamp_seconds", "gauge", "When the run ended.",
      [](const Site& site) { return fmt::format("{:.3f}", Seconds(site.ended_at)); }, true);
  SiteFamily(
      "thresh_run_exit_code", "gauge", "The exit code that the site asks for; 0: all is well.",
      [](const Site& site) { return site.report.exit_code; }, true);
  SiteFamily(
      "thresh_run_findings", "gauge", "What needs attention after the run.",
      [](const Site& site) { return site.report.findings.size(); }, true);
  Family("thresh_run_outcome", "gauge", "1 for how the run ended.");
  ForEachSite([&](const std::string& db, const std::string& name, const Site& site) {
    for (const RunOutcome outcome : {RunOutcome::kComplete, RunOutcome::kWaiting,
                                     RunOutcome::kBudget, RunOutcome::kInterrupted}) {
      if (!site.has_ended) continue;
      Sample({{"db", db}, {"site", name}, {"outcome", Name(outcome)}},
             site.report.outcome == outcome ? 1 : 0);
    }
  });
  Family("thresh_run_row_changes", "gauge", "Rows that the run added, changed, or found gone.");
  ForEachSite([&](const std::string& db, const std::string& name, const Site& site) {
    if (!site.has_ended) return;
    const RunTotals& totals = site.report.totals;
    Sample({{"db", db}, {"site", name}, {"change", "added"}}, totals.rows_added);
    Sample({{"db", db}, {"site", name}, {"change", "changed"}}, totals.rows_changed);
    Sample({{"db", db}, {"site", name}, {"change", "gone"}}, totals.rows_gone);
  });
}

}  // namespace

std::string MetricsText(const std::vector<CrawlMetrics>& crawls) {
  Writer writer(crawls);
  writer.Running();
  writer.Counters();
  writer.Durations();
  writer.Results();
  return std::move(writer).text();
}

}  // namespace thresh
