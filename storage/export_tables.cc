#include "storage/export_tables.h"

#include <algorithm>
#include <variant>

#include "storage/database.h"
#include "storage/stored_schema.h"

namespace thresh {
namespace {

// What each record's table has to show besides its own columns.
constexpr std::string_view kAdditions[] = {"page_url", "_first_seen", "_last_seen", "_gone_at"};

// Keeps rows of text.
class TextRows : public RowWriter {
 public:
  void Begin(const std::vector<OutputColumn>&) override {}
  void Row(std::span<const Cell> cells) override {
    std::vector<std::string>& row = rows.emplace_back();
    for (const Cell& cell : cells) {
      const auto* text = std::get_if<std::string_view>(&cell);
      row.emplace_back(text == nullptr ? std::string_view() : *text);
    }
  }
  void End() override {}

  std::vector<std::vector<std::string>> rows;
};

// A table or view as it is written where it was made: SQL does not tell upper and lower case apart.
std::string NameInSchema(Reader& reader, const std::string& name) {
  TextRows names;
  reader.Query("SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND name = " +
                   QuoteText(name) + " COLLATE NOCASE",
               names);
  return names.rows.empty() ? name : names.rows.front().front();
}

}  // namespace

void HoldState(Reader& reader) {
  TextRows nothing;
  reader.Query("BEGIN", nothing);
}

std::vector<std::string> ListRecordTables(Reader& reader) {
  TextRows names;
  reader.Query(kListRecordTables, names);
  std::vector<std::string> tables;
  for (const auto& row : names.rows) tables.push_back(row.front());
  return tables;
}

ExportedTable ReadExportedTable(Reader& reader, const std::string& asked) {
  const std::string table = NameInSchema(reader, asked);
  TextRows columns;
  reader.Query("SELECT name, type FROM pragma_table_info(" + QuoteText(table) + ")", columns);
  const std::vector<std::string> records = ListRecordTables(reader);
  if (columns.rows.empty()) {
    throw SqlError("there is no table or view " + QuoteName(table) +
                   "; those of records are: " + JoinNames(records));
  }
  const bool is_record = std::find(records.begin(), records.end(), table) != records.end();
  ExportedTable exported{table, "", {}};
  std::string list;
  const auto add = [&](std::string_view name, std::string_view type) {
    list += (list.empty() ? "" : ", ") + QuoteName(name);
    exported.types.emplace_back(type);
  };
  for (const auto& column : columns.rows) {
    if (!is_record || !column[0].starts_with('_')) add(column[0], column[1]);
  }
  if (is_record) {
    for (const std::string_view name : kAdditions) {
      const bool own = std::any_of(columns.rows.begin(), columns.rows.end(), [&](const auto& row) {
        return row[0] == name && !name.starts_with('_');
      });
      if (!own) add(name, "TEXT");
    }
  }
  exported.sql = "SELECT " + list + " FROM " + QuoteName(is_record ? table + "_v" : table);
  return exported;
}

}  // namespace thresh
