#include "storage/stored_schema.h"

#include <map>

namespace thresh {

std::vector<std::string> RecordTableNames(Database& database) {
  Statement select(database, kListRecordTables);
  std::vector<std::string> names;
  for (auto rows = select.Start(); rows.Next();) names.emplace_back(rows.Text(0));
  return names;
}

std::string JoinNames(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text.empty() ? "none" : text;
}

TableSchema ReadSchema(Database& database, std::string_view table) {
  TableSchema schema;
  schema.table = table;
  Statement select(database,
                   "SELECT i.name, c.type, c.key_position FROM pragma_table_info(?1) AS i "
                   "JOIN record_columns AS c ON c.table_name = ?1 AND c.name = i.name "
                   "ORDER BY i.cid");
  std::map<int64_t, std::string> key;
  for (auto rows = select.Start(table); rows.Next();) {
    const auto type = ValueTypeFromName(rows.Text(1));
    schema.columns.push_back({std::string(rows.Text(0)), type.value_or(ValueType::kText)});
    if (!rows.IsNull(2)) key[rows.Int(2)] = rows.Text(0);
  }
  for (const auto& [position, name] : key) schema.key.push_back(name);
  return schema;
}

std::vector<DeclaredColumn> UserColumns(Database& database, std::string_view table) {
  Statement select(database,
                   "SELECT name, type FROM pragma_table_info(?1) WHERE substr(name, 1, 1) <> '_'");
  std::vector<DeclaredColumn> columns;
  for (auto rows = select.Start(table); rows.Next();) {
    columns.push_back({std::string(rows.Text(0)), std::string(rows.Text(1))});
  }
  return columns;
}

bool HasHistory(Database& database, std::string_view table) {
  Statement select(database,
                   "SELECT 1 FROM sqlite_schema WHERE type = 'table' "
                   "AND name = ?1 || '_history' COLLATE NOCASE");
  return select.Start(table).Next();
}

}  // namespace thresh
