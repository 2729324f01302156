// The report's tables: records, changes, hosts, pages that stand out, runs.
#include <fmt/format.h>

#include <algorithm>

#include "pipeline/plot_axis.h"
#include "pipeline/report_parts.h"
#include "pipeline/story_text.h"
#include "pipeline/svg_plot.h"

namespace thresh {
namespace {

constexpr size_t kShownExampleBytes = 80;

std::string Shown(std::string_view text) { return Cut(text, kShownExampleBytes); }

std::vector<std::optional<double>> Doubles(const std::vector<int64_t>& numbers) {
  std::vector<std::optional<double>> values;
  for (const int64_t number : numbers) values.emplace_back(static_cast<double>(number));
  return values;
}

void WriteRecord(const RecordTrend& record, bool several_sites, HtmlWriter& html) {
  const std::string name = several_sites ? record.table + " of " + record.site : record.table;
  const int64_t last = record.rows.empty() ? 0 : record.rows.back();
  const auto article = html.Open("article", {{"class", "record"}});
  html.Leaf("h3", {}, name);
  {
    const auto line = html.Open("p", {{"class", "muted"}});
    html.Text(Counted(last, "row") + " from " +
              Counted(record.pages.empty() ? 0 : record.pages.back(), "page"));
    const double most =
        static_cast<double>(*std::max_element(record.rows.begin(), record.rows.end()));
    DrawSparkline(Doubles(record.rows), most,
                  fmt::format("rows over the last {}: now {}, at most {}",
                              Counted(static_cast<int64_t>(record.runs.size()), "run"),
                              Grouped(last), Grouped(static_cast<int64_t>(most))),
                  html);
  }
  if (record.fields.empty()) return;
  HtmlTable table("How many rows of " + name + " have each field",
                  {"Field", "#Filled", "Last runs", "Not converted"}, html);
  const auto body = html.Open("tbody");
  for (const FieldTrend& field : record.fields) {
    const auto row = table.Row();
    table.Head(field.field);
    const std::optional<double> now =
        field.filled.empty() ? std::optional<double>() : field.filled.back();
    const std::string share = now ? Percent(*now) : "–";
    table.Number(share);
    {
      const auto cell = html.Open("td");
      DrawSparkline(field.filled, 1,
                    fmt::format("{} over the last runs: now {}", field.field, share), html);
    }
    table.Cell(field.failed == 0
                   ? std::string()
                   : fmt::format("{}, such as {}", Grouped(field.failed), Shown(field.example)));
  }
}

std::string RobotsText(const HostReport& host) {
  if (!host.is_known || host.robots_at.empty()) return "not asked";
  const int64_t status = host.robots_status.value_or(0);
  if (status >= 200 && status < 300) return "obeyed";
  if (status == 401 || status == 403) return fmt::format("{}: all disallowed", status);
  if (status >= 400 && status < 500) return fmt::format("none ({})", status);
  if (status == 0) return "not to be had";
  return fmt::format("status {}", status);
}

void WriteNotableTable(const std::string& caption, const std::vector<NotablePage>& pages,
                       const ReportOptions& options, HtmlWriter& html) {
  HtmlTable table(caption, {"Page", "#Took", "#Size", "Status"}, html);
  const auto body = html.Open("tbody");
  for (const NotablePage& page : pages) {
    const auto row = table.Row();
    {
      const auto cell = html.Open("td", {{"class", "wide"}});
      WritePageLink(page.url, options, html);
    }
    table.Number(ShortDuration(static_cast<double>(page.elapsed_ms)));
    table.Number(ShortBytes(static_cast<double>(page.bytes)));
    table.Cell(page.error.empty() ? std::to_string(page.status) : page.error);
  }
}

void WriteRowBars(const std::vector<SiteRunSummary>& runs, HtmlWriter& html) {
  std::vector<std::optional<double>> added, changed, gone;
  double most = 1;
  for (const SiteRunSummary& run : runs) {
    const RunTotals& totals = run.run.totals;
    added.emplace_back(static_cast<double>(totals.rows_added));
    changed.emplace_back(static_cast<double>(totals.rows_changed));
    gone.emplace_back(static_cast<double>(totals.rows_gone));
    most = std::max({most, *added.back(), *changed.back(), *gone.back()});
  }
  const auto line = html.Open("p", {{"class", "trio"}});
  const auto one = [&](const char* name, const std::vector<std::optional<double>>& values) {
    const auto part = html.Open("span");
    html.Text(std::string(name) + " ");
    const double own = **std::max_element(values.begin(), values.end());
    DrawSparkline(values, std::max(own, 1.0),
                  fmt::format("rows {} over the last {}: at most {}", name,
                              Counted(static_cast<int64_t>(runs.size()), "run"),
                              Grouped(static_cast<int64_t>(own))),
                  html);
  };
  one("added", added);
  one("changed", changed);
  one("gone", gone);
}

}  // namespace

void WriteRecords(const ReportData& data, HtmlWriter& html) {
  if (data.records.empty()) return;
  const ReportSection section("records", "Records", html);
  html.Leaf("p", {{"class", "muted"}},
            fmt::format("Rows and filled fields of the last runs, {} at most. Only pages that were "
                        "parsed count: those that answered \"not modified\" do not.",
                        kTrendRuns));
  const auto grid = html.Open("div", {{"class", "records"}});
  for (const RecordTrend& record : data.records) {
    if (!record.runs.empty()) WriteRecord(record, data.last_runs.size() > 1, html);
  }
}

void WriteChanges(const ReportData& data, HtmlWriter& html) {
  const ReportSection section("changes", "Rows that came, changed and went", html);
  if (!data.recent_runs.empty()) WriteRowBars(data.recent_runs, html);
  if (data.changes.empty()) {
    return html.Leaf("p", {{"class", "empty"}},
                     "No row differs from the run before, or there is only one run.");
  }
  for (const TableChanges& changes : data.changes) {
    HtmlTable table(changes.table + ", since the run before" +
                        (changes.is_partial ? fmt::format(" (the first {})", kMostChanges) : ""),
                    {"Row", "Change", "Field", "Before", "After"}, html);
    const auto body = html.Open("tbody");
    for (const ChangedValue& change : changes.values) {
      const auto row = table.Row();
      table.Head(Shown(change.key));
      {
        const auto cell = html.Open("td");
        html.Leaf("span",
                  {{"class", change.change == "added"     ? "chip good"
                             : change.change == "removed" ? "chip bad"
                                                          : "chip info"}},
                  change.change);
      }
      table.Cell(change.field);
      table.Cell(Shown(change.before));
      table.Cell(Shown(change.after));
    }
  }
}

void WriteHosts(const ReportData& data, const ReportOptions& options, HtmlWriter& html) {
  if (data.hosts.empty()) return;
  const ReportSection section("hosts", "Hosts", html);
  if (data.hosts_in_all > data.hosts.size()) {
    html.Leaf("p", {{"class", "muted"}},
              fmt::format("{} of {} hosts: those with most failures, then those with most pages.",
                          data.hosts.size(), Grouped(static_cast<int64_t>(data.hosts_in_all))));
  }
  HtmlTable table(
      "Hosts of the last crawl",
      {"Host", "#Pages", "#Failed", "#Data", "#Mean time", "#Delay", "robots.txt", "Rests"}, html);
  const auto body = html.Open("tbody");
  for (const HostReport& host : data.hosts) {
    const auto row = table.Row();
    table.Head(Shown(host.origin));
    table.Number(host.pages.pages);
    table.Number(host.pages.failed);
    table.Number(ShortBytes(static_cast<double>(host.pages.bytes)));
    table.Number(ShortDuration(static_cast<double>(host.pages.elapsed_ms) /
                               static_cast<double>(std::max<int64_t>(host.pages.pages, 1))));
    table.Number(host.is_known ? ShortDuration(static_cast<double>(host.delay_ms)) : "–");
    table.Cell(RobotsText(host));
    const auto next = FromIso8601(host.next_at);
    const bool rests = next && *next > options.now;
    std::string rest;
    if (rests) rest = "for " + InWords(*next - options.now);
    if (host.failures > 0) {
      rest += fmt::format("{}{} in a row", rests ? ", " : "", Counted(host.failures, "failure"));
    }
    table.Cell(rest);
  }
}

void WriteNotablePages(const ReportData& data, const ReportOptions& options, HtmlWriter& html) {
  if (data.pages.slowest.empty() && data.pages.largest.empty()) return;
  const ReportSection section("pages", "Slowest and largest pages", html);
  if (!data.pages.slowest.empty()) {
    WriteNotableTable("The slowest pages", data.pages.slowest, options, html);
  }
  if (!data.pages.largest.empty()) {
    WriteNotableTable("The largest pages", data.pages.largest, options, html);
  }
}

void WriteRuns(const ReportData& data, HtmlWriter& html) {
  if (data.recent_runs.empty()) return;
  const ReportSection section("runs", "Runs", html);
  HtmlTable table("The last runs, the latest first",
                  {"#Run", "Site", "Began", "Outcome", "#Exit code", "#Pages", "#Unchanged",
                   "#Failed", "#Added", "#Changed", "#Gone", "#Data"},
                  html);
  const auto body = html.Open("tbody");
  for (auto at = data.recent_runs.rbegin(); at != data.recent_runs.rend(); ++at) {
    const RunSummary& run = at->run;
    const auto row = table.Row();
    html.Leaf("th", {{"scope", "row"}, {"class", "n"}}, Grouped(run.id));
    table.Cell(at->site);
    {
      const auto cell = html.Open("td");
      WriteTime(run.started_at, html);
    }
    table.Cell(run.outcome.empty() ? "not finished" : run.outcome);
    table.Number(run.exit_code ? std::to_string(*run.exit_code) : "");
    const RunTotals& totals = run.totals;
    for (const int64_t number : {totals.pages, totals.unchanged, totals.failed, totals.rows_added,
                                 totals.rows_changed, totals.rows_gone}) {
      table.Number(number);
    }
    table.Number(ShortBytes(static_cast<double>(totals.bytes)));
  }
}

}  // namespace thresh
