// Rows as SQL statements.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "storage/row_writer.h"

namespace thresh {

// CREATE TABLE IF NOT EXISTS and an INSERT for each row, in one transaction, as SQLite and other
// databases read them. `types` are SQL's, one a column. Text with a NUL in it becomes
// CAST(x'…' AS TEXT), infinities become 9e999.
std::unique_ptr<RowWriter> MakeSqlWriter(Output& output, std::string table,
                                         std::vector<std::string> types);

}  // namespace thresh
