#include "storage/store.h"

#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "storage/counters.h"
#include "storage/database.h"
#include "storage/health_table.h"
#include "storage/json_writer.h"
#include "storage/lock.h"
#include "storage/pages.h"
#include "storage/pages_left_out.h"
#include "storage/prune.h"
#include "storage/record_tables.h"
#include "storage/reparse.h"
#include "storage/runs.h"
#include "storage/schema.h"
#include "storage/urls.h"

namespace thresh {
namespace {

// One path for one file, whatever links lead to it: the lock stands beside the file.
std::filesystem::path RealPath(const std::filesystem::path& path) {
  std::error_code error;
  std::filesystem::path real = std::filesystem::weakly_canonical(path, error);
  if (error) throw StorageError(path.string() + ": cannot be opened: " + error.message());
  if (std::filesystem::exists(real, error) && !std::filesystem::is_regular_file(real, error)) {
    throw StorageError(path.string() + ": is not a file; name one for the database");
  }
  return std::filesystem::absolute(real);
}

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

// What the schema has to be there for.
struct Parts {
  explicit Parts(Database& database)
      : urls(database),
        pages(database),
        runs(database),
        hosts(database),
        totals(database),
        extraction(database),
        dropped(database),
        health(database),
        records(database) {}

  UrlTable urls;
  PageTable pages;
  RunTable runs;
  HostTable hosts;
  RunCounts totals;
  ExtractionCounts extraction;
  DroppedCounts dropped;
  HealthTable health;
  RecordTables records;
};

}  // namespace

// The parts of a Store, and the transaction they share.
class Store::Impl {
 public:
  // `path` is empty for a database in memory.
  Impl(const std::filesystem::path& path, std::chrono::milliseconds busy_timeout);

  // Runs `action` in the open transaction, and rolls that back when it throws.
  template <typename Action>
  auto Write(Action&& action) {
    Begin();
    try {
      return action(*parts_);
    } catch (...) {
      failed_ = true;
      database_.Rollback();
      throw;
    }
  }
  void Commit();
  void EmptyLog();
  void Close();

  Parts& parts() { return *parts_; }
  Database& database() { return database_; }
  bool in_transaction() const { return database_.in_transaction(); }
  void PrepareTables(const std::string& site, const std::vector<TableSchema>& tables,
                     std::optional<bool> history);
  void WriteProgress(const Progress& progress, Timestamp now);
  void NoteParsing(UrlId url) {
    if (lock_) lock_->mark().Note(url);
  }
  Death DiedParsing();
  PruneTotals Prune(const std::optional<std::string>& sites, Timestamp older_than);
  void Shrink();

 private:
  void Begin();
  void CheckInPlace();

