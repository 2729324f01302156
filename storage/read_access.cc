#include "storage/read_access.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>

#include "storage/schema.h"
#include "storage/store.h"

namespace thresh {
namespace {

constexpr std::chrono::milliseconds kBusyTimeout = std::chrono::seconds(10);

std::filesystem::path WalPath(std::filesystem::path path) { return path += "-wal"; }

// An empty WAL says nothing either.
bool HasWal(const std::filesystem::path& path) {
  struct stat wal;
  return stat(WalPath(path).c_str(), &wal) == 0 && wal.st_size > 0;
}

// https://sqlite.org/uri.html: what would end the path or begin an escape is escaped.
std::string ImmutableUri(const std::filesystem::path& path) {
  std::string uri = "file:";
  for (const char c : std::filesystem::absolute(path).string()) {
    if (c == '%' || c == '?' || c == '#') {
      uri += '%';
      uri += "0123456789ABCDEF"[c >> 4];
      uri += "0123456789ABCDEF"[c & 15];
    } else {
      uri += c;
    }
  }
  return uri + "?immutable=1";
}

// The first read is what needs the WAL.
int TryToRead(Database& database) {
  database.TryExecute("SELECT 1 FROM sqlite_schema");
  return sqlite3_errcode(database.handle());
}

}  // namespace

// Says what SQLite's "unable to open" does not.
void CheckDatabaseFile(const std::filesystem::path& path) {
  struct stat file;
  if (stat(path.c_str(), &file) != 0) {
    if (errno == ENOENT) {
      throw StorageError(path.string() +
                         ": there is no such database; crawl first, or name another");
    }
    throw StorageError(path.string() + ": cannot be opened: " + std::strerror(errno));
  }
  if (!S_ISREG(file.st_mode)) throw StorageError(path.string() + ": is not a file");
  if (access(path.c_str(), R_OK) != 0) {
    throw StorageError(path.string() + ": may not be read; ask its owner for the permission");
  }
}

ReadAccess::ReadAccess(const std::filesystem::path& path) : path_(path) {
  CheckDatabaseFile(path);
  database_ = std::make_unique<Database>(path.string(), path.string(), Database::Mode::kReadOnly,
                                         kBusyTimeout);
  const int code = TryToRead(*database_);
  if (code == SQLITE_READONLY_ROLLBACK) {
    throw StorageError(path.string() +
                       ": was left by a crawl that was killed; run the crawl again, it repairs it");
  }
  // No index of the WAL is there, and none can be made here.
  const int primary = code & 0xff;
  if (primary == SQLITE_CANTOPEN || primary == SQLITE_READONLY) OpenImmutable();
  database_->Execute("PRAGMA query_only = ON");
  sqlite3_db_config(database_->handle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  CheckReadable(*database_);
}

void ReadAccess::OpenImmutable() {
  if (HasWal(path_)) {
    throw StorageError(path_.string() +
                       ": was left by a crawl that was killed, and cannot be read from another "
                       "account before the crawl has run again, or as the file's owner");
  }
  stat(path_.c_str(), &opened_as_);
  database_ = std::make_unique<Database>(ImmutableUri(path_), path_.string(),
                                         Database::Mode::kReadOnly, kBusyTimeout);
  immutable_ = true;
}

void ReadAccess::CheckUnchanged() const {
  if (!immutable_) return;
  struct stat now = {};
  const bool same = stat(path_.c_str(), &now) == 0 && now.st_ino == opened_as_.st_ino &&
                    now.st_size == opened_as_.st_size &&
                    now.st_mtim.tv_sec == opened_as_.st_mtim.tv_sec &&
                    now.st_mtim.tv_nsec == opened_as_.st_mtim.tv_nsec;
  if (same && !HasWal(path_)) return;
  throw StorageError(path_.string() + ": a crawl began to write while this was read; run it again");
}

}  // namespace thresh
