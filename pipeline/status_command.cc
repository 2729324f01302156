// thresh status: what a crawl would do now, and thresh runs: what crawls did.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "parser/url.h"
#include "pipeline/commands.h"
#include "pipeline/politeness.h"
#include "pipeline/row_output.h"
#include "pipeline/stored_config.h"
#include "pipeline/story_text.h"
#include "storage/lock.h"
#include "storage/query.h"

namespace thresh {
namespace {

constexpr size_t kToldReasons = 5;
constexpr size_t kToldHosts = 10;

// The outcome of a run, and what its exit code says beside.
std::string Describe(const RunSummary& run) {
  std::string text = run.outcome;
  if (!run.exit_code || *run.exit_code == kExitOk) return text;
  text += fmt::format(", exit code {}", *run.exit_code);
  if (*run.exit_code == kExitFailedPages) text += " (too many pages failed, or a seed)";
  if (*run.exit_code == kExitHealth) text += " (rows or fields are missing)";
  return text;
}

std::string DescribeTotals(const RunTotals& totals) {
  return fmt::format("{}, {} unchanged, {} failed; rows: {} added, {} changed, {} gone",
                     Counted(totals.pages, "page"), Grouped(totals.unchanged),
                     Grouped(totals.failed), Grouped(totals.rows_added),
                     Grouped(totals.rows_changed), Grouped(totals.rows_gone));
}

// Why a host rests.
std::string Describe(const HostRecord& host) {
  if (host.failures >= kFailuresToOpen) {
    return fmt::format("its circuit is open after {} failures in a row", host.failures);
  }
  if (host.failures > 0) {
    return fmt::format("backs off after {}", Counted(host.failures, "failure"));
  }
  return fmt::format("between two requests, or as it asked for; its delay is {}",
                     InWords(host.delay));
}

// Tells the status of one site.
class StatusTeller {
 public:
  StatusTeller(const CrawlStatus& status, bool is_running, Timestamp now)
      : status_(status), is_running_(is_running), now_(now) {}

  void Tell(const SiteStatus& site);
  std::string text() const { return text_.text(); }

 private:
  void TellRun(const SiteStatus& site);
  void TellDue(const SiteStatus& site);
  void TellReasons(std::string label, const ReasonCounts& reasons);
  void TellHosts(const SiteStatus& site);
  void TellLastRun(const SiteStatus& site);

