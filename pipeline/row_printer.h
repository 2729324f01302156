// Prints the rows of several records as one table, in the order of the inputs they came from.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "parser/extractor.h"
#include "storage/row_spool.h"
#include "storage/row_writer.h"

namespace thresh {

// The columns are those of all records; a row has NULL in the columns of the others. Inputs may
// finish in any order: rows of later ones are held back, in a RowSpool, until all before are
// finished.
class RowPrinter {
 public:
  // `extractor` and `writer` must outlive it.
  RowPrinter(const Extractor& extractor, RowWriter& writer);

  // Announces an input; rows are printed in the order of these calls.
  void AddInput(std::string_view input);
  // Prints or holds back `rows` of `input`.
  void Print(std::string_view input, const TableSchema& schema, const std::vector<Row>& rows);
  // Rows of the next input need not wait for `input` any longer.
  void Finish(std::string_view input);
  // Prints what was held back and ends the table.
  void End();

  // Whether there was a row.
  bool has_rows() const { return has_rows_; }

 private:
  size_t IndexOf(std::string_view input) const;
  Row Widened(const TableSchema& schema, const Row& row) const;
  void Write(const Row& row);
  void Advance();

  RowWriter& writer_;
  std::vector<OutputColumn> columns_;
  std::unordered_map<std::string, size_t> column_index_;
  // There may be millions of inputs: by a hash of their names, which at worst prints the rows of
  // two as those of one.
  std::unordered_map<size_t, size_t> input_index_;
  std::vector<bool> finished_;      // by input
  std::unique_ptr<RowSpool> held_;  // rows held back, with all columns; null as long as none was
  size_t current_ = 0;              // the first input that is not finished
  bool has_rows_ = false;
};

}  // namespace thresh
