// What pages give, put into the records' tables by the contract's rules.
#pragma once

#include <array>
#include <bitset>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "parser/extractor.h"
#include "parser/record.h"
#include "storage/column_sources.h"
#include "storage/database.h"
#include "storage/store.h"
#include "storage/stored_row.h"

namespace thresh {

// Where the rows of one call come from.
struct RowOrigin {
  std::string_view site;
  RunId run = 0;
  std::string_view run_started;  // ISO 8601
  UrlId url = 0;
  PageId page = 0;
  std::string_view now;             // ISO 8601
  int gone_after = 3;               // how often in a row a page is not found
  int believed_after = gone_after;  // or is bad
};

// The rules of `schemas`, a site's, that write the table of `schema` besides its own.
std::vector<std::string> OtherRules(const std::vector<TableSchema>& schemas,
                                    const TableSchema& schema);

// Writes the rows of one record: one rule, one table. Lives in the crawl's database and dies before
// it; calls run inside the caller's transaction. Ordinary pages cost a look-up a row (with a key)
// or a page (without), and what they change.
//
// A row without a key is its content: on a page that gives it again it stays, with its
// `_first_seen`. A row with a key is looked up within its site, NULLs in a key equal each other.
// Pages that give one complete each other; where one leaves open what the row has, this costs a
// look-up more, which asks the pages that gave it, and says what the page fills. One that was gone
// and comes back counts as added, and its `_first_seen` is then.
class RecordRows {
 public:
  // `other_rules`: see OtherRules; their rows are left alone, those of all other rules replaced.
  // Versions are kept where the table has a history, unless `history` is false.
  RecordRows(Database& database, const TableSchema& schema, std::vector<std::string> other_rules,
             bool history = true);

  RowChanges Apply(const RowOrigin& origin, const RecordExtraction& found);
  // The number of rows that are gone, by site.
  std::map<std::string, int64_t> MarkGone(std::span<const std::string> sites, std::string_view now,
                                          int gone_after);

 private:
  // rows.cc: pages, and rows without a key.
  bool MayHaveRows(UrlId url) const;
  void NoteRows(UrlId url);
  bool IsMine(std::string_view rule, bool takes_over) const;
  bool HasOwnRows(const RowOrigin& origin, bool takes_over);
  bool WasGoodSince(const RowOrigin& origin, PageId page);
  enum class Verdict { kGood, kKeepOld, kNothingThere };
  Verdict Judge(const RowOrigin& origin, const RecordExtraction& found);
  int64_t CountBadPage(const RowOrigin& origin);
  std::vector<StoredRow> ReadPageRows(UrlId url, bool takes_over);
  RowChanges ReplacePageRows(const RowOrigin& origin, const std::vector<Row>& rows,
                             bool takes_over);
  void ForgetGone(const RowOrigin& origin, std::vector<StoredRow>* rows);
  RowChanges AddPageRows(const RowOrigin& origin, const std::vector<Row>& rows);
  void Insert(const RowOrigin& origin, const Row& row, int64_t ordinal);
  // One to kRowsAtOnce rows, of ordinals from `ordinal` on.
  void Insert(const RowOrigin& origin, std::span<const Row> rows, int64_t ordinal);
  void Confirm(const RowOrigin& origin, int64_t id, int64_t ordinal);
  void Overwrite(const RowOrigin& origin, int64_t id, const Row& row, int64_t ordinal,
                 std::string_view first_seen);
  void Remove(const RowOrigin& origin, const StoredRow& old);
  void SaveVersion(const RowOrigin& origin, int64_t id, std::string_view valid_from,
                   std::string_view valid_to);

  // keyed_rows.cc
  RowChanges UpsertRows(const RowOrigin& origin, const std::vector<Row>& rows);
  void UpsertRow(const RowOrigin& origin, const Row& row, int64_t ordinal, RowChanges* changes);
  std::optional<StoredRow> FindByKey(std::string_view site, const Row& row);
  Row Merge(const RowOrigin& origin, const StoredRow& old, const Row& row, int64_t* conflicts);
  bool EndVersion(const RowOrigin& origin, const StoredRow& old);
  bool TakeBackVersion(const RowOrigin& origin, const StoredRow& old);
  std::string VersionStart(std::string_view site, const StoredRow& old);
  void NoteSource(const RowOrigin& origin, const StoredRow& old);
  std::vector<bool> FilledByOthers(const RowOrigin& origin, const StoredRow& old);
  bool IsSource(const RowOrigin& origin, bool takes_over);
  void NotePart(const RowOrigin& origin, const Row& row, bool is_again);
  static std::string StandingSourcesSql();
  static std::string ForgetPastSourcesSql();
  bool EveryOtherSourceIsPast(std::string_view site, const StoredRow& old, int gone_after);

  Database& database_;
  const TableSchema schema_;
  const std::vector<std::string> other_rules_;
  const bool history_;
  std::vector<size_t> key_columns_;              // indexes into schema_.columns
  std::optional<ColumnSources> column_sources_;  // where several records give keyed rows
  std::optional<ColumnPlaces> places_;           // with a key
  // What the page that is being applied fills of rows that other pages complete, by key's hash.
  std::unordered_map<int64_t, std::string> parts_;
  std::unordered_set<UrlId> bad_pages_;  // those that bad_pages has for this rule
  // URLs with greater numbers had no rows in the table when this was made; for each of them whether
  // this gave it rows since, in blocks of URLs that mostly are of one site. What is fetched for the
  // first time need not be looked up.
  static constexpr UrlId kBlock = 64;
  UrlId last_known_ = 0;
  std::unordered_map<UrlId, std::bitset<kBlock>> given_rows_;

  // Null where the record has no use for it: by key, or for history.
  std::unique_ptr<Statement> rules_by_url_, select_by_url_, confirm_, overwrite_, remove_;
  std::unique_ptr<Statement> select_by_key_, note_source_, sources_by_url_, standing_sources_;
  std::unique_ptr<Statement> forget_past_sources_;
  std::unique_ptr<Statement> save_version_, version_start_, take_back_version_;
  // For one row, for two and so on, since a run of a statement costs as much as two rows.
  static constexpr size_t kRowsAtOnce = 8;
  std::array<std::optional<Statement>, kRowsAtOnce> inserts_;
};

}  // namespace thresh
