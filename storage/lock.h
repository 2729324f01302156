// The lock that keeps a second crawl off a database.
#pragma once

#include <filesystem>
#include <memory>

#include "storage/crash_mark.h"

namespace thresh {

// The file that is locked for the database at `db`.
std::filesystem::path LockPath(std::filesystem::path db);

// Whether a process holds the lock of `path`, or that of the database `db`, at this moment: for
// people, since it may change.
bool IsLocked(const std::filesystem::path& path);
bool IsInUse(const std::filesystem::path& db);

// An fcntl record lock on a file beside the database. It belongs to this process alone (a child
// that lives on does not hold it) and is gone with it, however it dies. The file is removed by the
// destructor; after a kill it stays, and holds nothing but the crash mark.
//
// Closing any descriptor of a file drops the process's record locks on it, so that a second
// LockFile for one path in one process is refused like one in another process.
class LockFile {
 public:
  // Locks `path`, which is made when it is not there. Throws StoreLocked when another process has
  // it, StorageError when the file cannot be made.
  explicit LockFile(std::filesystem::path path);
  LockFile(const LockFile&) = delete;
  LockFile& operator=(const LockFile&) = delete;
  ~LockFile();
  // Whether the file that it locks still stands at its path: if not, it keeps nobody out.
  bool holds() const;
  // Of the file that it locks: what every process that may crash of a page has.
  CrashMark& mark() { return *mark_; }

 private:
  std::filesystem::path path_;
  int fd_ = -1;
  std::unique_ptr<CrashMark> mark_;
};

}  // namespace thresh
