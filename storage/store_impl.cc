#include "storage/store_impl.h"

#include <string>
#include <string_view>

#include "storage/prune.h"
#include "storage/schema.h"
#include "storage/timestamp.h"

namespace thresh {
namespace {

std::string JournalMode(Database& database, std::string_view mode) {
  Statement pragma(database, "PRAGMA journal_mode = " + std::string(mode));
  auto rows = pragma.Start();
  return rows.Next() ? std::string(rows.Text(0)) : std::string();
}

// In NORMAL mode commits are not durable by themselves; Begin changes that. The schema is trusted,
// as is the default: else SQLite 3.40 takes JSON's functions in people's own views and indexes for
// unsafe, and what it can call here does no more than compute.
void Configure(Database& database) {
  database.Execute(
      "PRAGMA foreign_keys = ON; PRAGMA synchronous = NORMAL; PRAGMA cell_size_check = ON; "
      "PRAGMA cache_size = -32768; PRAGMA wal_autocheckpoint = 10000; "
      "PRAGMA journal_size_limit = 67108864");
}

}  // namespace

Store::Impl::Impl(const std::filesystem::path& path, std::chrono::milliseconds busy_timeout)
    : lock_(path.empty() ? nullptr : std::make_unique<LockFile>(LockPath(path))),
      database_(path.string(), path.empty() ? std::string(kTemporaryDatabase) : path.string(),
                Database::Mode::kCreate, busy_timeout),
      busy_timeout_(busy_timeout) {
  if (database_.read_only()) {
    throw StorageError(path.string() + ": cannot be written; check its permissions");
  }
  Configure(database_);
  CheckWritable(database_, CurrentSchema());
  if (!path.empty() && JournalMode(database_, "WAL") != "wal") {
    throw StorageError(path.string() + ": has no write-ahead log here; keep it on a local disk");
  }
  UpdateSchema(database_, CurrentSchema());
  database_.Execute("BEGIN IMMEDIATE");
  parts_.emplace(database_);
  Commit();
}

// A URL whose row was not committed when the process died is not known any more.
Death Store::Impl::DiedParsing() {
  const Death death = lock_ ? lock_->mark().death() : Death();
  Statement select(database_, "SELECT 1 FROM urls WHERE url_id = ?1");
  auto rows = select.Start(death.at);
  return rows.Next() ? death : Death();
}

// What was prepared before the first transaction has become durable with that: one wait for the
// disk makes all durable that stands in the log.
void Store::Impl::Begin() {
  if (failed_) throw StorageError(database_.name() + ": nothing is saved after an earlier error");
  if (database_.in_transaction()) return;
  if (!durable_) database_.Execute("PRAGMA synchronous = FULL");
  durable_ = true;
  database_.Execute("BEGIN IMMEDIATE");
}

// Another crawl may have begun where the lock was removed, and what goes to a database that was
// removed is lost. The log stays where the database was: what it has is brought home, or SQLite
// would bring it to what stands there now.
void Store::Impl::CheckInPlace() {
  if (lock_ == nullptr) return;
  if (database_.has_moved()) {
    database_.Rollback();
    if (lock_->holds()) EmptyLog();
    throw StorageError(database_.name() + ": was removed or replaced meanwhile; crawl again");
  }
  if (!lock_->holds()) {
    throw StorageError(LockPath(database_.name()).string() +
                       ": was removed meanwhile, so that another crawl may have begun; what was "
                       "not saved yet is fetched by the next");
  }
}

void Store::Impl::Commit() {
  if (!failed_ && !database_.in_transaction()) return;
  Write([&](Parts& parts) {
    CheckInPlace();
    parts.pages.ReleaseReplaced();
    parts.totals.Flush();
    parts.extraction.Flush();
    parts.dropped.Flush();
    database_.Execute("COMMIT");
  });
}

// A reader keeps the file in WAL mode; then the WAL stays, and the next clean end removes it.
void Store::Impl::Close() {
  Commit();
  parts_.reset();
  EmptyLog();
  database_.SetBusyTimeout(std::chrono::milliseconds(0));
  database_.TryExecute("PRAGMA journal_mode = DELETE");
}

void Store::Impl::EmptyLog() {
  if (database_.in_transaction()) return;
  database_.SetBusyTimeout(std::chrono::milliseconds(0));
  database_.TryExecute("PRAGMA wal_checkpoint(TRUNCATE)");
  database_.SetBusyTimeout(busy_timeout_);
}

void Store::Impl::PrepareTables(const std::string& site, const std::vector<TableSchema>& tables,
                                std::optional<bool> history) {
  if (!failed_ && !database_.in_transaction()) database_.Execute("BEGIN IMMEDIATE");
  Write([&](Parts& parts) { parts.records.Prepare(site, tables, history); });
  Commit();
}

void Store::Impl::WriteProgress(const Progress& progress, Timestamp now) {
  const std::string written_at = ToIso8601(now);
  Statement(database_, "INSERT OR REPLACE INTO progress VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6, ?7)")
      .Run(written_at, progress.done, progress.queued, progress.failed, progress.in_flight,
           progress.rows, progress.bytes);
}

PruneTotals Store::Impl::Prune(const std::optional<std::string>& sites, Timestamp older_than) {
  Commit();
  const PruneTotals totals = Write([&](Parts& parts) {
    return PruneSites(database_, parts.pages, sites, older_than, [&] {
      Commit();
      Begin();
    });
  });
  Commit();
  return totals;
}

void Store::Impl::Shrink() {
  Commit();
  Statement unused(database_, "PRAGMA freelist_count");
  int64_t pages = 0;
  for (auto rows = unused.Start(); rows.Next();) pages = rows.Int(0);
  if (pages > 0) database_.Execute("VACUUM");
}

}  // namespace thresh
