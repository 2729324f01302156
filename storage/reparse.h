// Sites' rows made anew from the pages that are stored, without the network.
//
//   const auto reparse = store.BeginReparse(tables, now);
//   const auto site = reparse->BeginSite(name, extractor->schemas(), history);
//   site->ForEachPage([&](const StoredPageView& page) {
//     site->Apply(page, extractor->Extract(…));
//   });
//   site->Compare(sink);   // what changes
//   site->Finish();        // or not: then nothing has
//
// Pages are applied to shadow tables (temporary ones of the records' names) by the rules of a
// crawl, in the order in which they were fetched. Compare then brings the difference into the
// tables themselves; they stay the tables they are, with all that others built on them. What a page
// gives that stands in its table already is left out of both. A site is one transaction: a
// reader sees the old rows until Finish, then the new.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "parser/extractor.h"
#include "parser/record.h"
#include "storage/database.h"
#include "storage/row_difference.h"
#include "storage/rows.h"
#include "storage/shadow_tables.h"
#include "storage/standing_rows.h"
#include "storage/store.h"
#include "storage/tables.h"

namespace thresh {

// The latest good page of a URL. Views die when the callback returns.
struct StoredPageView {
  PageId id = 0;
  UrlId url_id = 0;
  RunId run = 0;
  std::string_view fetched_at;  // ISO 8601
  int status = 0;
  std::string_view final_url;
  std::string_view seed_url;
  std::string_view content_type;  // the header's value
  std::string_view charset;       // empty: the page is no text
  std::string_view headers;       // "name: value" lines
  size_t bytes = 0;
  std::string_view body;   // decoded, as it came
  bool cut_short = false;  // a budget ended its extraction
  bool kept_rows = false;  // it gave nothing good, so that its URL's earlier rows were kept
  bool last = true;        // no later page of its URL comes
};

struct ReparseTotals {
  int64_t pages = 0;
  int64_t added = 0, changed = 0, removed = 0;  // rows
  int64_t kept = 0;  // rows that stay as they are, as their page is not stored
};

// A table as the records that write it have it, those of all configs of the database.
struct SharedTable {
  TableSchema whole;               // with the columns of all
  std::vector<TableSchema> kinds;  // those that differ in columns or key
};

// Made by Reparse::BeginSite; dies before it. Every call may throw StorageError; nothing has
// changed then.
class SiteReparse {
 public:
  // See Reparse::BeginSite.
  SiteReparse(Database& database, const std::map<std::string, SharedTable>& tables,
              std::string site, std::vector<TableSchema> schemas, std::optional<bool> history,
              int gone_after, const std::string& now);
  SiteReparse(const SiteReparse&) = delete;
  SiteReparse& operator=(const SiteReparse&) = delete;
  // Leaves the database as it was, unless Finish was called.
  ~SiteReparse();

  // Pages whose body is stored, of URLs whose latest good page it is. After a page that cost its
  // URL no rows (kept_rows) the page before it comes too, where it is stored.
  void ForEachPage(const std::function<void(const StoredPageView&)>& visit);
  // Takes what the page gives: one RecordExtraction for each of the site's schemas.
  void Apply(const StoredPageView& page, const Extraction& found);

  // Columns that were made anew for a field of another type.
  const std::vector<RetypedColumn>& retyped() const { return retyped_; }
  // Tells `sink` (may be empty) of each row that changes, came or went.
  ReparseTotals Compare(const DifferenceSink& sink);
  void Finish();

 private:
  // Where what a record finds goes.
  struct Destination {
    MadePages* made;
    RecordRows* rows;
    std::unique_ptr<StandingRows> standing;  // null: with a key, or not the table's only record
  };

  std::vector<Destination> MakeDestinations();
  RecordRows& RowsOf(const TableSchema& schema);
  bool SpeaksFor(const StoredPageView& page, const std::string& table,
                 const Extraction& found) const;
  void SetCutShort();

  Database& database_;
  const std::string site_;
  const std::vector<TableSchema> schemas_;  // of the site's records
  const int gone_after_;
  const std::string now_;
  std::vector<RetypedColumn> retyped_;
  std::map<std::string, TableSchema> whole_;  // by table: the columns of all its records
  std::map<std::string, MadePages> made_;     // by table
  std::map<std::pair<std::string, std::string>, std::unique_ptr<RecordRows>> rows_;
  std::vector<Destination> destinations_;  // one for each of schemas_, after a page
  std::map<PageId, bool> cut_short_;       // pages whose flag changes
  int64_t pages_ = 0;
};

// Made by Store::BeginReparse; dies before the Store. Every call may throw StorageError.
class Reparse {
 public:
  // See Store::BeginReparse. Reads the pages of all sites, without their bodies.
  Reparse(Database& database, const std::vector<TableSchema>& tables, Timestamp now);
  Reparse(const Reparse&) = delete;
  Reparse& operator=(const Reparse&) = delete;
  ~Reparse();

  // Begins with one site, whose config has the records `schemas`. Only tables that the site writes
  // or wrote are touched. Sites come one after the other. For `history` see Store::PrepareTables,
  // for `gone_after` Store::MarkGone.
  std::unique_ptr<SiteReparse> BeginSite(std::string site, std::vector<TableSchema> schemas,
                                         std::optional<bool> history, int gone_after = 3);

 private:
  Database& database_;
  const std::string now_;
  std::map<std::string, SharedTable> tables_;  // by name
};

}  // namespace thresh
