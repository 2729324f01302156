// What `export` reads of a table.
#pragma once

#include <string>
#include <vector>

#include "storage/query.h"

namespace thresh {

// All that `reader` reads from now on is of one state of the database, also while a crawl writes:
// tables that belong together say the same.
void HoldState(Reader& reader);

// The records' tables, in their order.
std::vector<std::string> ListRecordTables(Reader& reader);

struct ExportedTable {
  std::string name;
  std::string sql;                 // the query that gives its rows
  std::vector<std::string> types;  // SQL's, of its columns
};

// A record's table with its own columns, the URL of the page and when the row was seen and gone;
// any other table or view as it is. Throws SqlError when there is none of this name.
ExportedTable ReadExportedTable(Reader& reader, const std::string& table);

}  // namespace thresh
