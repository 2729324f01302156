// The records' tables as they stand in a database, whatever the configs of today say.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "parser/record.h"
#include "storage/database.h"

namespace thresh {

// Gives the names of the records' tables, sorted, as they were written where the tables were made.
// One that somebody has dropped is not among them.
inline constexpr std::string_view kListRecordTables =
    "SELECT s.name FROM sqlite_schema AS s WHERE s.type = 'table' AND EXISTS "
    "(SELECT 1 FROM record_columns AS c WHERE c.table_name = s.name) ORDER BY s.name";

// What kListRecordTables gives.
std::vector<std::string> RecordTableNames(Database& database);

// "a, b", for people; "none" where there are none.
std::string JoinNames(const std::vector<std::string>& names);

// The columns that records have in `table`, in its order, and its key; without a rule.
TableSchema ReadSchema(Database& database, std::string_view table);

// A column with SQL's type: "TEXT".
struct DeclaredColumn {
  std::string name;
  std::string type;
};
// All of `table` that are not ours ("_site"), in its order: also those that people added.
std::vector<DeclaredColumn> UserColumns(Database& database, std::string_view table);

// Whether `<table>_history` is there.
bool HasHistory(Database& database, std::string_view table);

}  // namespace thresh
