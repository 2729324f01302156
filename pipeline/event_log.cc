#include "pipeline/event_log.h"

#include <algorithm>

namespace thresh {
namespace {

std::string_view Decision(ScopeDecision::Verdict verdict) {
  switch (verdict) {
    case ScopeDecision::Verdict::kAdmit:
      return "queued";
    case ScopeDecision::Verdict::kList:
      return "skipped";
    case ScopeDecision::Verdict::kCount:
      return "dropped";
  }
  return "";
}

// A page that is done is news; one that is tried again or given up needs a look.
EventLevel LevelOf(const PageEvent& event) {
  return event.state == UrlState::kDone ? EventLevel::kInfo : EventLevel::kWarning;
}

EventLevel LevelOf(const SiteReport& report) {
  if (report.exit_code != 0) return EventLevel::kError;
  return report.findings.empty() ? EventLevel::kInfo : EventLevel::kWarning;
}

}  // namespace

void EventLog::OnRun(const RunEvent& event) {
  Event written{.name = "run"};
  written.With("site", event.site)
      .WithNumber("run", event.run)
      .WithFlag("continued", event.continued)
      .WithFlag("first", event.first)
      .WithNumber("queued", event.queued);
  Write(written);
}

void EventLog::OnFound(const FoundEvent& event) {
  Event written{.name = "found", .level = EventLevel::kDebug};
  written.With("site", event.site)
      .With("url", event.url)
      .With("on", event.found_on)
      .WithNumber("depth", event.depth)
      .With("decision", Decision(event.verdict));
  if (!event.reason.empty()) written.With("reason", event.reason);
  Write(written);
}

void EventLog::OnDropped(const DroppedEvent& event) {
  Event written{.name = "dropped", .level = EventLevel::kDebug};
  written.With("site", event.site)
      .With("on", event.found_on)
      .WithNumber("count", static_cast<int64_t>(event.count))
      .With("reason", event.reason);
  Write(written);
}

void EventLog::OnRefused(const RefusedEvent& event) {
  Event written{.name = "refused"};
  written.With("site", event.site).With("url", event.url).With("reason", event.reason);
  Write(written);
}

void EventLog::OnFetch(const FetchEvent& event) {
  Event written{.name = "fetch", .level = EventLevel::kDebug};
  written.With("site", event.site)
      .With("url", event.url)
      .With("host", event.host)
      .WithNumber("worker", event.worker)
      .WithNumber("attempts", event.attempts);
  Write(written);
}

void EventLog::OnPage(const PageEvent& event) {
  Event written{.name = "page", .level = LevelOf(event)};
  written.With("site", event.site)
      .With("url", event.url)
      .With("state", Name(event.state))
      .WithNumber("status", event.status)
      .WithNumber("ms", event.elapsed.count())
      .WithNumber("bytes", static_cast<int64_t>(event.bytes))
      .WithNumber("rows", static_cast<int64_t>(event.rows))
      .WithNumber("worker", event.worker);
  if (!event.reason.empty()) written.With("reason", event.reason);
  if (!event.error.empty()) written.With("error", event.error);
  if (event.attempts > 0) written.WithNumber("attempts", event.attempts);
  if (event.next_at) {
    written.WithNumber("retry_ms", std::max<int64_t>((*event.next_at - clock_.Wall()).count(), 0));
  }
  Write(written);
}

void EventLog::OnRobots(const RobotsEvent& event) {
  Event written{.name = "robots"};
  if (!event.reason.empty()) written.level = EventLevel::kWarning;
  written.With("origin", event.origin).WithNumber("status", event.status);
  if (!event.reason.empty()) written.With("reason", event.reason);
  if (event.crawl_delay) written.WithNumber("crawl_delay_ms", event.crawl_delay->count());
  Write(written);
}

void EventLog::OnRest(const RestEvent& event) {
  Event written{.name = "rest", .level = EventLevel::kWarning};
  written.With("host", event.host)
      .With("why", Name(event.why))
      .WithNumber("rest_ms", event.rest.count())
      .WithNumber("delay_ms", event.delay.count())
      .WithNumber("failures", event.failures);
  Write(written);
}

void EventLog::OnProgress(const Progress& progress) {
  Event written{.name = "progress"};
  written.WithNumber("done", progress.done)
      .WithNumber("queued", progress.queued)
      .WithNumber("failed", progress.failed)
      .WithNumber("in_flight", progress.in_flight)
      .WithNumber("rows", progress.rows)
      .WithNumber("bytes", progress.bytes);
  Write(written);
}

void EventLog::Tell(const Diagnostic& diagnostic) {
  const bool is_error = diagnostic.severity == Diagnostic::Severity::kError;
  Event written{.name = "config", .level = is_error ? EventLevel::kError : EventLevel::kWarning};
  written.With("file", diagnostic.file)
      .WithNumber("line", static_cast<int64_t>(diagnostic.line))
      .WithNumber("column", static_cast<int64_t>(diagnostic.column))
      .With("text", diagnostic.message);
  Write(written);
}

void EventLog::Tell(const SiteReport& report) {
  for (const std::string& finding : report.findings) {
    Event written{.name = "finding", .level = EventLevel::kWarning};
    written.With("site", report.site).With("text", finding);
    Write(written);
  }
  Event written{.name = "end", .level = LevelOf(report)};
  written.With("site", report.site)
      .WithNumber("run", report.run)
      .With("outcome", Name(report.outcome))
      .WithNumber("exit_code", report.exit_code)
      .WithNumber("pages", report.totals.pages)
      .WithNumber("unchanged", report.totals.unchanged)
      .WithNumber("failed", report.totals.failed)
      .WithNumber("pending", report.pending)
      .WithNumber("bytes", report.totals.bytes)
      .WithNumber("rows_added", report.totals.rows_added)
      .WithNumber("rows_changed", report.totals.rows_changed)
      .WithNumber("rows_gone", report.totals.rows_gone);
  Write(written);
}

void EventLog::OnTrouble(std::string_view text) {
  Event event{.name = "trouble", .level = EventLevel::kWarning};
  Write(event.With("text", text));
}

Event ErrorEvent(std::string_view text) {
  Event event{.name = "error", .level = EventLevel::kError};
  return event.With("text", text);
}

}  // namespace thresh
