// An end to what SQL may take.
#pragma once

#include <filesystem>
#include <functional>

#include "storage/read_access.h"
#include "storage/store.h"

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

// What `read` gives of one state of the database at `db`. Throws ReadingStopped once `is_over` says
// so, and what ReadAccess does.
template <typename Read>
auto ReadWithin(const std::filesystem::path& db, const std::function<bool()>& is_over,
                const Read& read) {
  ReadAccess access(db);
  const ReadLimit limit(access.database(), is_over);
  try {
    return access.Snapshot(read);
  } catch (const StorageError&) {
    if (limit.was_over()) throw ReadingStopped(db.string() + ": reading it took too long");
    throw;
  }
}

}  // namespace thresh
