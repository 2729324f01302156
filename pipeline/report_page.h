// The report on a database, as HTML: a page of its own, or what `serve` shows first.
#pragma once

#include <optional>
#include <string>

#include "pipeline/html_writer.h"
#include "storage/report_data.h"
#include "storage/value_series.h"

namespace thresh {

struct ReportOptions {
  Timestamp now{};
  bool is_running = false;  // a crawl holds the database
  // Whether `serve` shows it: addresses of pages lead to what is stored of them. Else to the web.
  bool is_served = false;
  struct Plot {
    SeriesRequest request;
    ValueSeries values;
  };
  std::optional<Plot> plot;
};

// A whole document: one file that needs nothing else, and whose Content-Security-Policy lets it
// load nothing and run nothing.
std::string MakeReport(const ReportData& data, const ReportOptions& options);

// What stands in its <main>.
void WriteReport(const ReportData& data, const ReportOptions& options, HtmlWriter& html);

}  // namespace thresh
