// Which columns of a row are filled, as the database keeps it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "parser/record.h"
#include "storage/database.h"

namespace thresh {

// Writes and reads sets of a table's columns: text with '1' at the places of those that are in it,
// else '0'. Records with different columns of one table understand each other's. Columns are named
// by their index in the schema.
class ColumnPlaces {
 public:
  ColumnPlaces(Database& database, const TableSchema& schema);

  std::string Filled(const Row& row) const;  // those that are not NULL
  bool Has(std::string_view set, size_t column) const;
  void Add(size_t column, std::string* set) const;

 private:
  std::vector<size_t> places_;  // of the schema's columns in the table
  size_t table_columns_ = 0;
};

}  // namespace thresh
