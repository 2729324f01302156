#include "storage/sql_writer.h"

#include <cmath>
#include <utility>

#include "storage/cell_text.h"
#include "storage/database.h"

namespace thresh {
namespace {

// SQL has no NUL, and the sqlite3 shell takes the CR out of line ends, also in texts.
void AppendText(std::string_view text, std::string* out) {
  if (text.find_first_of(std::string_view("\0\r", 2)) != std::string_view::npos) {
    *out += "CAST(";
    AppendBlobLiteral(text, out);
    *out += " AS TEXT)";
    return;
  }
  *out += '\'';
  for (const char c : text) {
    if (c == '\'') *out += '\'';
    *out += c;
  }
  *out += '\'';
}

void AppendCell(const Cell& cell, std::string* out) {
  if (const auto* text = std::get_if<std::string_view>(&cell)) {
    AppendText(*text, out);
  } else if (const auto* integer = std::get_if<int64_t>(&cell)) {
    AppendInteger(*integer, out);
  } else if (const auto* real = std::get_if<double>(&cell)) {
    if (std::isfinite(*real)) {
      AppendReal(*real, out);
    } else {
      *out += *real > 0 ? "9e999" : *real < 0 ? "-9e999" : "NULL";
    }
  } else if (const auto* blob = std::get_if<Blob>(&cell)) {
    AppendBlobLiteral(blob->bytes, out);
  } else {
    *out += "NULL";
  }
}

class SqlWriter : public RowWriter {
 public:
  SqlWriter(Output& output, std::string table, std::vector<std::string> types)
      : output_(output), table_(QuoteName(table)), types_(std::move(types)) {}

  void Begin(const std::vector<OutputColumn>& columns) override {
    std::string declarations, names;
    for (size_t i = 0; i < columns.size(); ++i) {
      const std::string separator = i == 0 ? "" : ", ";
      const std::string name = QuoteName(columns[i].name);
      names += separator + name;
      declarations += separator + name;
      if (i < types_.size() && !types_[i].empty()) declarations += ' ' + types_[i];
    }
    insert_ = "INSERT INTO " + table_ + " (" + names + ") VALUES (";
    output_.WriteLines("BEGIN;\nCREATE TABLE IF NOT EXISTS " + table_ + " (" + declarations +
                       ");\n");
  }

  void Row(std::span<const Cell> cells) override {
    line_ = insert_;
    for (size_t i = 0; i < cells.size(); ++i) {
      if (i > 0) line_ += ", ";
      AppendCell(cells[i], &line_);
    }
    line_ += ");\n";
    output_.WriteLines(line_);
  }

  void End() override { output_.Write("COMMIT;\n"); }

 private:
  Output& output_;
  const std::string table_;
  const std::vector<std::string> types_;
  std::string insert_;
  std::string line_;
};

}  // namespace

std::unique_ptr<RowWriter> MakeSqlWriter(Output& output, std::string table,
                                         std::vector<std::string> types) {
  return std::make_unique<SqlWriter>(output, std::move(table), std::move(types));
}

}  // namespace thresh