  std::unique_ptr<LockFile> lock_;  // outlives the connection
  Database database_;
  const std::chrono::milliseconds busy_timeout_;
  bool durable_ = false;  // every commit waits for the disk
  bool failed_ = false;
  std::optional<Parts> parts_;
};

Store::Impl::Impl(const std::filesystem::path& path, std::chrono::milliseconds busy_timeout)
    : lock_(path.empty() ? nullptr : std::make_unique<LockFile>(LockPath(path))),
      database_(path.string(), path.empty() ? std::string(kTemporaryDatabase) : path.string(),
                Database::Mode::kCreate, busy_timeout),
      busy_timeout_(busy_timeout) {
  if (database_.read_only()) {
    throw StorageError(path.string() + ": cannot be written; check its permissions");
  }
  Configure(database_);
  CheckWritable(database_, Migrations());
  if (!path.empty() && JournalMode(database_, "WAL") != "wal") {
    throw StorageError(path.string() + ": has no write-ahead log here; keep it on a local disk");
  }
  UpdateSchema(database_, Migrations());
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

Store::Store(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Store::~Store() = default;

std::unique_ptr<Store> Store::Open(const std::filesystem::path& path,
                                   std::chrono::milliseconds busy_timeout) {
  return std::unique_ptr<Store>(new Store(std::make_unique<Impl>(RealPath(path), busy_timeout)));
}

std::unique_ptr<Store> Store::Temporary() {
  return std::unique_ptr<Store>(
      new Store(std::make_unique<Impl>(std::filesystem::path(), std::chrono::milliseconds(0))));
}

void Store::Close() { impl_->Close(); }

void Store::PrepareTables(const std::string& site, const std::vector<TableSchema>& tables,
                          std::optional<bool> history) {
  impl_->PrepareTables(site, tables, history);
}

std::optional<RunRecord> Store::UnfinishedRun(std::string_view site) {
  return impl_->parts().runs.Unfinished(site);
}

std::optional<RunRecord> Store::LastRun(std::string_view site) {
  return impl_->parts().runs.Last(site);
}

RunId Store::StartRun(std::string_view site, std::string_view config_hash,
                      std::string_view config_text, Timestamp now) {
  return impl_->Write(
      [&](Parts& parts) { return parts.runs.Start(site, config_hash, config_text, now); });
}

void Store::ContinueRun(RunId run, std::string_view config_hash, std::string_view config_text) {
  impl_->Write([&](Parts& parts) { parts.runs.Continue(run, config_hash, config_text); });
}

RunTotals Store::ReadTotals(RunId run) { return impl_->parts().totals.Read(run); }

void Store::FinishRun(RunId run, RunOutcome outcome, int exit_code, Timestamp now) {
  impl_->Write([&](Parts& parts) { parts.runs.Finish(run, outcome, exit_code, now); });
}

void Store::ForEachUrl(std::span<const std::string> sites,
                       const std::function<void(const KnownUrl&)>& visit) {
  impl_->parts().urls.ForEach(sites, visit);
}

UrlId Store::AddUrl(std::string_view site, const NewUrl& url) {
  return impl_->Write([&](Parts& parts) { return parts.urls.Add(site, url); });
}

UrlDetails Store::ReadUrl(UrlId id) { return impl_->parts().urls.Read(id); }

void Store::MakeSeed(UrlId id, std::string_view request_headers) {
  impl_->Write([&](Parts& parts) { parts.urls.MakeSeed(id, request_headers); });
}

void Store::ForEachSeedNotDone(std::span<const UrlRange> seeds,
                               const std::function<void(const SeedNotDone&)>& visit) {
  impl_->parts().urls.ForEachSeedNotDone(seeds, visit);
}

void Store::UpdateUrl(UrlId id, RunId run, const UrlUpdate& update) {
  impl_->Write([&](Parts& parts) {
    parts.urls.Update(id, run, update);
    if (update.state == UrlState::kFailed) ++parts.totals[run].failed;
  });
}

void Store::ForgetValidators(std::span<const std::string> sites) {
  impl_->Write([&](Parts& parts) { parts.urls.ForgetValidators(sites); });
}

PageId Store::AddPage(RunId run, const PageRecord& page) {
  return impl_->Write([&](Parts& parts) {
    RunTotals& totals = parts.totals[run];
    ++totals.pages;
    totals.unchanged += page.status == 304;
    totals.bytes += static_cast<int64_t>(page.bytes);
    return parts.pages.Add(run, page);
  });
}

std::string Store::LatestBodyHash(UrlId url) { return impl_->parts().pages.LatestBodyHash(url); }

std::string Store::LastHeaders(UrlId url) { return impl_->parts().pages.LastHeaders(url); }

void Store::NoteParsing(UrlId url) { impl_->NoteParsing(url); }

Death Store::DiedParsing() const { return impl_->DiedParsing(); }

RowChanges Store::ApplyRows(std::string_view site, RunId run, UrlId url, PageId page,
                            const TableSchema& schema, const RecordExtraction& found, Timestamp now,
                            int gone_after) {
  return impl_->Write([&](Parts& parts) {
    const std::string now_text = ToIso8601(now);
    const RowOrigin origin{site, run, parts.runs.StartedAt(run), url, page, now_text, gone_after};
    const RowChanges changes = parts.records.RowsOf(site, schema).Apply(origin, found);
    if (changes.kept_old) parts.pages.FlagKeptRows(page);
    parts.extraction.Add(run, page, schema, found, changes);
    RunTotals& totals = parts.totals[run];
    totals.rows_added += changes.added;
    totals.rows_changed += changes.changed;
    totals.rows_gone += changes.removed;
    return changes;
  });
}

int64_t Store::MarkGone(const std::map<std::string, RunId>& runs, Timestamp now, int gone_after) {
  return impl_->Write([&](Parts& parts) {
    std::map<std::string, std::vector<std::string>> in_doubt;
    for (const auto& [site, run] : runs) {
      in_doubt[site] = parts.health.TablesInDoubt(site, run, gone_after);
    }
    int64_t all = 0;
    for (const auto& [site, rows] : parts.records.MarkGone(in_doubt, ToIso8601(now), gone_after)) {
      parts.totals[runs.at(site)].rows_gone += rows;
      all += rows;
    }
    return all;
  });
}

SiteHealth Store::ReadHealth(std::string_view site, RunId run) {
  return impl_->Write([&](Parts& parts) {
    parts.extraction.Flush();
    return parts.health.Read(site, run);
  });
}

std::unique_ptr<PagesLeftOut> Store::FindPagesLeftOut(std::span<const RunId> runs) {
  return std::make_unique<PagesLeftOut>(impl_->database(), runs);
}

void Store::SaveFindings(RunId run, std::span<const Finding> findings) {
  impl_->Write([&](Parts& parts) { parts.health.SaveFindings(run, findings); });
}

std::vector<HostRecord> Store::LoadHosts() { return impl_->parts().hosts.Load(); }

void Store::SaveHost(const HostRecord& host) {
  impl_->Write([&](Parts& parts) { parts.hosts.Save(host); });
}

void Store::CountDropped(std::string_view site, std::string_view host, std::string_view reason,
                         int64_t count, std::string_view example) {
  impl_->Write([&](Parts& parts) { parts.dropped.Add(site, host, reason, count, example); });
}

void Store::WriteProgress(const Progress& progress, Timestamp now) {
  impl_->Write([&](Parts&) { impl_->WriteProgress(progress, now); });
}

PruneTotals Store::Prune(Timestamp older_than) { return impl_->Prune(std::nullopt, older_than); }

PruneTotals Store::Prune(std::span<const std::string> sites, Timestamp older_than) {
  return impl_->Prune(JsonArray(sites), older_than);
}

void Store::Shrink() { impl_->Shrink(); }

std::unique_ptr<Reparse> Store::BeginReparse(const std::vector<TableSchema>& tables,
                                             Timestamp now) {
  impl_->Commit();
  return std::make_unique<Reparse>(impl_->database(), tables, now);
}

void Store::Commit() { impl_->Commit(); }

void Store::EmptyLog() { impl_->EmptyLog(); }

bool Store::has_uncommitted() const { return impl_->in_transaction(); }

}  // namespace thresh
