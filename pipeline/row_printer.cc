#include "pipeline/row_printer.h"

#include <functional>

namespace thresh {

RowPrinter::RowPrinter(const Extractor& extractor, RowWriter& writer) : writer_(writer) {
  for (const TableSchema& schema : extractor.schemas()) {
    for (const Column& column : schema.columns) {
      if (!column_index_.try_emplace(column.name, columns_.size()).second) continue;
      columns_.push_back({column.name, column.type == ValueType::kJson});
    }
  }
  writer_.Begin(columns_);
}

void RowPrinter::AddInput(std::string_view input) {
  const size_t hash = std::hash<std::string_view>()(input);
  if (input_index_.try_emplace(hash, finished_.size()).second) finished_.push_back(false);
}

size_t RowPrinter::IndexOf(std::string_view input) const {
  return input_index_.at(std::hash<std::string_view>()(input));
}

void RowPrinter::Print(std::string_view input, const TableSchema& schema,
                       const std::vector<Row>& rows) {
  const size_t index = IndexOf(input);
  has_rows_ = has_rows_ || !rows.empty();
  for (const Row& row : rows) {
    const Row wide = Widened(schema, row);
    if (index <= current_) {
      Write(wide);
    } else {
      if (!held_) held_ = std::make_unique<RowSpool>(columns_.size());
      held_->Add(index, wide);
    }
  }
}

void RowPrinter::Finish(std::string_view input) {
  finished_[IndexOf(input)] = true;
  Advance();
}

void RowPrinter::End() {
  finished_.assign(finished_.size(), true);
  Advance();
  writer_.End();
}

// Passes over finished inputs, printing what was held back.
void RowPrinter::Advance() {
  while (current_ < finished_.size() && finished_[current_]) {
    if (++current_ == finished_.size()) return;
    if (held_) held_->Take(current_, [this](const Row& row) { Write(row); });
  }
}

Row RowPrinter::Widened(const TableSchema& schema, const Row& row) const {
  Row wide(columns_.size());
  for (size_t i = 0; i < row.size(); ++i) wide[column_index_.at(schema.columns[i].name)] = row[i];
  return wide;
}

void RowPrinter::Write(const Row& row) {
  std::vector<Cell> cells;
  cells.reserve(row.size());
  for (const Value& value : row) cells.push_back(CellOf(value));
  writer_.Row(cells);
}

}  // namespace thresh
