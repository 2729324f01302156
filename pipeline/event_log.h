// -v and --json: every decision of a crawl as an event.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "pipeline/clock.h"
#include "pipeline/crawl.h"
#include "pipeline/crawl_event.h"
#include "pipeline/diagnostic.h"

namespace thresh {

// Where events go. Never fails: what cannot be written is lost.
class EventSink {
 public:
  virtual ~EventSink() = default;
  virtual void Write(const Event& event, Timestamp time) = 0;
};

// Lines of key=value pairs on stderr, levels in colour when `color`.
std::unique_ptr<EventSink> MakeLogfmtSink(bool color);
// A JSON object a line on stderr.
std::unique_ptr<EventSink> MakeJsonSink();

// Turns what a crawl tells into events. The clock must outlive it.
class EventLog : public CrawlListener {
 public:
  EventLog(std::unique_ptr<EventSink> sink, const Clock& clock)
      : sink_(std::move(sink)), clock_(clock) {}

  void OnRun(const RunEvent& event) override;
  void OnFound(const FoundEvent& event) override;
  void OnDropped(const DroppedEvent& event) override;
  void OnRefused(const RefusedEvent& event) override;
  void OnFetch(const FetchEvent& event) override;
  void OnPage(const PageEvent& event) override;
  void OnRobots(const RobotsEvent& event) override;
  void OnRest(const RestEvent& event) override;
  void OnTrouble(std::string_view text) override;
  void OnProgress(const Progress& progress) override;

  // What is wrong in a config.
  void Tell(const Diagnostic& diagnostic);
  // How a run ended, its findings first.
  void Tell(const SiteReport& report);

 private:
  void Write(const Event& event) { sink_->Write(event, clock_.Wall()); }

  const std::unique_ptr<EventSink> sink_;
  const Clock& clock_;
};

// What ended the program.
Event ErrorEvent(std::string_view text);

}  // namespace thresh
