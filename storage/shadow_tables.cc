#include "storage/shadow_tables.h"

#include <algorithm>

namespace thresh {
namespace {

// The tables beside a keyed table that RecordRows writes.
constexpr std::string_view kBesides[] = {"row_sources", "row_rules", "bad_pages"};

// The statement that made a table, for a temporary one of the name.
std::string CreationSql(Database& database, std::string_view table) {
  Statement select(database,
                   "SELECT sql FROM main.sqlite_schema WHERE type = 'table' AND name = ?1");
  auto rows = select.Start(table);
  if (!rows.Next()) throw StorageError(database.name() + ": there is no table " + QuoteName(table));
  constexpr std::string_view kCreate = "CREATE TABLE ";
  return "CREATE TEMP TABLE " + std::string(rows.Text(0).substr(kCreate.size()));
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
