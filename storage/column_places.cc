#include "storage/column_places.h"

namespace thresh {

ColumnPlaces::ColumnPlaces(Database& database, const TableSchema& schema)
    : places_(schema.columns.size()) {
  Statement place(database, "SELECT name, cid FROM pragma_table_info(?1)");
  for (auto rows = place.Start(schema.table); rows.Next();) {
    ++table_columns_;
    for (size_t i = 0; i < places_.size(); ++i) {
      if (schema.columns[i].name == rows.Text(0)) places_[i] = static_cast<size_t>(rows.Int(1));
    }
  }
}

std::string ColumnPlaces::Filled(const Row& row) const {
  std::string set(table_columns_, '0');
  for (size_t i = 0; i < row.size(); ++i) {
    if (!IsNull(row[i])) set[places_[i]] = '1';
  }
  return set;
}

bool ColumnPlaces::Has(std::string_view set, size_t column) const {
  return places_[column] < set.size() && set[places_[column]] == '1';
}

void ColumnPlaces::Add(size_t column, std::string* set) const { (*set)[places_[column]] = '1'; }

}  // namespace thresh
