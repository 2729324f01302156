// Names of tables and columns that the rules may use.
#pragma once

#include <string>
#include <string_view>

namespace thresh {

// Why `name` cannot be a column; empty when it can. Letters of any language, digits and '_' are
// fine; a digit or '_' first, and SQLite's names for its row number, are not.
std::string ColumnNameFault(std::string_view name);

// Why `name` cannot be a record's table; empty when it can. Beyond a column's rules the names of
// thresh's own tables are taken, and those of SQLite's and of the views and histories it makes.
std::string TableNameFault(std::string_view name);

// Whether the view of each table has a column of this name beside the table's own.
bool IsViewColumn(std::string_view name);

// The name as SQLite compares it: ASCII letters in lower case.
std::string FoldedName(std::string_view name);

}  // namespace thresh
