// A crawl as a person watches it: drawn in place, or in lines on a terminal that is dumb.
#pragma once

#include <optional>
#include <string>

#include "pipeline/clock.h"
#include "pipeline/crawl_listener.h"
#include "pipeline/crawl_numbers.h"
#include "pipeline/styled_line.h"
#include "pipeline/terminal.h"

namespace thresh {

// Redraws four times a second; once a second when there are many hosts to look at. The terminal
// must outlive it.
class LiveView : public CrawlListener {
 public:
  LiveView(Terminal& terminal, const Clock& clock, bool color, bool unicode);

  void OnRows(std::string_view seed, const TableSchema& schema,
              const std::vector<Row>& rows) override;
  SteadyTime NextLook() const override;
  void OnLook(const CrawlLook& look) override;

 private:
  LineStyle Style() const;

  Terminal& terminal_;
  const bool color_;
  const bool unicode_;
  NumberKeeper keeper_;
  SteadyTime next_look_{};
};

// Prints a line every five seconds.
class ProgressLines : public CrawlListener {
 public:
  explicit ProgressLines(const Clock& clock);

  void OnRows(std::string_view seed, const TableSchema& schema,
              const std::vector<Row>& rows) override;
  SteadyTime NextLook() const override { return next_look_; }
  void OnLook(const CrawlLook& look) override;

 private:
  NumberKeeper keeper_;
  SteadyTime next_look_;
};

}  // namespace thresh
