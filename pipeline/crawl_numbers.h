// What a person is shown of a running crawl: its look, with rates, rows and the time left.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/crawl_listener.h"
#include "pipeline/rate_meter.h"

namespace thresh {

struct TableRows {
  std::string table;
  int64_t rows = 0;
  double per_second = 0;
};

struct TimeLeft {
  Milliseconds time{0};
  bool at_least = false;  // more pages are found than fetched
};

struct CrawlNumbers {
  CrawlLook look;
  Milliseconds elapsed{0};
  double pages_per_second = 0;
  double bytes_per_second = 0;
  std::vector<TableRows> tables;  // those with the most rows first
  std::optional<TimeLeft> left;   // where it can be known
  double share = 0;               // of the work that is known of, what is done
};

// Takes note of what a crawl tells. A part of the listener that shows it.
class NumberKeeper {
 public:
  explicit NumberKeeper(SteadyTime begin) : begin_(begin) {}

  void NoteRows(const TableSchema& schema, size_t rows) {
    tables_[schema.table].rows += static_cast<int64_t>(rows);
  }
  CrawlNumbers At(const CrawlLook& look);

 private:
  struct Table {
    int64_t rows = 0;
    RateMeter meter;
  };
  std::optional<TimeLeft> EstimateLeft(const CrawlLook& look, int64_t urls_left) const;

  const SteadyTime begin_;
  std::map<std::string, Table, std::less<>> tables_;
  RateMeter done_;
  RateMeter bytes_;
  RateMeter queued_;
};

}  // namespace thresh
