// The records' tables in the database: made, extended, or refused.
#pragma once

#include <string>
#include <vector>

#include "parser/record.h"
#include "storage/database.h"

namespace thresh {

// The columns that every record's table has after the user's own.
inline constexpr std::string_view kSystemColumns =
    "_site, _url_id, _page_id, _run_id, _ordinal, _rule, _first_seen, _last_seen, _gone_at";

// A column whose field became another type: what it had is in `kept_as`, of the old type.
struct RetypedColumn {
  std::string table;
  std::string column;
  ValueType type = ValueType::kText;
  std::string kept_as;
};

// Creates or extends the table of `schema`, its view `<table>_v` and, with `history`, its
// `<table>_history`. A column that the schema no longer has keeps its data. Throws StorageError
// with the way out when a column's type or the key has changed and there are rows, and for names
// that are reserved or taken. With `retyped`, a column outside the key whose type has changed is
// renamed, made anew, empty, and added there. A table that somebody dropped is made again, empty;
// its rows come with the pages, which must come whole then. Runs inside the caller's transaction.
void PrepareTable(Database& database, const TableSchema& schema, bool history,
                  std::vector<RetypedColumn>* retyped = nullptr);

}  // namespace thresh
