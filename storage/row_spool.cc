#include "storage/row_spool.h"

#include <chrono>
#include <string>

namespace thresh {

// Nothing is ever rolled back, and columns without a type give values back as they were.
RowSpool::RowSpool(size_t columns)
    : database_("", std::string(kTemporaryDatabase), Database::Mode::kCreate,
                std::chrono::seconds(0)),
      columns_(columns) {
  std::string names = "source", places = "?1";
  for (size_t i = 0; i < columns; ++i) {
    names += ", c" + std::to_string(i);
    places += ", ?" + std::to_string(i + 2);
  }
  database_.Execute("PRAGMA journal_mode = OFF; PRAGMA cache_size = -16384; CREATE TABLE held (" +
                    names + "); CREATE INDEX by_source ON held (source); BEGIN");
  insert_ = std::make_unique<Statement>(database_, "INSERT INTO held VALUES (" + places + ")");
  select_ =
      std::make_unique<Statement>(database_, "SELECT * FROM held WHERE source = ?1 ORDER BY rowid");
  remove_ = std::make_unique<Statement>(database_, "DELETE FROM held WHERE source = ?1");
}

void RowSpool::Add(size_t source, const Row& row) {
  for (size_t i = 0; i < columns_; ++i) insert_->Bind(static_cast<int>(i) + 2, row[i]);
  insert_->Run(source);
}

void RowSpool::Take(size_t source, const std::function<void(const Row&)>& visit) {
  Row row(columns_);
  bool any = false;
  for (auto rows = select_->Start(source); rows.Next(); any = true) {
    for (size_t i = 0; i < columns_; ++i) row[i] = rows.Get(static_cast<int>(i) + 1);
    visit(row);
  }
  if (any) remove_->Run(source);
}

}  // namespace thresh
