// Opening a database that one may only read.
#pragma once

#include <sys/stat.h>

#include <filesystem>
#include <memory>

#include "storage/database.h"

namespace thresh {

// Throws StorageError when there is no file at `path` that may be read.
void CheckDatabaseFile(const std::filesystem::path& path);

// A connection that reads only, whoever owns the file and whatever state a crawl left it in:
//
// - while a crawl writes, and after one was killed: through the WAL, which SQLite recovers in
// shared
//   memory; the database itself is not touched;
// - in WAL mode but without a WAL, in a folder that is not ours to write: as a file that does not
//   change ("immutable"); CheckUnchanged tells whether that was true;
// - with a WAL whose index is lost, in such a folder: not at all, the message says what to do.
class ReadAccess {
 public:
  // Throws StorageError when the file cannot be read, or is no database of thresh.
  explicit ReadAccess(const std::filesystem::path& path);

  Database& database() { return *database_; }
  // What `read` gives of one state of the database, also while a crawl writes; throws what it and
  // CheckUnchanged throw.
  template <typename Read>
  auto Snapshot(const Read& read) {
    database_->Execute("BEGIN");
    try {
      auto result = read(*database_);
      database_->Execute("COMMIT");
      CheckUnchanged();
      return result;
    } catch (...) {
      database_->Rollback();
      throw;
    }
  }
  // Throws StorageError when the file was taken as one that does not change, and did.
  void CheckUnchanged() const;

 private:
  void OpenImmutable();

  std::filesystem::path path_;
  std::unique_ptr<Database> database_;
  bool immutable_ = false;
  struct stat opened_as_ = {};
};

}  // namespace thresh
