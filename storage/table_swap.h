// The end of a reparse: what stands in a shadow table is brought into the table itself.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "parser/record.h"
#include "storage/column_places.h"
#include "storage/database.h"
#include "storage/kept_columns.h"
#include "storage/row_difference.h"
#include "storage/shadow_tables.h"
#include "storage/store.h"
#include "storage/stored_row.h"

namespace thresh {

// How many rows a swap touches; those that are gone do not count.
struct SwapTotals {
  int64_t added = 0, changed = 0, removed = 0, kept = 0;
};

// Brings the rows of one table and site to what its shadow has. Old rows stay the rows they are,
// with their `_first_seen` and `_last_seen`, where a new one has their key or, without a key, their
// content or place on their page. New ones are first seen now. What a page that is gone gave or now
// gives is gone, until a later page gives it. What a page gave that is not stored any more is kept.
class TableSwap {
 public:
  // `table` has the columns of all records of the table; of `records` those of the table count.
  // `run` is what history says the versions ended in.
  TableSwap(Database& database, std::string_view site, TableSchema table,
            const std::vector<TableSchema>& records, const MadePages& made, std::string_view now,
            RunId run, int gone_after);

  SwapTotals Run(const DifferenceSink& sink);

 private:
  std::vector<StoredRow> ReadAll(Statement& select, UrlId url) const;
  std::vector<StoredRow> ReadInOrder(Statement& select, UrlId url) const;

  void SwapKeyed();
  void SwapKeyedRow(StoredRow fresh);
  bool EverySourceIsGone(const StoredRow& fresh);
  void NoteSource(Statement& note, int64_t key_hash, const StoredRow& row);
  bool HasSourceThatIsNotMade(const StoredRow& old);
  void SwapSources();
  std::vector<UrlId> ReadChangedUrls();
  void SwapPages();
  void SwapPage(UrlId url);
  const std::string& GoneAt(UrlId url);  // empty: its page is not gone, as far as rows tell

  void Insert(const StoredRow& fresh);
  const std::string& FirstSeen(const StoredRow& fresh) const;
  // `change`: the values differ.
  void Replace(const StoredRow& old, const StoredRow& fresh, bool change);
  void Confirm(const StoredRow& old, const StoredRow& fresh);
  void Remove(const StoredRow& old);
  void SaveVersion(const StoredRow& old);
  std::string KeyOf(const StoredRow& row);
  void Tell(RowDifference::Change change, const StoredRow* old, const StoredRow* fresh);

  Database& database_;
  const std::string site_;
  const TableSchema table_;
  const MadePages& made_;
  const std::string now_;
  const RunId run_;
  const int gone_after_;
  const std::vector<size_t> key_columns_;
  const ColumnPlaces places_;
  std::optional<KeptColumns> kept_columns_;  // with a key
  std::unique_ptr<Statement> select_by_key_, insert_, confirm_, replace_, remove_, save_version_;
  std::unique_ptr<Statement> version_start_, select_sources_, select_old_, select_fresh_;
  std::unique_ptr<Statement> select_gone_at_, note_source_, note_made_source_;
  struct {
    UrlId url = 0;
    std::string time;
  } gone_at_;  // of the URL that was last asked for
  const DifferenceSink* sink_ = nullptr;
  SwapTotals totals_;
};

}  // namespace thresh
