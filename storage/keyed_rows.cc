// The part of RecordRows for tables whose rows have a key.
#include <algorithm>

#include "storage/json_writer.h"
#include "storage/row_sql.h"
#include "storage/rows.h"

namespace thresh {
namespace {

// ?2: gone_after
std::string SourceIsPast(const std::string& url, const std::string& page) {
  return "(" + FetchedSinceSql(url, page) + " OR " + UrlIsGoneSql(url) + ")";
}

// Whether what began at `start` did in the run itself. What the future holds began when the clock
// was ahead, or has been set back since.
bool BeganInRun(const RowOrigin& origin, std::string_view start) {
  return start >= origin.run_started && start <= origin.now;
}

}  // namespace

RowChanges RecordRows::UpsertRows(const RowOrigin& origin, const std::vector<Row>& rows) {
  RowChanges changes;
  parts_.clear();
  for (size_t i = 0; i < rows.size(); ++i) {
    if (!HasKey(rows[i], key_columns_)) continue;
    UpsertRow(origin, rows[i], static_cast<int64_t>(i), &changes);
  }
  for (const auto& [key_hash, filled] : parts_) {
    note_source_->Run(schema_.table, key_hash, origin.url, origin.page, schema_.rule, filled);
  }
  return changes;
}

void RecordRows::UpsertRow(const RowOrigin& origin, const Row& row, int64_t ordinal,
                           RowChanges* changes) {
  const std::optional<StoredRow> old = FindByKey(origin.site, row);
  if (!old) {
    Insert(origin, row, ordinal);
    if (column_sources_)
      column_sources_->Note(HashKey(origin.site, row, key_columns_), origin.run, row);
    ++changes->added;
    return;
  }
  changes->repeated += old->run == origin.run && old->rule == schema_.rule;
  if (old->url != origin.url || !IsMine(old->rule, true)) NoteSource(origin, *old);
  const Row merged = Merge(origin, *old, row, &changes->conflicts);
  const bool is_back = !old->gone_at.empty();
  bool completes = false;  // a version that began in this run
  if (is_back) {
    SaveVersion(origin, old->id, VersionStart(origin.site, *old), old->gone_at);
    ++changes->added;
  } else if (merged != old->values) {
    completes = !EndVersion(origin, *old);
    if (!completes) ++changes->changed;
  }
  if (!is_back && merged == old->values && old->url == origin.url) {
    Confirm(origin, old->id, ordinal);
  } else {
    Overwrite(origin, old->id, merged, ordinal, is_back ? origin.now : old->first_seen);
  }
  if (completes && TakeBackVersion(origin, *old)) --changes->changed;
}

std::optional<StoredRow> RecordRows::FindByKey(std::string_view site, const Row& row) {
  for (size_t i = 0; i < key_columns_.size(); ++i) {
    select_by_key_->Bind(static_cast<int>(i) + 2, row[key_columns_[i]]);
  }
  auto rows = select_by_key_->Start(site);
  if (!rows.Next()) return std::nullopt;
  return ReadRow(rows, schema_);
}

// A page says anew what holds, NULL included, but not of what another record fills, nor of what
// another page fills that gave the row and still stands. What a page shows twice completes itself.
Row RecordRows::Merge(const RowOrigin& origin, const StoredRow& old, const Row& row,
                      int64_t* conflicts) {
  ColumnSources::Known known{std::vector<bool>(row.size()),
                             std::vector<bool>(row.size(), old.run == origin.run)};
  if (column_sources_) {
    const int64_t key_hash = HashKey(origin.site, old.values, key_columns_);
    known = column_sources_->Read(key_hash, origin.run, old.rule, old.run, old.values);
    column_sources_->Note(key_hash, origin.run, row);
  }
  const bool is_again = old.page == origin.page && old.rule == schema_.rule;
  std::optional<std::vector<bool>> others;  // what they fill, where it is asked
  bool is_part = false;
  Row merged = row;
  for (size_t i = 0; i < merged.size(); ++i) {
    if (IsNull(old.values[i])) continue;
    if (!IsNull(row[i])) {
      *conflicts += known.seen_this_run[i] && row[i] != old.values[i];
    } else if (is_again || known.held[i]) {
      merged[i] = old.values[i];
    } else {
      if (!others) others = FilledByOthers(origin, old);
      if (!(*others)[i] && !(column_sources_ && known.seen_this_run[i])) continue;
      merged[i] = old.values[i];
      is_part = true;
    }
  }
  if (is_part || (is_again && !parts_.empty())) NotePart(origin, row, is_again);
  return merged;
}

// By the pages that stand, as each was when it was last good.
std::vector<bool> RecordRows::FilledByOthers(const RowOrigin& origin, const StoredRow& old) {
  std::vector<bool> filled(schema_.columns.size());
  const int64_t key_hash = HashKey(origin.site, old.values, key_columns_);
  for (auto rows = standing_sources_->Start(schema_.table, origin.gone_after, key_hash, origin.url);
       rows.Next();) {
    if (!IsMine(rows.Text(0), true)) continue;
    const std::string_view its = rows.Text(1);
    for (size_t i = 0; i < filled.size(); ++i) {
      if (its.empty() || places_->Has(its, i)) filled[i] = true;
    }
  }
  return filled;
}

void RecordRows::NotePart(const RowOrigin& origin, const Row& row, bool is_again) {
  const int64_t key_hash = HashKey(origin.site, row, key_columns_);
  if (!is_again) {
    parts_[key_hash] = places_->Filled(row);
  } else if (const auto part = parts_.find(key_hash); part != parts_.end()) {
    for (size_t i = 0; i < row.size(); ++i) {
      if (!IsNull(row[i])) places_->Add(i, &part->second);
    }
  }
}

// Says whether a version that other runs have seen ends here. One that began in this run is only
// being completed.
bool RecordRows::EndVersion(const RowOrigin& origin, const StoredRow& old) {
  const std::string start = VersionStart(origin.site, old);
  if (BeganInRun(origin, start)) return false;
  SaveVersion(origin, old.id, start, origin.now);
  return true;
}

// Where pages of one run differ, the row comes back to what it was before the run when the last of
// them has come: nothing has changed then. Says so.
bool RecordRows::TakeBackVersion(const RowOrigin& origin, const StoredRow& old) {
  if (!history_ || BeganInRun(origin, old.first_seen)) return false;
  int parameter = 1;
  for (const size_t column : key_columns_) {
    take_back_version_->Bind(++parameter, old.values[column]);
  }
  take_back_version_->Bind(++parameter, origin.run);
  take_back_version_->Bind(++parameter, origin.run_started);
  take_back_version_->Bind(++parameter, old.id);
  return take_back_version_->Start(origin.site).Next();
}

std::string RecordRows::VersionStart(std::string_view site, const StoredRow& old) {
  if (!history_) return old.first_seen;
  for (size_t i = 0; i < key_columns_.size(); ++i) {
    version_start_->Bind(static_cast<int>(i) + 2, old.values[key_columns_[i]]);
  }
  version_start_->Bind(static_cast<int>(key_columns_.size()) + 2, old.first_seen);
  auto rows = version_start_->Start(site);
  return rows.Next() ? std::string(rows.Text(0)) : old.first_seen;
}

// Of what another record filled, the row shows but what the two have in common.
void RecordRows::NoteSource(const RowOrigin& origin, const StoredRow& old) {
  const int64_t key_hash = HashKey(origin.site, old.values, key_columns_);
  const bool is_mine = old.rule == schema_.rule || !column_sources_;
  note_source_->Run(
      schema_.table, key_hash, old.url, old.page, old.rule,
      is_mine ? places_->Filled(old.values) : column_sources_->FilledBy(key_hash, old.rule));
  if (old.run != origin.run) {
    forget_past_sources_->Run(schema_.table, key_hash, schema_.rule, origin.url);
  }
}

// Whether the URL gave rows of this record that another page, or another record, has given since:
// it did when it was last good.
bool RecordRows::IsSource(const RowOrigin& origin, bool takes_over) {
  PageId last = 0;
  for (auto rows = sources_by_url_->Start(schema_.table, origin.url); rows.Next();) {
    if (IsMine(rows.Text(0), takes_over)) last = std::max(last, rows.Int(1));
  }
  return last != 0 && !WasGoodSince(origin, last);
}

// Those of the row ?3 of table ?1 besides the URL ?4.
std::string RecordRows::StandingSourcesSql() {
  return "SELECT s.rule, s.filled FROM row_sources AS s WHERE s.table_name = ?1 "
         "AND s.key_hash = ?3 AND s.url_id <> ?4 AND NOT " +
         SourceIsPast("s.url_id", "s.page_id");
}

// Those of the row ?2 of table ?1 and rule ?3 besides the URL ?4. A row that is on another page
// each time has a few sources then, and not all pages that it ever was on.
std::string RecordRows::ForgetPastSourcesSql() {
  return "DELETE FROM row_sources WHERE table_name = ?1 AND key_hash = ?2 AND rule = ?3 "
         "AND url_id <> ?4 AND " +
         FetchedSinceSql("row_sources.url_id", "row_sources.page_id");
}

bool RecordRows::EveryOtherSourceIsPast(std::string_view site, const StoredRow& old,
                                        int gone_after) {
  const int64_t key_hash = HashKey(site, old.values, key_columns_);
  return !standing_sources_->Start(schema_.table, gone_after, key_hash, old.url).Next();
}

std::map<std::string, int64_t> RecordRows::MarkGone(std::span<const std::string> sites,
                                                    std::string_view now, int gone_after) {
  const std::string past =
      key_columns_.empty() ? UrlIsGoneSql("r._url_id") : SourceIsPast("r._url_id", "r._page_id");
  Statement candidates(database_, std::string(kRowHead) + ColumnList(schema_) + ", _site FROM " +
                                      QuoteName(schema_.table) +
                                      " AS r WHERE _gone_at IS NULL AND _site IN "
                                      "(SELECT value FROM json_each(?1)) AND " +
                                      past);
  const int site_column = kRowHeadColumns + static_cast<int>(schema_.columns.size());
  const std::string names = JsonArray(sites);
  std::vector<int64_t> gone;
  std::map<std::string, int64_t> counts;
  for (auto rows = candidates.Start(names, gone_after); rows.Next();) {
    const StoredRow old = ReadRow(rows, schema_);
    const std::string site(rows.Text(site_column));
    if (key_columns_.empty() || EveryOtherSourceIsPast(site, old, gone_after)) {
      gone.push_back(old.id);
      ++counts[site];
    }
  }
  Statement mark(database_,
                 "UPDATE " + QuoteName(schema_.table) + " SET _gone_at = ?1 WHERE _rowid_ = ?2");
  for (const int64_t id : gone) mark.Run(now, id);
  return counts;
}

}  // namespace thresh
