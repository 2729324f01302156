// How the last crawl ended, and what needs attention.
#include <fmt/format.h>

#include <algorithm>

#include "pipeline/commands.h"
#include "pipeline/plot_axis.h"
#include "pipeline/politeness.h"
#include "pipeline/report_parts.h"
#include "pipeline/story_text.h"

namespace thresh {
namespace {

constexpr size_t kToldNotes = 12;

enum class Level { kGood, kWarn, kBad };

const char* ClassOf(Level level) {
  return level == Level::kGood ? "good" : level == Level::kWarn ? "warn" : "bad";
}

struct Note {
  Level level;
  std::string text;
};

bool IsRunning(const SiteRunSummary& run, const ReportOptions& options) {
  return options.is_running && run.run.finished_at.empty();
}

// How a run ended, for people.
Note Describe(const SiteRunSummary& run, const ReportOptions& options) {
  const std::string& outcome = run.run.outcome;
  if (IsRunning(run, options)) return {Level::kGood, "is running"};
  if (run.run.finished_at.empty()) {
    return {Level::kWarn, outcome == "interrupted"
                              ? "was interrupted, and goes on with the next crawl"
                              : "was stopped, and goes on with the next crawl"};
  }
  switch (run.run.exit_code.value_or(0)) {
    case kExitFailedPages:
      return {Level::kBad, "too many pages failed, or a seed"};
    case kExitHealth:
      return {Level::kBad, "rows or fields are missing"};
    default:
      break;
  }
  if (outcome == "complete") return {Level::kGood, "complete"};
  if (outcome == "waiting") return {Level::kWarn, "some URLs are due only later"};
  if (outcome == "budget") return {Level::kWarn, "its budget is used up"};
  return {Level::kWarn, outcome};
}

std::vector<Note> NotesOn(const ReportData& data, const ReportOptions& options) {
  std::vector<Note> notes;
  for (const SiteRunSummary& run : data.last_runs) {
    const Note note = Describe(run, options);
    if (note.level != Level::kGood) notes.push_back({note.level, run.site + ": " + note.text});
  }
  for (const HostReport& host : data.hosts) {
    if (host.failures < kFailuresToOpen) continue;
    notes.push_back({Level::kBad,
                     fmt::format("{}: {} failures in a row", host.origin, Grouped(host.failures))});
  }
  std::stable_sort(notes.begin(), notes.end(),
                   [](const Note& a, const Note& b) { return a.level > b.level; });
  return notes;
}

RunTotals Sum(const std::vector<SiteRunSummary>& runs) {
  RunTotals sum;
  for (const SiteRunSummary& run : runs) {
    sum.pages += run.run.totals.pages;
    sum.unchanged += run.run.totals.unchanged;
    sum.failed += run.run.totals.failed;
    sum.rows_added += run.run.totals.rows_added;
    sum.rows_changed += run.run.totals.rows_changed;
    sum.rows_gone += run.run.totals.rows_gone;
    sum.bytes += run.run.totals.bytes;
  }
  return sum;
}

// From the first run's beginning to the last one's end.
double DurationOf(const std::vector<SiteRunSummary>& crawl) {
  std::optional<Timestamp> begin, end;
  for (const SiteRunSummary& run : crawl) {
    const auto began = FromIso8601(run.run.started_at);
    const auto ended =
        FromIso8601(run.run.finished_at.empty() ? run.last_fetch : run.run.finished_at);
    if (began) begin = begin ? std::min(*begin, *began) : *began;
    if (ended) end = end ? std::max(*end, *ended) : *ended;
  }
  return begin && end ? static_cast<double>((*end - *begin).count()) : 0;
}

void Tile(const std::string& name, const std::string& value, const std::string& more,
          const char* colour, HtmlWriter& html) {
  const auto tile = html.Open("div", {{"class", "tile"}});
  html.Leaf("dt", {}, name);
  {
    const auto dd = html.Open("dd", {{"class", colour}});
    html.Text(value);
    if (!more.empty()) html.Leaf("small", {}, more);
  }
}

void WriteTiles(const ReportData& data, HtmlWriter& html) {
  const RunTotals sum = Sum(data.crawl);
  const double took = DurationOf(data.crawl);
  const double seconds = std::max(took / 1000, 0.001);
  const auto list = html.Open("dl", {{"class", "tiles"}});
  Tile("Pages", Grouped(sum.pages),
       took >= 1000 ? ShortNumber(static_cast<double>(sum.pages) / seconds) + " a second" : "", "",
       html);
  Tile("Unchanged", Grouped(sum.unchanged),
       sum.pages > 0 ? Percent(static_cast<double>(sum.unchanged) / static_cast<double>(sum.pages))
                     : "",
       "", html);
  Tile("Failed URLs", Grouped(sum.failed), "", sum.failed > 0 ? "is-bad" : "", html);
  Tile("Downloaded", ShortBytes(static_cast<double>(sum.bytes)), "", "", html);
  Tile("Rows added", Grouped(sum.rows_added), "", "", html);
  Tile("Rows changed", Grouped(sum.rows_changed), "", "", html);
  Tile("Rows gone", Grouped(sum.rows_gone), "", "", html);
  Tile("Took", ShortDuration(took), "", "", html);
}

// One line that says it all.
std::string Headline(const ReportData& data, const ReportOptions& options, size_t notes) {
  if (data.last_runs.empty()) return "No crawl has run on this database.";
  const bool running = std::any_of(data.crawl.begin(), data.crawl.end(),
                                   [&](const auto& run) { return IsRunning(run, options); });
  if (running) return "A crawl is running.";
  const size_t things = notes + (data.findings.empty() ? 0 : 1);
  if (things == 0) return "The last crawl went well.";
  return "The last crawl needs a look.";
}

void WriteSites(const ReportData& data, const ReportOptions& options, HtmlWriter& html) {
  const auto details = html.Open("details", {});
  html.Leaf("summary", {}, fmt::format("The last run of each of {} sites", data.last_runs.size()));
  HtmlTable table("The last run of each site",
                  {"Site", "Outcome", "Began", "#Pages", "#Failed", "#Added", "#Changed", "#Gone"},
                  html);
  const auto body = html.Open("tbody");
  for (const SiteRunSummary& run : data.last_runs) {
    const auto row = table.Row();
    table.Head(run.site);
    const Note note = Describe(run, options);
    {
      const auto cell = html.Open("td");
      html.Leaf("span", {{"class", std::string("chip ") + ClassOf(note.level)}}, note.text);
    }
    {
      const auto cell = html.Open("td");
      WriteTime(run.run.started_at, html);
    }
    const RunTotals& totals = run.run.totals;
    for (const int64_t number :
         {totals.pages, totals.failed, totals.rows_added, totals.rows_changed, totals.rows_gone}) {
      table.Number(number);
    }
  }
}

}  // namespace

void WriteOutcome(const ReportData& data, const ReportOptions& options, HtmlWriter& html) {
  const std::vector<Note> notes = NotesOn(data, options);
  Level level = data.findings.empty() ? Level::kGood : Level::kBad;
  for (const Note& note : notes) level = std::max(level, note.level);
  const auto section = html.Open("section", {{"id", "outcome"}, {"aria-labelledby", "outcome-h"}});
  html.Leaf("h2", {{"id", "outcome-h"}, {"class", std::string("verdict ") + ClassOf(level)}},
            Headline(data, options, notes.size()));
  if (data.last_runs.empty()) return;
  if (!notes.empty() || !data.findings.empty()) {
    const auto list = html.Open("ul", {{"class", "notes"}});
    for (size_t i = 0; i < std::min(notes.size(), kToldNotes); ++i) {
      html.Leaf("li", {{"class", ClassOf(notes[i].level)}}, notes[i].text);
    }
    if (notes.size() > kToldNotes) {
      html.Leaf("li", {}, fmt::format("and {} more", notes.size() - kToldNotes));
    }
    if (!data.findings.empty()) {
      const auto item = html.Open("li", {{"class", "bad"}});
      html.Leaf("a", {{"href", Address("#health")}},
                Counted(static_cast<int64_t>(data.findings.size()), "health finding"));
    }
  }
  WriteTiles(data, html);
  if (data.last_runs.size() > 1) WriteSites(data, options, html);
}

void WriteFindings(const ReportData& data, const ReportOptions& options, HtmlWriter& html) {
  if (data.findings.empty()) return;
  const ReportSection section("health", "Health", html);
  const auto list = html.Open("ul", {{"class", "findings"}});
  for (const SiteFinding& found : data.findings) {
    const auto item = html.Open("li");
    {
      const auto line = html.Open("p");
      html.Leaf("strong", {},
                found.finding.field.empty() ? found.finding.table
                                            : found.finding.table + "." + found.finding.field);
      html.Text(" ");
      html.Leaf("span", {{"class", "muted"}}, found.site);
    }
    html.Leaf("p", {}, found.finding.message);
    if (found.finding.examples.empty()) continue;
    const auto examples = html.Open("ul");
    for (const std::string& url : found.finding.examples) {
      const auto example = html.Open("li");
      WritePageLink(url, options, html);
    }
  }
}

}  // namespace thresh
