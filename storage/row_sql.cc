#include "storage/row_sql.h"

#include <xxhash.h>

#include <algorithm>
#include <cmath>

#include "storage/cell_text.h"
#include "storage/store.h"
#include "storage/stored_schema.h"

namespace thresh {

std::string ColumnList(const TableSchema& schema) {
  std::string list;
  for (const Column& column : schema.columns) list += ", " + QuoteName(column.name);
  return list;
}

std::string WhereKey(const TableSchema& schema) {
  std::string where = " WHERE _site = ?1";
  for (size_t i = 0; i < schema.key.size(); ++i) {
    where += " AND " + QuoteName(schema.key[i]) + " IS ?" + std::to_string(i + 2);
  }
  return where;
}

std::vector<size_t> KeyColumns(const TableSchema& schema) {
  std::vector<size_t> columns;
  for (const std::string& name : schema.key) {
    const auto found = std::find_if(schema.columns.begin(), schema.columns.end(),
                                    [&](const Column& column) { return column.name == name; });
    if (found == schema.columns.end()) {
      throw StorageError("table " + QuoteName(schema.table) + ": the key " + QuoteName(name) +
                         " is not one of its columns");
    }
    columns.push_back(static_cast<size_t>(found - schema.columns.begin()));
  }
  return columns;
}

bool HasKey(const Row& row, const std::vector<size_t>& key_columns) {
  return key_columns.empty() || std::any_of(key_columns.begin(), key_columns.end(),
                                            [&](size_t column) { return !IsNull(row[column]); });
}

bool IsGood(const RecordExtraction& found, const std::vector<size_t>& key_columns) {
  return found.applies && !found.too_few_rows &&
         std::any_of(found.rows.begin(), found.rows.end(),
                     [&](const Row& row) { return HasKey(row, key_columns); });
}

int64_t HashKey(std::string_view site, const Row& row, const std::vector<size_t>& key_columns) {
  std::string text(site);
  for (const size_t column : key_columns) {
    const Value& value = row[column];
    text += '\0';
    text += static_cast<char>('0' + value.index());
    if (const auto* string = std::get_if<std::string>(&value)) text += *string;
    if (const auto* integer = std::get_if<int64_t>(&value)) AppendInteger(*integer, &text);
    if (const auto* real = std::get_if<double>(&value)) AppendReal(*real, &text);
  }
  return static_cast<int64_t>(XXH3_64bits(text.data(), text.size()));
}

// By each value of body_kept the index leads to the later pages; else it would go through all that
// the URL ever had.
std::string FetchedSinceSql(const std::string& url, const std::string& page) {
  return "EXISTS (SELECT 1 FROM pages AS p WHERE p.url_id = " + url +
         " AND p.body_kept IN (0, 1) AND p.page_id > " + page + " AND " +
         std::string(kTellingPage) + ")";
}

std::string UrlIsGoneSql(const std::string& url) {
  return "EXISTS (SELECT 1 FROM urls AS u WHERE u.url_id = " + url +
         " AND u.state = 'failed' AND u.last_status IN (404, 410) AND u.attempts >= ?2)";
}

bool ComesBackOtherwise(const Value& value, ValueType type) {
  if (const auto* real = std::get_if<double>(&value)) return std::isnan(*real);
  return type == ValueType::kReal && std::holds_alternative<int64_t>(value);
}

Value AsItComesBack(const Value& value) {
  if (const auto* integer = std::get_if<int64_t>(&value)) return static_cast<double>(*integer);
  return std::monostate();
}

std::string SaveVersionSql(Database& database, const std::string& table, const std::string& from) {
  std::string columns;
  const std::string history = table + "_history";
  for (const DeclaredColumn& column : UserColumns(database, history)) {
    columns += QuoteName(column.name) + ", ";
  }
  return "INSERT INTO " + QuoteName(history) + " (" + columns +
         "_site, _url_id, _valid_from, _valid_to, _run_id, _rule) SELECT " + columns +
         "_site, _url_id, ?2, ?3, ?4, _rule FROM " + from + " WHERE _rowid_ = ?1 AND ?2 <> ?3";
}

std::string TakeBackVersionSql(Database& database, const TableSchema& schema) {
  const std::string history = schema.table + "_history";
  const auto parameter = [&](size_t i) { return '?' + std::to_string(schema.key.size() + i); };
  std::string sql = "DELETE FROM " + QuoteName(history) + WhereKey(schema) +
                    " AND _run_id = " + parameter(2) + " AND _valid_to >= " + parameter(3) +
                    " AND EXISTS (SELECT 1 FROM " + QuoteName(schema.table) +
                    " AS r WHERE r._rowid_ = " + parameter(4);
  for (const DeclaredColumn& column : UserColumns(database, history)) {
    const std::string name = QuoteName(column.name);
    sql += " AND r." + name + " IS " + QuoteName(history) + '.' + name;
  }
  return sql + ") RETURNING 1";
}

std::string NoteSourceSql(const std::string& row_sources) {
  return "INSERT INTO " + row_sources +
         " VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO UPDATE SET "
         "filled = CASE WHEN page_id = excluded.page_id THEN filled ELSE excluded.filled END, "
         "page_id = excluded.page_id";
}

// A version holds since the one before it ended, and the first since the row is there.
std::string VersionStartSql(const TableSchema& schema) {
  return "SELECT max(coalesce(max(_valid_to), ''), ?" + std::to_string(schema.key.size() + 2) +
         ") FROM " + QuoteName(schema.table + "_history") + WhereKey(schema);
}

}  // namespace thresh