  const CrawlStatus& status_;
  const bool is_running_;
  const Timestamp now_;
  StoryText text_;
};

void StatusTeller::Tell(const SiteStatus& site) {
  text_.Title(site.site);
  TellRun(site);
  text_.Line("urls", fmt::format("{}: {} done, {} pending, {} failed, {} skipped",
                                 Grouped(site.urls), Grouped(site.done), Grouped(site.pending),
                                 Grouped(site.failed), Grouped(site.skipped)));
  TellDue(site);
  TellReasons("failed", site.failed_by);
  TellReasons("skipped", site.skipped_by);
  TellReasons("dropped", site.dropped_by);
  TellHosts(site);
  TellLastRun(site);
}

void StatusTeller::TellRun(const SiteStatus& site) {
  if (!site.unfinished) {
    text_.Line("run", "none is unfinished: a crawl begins a new one");
    return;
  }
  const RunSummary& run = *site.unfinished;
  const std::string state = !run.outcome.empty() ? run.outcome + ": a crawl continues it"
                            : is_running_
                                ? "a crawl is at work on this database"
                                : "it was killed, or the disk was full: a crawl continues it";
  text_.Line("run", fmt::format("{}, begun {}, {}", run.id, When(run.started_at, now_), state));
  text_.More(DescribeTotals(run.totals));
}

void StatusTeller::TellDue(const SiteStatus& site) {
  const auto config = ReadStoredConfig(site.site, site.config_text);
  const bool has_interval = config && config->recrawl.max;
  const int64_t again_now = site.again_now + (has_interval ? 0 : site.again_later);
  const int64_t again_later = has_interval ? site.again_later : 0;
  std::optional<Timestamp> next = site.next_pending;
  if (has_interval && site.next_again && (!next || *site.next_again < *next)) {
    next = site.next_again;
  }
  text_.Line("due", fmt::format("{} now: {} pending, {} to be asked for again",
                                Grouped(site.pending_now + again_now), Grouped(site.pending_now),
                                Grouped(again_now)));
  if (!next) return;
  text_.More(fmt::format("{} later, the first {}", Grouped(site.pending_later + again_later),
                         When(*next, now_)));
}

void StatusTeller::TellReasons(std::string label, const ReasonCounts& reasons) {
  for (size_t i = 0; i < std::min(reasons.size(), kToldReasons); ++i) {
    const auto& [reason, count] = reasons[i];
    text_.Line(std::exchange(label, ""), fmt::format("{:>7}  {}", Grouped(count), reason));
  }
  if (reasons.size() > kToldReasons) {
    text_.More(fmt::format("         {} more",
                           Counted(static_cast<int64_t>(reasons.size() - kToldReasons), "reason")));
  }
}

// Hosts that a crawl would have to wait for: those that rest, and those whose robots.txt could not
// be fetched.
void StatusTeller::TellHosts(const SiteStatus& site) {
  std::map<std::string, std::string> lines;  // by host, so that each is told once
  for (const auto& [name, queue] : site.hosts) {
    if (queue.robots_unreachable.empty() || !queue.next) continue;
    lines[name] =
        fmt::format("{} until {}: {}", name, When(*queue.next, now_), queue.robots_unreachable);
  }
  for (const HostRecord& host : status_.hosts) {
    const auto origin = Url::Parse(host.host);
    const std::string name(origin ? origin->host() : std::string_view());
    if (!site.hosts.contains(name)) continue;
    const int64_t due = site.hosts.find(name)->second.due;
    lines.try_emplace(name,
                      fmt::format("{} until {}, {} behind it: {}", name, When(*host.next_at, now_),
                                  Counted(due, "URL"), Describe(host)));
  }
  std::string label = "waits for";
  size_t told = 0;
  for (const auto& [name, line] : lines) {
    if (++told > kToldHosts) break;
    text_.Line(std::exchange(label, ""), line);
  }
  if (lines.size() > kToldHosts) {
    text_.More(Counted(static_cast<int64_t>(lines.size() - kToldHosts), "more host", "more hosts"));
  }
}

void StatusTeller::TellLastRun(const SiteStatus& site) {
  if (!site.last) return;
  const RunSummary& run = *site.last;
  text_.Line("last run",
             fmt::format("{}, ended {}: {}", run.id, When(run.finished_at, now_), Describe(run)));
  text_.More(DescribeTotals(run.totals));
  for (const std::string& finding : site.findings) text_.More(finding);
}

}  // namespace

int RunStatus(const StatusFlags& flags) {
  const std::filesystem::path db = DatabaseOf(flags.db);
  const auto reader = Reader::Open(db);
  const Timestamp now = SystemClock().Wall();
  const CrawlStatus status = reader->Status(now);
  const bool is_running = IsInUse(db);
  StatusTeller teller(status, is_running, now);
  for (const SiteStatus& site : status.sites) teller.Tell(site);
  Output output = Output::Stdout();
  if (status.sites.empty()) output.Write("no crawl has run on this database\n");
  if (is_running && status.progress) {
    output.Write(
        fmt::format("a crawl is at work: {} done, {} queued, {} failed, {} in flight "
                    "({})\n",
                    Grouped(status.progress->done), Grouped(status.progress->queued),
                    Grouped(status.progress->failed), Grouped(status.progress->in_flight),
                    When(status.progress_at, now)));
  }
  output.Write(teller.text());
  output.Close();
  return kExitOk;
}

int RunRuns(const RunsFlags& flags) {
  const auto reader = Reader::Open(DatabaseOf(flags.db));
  Output output = OpenOutput(flags.output);
  const RowFormat format = ChooseFormat(flags.format, flags.output, output.is_terminal());
  const auto writer = MakeRowWriter(format, output, TerminalWidth(output));
  reader->ListRuns(*writer);
  output.Close();
  return kExitOk;
}

}  // namespace thresh
