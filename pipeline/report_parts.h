// The parts of the report: each writes a section with its heading, or nothing where there is
// nothing to tell.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/html_writer.h"
#include "pipeline/report_page.h"

namespace thresh {

// report_outcome.cc: how the last crawl ended, and what needs attention.
void WriteOutcome(const ReportData& data, const ReportOptions& options, HtmlWriter& html);
void WriteFindings(const ReportData& data, const ReportOptions& options, HtmlWriter& html);
// report_plots.cc
void WritePlots(const ReportData& data, HtmlWriter& html);
void WriteValuePlot(const ReportOptions::Plot& plot, HtmlWriter& html);
// report_tables.cc
void WriteRecords(const ReportData& data, HtmlWriter& html);
void WriteRuns(const ReportData& data, HtmlWriter& html);
void WriteChanges(const ReportData& data, HtmlWriter& html);
void WriteHosts(const ReportData& data, const ReportOptions& options, HtmlWriter& html);
void WriteNotablePages(const ReportData& data, const ReportOptions& options, HtmlWriter& html);

// A section with a heading that `id` leads to, as long as the Element lives.
class ReportSection {
 public:
  ReportSection(const char* id, std::string_view heading, HtmlWriter& html)
      : section_(html.Open("section", {{"id", id}, {"aria-labelledby", std::string(id) + "-h"}})) {
    html.Leaf("h2", {{"id", std::string(id) + "-h"}}, heading);
  }

 private:
  HtmlWriter::Element section_;
};

// A table that scrolls sideways within the page where it is too wide, also by keyboard. Columns
// whose name begins with '#' are of numbers.
class HtmlTable {
 public:
  HtmlTable(std::string_view caption, const std::vector<std::string>& columns, HtmlWriter& html);
  // A row as long as it lives.
  [[nodiscard]] HtmlWriter::Element Row() { return html_.Open("tr"); }
  void Cell(std::string_view text) { html_.Leaf("td", {}, text); }
  void Head(std::string_view text) { html_.Leaf("th", {{"scope", "row"}}, text); }
  void Number(std::string_view text) { html_.Leaf("td", {{"class", "n"}}, text); }
  void Number(int64_t number);

 private:
  struct Parts;
  HtmlWriter& html_;
  HtmlWriter::Element scroller_, table_;
};

// As much of `text` as has room in `bytes`, and "…" where that is not all.
std::string Cut(std::string_view text, size_t bytes);

// The address of a page, as a link where it is one.
void WritePageLink(std::string_view url, const ReportOptions& options, HtmlWriter& html);

// "2026-03-01 04:05:06" of the database's "2026-03-01T04:05:06.789Z", as <time>.
void WriteTime(std::string_view iso8601, HtmlWriter& html);

// "12.5 %", "<0.1 %".
std::string Percent(double share);

}  // namespace thresh
