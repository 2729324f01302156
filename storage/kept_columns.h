// Columns of a row that a reparse leaves as they are.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "parser/record.h"
#include "storage/column_places.h"
#include "storage/database.h"
#include "storage/stored_row.h"

namespace thresh {

// Of a keyed table with several records: where a list does not show an item any more, its columns
// stay in a crawl as long as the item's own page gives the row. The list's page of then is not
// stored, so that a reparse cannot make them anew. Lives in the reparse's transaction.
class KeptColumns {
 public:
  // `whole` has the columns of all records of the table, and outlives this; `records` are those of
  // the site.
  KeptColumns(Database& database, std::string_view site, const TableSchema& whole,
              const std::vector<TableSchema>& records);

  // Gives `fresh`, as the shadow has it, what `old` has in columns that a page filled which is not
  // read, where no later page gives the row by a record that knows the column. Costs two look-ups
  // in tables of several records, else nothing.
  void Keep(int64_t key_hash, const StoredRow& old, StoredRow* fresh);

 private:
  // The columns of one record, as indexes into those of the table.
  struct Columns {
    std::string rule;
    std::vector<size_t> columns;
  };

  std::vector<PageId> LastGivers(int64_t key_hash, const StoredRow& fresh);

  const std::string site_;
  const TableSchema& whole_;
  const ColumnPlaces places_;
  std::vector<Columns> records_;
  Statement givers_, sources_;
};

}  // namespace thresh
