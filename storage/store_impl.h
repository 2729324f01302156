// A Store's parts, and the transaction they share.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "storage/counters.h"
#include "storage/database.h"
#include "storage/health_table.h"
#include "storage/lock.h"
#include "storage/pages.h"
#include "storage/record_tables.h"
#include "storage/runs.h"
#include "storage/store.h"
#include "storage/urls.h"

namespace thresh {

class Store::Impl {
 public:
  // They read and write the schema, which has to be there.
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

}  // namespace thresh
