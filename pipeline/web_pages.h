// What `thresh serve` shows: requests in, pages out. Knows nothing of HTTP beyond that: see
// web_server.h.
#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "pipeline/clock.h"
#include "pipeline/html_writer.h"
#include "storage/query.h"
#include "storage/report_data.h"

namespace thresh {

struct WebRequest {
  using Parameters = std::vector<std::pair<std::string, std::string>>;

  std::string path;  // "/table"
  Parameters parameters{};

  // The first of that name; empty where there is none.
  std::string Get(std::string_view name) const;
};

struct WebResponse {
  int status = 200;
  std::string type = "text/html; charset=utf-8";
  std::string body{};
  std::string filename{};  // to be saved, not shown
  // In place of a body: what a run of this program with these arguments prints.
  std::vector<std::string> command{};
};

// How long one request may read, and how large a value it may see.
inline constexpr Milliseconds kMostQueryTime{10'000};
inline constexpr Milliseconds kMostReportTime{60'000};
inline constexpr size_t kMostValueBytes = 64u << 20;

// Reads the database; never writes. Any number of threads may call it at once: each request has a
// connection of its own, and they share nothing but the last overview, which is never changed.
class WebPages {
 public:
  // `is_stopping` may be asked by any thread; once it says so, what is being read ends.
  WebPages(std::filesystem::path db, std::function<bool()> is_stopping);

  // Never throws: what goes wrong is a page that says so.
  WebResponse Answer(const WebRequest& request) const;
  // How the running crawl stands, as JSON on one line.
  std::string ProgressJson() const;

 private:
  struct Overview {
    std::shared_ptr<const ReportData> data;
    std::string state;  // of the database, when it was read
    SteadyTime read_at{};
    Milliseconds took{0};
  };

  WebResponse Route(const WebRequest& request) const;
  WebResponse ShowOverview(const WebRequest& request) const;
  WebResponse ShowTables() const;
  WebResponse ShowTable(const WebRequest& request) const;
  WebResponse ShowSql(const WebRequest& request) const;
  WebResponse ShowPage(const WebRequest& request) const;
  WebResponse SendSource(const WebRequest& request) const;
  WebResponse Download(const WebRequest& request) const;
  std::shared_ptr<const ReportData> CurrentReport() const;
  std::unique_ptr<Reader> OpenReader() const;
  std::function<bool()> Until(Milliseconds time) const;
  // A whole page, with `write` for its <main>.
  std::string Page(const std::string& title, std::string_view current,
                   const std::function<void(HtmlWriter&)>& write) const;

  const std::filesystem::path db_;
  const std::function<bool()> is_stopping_;
  const SystemClock clock_;
  mutable std::atomic<std::shared_ptr<const Overview>> overview_;
};

// web_tables.cc and web_source.cc: a cell of a table, cut where it is long; what looks like the
// address of a page leads to it.
struct ShownCell;
void WriteShownCell(const ShownCell& cell, HtmlWriter& html);
// Links to a table, or to a query's rows, in each format.
void WriteDownloads(const Address::Query& what, const std::vector<std::string>& formats,
                    HtmlWriter& html);

}  // namespace thresh
