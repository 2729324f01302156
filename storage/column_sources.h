// Who gave the columns of a row that several records write, a list page's and a detail page's say.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "parser/record.h"
#include "storage/column_places.h"
#include "storage/database.h"
#include "storage/store.h"

namespace thresh {

// Keeps the table `row_rules`: for each row of a keyed table with several records, and each of
// them, the last run in which the record gave the row, and the columns that it then filled. Lives
// in its RecordRows. Costs a look-up and a write a row, so a table of one record has none.
class ColumnSources {
 public:
  // What is known of one row, seen from one record.
  struct Known {
    std::vector<bool> held;           // one a column: another record fills it
    std::vector<bool> seen_this_run;  // likewise: somebody has filled it in this run
  };

  // `other_rules`: of the records that write the table besides that of `schema`.
  ColumnSources(Database& database, const TableSchema& schema,
                std::vector<std::string> other_rules);

  // `rule`, `run` and `values` are those of the row as it is, for rows from before the table had
  // several records.
  Known Read(int64_t key_hash, RunId this_run, std::string_view rule, RunId run, const Row& values);
  // What a record fills of the row, as ColumnPlaces writes it; empty: not known.
  std::string FilledBy(int64_t key_hash, std::string_view rule);
  // To be called after Read for a row that is there, and for a new one.
  void Note(int64_t key_hash, RunId this_run, const Row& given);

 private:
  struct Entry {
    std::string rule;
    RunId run = 0;
    std::string filled;  // see ColumnPlaces
  };

  std::vector<Entry> ReadEntries(int64_t key_hash);
  bool IsLive(std::string_view rule) const;

  const TableSchema& schema_;
  const std::vector<std::string> other_rules_;
  const ColumnPlaces places_;
  Statement select_, note_;
};

}  // namespace thresh
