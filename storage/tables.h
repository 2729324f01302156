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

// Creates or extends the table of `schema`, its view `<table>_v` and, with `history`, its
// `<table>_history`. A column that the schema no longer has keeps its data. Throws StorageError
// with the way out when a column's type or the key has changed and there are rows, and for names
// that are reserved or taken. Runs inside the caller's transaction.
void PrepareTable(Database& database, const TableSchema& schema, bool history);

// Whether `<table>_history` is there.
bool HasHistory(Database& database, std::string_view table);

}  // namespace thresh
