#include "pipeline/crawl_output.h"

#include <unistd.h>

#include <algorithm>

#include "pipeline/crawl_summary.h"
#include "pipeline/message.h"

namespace thresh {

class CrawlOutput::Group : public CrawlListener {
 public:
  explicit Group(CrawlOutput& output) : output_(output) {}

  void Add(CrawlListener* listener) {
    if (listener != nullptr) listeners_.push_back(listener);
  }
  void OnRun(const RunEvent& event) override {
    for (auto* listener : listeners_) listener->OnRun(event);
  }
  void OnFound(const FoundEvent& event) override {
    for (auto* listener : listeners_) listener->OnFound(event);
  }
  void OnDropped(const DroppedEvent& event) override {
    for (auto* listener : listeners_) listener->OnDropped(event);
  }
  void OnRefused(const RefusedEvent& event) override {
    for (auto* listener : listeners_) listener->OnRefused(event);
  }
  void OnFetch(const FetchEvent& event) override {
    for (auto* listener : listeners_) listener->OnFetch(event);
  }
  void OnPage(const PageEvent& event) override {
    for (auto* listener : listeners_) listener->OnPage(event);
  }
  void OnRows(std::string_view seed, const TableSchema& schema,
              const std::vector<Row>& rows) override {
    for (auto* listener : listeners_) listener->OnRows(seed, schema, rows);
  }
  void OnRobots(const RobotsEvent& event) override {
    for (auto* listener : listeners_) listener->OnRobots(event);
  }
  void OnRest(const RestEvent& event) override {
    for (auto* listener : listeners_) listener->OnRest(event);
  }
  void OnTrouble(std::string_view text) override { output_.TellTrouble(text); }
  void OnProgress(const Progress& progress) override {
    for (auto* listener : listeners_) listener->OnProgress(progress);
  }
  SteadyTime NextLook() const override {
    SteadyTime next = SteadyTime::max();
    for (const auto* listener : listeners_) next = std::min(next, listener->NextLook());
    return next;
  }
  void OnLook(const CrawlLook& look) override {
    for (auto* listener : listeners_) listener->OnLook(look);
  }

 private:
  CrawlOutput& output_;
  std::vector<CrawlListener*> listeners_;
};

CrawlOutput::CrawlOutput(const CrawlFlags& flags, const Clock& clock)
    : flags_(flags), clock_(clock), is_terminal_(isatty(STDERR_FILENO) != 0) {
  if (flags.json) {
    events_ = std::make_unique<EventLog>(MakeJsonSink(), clock);
  } else if (flags.verbose) {
    const bool color = StderrIsCapableTerminal() && ColorIsWanted();
    events_ = std::make_unique<EventLog>(MakeLogfmtSink(color), clock);
  }
  if (flags.metrics.empty()) return;
  metrics_ = std::make_unique<MetricsFile>(flags.metrics, clock,
                                           [this](std::string_view text) { TellTrouble(text); });
}

CrawlOutput::~CrawlOutput() = default;

// Whether somebody reads what is no complaint.
bool CrawlOutput::looks_on() const {
  return !flags_.quiet && !flags_.json && (is_terminal_ || flags_.verbose);
}

void CrawlOutput::Tell(const std::vector<Diagnostic>& diagnostics) {
  for (const Diagnostic& diagnostic : diagnostics) {
    const bool is_error = diagnostic.severity == Diagnostic::Severity::kError;
    if (flags_.json && events_) {
      events_->Tell(diagnostic);
    } else if (is_error || flags_.verbose || is_terminal_) {
      PrintMessage("{}\n", ToString(diagnostic));
    }
  }
}

CrawlListener& CrawlOutput::Begin(const std::filesystem::path& db, Fetcher& fetcher) {
  db_ = db;
  begun_ = clock_.Steady();
  if (metrics_) metrics_->Begin(db);
  if (is_terminal_ && !flags_.quiet && !events_) {
    if (StderrIsCapableTerminal()) {
      terminal_ = std::make_unique<Terminal>(fetcher);
      view_ = std::make_unique<LiveView>(*terminal_, clock_, ColorIsWanted(), Utf8IsShown());
    } else {
      view_ = std::make_unique<ProgressLines>(clock_);
    }
  }
  group_ = std::make_unique<Group>(*this);
  group_->Add(events_.get());
  group_->Add(metrics_.get());
  group_->Add(view_.get());
  return *group_;
}

void CrawlOutput::TellTrouble(std::string_view text) {
  if (events_) return events_->OnTrouble(text);
  RestoreTerminal();  // the message comes above the live view
  PrintMessage("thresh: {}\n", Visible(text));
}

void CrawlOutput::Clear() {
  view_.reset();
  terminal_.reset();
}

void CrawlOutput::End(const std::vector<SiteReport>& reports) {
  Clear();
  if (metrics_) metrics_->End(reports);
  if (events_) {
    for (const SiteReport& report : reports) events_->Tell(report);
  }
  if (flags_.json || flags_.quiet) return;
  if (!looks_on()) {
    PrintMessage("{}", CrawlComplaints(reports, db_));
    return;
  }
  const bool color = StderrIsCapableTerminal() && ColorIsWanted();
  const LineStyle style{.width = 1000, .color = color, .unicode = true};
  const auto elapsed = std::chrono::floor<Milliseconds>(clock_.Steady() - begun_);
  PrintMessage("{}", CrawlSummary(reports, db_, elapsed, style));
}

}  // namespace thresh
