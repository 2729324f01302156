#include "pipeline/report_page.h"

#include <fmt/format.h>

#include "parser/utf8.h"
#include "pipeline/report_parts.h"
#include "pipeline/story_text.h"
#include "pipeline/version.h"
#include "pipeline/web_files.h"

namespace thresh {
namespace {

// Longer addresses are cut where they are shown; the link has all of it.
constexpr size_t kShownUrlBytes = 160;

void WriteReportHead(const std::string& title, HtmlWriter& html) {
  const auto head = html.Open("head");
  html.Void("meta", {{"charset", "utf-8"}});
  html.Void("meta", {{"http-equiv", "Content-Security-Policy"},
                     {"content", fmt::format("default-src 'none'; style-src 'sha256-{}'; "
                                             "base-uri 'none'; form-action 'none'",
                                             kStyleSheet.sha256)}});
  html.Void("meta", {{"name", "viewport"}, {"content", "width=device-width, initial-scale=1"}});
  html.Void("meta", {{"name", "color-scheme"}, {"content", "light dark"}});
  html.Void("meta", {{"name", "referrer"}, {"content", "no-referrer"}});
  html.Leaf("title", {}, title);
  const auto style = html.Open("style");
  html.StyleSheet(kStyleSheet);
}

}  // namespace

HtmlTable::HtmlTable(std::string_view caption, const std::vector<std::string>& columns,
                     HtmlWriter& html)
    : html_(html),
      scroller_(html.Open(
          "div",
          {{"class", "scroll"}, {"role", "region"}, {"tabindex", "0"}, {"aria-label", caption}})),
      table_(html.Open("table")) {
  html.Leaf("caption", {}, caption);
  const auto head = html.Open("thead");
  const auto row = html.Open("tr");
  for (const std::string& column : columns) {
    if (column.empty()) {  // a heading that says nothing is none
      html.Leaf("td", {}, "");
      continue;
    }
    const bool number = column.starts_with('#');
    html.Leaf("th", {{"scope", "col"}, {"class", number ? "n" : "t"}}, column.substr(number));
  }
}

void HtmlTable::Number(int64_t number) {
  html_.Leaf("td", {{"class", number == 0 ? "n zero" : "n"}}, Grouped(number));
}

std::string Cut(std::string_view text, size_t bytes) {
  const std::string_view shown = Utf8Prefix(text, bytes);
  return std::string(shown) + (shown.size() < text.size() ? "…" : "");
}

void WritePageLink(std::string_view url, const ReportOptions& options, HtmlWriter& html) {
  const std::string shown = Cut(url, kShownUrlBytes);
  if (options.is_served) {
    return html.Leaf(
        "a", {{"class", "url"}, {"href", Address("/page", {{"url", std::string(url)}})}}, shown);
  }
  const auto address = Address::Web(url);
  if (!address) return html.Leaf("span", {{"class", "url"}}, shown);
  html.Leaf("a", {{"class", "url"}, {"href", *address}, {"rel", "noopener noreferrer nofollow"}},
            shown);
}

void WriteTime(std::string_view iso8601, HtmlWriter& html) {
  std::string shown(iso8601.substr(0, 19));
  if (shown.size() > 10 && shown[10] == 'T') shown[10] = ' ';
  html.Leaf("time", {{"datetime", iso8601}}, shown);
}

std::string Percent(double share) {
  if (share > 0 && share < 0.001) return "<0.1 %";
  if (share < 1 && share > 0.999) return ">99.9 %";
  return fmt::format("{:.{}f} %", share * 100, share == 0 || share == 1 ? 0 : 1);
}

void WriteReport(const ReportData& data, const ReportOptions& options, HtmlWriter& html) {
  WriteOutcome(data, options, html);
  if (data.last_runs.empty()) return;
  WriteFindings(data, options, html);
  if (options.plot) WriteValuePlot(*options.plot, html);
  WritePlots(data, html);
  WriteRecords(data, html);
  WriteChanges(data, html);
  WriteHosts(data, options, html);
  WriteNotablePages(data, options, html);
  WriteRuns(data, html);
}

namespace {

void WriteDocument(const ReportData& data, const ReportOptions& options, HtmlWriter& html) {
  html.Doctype();
  const auto document = html.Open("html", {{"lang", "en"}});
  WriteReportHead(data.database + ": report", html);
  const auto body = html.Open("body");
  {
    const auto header = html.Open("header");
    html.Leaf("h1", {}, data.database);
    const auto line = html.Open("p", {{"class", "muted"}});
    html.Text("Report of ");
    WriteTime(ToIso8601(options.now), html);
    html.Text(" UTC");
  }
  {
    const auto main = html.Open("main");
    WriteReport(data, options, html);
  }
  const auto footer = html.Open("footer");
  html.Leaf("p", {}, std::string("thresh ") + kVersion + ". All times are UTC.");
}

}  // namespace

std::string MakeReport(const ReportData& data, const ReportOptions& options) {
  std::string page;
  HtmlWriter html(&page);
  WriteDocument(data, options, html);
  return page;
}

}  // namespace thresh
