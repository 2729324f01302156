// Rows as text, for people and programs: table, csv, tsv, json, ndjson, md.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "parser/record.h"
#include "storage/output.h"

namespace thresh {

struct Blob {
  std::string_view bytes;
};
// NULL, integer, real, UTF-8 text or bytes. A view: dies with the row.
using Cell = std::variant<std::monostate, int64_t, double, std::string_view, Blob>;

// A view of `value`, which must outlive it.
Cell CellOf(const Value& value);

enum class RowFormat : uint8_t { kTable, kCsv, kTsv, kJson, kNdjson, kMarkdown };
std::optional<RowFormat> RowFormatFromName(std::string_view name);           // "csv"
std::optional<RowFormat> RowFormatFromExtension(std::string_view filename);  // "out.csv"

struct OutputColumn {
  std::string name;
  bool is_json = false;  // its text is JSON: json and ndjson print it as it is
};

// Call Begin once, Row for each row, End once. Constant memory, but `table` looks ahead: it buffers
// the first 1,000 rows to find its widths, wider cells later are cut with '…'.
class RowWriter {
 public:
  virtual ~RowWriter() = default;
  virtual void Begin(const std::vector<OutputColumn>& columns) = 0;
  virtual void Row(std::span<const Cell> cells) = 0;
  virtual void End() = 0;
};

// What each format does with NULL, bytes and special characters: delimited_writer.h, json_writer.h,
// table_writer.h. A terminal is sent nothing that it would act on (Output::WriteLines, WriteJson).
// `output` must outlive the writer and is not flushed by it. `terminal_width` bounds `table`'s
// lines, 0: no bound.
std::unique_ptr<RowWriter> MakeRowWriter(RowFormat format, Output& output,
                                         size_t terminal_width = 0);

}  // namespace thresh
