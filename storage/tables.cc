#include "storage/tables.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "parser/ascii.h"
#include "storage/schema.h"
#include "storage/store.h"
#include "storage/stored_schema.h"
#include "storage/urls.h"

namespace thresh {
namespace {

struct StoredColumn {
  std::string name;
  std::string type;
  int64_t key_position = 0;  // 0: not in the key
};

// SQLite's type of the columns of a STRICT table.
std::string_view DeclaredType(ValueType type) {
  switch (type) {
    case ValueType::kInteger:
    case ValueType::kBoolean:
      return "INTEGER";
    case ValueType::kReal:
      return "REAL";
    default:
      return "TEXT";
  }
}

// Names are equal as SQLite has it: ASCII letters in any case.
bool SameName(std::string_view a, std::string_view b) { return ascii::EqualsIgnoringCase(a, b); }

int64_t KeyPosition(const TableSchema& schema, std::string_view column) {
  for (size_t i = 0; i < schema.key.size(); ++i) {
    if (SameName(schema.key[i], column)) return static_cast<int64_t>(i) + 1;
  }
  return 0;
}

[[noreturn]] void Refuse(const Database& database, const TableSchema& schema,
                         const std::string& what) {
  throw StorageError(database.name() + ": table " + QuoteName(schema.table) + ": " + what);
}

// "table", "view", or empty when nothing has the name.
std::string ObjectType(Database& database, std::string_view name) {
  Statement select(database, "SELECT type FROM sqlite_schema WHERE name = ?1 COLLATE NOCASE");
  auto rows = select.Start(name);
  return rows.Next() ? std::string(rows.Text(0)) : std::string();
}

std::vector<StoredColumn> ReadColumns(Database& database, std::string_view table) {
  Statement select(database,
                   "SELECT name, type, key_position FROM record_columns WHERE table_name = ?1");
  std::vector<StoredColumn> columns;
  for (auto rows = select.Start(table); rows.Next();) {
    columns.push_back({std::string(rows.Text(0)), std::string(rows.Text(1)), rows.Int(2)});
  }
  return columns;
}

const StoredColumn* Find(const std::vector<StoredColumn>& columns, std::string_view name) {
  const auto found = std::find_if(columns.begin(), columns.end(), [&](const StoredColumn& column) {
    return SameName(column.name, name);
  });
  return found == columns.end() ? nullptr : &*found;
}

std::vector<std::string> KeyOf(const std::vector<StoredColumn>& stored) {
  std::vector<std::string> key(static_cast<size_t>(std::count_if(
      stored.begin(), stored.end(), [](const StoredColumn& c) { return c.key_position > 0; })));
  for (const StoredColumn& column : stored) {
    if (column.key_position > 0) key[static_cast<size_t>(column.key_position) - 1] = column.name;
  }
  return key;
}

void CheckNames(Database& database, const TableSchema& schema) {
  const auto bad = [](std::string_view name) {
    return name.empty() || name.front() == '_' || name.find('\0') != std::string_view::npos;
  };
  if (bad(schema.table) || IsReservedTable(schema.table)) {
    Refuse(database, schema, "this name is reserved; give the table another");
  }
  for (size_t i = 0; i < schema.columns.size(); ++i) {
    const std::string& name = schema.columns[i].name;
    if (bad(name))
      Refuse(database, schema, "the name of column " + QuoteName(name) + " is reserved");
    for (size_t j = 0; j < i; ++j) {
      if (SameName(name, schema.columns[j].name)) {
        Refuse(database, schema, "column " + QuoteName(name) + " is there twice");
      }
    }
  }
}

// What stands in the way of writing `schema` to the table as it is; empty: nothing.
std::string Disagreement(const TableSchema& schema, const std::vector<StoredColumn>& stored) {
  for (const Column& column : schema.columns) {
    const StoredColumn* old = Find(stored, column.name);
    if (old != nullptr && old->type != Name(column.type)) {
      return "column " + QuoteName(column.name) + " has rows of type " + old->type +
             ", the config says " + std::string(Name(column.type)) +
             "; \"thresh reparse\" makes the column anew, or give the field another name (the old "
             "column keeps its data), or the table";
    }
  }
  const std::vector<std::string> key = KeyOf(stored);
  if (std::equal(key.begin(), key.end(), schema.key.begin(), schema.key.end(), SameName)) return {};
  std::string was;
  for (const std::string& name : key) was += (was.empty() ? "" : ", ") + name;
  return "its rows have " + (was.empty() ? "no key" : "the key (" + was + ")") +
         ", the config says otherwise; give the table another name, or the key back";
}

std::string ViewName(const TableSchema& schema) { return schema.table + "_v"; }
std::string HistoryName(const TableSchema& schema) { return schema.table + "_history"; }

bool HasAny(Database& database, const std::string& table) {
  Statement select(database, "SELECT EXISTS (SELECT 1 FROM " + QuoteName(table) + ")");
  auto rows = select.Start();
  rows.Next();
  return rows.Int(0) != 0;
}

// Or had, as its history tells.
bool HasRows(Database& database, const TableSchema& schema) {
  return HasAny(database, schema.table) ||
         (HasHistory(database, schema.table) && HasAny(database, HistoryName(schema)));
}

void Unregister(Database& database, const TableSchema& schema) {
  Statement(database, "DELETE FROM record_columns WHERE table_name = ?1").Run(schema.table);
}

// Removes a table that has no row, nor had one that its history knows, so that its next shape is
// free.
void DropEmpty(Database& database, const TableSchema& schema) {
  database.Execute("DROP VIEW IF EXISTS " + QuoteName(ViewName(schema)));
  database.Execute("DROP TABLE IF EXISTS " + QuoteName(HistoryName(schema)));
  database.Execute("DROP TABLE " + QuoteName(schema.table));
  Unregister(database, schema);
}

void RegisterColumn(Database& database, const TableSchema& schema, const Column& column) {
  const int64_t position = KeyPosition(schema, column.name);
  Statement(database,
            "INSERT INTO record_columns (table_name, name, type, key_position) "
            "VALUES (?1, ?2, ?3, nullif(?4, 0))")
      .Run(schema.table, column.name, Name(column.type), position);
}

std::string Declaration(const Column& column) {
  return QuoteName(column.name) + ' ' + std::string(DeclaredType(column.type));
}

std::string KeyList(const TableSchema& schema) {
  std::string list;
  for (const std::string& name : schema.key) list += ", " + QuoteName(name);
  return list;
}

void CreateTable(Database& database, const TableSchema& schema) {
  const std::string table = QuoteName(schema.table);
  std::string sql = "CREATE TABLE " + table + " (";
  for (const Column& column : schema.columns) sql += Declaration(column) + ", ";
  sql +=
      "_site TEXT NOT NULL, _url_id INTEGER NOT NULL, _page_id INTEGER NOT NULL, "
      "_run_id INTEGER NOT NULL, _ordinal INTEGER NOT NULL, _rule TEXT NOT NULL, "
      "_first_seen TEXT NOT NULL, _last_seen TEXT NOT NULL, _gone_at TEXT) STRICT";
  database.Execute(sql);
  database.Execute("CREATE INDEX " + QuoteName(schema.table + "_by_url") + " ON " + table +
                   " (_url_id)");
  if (!schema.key.empty()) {
    database.Execute("CREATE UNIQUE INDEX " + QuoteName(schema.table + "_by_key") + " ON " + table +
                     " (_site" + KeyList(schema) + ")");
  }
  for (const Column& column : schema.columns) RegisterColumn(database, schema, column);
}

// Makes the table as it was, in the schema's order of columns, but empty: somebody dropped it. Its
// history and its view may still be there. The rows come with the pages, of whatever site, which
// would not come while they have not changed.
void Recreate(Database& database, const TableSchema& schema,
              const std::vector<StoredColumn>& stored) {
  TableSchema lost{.table = schema.table, .key = KeyOf(stored)};
  const auto add = [&](const StoredColumn& column) {
    lost.columns.push_back(
        {column.name, ValueTypeFromName(column.type).value_or(ValueType::kText)});
  };
  for (const Column& column : schema.columns) {
    if (const StoredColumn* old = Find(stored, column.name)) add(*old);
  }
  for (const StoredColumn& column : stored) {
    const auto is_it = [&](const Column& other) { return SameName(other.name, column.name); };
    if (std::none_of(schema.columns.begin(), schema.columns.end(), is_it)) add(column);
  }
  Unregister(database, schema);
  CreateTable(database, lost);
  ForgetValidators(database);
}

void AddColumns(Database& database, const TableSchema& schema,
                const std::vector<StoredColumn>& stored, bool history) {
  for (const Column& column : schema.columns) {
    if (Find(stored, column.name) != nullptr) continue;
    const std::string addition = " ADD COLUMN " + Declaration(column);
    database.Execute("ALTER TABLE " + QuoteName(schema.table) + addition);
    if (history) database.Execute("ALTER TABLE " + QuoteName(HistoryName(schema)) + addition);
    RegisterColumn(database, schema, column);
  }
}

// checked_at: the last fetch that confirmed the page, "not modified" included. Where the user has a
// column of such a name, it is the user's.
void CreateView(Database& database, const TableSchema& schema) {
  const std::string view = QuoteName(ViewName(schema));
  database.Execute("DROP VIEW IF EXISTS " + view);
  std::string sql = "CREATE VIEW " + view + " AS SELECT ";
  std::vector<std::pair<std::string_view, std::string_view>> additions = {
      {"page_url", "u.url"},
      {"fetched_at", "p.fetched_at"},
      {"checked_at",
       "(SELECT max(c.fetched_at) FROM pages AS c WHERE c.url_id = r._url_id AND c.error IS NULL "
       "AND (c.status BETWEEN 200 AND 299 OR c.status = 304))"}};
  for (const auto& [name, type] : UserColumns(database, schema.table)) {
    sql += "r." + QuoteName(name) + ", ";
    std::erase_if(additions, [&, &name = name](const auto& addition) {
      return SameName(addition.first, name);
    });
  }
  sql +=
      "r._site, r._url_id, r._page_id, r._run_id, r._ordinal, r._rule, r._first_seen, "
      "r._last_seen, r._gone_at";
  for (const auto& [name, from] : additions)
    sql.append(", ").append(from).append(" AS ").append(name);
  sql += " FROM " + QuoteName(schema.table) +
         " AS r LEFT JOIN urls AS u ON u.url_id = r._url_id"
         " LEFT JOIN pages AS p ON p.page_id = r._page_id";
  database.Execute(sql);
}

// `name` with the type that its column has, and a number where that is taken.
std::string FreeName(const TableSchema& schema, const std::vector<StoredColumn>& stored,
                     const StoredColumn& column) {
  const auto taken = [&](const std::string& name) {
    return Find(stored, name) != nullptr ||
           std::any_of(schema.columns.begin(), schema.columns.end(),
                       [&](const Column& other) { return SameName(other.name, name); });
  };
  const std::string name = column.name + '_' + column.type;
  if (!taken(name)) return name;
  int number = 2;
  while (taken(name + '_' + std::to_string(number))) ++number;
  return name + '_' + std::to_string(number);
}

// What others may have built on tables: views, triggers and indexes.
struct SchemaObject {
  std::string type;
  std::string name;
  std::string sql;
  friend bool operator==(const SchemaObject&, const SchemaObject&) = default;
};

std::vector<SchemaObject> ReadObjects(Database& database) {
  Statement select(database,
                   "SELECT type, name, sql FROM sqlite_schema WHERE type <> 'table' "
                   "AND sql IS NOT NULL ORDER BY type = 'trigger'");
  std::vector<SchemaObject> objects;
  for (auto rows = select.Start(); rows.Next();) {
    objects.push_back(
        {std::string(rows.Text(0)), std::string(rows.Text(1)), std::string(rows.Text(2))});
  }
  return objects;
}

// A column has another name, and all that names it follows, as SQLite has it.
void RenameColumn(Database& database, const TableSchema& schema, const std::string& from,
                  const std::string& to) {
  const std::string renaming = " RENAME COLUMN " + QuoteName(from) + " TO " + QuoteName(to);
  // Else a view that finds its columns no more, or never did, would stand in the way.
  database.Execute("PRAGMA writable_schema = ON");
  const bool renamed =
      database.TryExecute("ALTER TABLE " + QuoteName(schema.table) + renaming) &&
      (!HasHistory(database, schema.table) ||
       database.TryExecute("ALTER TABLE " + QuoteName(HistoryName(schema)) + renaming));
  database.Execute("PRAGMA writable_schema = OFF");
  if (!renamed) Refuse(database, schema, "column " + QuoteName(from) + " cannot be renamed");
  Statement(database, "UPDATE record_columns SET name = ?1 WHERE table_name = ?2 AND name = ?3")
      .Run(to, schema.table, from);
}

// Gives columns of another type than the schema's another name. Returns what was built on tables
// before; nothing where no column has another type.
std::vector<SchemaObject> SetAside(Database& database, const TableSchema& schema,
                                   std::vector<StoredColumn>* stored,
                                   std::vector<RetypedColumn>* retyped) {
  std::vector<SchemaObject> before;
  for (const Column& column : schema.columns) {
    const StoredColumn* old = Find(*stored, column.name);
    if (old == nullptr || old->type == Name(column.type)) continue;
    if (old->key_position > 0 || KeyPosition(schema, column.name) > 0) continue;
    if (before.empty()) before = ReadObjects(database);
    const std::string name = FreeName(schema, *stored, *old);
    RenameColumn(database, schema, old->name, name);
    retyped->push_back({schema.table, column.name, column.type, name});
    *stored = ReadColumns(database, schema.table);
  }
  return before;
}

// What was built on a column means the one that has its name now.
void Restore(Database& database, const std::vector<SchemaObject>& before) {
  if (before.empty()) return;
  const std::vector<SchemaObject> now = ReadObjects(database);
  for (const SchemaObject& object : before) {
    if (std::find(now.begin(), now.end(), object) != now.end()) continue;
    database.Execute("DROP " + object.type + ' ' + QuoteName(object.name));
    database.Execute(object.sql);
  }
}

void CreateHistory(Database& database, const TableSchema& schema) {
  const std::string name = HistoryName(schema);
  std::string sql = "CREATE TABLE " + QuoteName(name) + " (";
  for (const auto& [column, type] : UserColumns(database, schema.table)) {
    sql += QuoteName(column) + ' ' + type + ", ";
  }
  sql +=
      "_site TEXT NOT NULL, _url_id INTEGER NOT NULL, _valid_from TEXT NOT NULL, "
      "_valid_to TEXT NOT NULL, _run_id INTEGER NOT NULL, _rule TEXT NOT NULL) STRICT";
  database.Execute(sql);
  const std::string by = schema.key.empty() ? "_url_id" : "_site" + KeyList(schema);
  database.Execute("CREATE INDEX " + QuoteName(name + "_by_row") + " ON " + QuoteName(name) + " (" +
                   by + ", _valid_to)");
}

// The view and the history take names of their own, which another record may have.
void CheckDerivedNames(Database& database, const TableSchema& schema) {
  if (ObjectType(database, ViewName(schema)) == "table") {
    Refuse(database, schema, "a table has the name of its view; give one of them another");
  }
  if (!ReadColumns(database, HistoryName(schema)).empty()) {
    Refuse(database, schema, "another record has the name of its history; give it another");
  }
}

}  // namespace

void PrepareTable(Database& database, const TableSchema& schema, bool history,
                  std::vector<RetypedColumn>* retyped) {
  CheckNames(database, schema);
  std::vector<StoredColumn> stored = ReadColumns(database, schema.table);
  const std::string found = ObjectType(database, schema.table);
  if (!found.empty() && (stored.empty() || found != "table")) {
    Refuse(database, schema, "something else has this name in the database; give it another");
  }
  if (!stored.empty() && found.empty()) Recreate(database, schema, stored);
  std::vector<SchemaObject> built_on;
  if (retyped != nullptr && !stored.empty() && HasRows(database, schema)) {
    built_on = SetAside(database, schema, &stored, retyped);
  }
  if (const std::string problem = stored.empty() ? "" : Disagreement(schema, stored);
      !problem.empty()) {
    if (HasAny(database, schema.table)) Refuse(database, schema, problem);
    if (HasRows(database, schema)) {
      Refuse(database, schema, problem + " (it is empty, " + HistoryName(schema) + " is not)");
    }
    DropEmpty(database, schema);
    stored.clear();
  }
  CheckDerivedNames(database, schema);
  const size_t columns_before = stored.size();
  const bool had_history = !stored.empty() && HasHistory(database, schema.table);
  if (stored.empty()) {
    CreateTable(database, schema);
  } else {
    AddColumns(database, schema, stored, had_history);
  }
  Restore(database, built_on);
  if (ReadColumns(database, schema.table).size() != columns_before) CreateView(database, schema);
  if (history && !had_history) CreateHistory(database, schema);
}

}  // namespace thresh
