// One difference between two states of a table, as `diff` and `reparse --diff` print it.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "parser/record.h"
#include "storage/row_writer.h"

namespace thresh {

// Views die when the callback returns.
struct RowDifference {
  enum class Change : uint8_t { kAdded, kChanged, kRemoved };
  Change change = Change::kAdded;
  std::string_view table;
  // What names the row: the value of its key, a JSON array of the values where there are several,
  // and without a key the page's URL and the row's place on it: "https://x.test/list 3".
  std::string_view key;
  const std::vector<Column>& columns;
  const Row* before = nullptr;  // null: added
  const Row* after = nullptr;   // null: removed
  std::string_view by;          // "site" or "rule"
};
using DifferenceSink = std::function<void(const RowDifference&)>;

// A key's values as RowDifference has them. Of one of them its text alone.
std::string KeyText(const Row& row, const std::vector<size_t>& key_columns);

// Prints differences: a line for each field that changed, and one for each row that came or went,
// with the row as a JSON object.
class DifferenceWriter {
 public:
  // `writer` must outlive this. Without `by`, that column is left out.
  DifferenceWriter(RowWriter& writer, bool by);
  void Write(const RowDifference& difference);
  void End();
  int64_t count() const { return count_; }  // of rows

 private:
  void Line(const RowDifference& difference, std::string_view field, const Cell& before,
            const Cell& after);

  RowWriter& writer_;
  const bool by_;
  int64_t count_ = 0;
};

}  // namespace thresh
