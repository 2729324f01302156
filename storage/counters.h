// What a crawl counts. Kept in memory between commits and saved with what was counted, so that a
// busy crawl does not write these few rows for each page, and a kill loses none of them alone.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "parser/extractor.h"
#include "storage/common_values.h"
#include "storage/database.h"
#include "storage/store.h"

namespace thresh {

// The counting columns of `runs`.
class RunCounts {
 public:
  explicit RunCounts(Database& database);
  RunTotals& operator[](RunId run) { return pending_[run]; }
  // What is saved and what is not yet.
  RunTotals Read(RunId run);
  void Flush();

 private:
  Statement select_, update_;
  std::map<RunId, RunTotals> pending_;
};

// The table `extraction`.
class ExtractionCounts {
 public:
  explicit ExtractionCounts(Database& database);
  void Add(RunId run, PageId page, const TableSchema& schema, const RecordExtraction& found,
           const RowChanges& changes);
  void Flush();

 private:
  struct Counts {
    int64_t pages = 0, matched = 0, rows = 0, filled = 0, failed = 0, conflicts = 0, too_few = 0;
    int64_t repeated = 0;
    std::string example;
    std::vector<PageId> example_pages;  // that gave no row, too few, or rows without the field
  };
  struct Record {
    Counts whole;
    std::vector<std::string> names;
    std::vector<Counts> fields;
    std::vector<CommonValues> values;  // of the fields, since the process began
  };
  using Key = std::tuple<RunId, std::string, std::string>;  // run, table, rule

  void Save(const Key& key, const std::string& field, const Counts& counts,
            const CommonValues* values);

  Statement upsert_;
  std::map<Key, Record, std::less<>> records_;
};

// The table `dropped`: counts, and up to 20 examples each.
class DroppedCounts {
 public:
  explicit DroppedCounts(Database& database);
  void Add(std::string_view site, std::string_view host, std::string_view reason, int64_t count,
           std::string_view example);
  void Flush();

 private:
  struct Dropped {
    int64_t count = 0;
    std::vector<std::string> examples;
  };

  Statement upsert_, add_example_;
  std::map<std::tuple<std::string, std::string, std::string>, Dropped> pending_;
};

}  // namespace thresh
