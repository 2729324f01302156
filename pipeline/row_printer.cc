#include "pipeline/row_printer.h"

#include <utility>

namespace thresh {
namespace {

Cell ToCell(const Value& value) {
  return std::visit(
      [](const auto& held) -> Cell {
        if constexpr (std::is_same_v<std::decay_t<decltype(held)>, std::string>) {
          return std::string_view(held);
        } else {
          return held;
        }
      },
      value);
}

}  // namespace

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
  if (input_index_.try_emplace(std::string(input), inputs_.size()).second) inputs_.emplace_back();
}

void RowPrinter::Print(std::string_view input, const TableSchema& schema,
                       const std::vector<Row>& rows) {
  const size_t index = input_index_.at(std::string(input));
  for (const Row& row : rows) {
    Row wide = Widened(schema, row);
    if (index <= current_) {
      Write(wide);
    } else {
      inputs_[index].rows.push_back(std::move(wide));
    }
  }
}

void RowPrinter::Finish(std::string_view input) {
  inputs_[input_index_.at(std::string(input))].finished = true;
  Advance();
}

void RowPrinter::End() {
  for (Input& input : inputs_) input.finished = true;
  Advance();
  writer_.End();
}

// Passes over finished inputs, printing what they held back.
void RowPrinter::Advance() {
  while (current_ < inputs_.size() && inputs_[current_].finished) {
    if (++current_ == inputs_.size()) return;
    for (const Row& row : std::exchange(inputs_[current_].rows, {})) Write(row);
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
  for (const Value& value : row) cells.push_back(ToCell(value));
  writer_.Row(cells);
}

}  // namespace thresh
