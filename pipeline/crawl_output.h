// All that `crawl` says and shows, chosen by its flags and by where stderr leads.
#pragma once

#include <filesystem>
#include <memory>
#include <string_view>
#include <vector>

#include "pipeline/clock.h"
#include "pipeline/commands.h"
#include "pipeline/crawl.h"
#include "pipeline/diagnostic.h"
#include "pipeline/event_log.h"
#include "pipeline/live_view.h"
#include "pipeline/metrics_file.h"
#include "pipeline/terminal.h"

namespace thresh {

// One command's, over all of its databases:
//
//   stderr is…          without a flag           -v              --json      -q
//   a terminal          live view, summary       lines, summary  events      errors
//   a dumb terminal     a line now and then      lines, summary  events      errors
//   anything else       what needs attention     lines, summary  events      errors
class CrawlOutput {
 public:
  // The flags and the clock must outlive it.
  CrawlOutput(const CrawlFlags& flags, const Clock& clock);
  ~CrawlOutput();

  // What configs have wrong; warnings are for who looks on.
  void Tell(const std::vector<Diagnostic>& diagnostics);
  // For its lifetime a crawl of `db` is shown, which has the listener. The fetcher must outlive it.
  // Throws UsageError when the metrics cannot be written.
  class Shown {
   public:
    Shown(CrawlOutput& output, const std::filesystem::path& db, Fetcher& fetcher)
        : output_(output), listener_(output.Begin(db, fetcher)) {}
    ~Shown() { output_.Clear(); }
    Shown(const Shown&) = delete;
    Shown& operator=(const Shown&) = delete;
    CrawlListener& listener() const { return listener_; }

   private:
    CrawlOutput& output_;
    CrawlListener& listener_;
  };
  // What hinders the crawl or what is made of it, and is no reason to end it: in words.
  void TellTrouble(std::string_view text);
  // Takes the live view off the terminal.
  void Clear();
  // The last words on the crawl that was shown last.
  void End(const std::vector<SiteReport>& reports);

 private:
  // Hands on to all that listen.
  class Group;

  CrawlListener& Begin(const std::filesystem::path& db, Fetcher& fetcher);
  bool looks_on() const;

  const CrawlFlags& flags_;
  const Clock& clock_;
  const bool is_terminal_;
  std::unique_ptr<EventLog> events_;
  std::unique_ptr<MetricsFile> metrics_;
  std::unique_ptr<Terminal> terminal_;
  std::unique_ptr<CrawlListener> view_;
  std::unique_ptr<Group> group_;
  std::filesystem::path db_;
  SteadyTime begun_{};
};

}  // namespace thresh
