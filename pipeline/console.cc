#include "pipeline/console.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <utility>

#include "pipeline/diagnostic.h"
#include "pipeline/message.h"

namespace thresh {
namespace {

std::string Quoted(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : Visible(text)) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + '"';
}

std::string_view Describe(RunOutcome outcome) {
  switch (outcome) {
    case RunOutcome::kComplete:
      return "complete";
    case RunOutcome::kWaiting:
      return "waiting: what is left is due later";
    case RunOutcome::kBudget:
      return "stopped by its budget";
    case RunOutcome::kInterrupted:
      return "interrupted, state saved: run it again to continue";
    case RunOutcome::kCrashed:
      return "crashed";
  }
  return "";
}

}  // namespace

void Console::OnPage(const PageEvent& event) {
  if (verbosity_ != Verbosity::kVerbose) return;
  ClearProgress();
  PrintMessage("site={} state={} status={} ms={} bytes={} rows={} url={}", event.site,
               Name(event.state), event.status, event.elapsed.count(), event.bytes, event.rows,
               Visible(event.url));
  if (!event.reason.empty()) PrintMessage(" reason={}", Quoted(event.reason));
  PrintMessage("\n");
}

void Console::OnProgress(const Progress& progress) {
  if (!progress_ || verbosity_ == Verbosity::kQuiet) return;
  PrintMessage("\r\x1b[K{} done, {} failed, {} queued, {} in flight, {} rows, {:.1f} MB",
               progress.done, progress.failed, progress.queued, progress.in_flight, progress.rows,
               static_cast<double>(progress.bytes) / 1e6);
  std::fflush(stderr);
  shows_progress_ = true;
}

void Console::PrintReports(const std::vector<SiteReport>& reports) {
  ClearProgress();
  if (verbosity_ == Verbosity::kQuiet) return;
  for (const SiteReport& report : reports) {
    if (progress_ || verbosity_ == Verbosity::kVerbose) {
      PrintMessage("{}: {} pages, {} failed, {} pending; {}\n", report.site, report.pages,
                   report.failed, report.pending, Describe(report.outcome));
    }
    for (const std::string& finding : report.findings) {
      PrintMessage("{}: {}\n", report.site, Visible(finding));
    }
  }
}

void Console::ClearProgress() {
  if (!std::exchange(shows_progress_, false)) return;
  PrintMessage("\r\x1b[K");
}

bool StderrIsCapableTerminal() {
  const char* term = std::getenv("TERM");
  return isatty(STDERR_FILENO) != 0 && term != nullptr && std::string_view(term) != "dumb";
}

}  // namespace thresh
