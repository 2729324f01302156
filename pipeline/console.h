// What `crawl` says on stderr: progress on a terminal, decisions with -v, the outcome at the end.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "pipeline/crawl.h"

namespace thresh {

enum class Verbosity : uint8_t { kQuiet, kNormal, kVerbose };

class Console : public CrawlListener {
 public:
  // `progress`: stderr is a terminal, and not dumb.
  Console(Verbosity verbosity, bool progress) : verbosity_(verbosity), progress_(progress) {}

  // With -v: a line a fetch, of key=value pairs.
  void OnPage(const PageEvent& event) override;
  // On a terminal: one line that is written over.
  void OnProgress(const Progress& progress) override;
  // Findings always, unless -q; a summary a site on a terminal or with -v.
  void PrintReports(const std::vector<SiteReport>& reports);

 private:
  void ClearProgress();

  const Verbosity verbosity_;
  const bool progress_;
  bool shows_progress_ = false;
};

// Whether stderr can show progress.
bool StderrIsCapableTerminal();

}  // namespace thresh
