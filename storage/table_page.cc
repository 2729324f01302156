#include "storage/table_page.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>

#include "storage/database.h"

namespace thresh {
namespace {

constexpr size_t kMostTables = 2000;

// Of a row `s` of sqlite_schema: whether SQLite did not make it for itself, and whether it has what
// people came for.
constexpr std::string_view kIsListed =
    "s.type IN ('table', 'view') AND s.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'";
constexpr std::string_view kIsOfRecord =
    "EXISTS (SELECT 1 FROM record_columns AS r "
    "WHERE s.name IN (r.table_name, r.table_name || '_v', r.table_name || '_history'))";

bool IsText(const TableColumn& column) { return column.type == "TEXT"; }

// Whether `text` is a number as SQL writes it, so that it can be compared with numbers.
bool IsNumber(std::string_view text) {
  double value = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  return result.ec == std::errc() && result.ptr == text.data() + text.size() && !text.empty() &&
         text.find_first_not_of("0123456789.-+eE") == std::string_view::npos;
}

// Whether the column's values are what `text` says: in a column of texts "007" is not 7, in one of
// numbers 7.0 is, and one of an expression may have either.
std::string Equality(const TableColumn& column, std::string_view text) {
  const std::string is_text = QuoteName(column.name) + " IS " + QuoteText(text);
  if (IsText(column) || !IsNumber(text)) return is_text;
  return is_text + " OR " + QuoteName(column.name) + " IS " + std::string(text);
}

std::string Order(const TableColumn& column, std::string_view sign, std::string_view text) {
  const std::string compared = QuoteName(column.name) + ' ' + std::string(sign) + ' ';
  if (IsText(column) || !IsNumber(text)) return compared + QuoteText(text);
  // Texts sort behind numbers, and would pass for large ones.
  return "typeof(" + QuoteName(column.name) + ") IN ('integer', 'real') AND " + compared +
         std::string(text);
}

std::string Comparison(const TableColumn& described, std::string_view filter) {
  const std::string column = QuoteName(described.name);
  if (filter == "null") return column + " IS NULL";
  if (filter == "!null") return column + " IS NOT NULL";
  for (const std::string_view sign : {"<=", ">=", "<", ">"}) {
    if (filter.starts_with(sign)) return Order(described, sign, filter.substr(sign.size()));
  }
  if (filter.starts_with('=')) return Equality(described, filter.substr(1));
  if (filter.starts_with('!')) return "NOT (" + Equality(described, filter.substr(1)) + ")";
  std::string pattern;
  for (const char c : filter) {
    if (c == '%' || c == '_' || c == '\\') pattern += '\\';
    pattern += c;
  }
  return column + " LIKE " + QuoteText("%" + pattern + "%") + " ESCAPE '\\'";
}

const TableColumn& Find(const TableInfo& table, const std::string& name) {
  const auto found = std::find_if(table.columns.begin(), table.columns.end(),
                                  [&](const TableColumn& column) { return column.name == name; });
  if (found == table.columns.end()) {
    throw SqlError(table.name + " has no column " + QuoteName(name));
  }
  return *found;
}

std::string Where(const TableInfo& table, const TableRequest& request) {
  std::string where;
  for (const auto& [column, filter] : request.filters) {
    if (filter.empty()) continue;
    where +=
        (where.empty() ? " WHERE (" : " AND (") + Comparison(Find(table, column), filter) + ")";
  }
  return where;
}

int64_t Integer(const ShownRows& rows) {
  int64_t value = 0;
  if (rows.rows.empty() || rows.rows[0].empty()) return value;
  const std::string& text = rows.rows[0][0].text;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

TableInfo Find(Reader& reader, const std::string& name) {
  for (TableInfo& table : ListTables(reader)) {
    if (table.name == name) return std::move(table);
  }
  throw SqlError("there is no table or view " + QuoteName(name));
}

}  // namespace

std::vector<TableInfo> ListTables(Reader& reader) {
  ShownLimits limits;
  limits.rows = kMostTables * 20;
  const ShownRows rows = CollectRows(
      reader,
      "SELECT s.name, s.type, " + std::string(kIsOfRecord) +
          ", c.name, c.type FROM sqlite_schema AS s JOIN pragma_table_xinfo(s.name) AS c WHERE " +
          std::string(kIsListed) + " ORDER BY 3 DESC, s.name, c.cid",
      limits);
  std::vector<TableInfo> tables;
  for (const auto& row : rows.rows) {
    if (tables.empty() || tables.back().name != row[0].text) {
      tables.push_back({row[0].text, row[1].text == "view", row[2].text == "1", {}});
    }
    tables.back().columns.push_back({row[3].text, row[4].text});
  }
  return tables;
}

std::string ListTablesSql() {
  return "SELECT name, type FROM sqlite_schema AS s WHERE " + std::string(kIsListed) +
         " ORDER BY " + std::string(kIsOfRecord) + " DESC, name";
}

TablePage ReadTablePage(Reader& reader, const TableRequest& request) {
  TablePage page;
  page.table = Find(reader, request.table);
  const std::string from = " FROM " + QuoteName(request.table) + Where(page.table, request);
  std::string order;
  if (!request.sort.empty()) {
    order = " ORDER BY " + QuoteName(Find(page.table, request.sort).name) +
            (request.descending ? " DESC" : "");
  }
  const int64_t size = std::clamp<int64_t>(request.page_size, 1, 500);
  const int64_t skipped = (std::clamp<int64_t>(request.page, 1, 1'000'000'000) - 1) * size;
  ShownLimits limits;
  limits.rows = static_cast<size_t>(size);
  page.rows = CollectRows(reader,
                          "SELECT *" + from + order + " LIMIT " + std::to_string(size) +
                              " OFFSET " + std::to_string(skipped),
                          limits);
  page.total = Integer(CollectRows(
      reader,
      "SELECT count(*) FROM (SELECT 1" + from + " LIMIT " + std::to_string(kMostCounted + 1) + ")",
      limits));
  return page;
}

}  // namespace thresh
