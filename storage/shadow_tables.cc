#include "storage/shadow_tables.h"

#include <algorithm>

namespace thresh {
namespace {

// The tables beside a keyed table that RecordRows writes.
constexpr std::string_view kBesides[] = {"row_sources", "row_rules", "bad_pages"};

// The statements that made a table, and its index where it has one, for temporary ones of the
// names.
std::string CreationSql(Database& database, std::string_view table) {
  Statement select(database,
                   "SELECT type, sql FROM main.sqlite_schema WHERE (type = 'table' AND name = ?1) "
                   "OR (type = 'index' AND name = ?1 || '_by_url') ORDER BY type DESC");
  std::string sql;
  for (auto rows = select.Start(table); rows.Next();) {
    const bool is_index = rows.Text(0) == "index";
    const std::string_view create = is_index ? "CREATE INDEX " : "CREATE TABLE ";
    sql += is_index ? "CREATE INDEX temp." : "CREATE TEMP TABLE ";
    sql.append(rows.Text(1).substr(create.size())).append(";\n");
  }
  if (sql.empty()) throw StorageError(database.name() + ": there is no table " + QuoteName(table));
  return sql;
}

}  // namespace

std::string Main(std::string_view table) { return "main." + QuoteName(table); }
std::string Shadow(std::string_view table) { return "temp." + QuoteName(table); }

void MadePages::Add(PageId page, UrlId url, bool unchanged) {
  if (pages.empty() || pages.back() != page) pages.push_back(page);
  urls[url] = unchanged;
}

bool MadePages::IsUnchanged(UrlId url) const {
  const auto found = urls.find(url);
  return found != urls.end() && found->second;
}

bool MadePages::Has(PageId page) const {
  return std::binary_search(pages.begin(), pages.end(), page);
}

// As the table stands after columns were added, its places and types included.
void CreateShadow(Database& database, const TableSchema& table) {
  std::string columns;
  Statement select(database, "SELECT name, type, \"notnull\" FROM pragma_table_info(?1, 'main')");
  for (auto rows = select.Start(table.table); rows.Next();) {
    columns += (columns.empty() ? "" : ", ") + QuoteName(rows.Text(0)) + ' ' +
               std::string(rows.Text(1)) + (rows.Int(2) != 0 ? " NOT NULL" : "");
  }
  database.Execute("CREATE TEMP TABLE " + QuoteName(table.table) + " (" + columns + ") STRICT");
  database.Execute("CREATE INDEX temp." + QuoteName(table.table + "_by_url") + " ON " +
                   QuoteName(table.table) + " (_url_id)");
  std::string key;
  for (const std::string& name : table.key) key += ", " + QuoteName(name);
  if (!key.empty()) {
    database.Execute("CREATE UNIQUE INDEX temp." + QuoteName(table.table + "_by_key") + " ON " +
                     QuoteName(table.table) + " (_site" + key + ")");
  }
  for (const std::string_view besides : kBesides) {
    Statement there(database, "SELECT 1 FROM temp.sqlite_schema WHERE name = ?1");
    const bool is_there = there.Start(besides).Next();
    if (!is_there) database.Execute(CreationSql(database, besides));
  }
}

void DropShadow(Database& database, std::string_view table) {
  database.Execute("DROP TABLE IF EXISTS " + Shadow(table));
  for (const std::string_view besides : kBesides) {
    database.Execute("DROP TABLE IF EXISTS " + Shadow(besides));
  }
}

}  // namespace thresh
