// --metrics: a crawl's numbers as Prometheus text, for node_exporter's textfile collector.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/clock.h"
#include "pipeline/crawl.h"

namespace thresh {

// What one crawl, of one database, has done in this process. docs/commands.md lists the metrics.
struct CrawlMetrics {
  // Of fetches that got a response, by seconds: at most so long. The last bucket has no bound.
  static constexpr std::array kBounds = {0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0};

  struct Site {
    RunId run = 0;
    Timestamp started_at{};
    std::map<std::string, int64_t, std::less<>> pages;  // by status, or the error's name
    std::array<int64_t, kBounds.size() + 1> durations{};
    std::chrono::milliseconds duration{0};
    int64_t bytes = 0;
    int64_t failed = 0;
    int64_t retries = 0;
    int64_t pending = 0;
    bool has_ended = false;
    Timestamp ended_at{};
    SiteReport report;
  };
  std::string db;
  std::map<std::string, Site, std::less<>> sites;
  std::map<std::string, int64_t, std::less<>> table_rows;
  std::map<std::string, int64_t, std::less<>> rests;  // by reason
  int64_t in_flight = 0;
  size_t waiting_hosts = 0;
  size_t workers = 0;
};

// The text of the file: the exposition format, version 0.0.4. Pure.
std::string MetricsText(const std::vector<CrawlMetrics>& crawls);

// Writes the file anew, atomically, when a crawl begins, every ten seconds and when it ends. One
// file for all crawls of a command, which come one after the other. What cannot be written once the
// crawl runs is told of once and stops nothing.
class MetricsFile : public CrawlListener {
 public:
  // The clock must outlive it.
  MetricsFile(std::filesystem::path path, const Clock& clock,
              std::function<void(std::string_view)> tell_trouble);

  // Throws UsageError when the file cannot be written.
  void Begin(const std::filesystem::path& db);
  void End(const std::vector<SiteReport>& reports);

  void OnRun(const RunEvent& event) override;
  void OnPage(const PageEvent& event) override;
  void OnRows(std::string_view seed, const TableSchema& schema,
              const std::vector<Row>& rows) override;
  void OnRest(const RestEvent& event) override;
  SteadyTime NextLook() const override { return next_look_; }
  void OnLook(const CrawlLook& look) override;

 private:
  CrawlMetrics& current() { return crawls_.back(); }
  void Write() const;
  void TryWrite();

  const std::filesystem::path path_;
  const Clock& clock_;
  const std::function<void(std::string_view)> tell_trouble_;
  std::vector<CrawlMetrics> crawls_;
  SteadyTime next_look_{};
  bool has_failed_ = false;
};

}  // namespace thresh
