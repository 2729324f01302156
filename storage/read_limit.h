// An end to what SQL may take.
#pragma once

#include <functional>

#include "storage/database.h"

namespace thresh {

// For its lifetime statements of `database` end with SQLITE_INTERRUPT once `is_over` says so; it is
// asked every few thousand steps of SQLite's machine, which is below a millisecond. An empty one
// never does. The database must outlive it; one at a time.
class ReadLimit {
 public:
  ReadLimit(Database& database, std::function<bool()> is_over);
  ReadLimit(const ReadLimit&) = delete;
  ReadLimit& operator=(const ReadLimit&) = delete;
  ~ReadLimit();

  // Whether it has ended a statement.
  bool was_over() const { return was_over_; }

 private:
  static int Ask(void* limit);

  Database& database_;
  const std::function<bool()> is_over_;
  bool was_over_ = false;
};

}  // namespace thresh
