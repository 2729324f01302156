#include "storage/row_difference.h"

#include <cmath>
#include <variant>

#include "storage/cell_text.h"
#include "storage/json_writer.h"

namespace thresh {
namespace {

void AppendJson(const Value& value, std::string* out) {
  if (const auto* integer = std::get_if<int64_t>(&value)) {
    AppendInteger(*integer, out);
  } else if (const auto* real = std::get_if<double>(&value);
             real != nullptr && std::isfinite(*real)) {
    AppendReal(*real, out);
  } else if (const auto* text = std::get_if<std::string>(&value)) {
    AppendJsonString(*text, out);
  } else {
    *out += "null";
  }
}

// The values that are there.
std::string ToJson(const std::vector<Column>& columns, const Row& row) {
  std::string json = "{";
  for (size_t i = 0; i < row.size(); ++i) {
    if (IsNull(row[i])) continue;
    if (json.size() > 1) json += ',';
    AppendJsonString(columns[i].name, &json);
    json += ':';
    AppendJson(row[i], &json);
  }
  return json + "}";
}

std::string_view Name(RowDifference::Change change) {
  switch (change) {
    case RowDifference::Change::kAdded:
      return "added";
    case RowDifference::Change::kChanged:
      return "changed";
    case RowDifference::Change::kRemoved:
      break;
  }
  return "removed";
}

}  // namespace

std::string KeyText(const Row& row, const std::vector<size_t>& key_columns) {
  std::string text;
  if (key_columns.size() == 1) {
    const Value& value = row[key_columns.front()];
    if (const auto* string = std::get_if<std::string>(&value)) return *string;
    AppendJson(value, &text);
    return text;
  }
  for (const size_t column : key_columns) {
    text += text.empty() ? '[' : ',';
    AppendJson(row[column], &text);
  }
  return text + "]";
}

DifferenceWriter::DifferenceWriter(RowWriter& writer, bool by) : writer_(writer), by_(by) {
  std::vector<OutputColumn> columns = {{"change"}, {"table"}, {"key"}, {"field"}, {"old"}, {"new"}};
  if (by) columns.push_back({"by"});
  writer_.Begin(columns);
}

void DifferenceWriter::Write(const RowDifference& difference) {
  ++count_;
  if (difference.change != RowDifference::Change::kChanged) {
    const Row& row = difference.after != nullptr ? *difference.after : *difference.before;
    const std::string json = ToJson(difference.columns, row);
    const bool added = difference.after != nullptr;
    return Line(difference, {}, added ? Cell() : Cell(std::string_view(json)),
                added ? Cell(std::string_view(json)) : Cell());
  }
  for (size_t i = 0; i < difference.columns.size(); ++i) {
    const Value& before = (*difference.before)[i];
    const Value& after = (*difference.after)[i];
    if (before == after) continue;
    Line(difference, difference.columns[i].name, CellOf(before), CellOf(after));
  }
}

void DifferenceWriter::Line(const RowDifference& difference, std::string_view field,
                            const Cell& before, const Cell& after) {
  std::vector<Cell> cells = {Name(difference.change),
                             difference.table,
                             difference.key,
                             field.empty() ? Cell() : Cell(field),
                             before,
                             after};
  if (by_) cells.emplace_back(difference.by);
  writer_.Row(cells);
}

void DifferenceWriter::End() { writer_.End(); }

}  // namespace thresh
