#include "storage/row_writer.h"

#include <algorithm>
#include <utility>

#include "parser/ascii.h"
#include "storage/delimited_writer.h"
#include "storage/json_writer.h"
#include "storage/table_writer.h"

namespace thresh {
namespace {

constexpr std::pair<std::string_view, RowFormat> kNames[] = {
    {"table", RowFormat::kTable}, {"csv", RowFormat::kCsv},       {"tsv", RowFormat::kTsv},
    {"json", RowFormat::kJson},   {"ndjson", RowFormat::kNdjson}, {"md", RowFormat::kMarkdown},
};

constexpr std::pair<std::string_view, RowFormat> kExtensions[] = {
    {"csv", RowFormat::kCsv},     {"tsv", RowFormat::kTsv},       {"tab", RowFormat::kTsv},
    {"json", RowFormat::kJson},   {"ndjson", RowFormat::kNdjson}, {"jsonl", RowFormat::kNdjson},
    {"md", RowFormat::kMarkdown}, {"txt", RowFormat::kTable},
};

template <size_t size>
std::optional<RowFormat> Find(const std::pair<std::string_view, RowFormat> (&formats)[size],
                              std::string_view name) {
  for (const auto& [known, format] : formats) {
    if (known == name) return format;
  }
  return std::nullopt;
}

}  // namespace

std::optional<RowFormat> RowFormatFromName(std::string_view name) { return Find(kNames, name); }

std::optional<RowFormat> RowFormatFromExtension(std::string_view filename) {
  const size_t slash = filename.rfind('/');
  if (slash != std::string_view::npos) filename.remove_prefix(slash + 1);
  const size_t dot = filename.rfind('.');
  if (dot == std::string_view::npos || dot == 0) return std::nullopt;
  return Find(kExtensions, ascii::Lowered(filename.substr(dot + 1)));
}

Cell CellOf(const Value& value) {
  if (const auto* integer = std::get_if<int64_t>(&value)) return *integer;
  if (const auto* real = std::get_if<double>(&value)) return *real;
  if (const auto* text = std::get_if<std::string>(&value)) return std::string_view(*text);
  return std::monostate();
}

std::unique_ptr<RowWriter> MakeRowWriter(RowFormat format, Output& output, size_t terminal_width) {
  switch (format) {
    case RowFormat::kCsv:
      return MakeCsvWriter(output);
    case RowFormat::kTsv:
      return MakeTsvWriter(output);
    case RowFormat::kJson:
      return MakeJsonWriter(output, false);
    case RowFormat::kNdjson:
      return MakeJsonWriter(output, true);
    case RowFormat::kMarkdown:
      return MakeMarkdownWriter(output);
    case RowFormat::kTable:
      break;
  }
  return MakeTableWriter(output, terminal_width);
}

}  // namespace thresh
