#include "storage/table_swap.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "storage/row_sql.h"
#include "storage/stored_schema.h"

namespace thresh {
namespace {

// Where the columns are among the parameters of what Insert and Replace run.
constexpr int kFirstValue = 10;

}  // namespace

TableSwap::TableSwap(Database& database, std::string_view site, TableSchema table,
                     const std::vector<TableSchema>& records, const MadePages& made,
                     std::string_view now, RunId run, int gone_after)
    : database_(database),
      site_(site),
      table_(std::move(table)),
      made_(made),
      now_(now),
      run_(run),
      gone_after_(gone_after),
      key_columns_(KeyColumns(table_)),
      places_(database, table_) {
  const std::string main = Main(table_.table);
  const auto prepare = [&](const std::string& sql) {
    return std::make_unique<Statement>(database, sql);
  };
  std::string places, assignments;
  for (size_t i = 0; i < table_.columns.size(); ++i) {
    const std::string place = "?" + std::to_string(i + kFirstValue);
    places += ", " + place;
    assignments += ", " + QuoteName(table_.columns[i].name) + " = " + place;
  }
  insert_ =
      prepare("INSERT INTO " + main +
              " (_site, _url_id, _page_id, _run_id, _ordinal, _rule, _first_seen, "
              "_last_seen, _gone_at" +
              ColumnList(table_) + ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9" + places + ")");
  const std::string confirmation =
      "UPDATE " + main +
      " SET _page_id = ?2, _run_id = ?3, _ordinal = ?4, _rule = ?5, _gone_at = ?6";
  confirm_ = prepare(confirmation + " WHERE _rowid_ = ?1");
  replace_ =
      prepare(confirmation + ", _url_id = ?7, _first_seen = ?8, _last_seen = max(_last_seen, ?8)" +
              assignments + " WHERE _rowid_ = ?1");
  remove_ = prepare("DELETE FROM " + main + " WHERE _rowid_ = ?1");
  select_gone_at_ = prepare("SELECT coalesce((SELECT max(r._gone_at) FROM " + main +
                            " AS r WHERE r._url_id = ?1 AND r._gone_at IS NOT NULL AND NOT " +
                            FetchedSinceSql("r._url_id", "r._page_id") +
                            "), (SELECT max(fetched_at) FROM pages WHERE url_id = ?1 AND " +
                            UrlIsGoneSql("?1") + " AND NOT EXISTS (SELECT 1 FROM " + main +
                            " AS r WHERE r._url_id = ?1 AND r._gone_at IS NULL)))");
  const bool history = HasHistory(database, table_.table);
  if (history) save_version_ = prepare(SaveVersionSql(database, table_.table, main));
  if (key_columns_.empty()) return;
  kept_columns_.emplace(database, site_, table_, records);
  select_by_key_ =
      prepare(std::string(kRowHead) + ColumnList(table_) + " FROM " + main + WhereKey(table_));
  select_sources_ = prepare(
      "SELECT url_id FROM main.row_sources WHERE table_name = ?1 "
      "AND key_hash = ?2");
  note_source_ = prepare(NoteSourceSql("main.row_sources"));
  note_made_source_ = prepare(NoteSourceSql("temp.row_sources"));
  if (history) version_start_ = prepare(VersionStartSql(table_));
}

SwapTotals TableSwap::Run(const DifferenceSink& sink) {
  sink_ = sink ? &sink : nullptr;
  totals_ = {};
  if (key_columns_.empty()) {
    SwapPages();
  } else {
    SwapKeyed();
    SwapSources();
  }
  return totals_;
}

std::vector<StoredRow> TableSwap::ReadAll(Statement& select, UrlId url) const {
  std::vector<StoredRow> all;
  for (auto rows = select.Start(url); rows.Next();) all.push_back(ReadRow(rows, table_));
  return all;
}

// For a few rows that mostly are in order, SQLite's own sorting costs more than reading them.
std::vector<StoredRow> TableSwap::ReadInOrder(Statement& select, UrlId url) const {
  std::vector<StoredRow> all = ReadAll(select, url);
  const auto is_before = [](const StoredRow& a, const StoredRow& b) {
    return std::pair(a.ordinal, a.id) < std::pair(b.ordinal, b.id);
  };
  if (!std::is_sorted(all.begin(), all.end(), is_before)) {
    std::sort(all.begin(), all.end(), is_before);
  }
  return all;
}

// Old rows that the shadow does not have go, where the pages that gave them are made.
void TableSwap::SwapKeyed() {
  const std::string head = std::string(kRowHead) + ColumnList(table_) + " FROM ";
  Statement fresh(database_, head + Shadow(table_.table) + " ORDER BY _rowid_");
  for (auto rows = fresh.Start(); rows.Next();) SwapKeyedRow(ReadRow(rows, table_));

  std::string same_key = "n._site = o._site";
  for (const std::string& name : table_.key) {
    same_key += " AND n." + QuoteName(name) + " IS o." + QuoteName(name);
  }
  Statement rest(database_, "SELECT _rowid_ FROM " + Main(table_.table) +
                                " AS o WHERE _site = ?1 AND _gone_at IS NULL AND NOT EXISTS "
                                "(SELECT 1 FROM " +
                                Shadow(table_.table) + " AS n WHERE " + same_key + ")");
  std::vector<int64_t> ids;
  for (auto rows = rest.Start(site_); rows.Next();) ids.push_back(rows.Int(0));
  Statement by_id(database_, head + Main(table_.table) + " WHERE _rowid_ = ?1");
  for (const int64_t id : ids) {
    const StoredRow old = ReadAll(by_id, id).front();
    if (!made_.Has(old.page) || HasSourceThatIsNotMade(old)) {
      ++totals_.kept;
    } else {
      Remove(old);
    }
  }
}

void TableSwap::SwapKeyedRow(StoredRow fresh) {
  for (size_t i = 0; i < key_columns_.size(); ++i) {
    select_by_key_->Bind(static_cast<int>(i) + 2, fresh.values[key_columns_[i]]);
  }
  std::optional<StoredRow> old;
  for (auto rows = select_by_key_->Start(site_); rows.Next();) old = ReadRow(rows, table_);
  if (!old) {
    if (EverySourceIsGone(fresh)) fresh.gone_at = GoneAt(fresh.url);
    return Insert(fresh);
  }
  if (HasSourceThatIsNotMade(*old)) {
    for (size_t i = 0; i < fresh.values.size(); ++i) {
      if (IsNull(fresh.values[i])) fresh.values[i] = old->values[i];
    }
  }
  const int64_t key_hash = HashKey(site_, old->values, key_columns_);
  kept_columns_->Keep(key_hash, *old, &fresh);
  const bool is_past = !made_.Has(old->page);
  if (is_past) NoteSource(*note_source_, key_hash, *old);
  if (fresh.page <= old->page || !GoneAt(fresh.url).empty()) fresh.gone_at = old->gone_at;
  if (is_past && !fresh.gone_at.empty()) {  // it stays as it went
    return NoteSource(*note_made_source_, key_hash, fresh);
  }
  Replace(*old, fresh, fresh.values != old->values);
}

// Of a row of the shadow.
bool TableSwap::EverySourceIsGone(const StoredRow& fresh) {
  if (GoneAt(fresh.url).empty()) return false;
  Statement select(database_,
                   "SELECT url_id FROM temp.row_sources WHERE table_name = ?1 AND key_hash = ?2");
  const int64_t key_hash = HashKey(site_, fresh.values, key_columns_);
  for (auto rows = select.Start(table_.table, key_hash); rows.Next();) {
    if (GoneAt(rows.Int(0)).empty()) return false;
  }
  return true;
}

void TableSwap::NoteSource(Statement& note, int64_t key_hash, const StoredRow& row) {
  note.Run(table_.table, key_hash, row.url, row.page, row.rule, places_.Filled(row.values));
}

bool TableSwap::HasSourceThatIsNotMade(const StoredRow& old) {
  if (made_.urls.count(old.url) == 0) return true;
  const int64_t key_hash = HashKey(site_, old.values, key_columns_);
  for (auto rows = select_sources_->Start(table_.table, key_hash); rows.Next();) {
    if (made_.urls.count(rows.Int(0)) == 0) return true;
  }
  return false;
}

// What made pages were said to give is forgotten, and said anew.
void TableSwap::SwapSources() {
  Statement select(database_,
                   "SELECT key_hash, url_id, rule, page_id FROM main.row_sources "
                   "WHERE table_name = ?1");
  struct Source {
    int64_t key_hash;
    UrlId url;
    std::string rule;
  };
  std::vector<Source> made;
  for (auto rows = select.Start(table_.table); rows.Next();) {
    if (made_.Has(rows.Int(3)))
      made.push_back({rows.Int(0), rows.Int(1), std::string(rows.Text(2))});
  }
  Statement forget(database_,
                   "DELETE FROM main.row_sources WHERE table_name = ?1 "
                   "AND key_hash = ?2 AND url_id = ?3 AND rule = ?4");
  for (const Source& source : made) {
    forget.Run(table_.table, source.key_hash, source.url, source.rule);
  }
  for (const std::string table : {"row_sources", "row_rules"}) {
    Statement(database_, "INSERT OR REPLACE INTO main." + table + " SELECT * FROM temp." + table +
                             " WHERE table_name = ?1")
        .Run(table_.table);
  }
}

// That of the rows that went with the URL's latest good page, as it was not found any more. Rows
// that went since a later page did not give them say nothing. Where it never gave any, when it was
// last not found.
const std::string& TableSwap::GoneAt(UrlId url) {
  if (gone_at_.url == url) return gone_at_.time;
  gone_at_ = {url, {}};
  for (auto rows = select_gone_at_->Start(url, gone_after_); rows.Next();) {
    gone_at_.time = rows.Text(0);
  }
  return gone_at_.time;
}

// Those that have rows in the table or its shadow, in the order of their numbers. A page's rows
// mostly stand together.
std::vector<UrlId> TableSwap::ReadChangedUrls() {
  Statement select(database_, "SELECT _url_id FROM " + Main(table_.table) +
                                  " WHERE _site = ?1 UNION ALL SELECT _url_id FROM " +
                                  Shadow(table_.table));
  std::vector<UrlId> urls;
  UrlId last = 0;
  for (auto rows = select.Start(site_); rows.Next();) {
    const UrlId url = rows.Int(0);
    if (url != std::exchange(last, url) && !made_.IsUnchanged(url)) urls.push_back(url);
  }
  std::sort(urls.begin(), urls.end());
  urls.erase(std::unique(urls.begin(), urls.end()), urls.end());
  return urls;
}

void TableSwap::SwapPages() {
  const std::vector<UrlId> urls = ReadChangedUrls();
  const std::string head = std::string(kRowHead) + ColumnList(table_) + " FROM ";
  const std::string tail = " WHERE _url_id = ?1";
  select_old_ = std::make_unique<Statement>(database_, head + Main(table_.table) + tail);
  select_fresh_ = std::make_unique<Statement>(database_, head + Shadow(table_.table) + tail);
  for (const UrlId url : urls) SwapPage(url);
}

// Rows that are gone are past; only of those that went with the page, others may take the places.
void TableSwap::SwapPage(UrlId url) {
  std::vector<StoredRow> old = ReadInOrder(*select_old_, url);
  if (made_.urls.count(url) == 0) {
    totals_.kept += std::ssize(old);
    return;
  }
  std::vector<StoredRow> fresh = ReadInOrder(*select_fresh_, url);
  const auto is_gone = [](const StoredRow& row) { return !row.gone_at.empty(); };
  if (old.empty() || std::any_of(old.begin(), old.end(), is_gone)) {
    const std::string& gone_at = GoneAt(url);
    std::erase_if(old,
                  [&](const StoredRow& row) { return is_gone(row) && row.gone_at != gone_at; });
    for (StoredRow& row : fresh) row.gone_at = gone_at;
  }
  const RowMatches matches = MatchRows(Placed(old), Placed(fresh));
  for (size_t i = 0; i < fresh.size(); ++i) {
    const auto [index, same] = matches.fresh[i];
    if (index) {
      Replace(old[*index], fresh[i], !same);
    } else {
      Insert(fresh[i]);
    }
  }
  for (const size_t index : matches.removed) {
    if (!is_gone(old[index])) Remove(old[index]);
  }
}

void TableSwap::Insert(const StoredRow& fresh) {
  for (size_t i = 0; i < fresh.values.size(); ++i) {
    insert_->Bind(static_cast<int>(i) + kFirstValue, fresh.values[i]);
  }
  const std::string& seen = FirstSeen(fresh);
  insert_->Run(site_, fresh.url, fresh.page, fresh.run, fresh.ordinal, fresh.rule, seen, seen,
               NullIfEmpty(fresh.gone_at));
  if (!fresh.gone_at.empty()) return;
  ++totals_.added;
  Tell(RowDifference::Change::kAdded, nullptr, &fresh);
}

// What a page that is gone gives was never there: it came when it went.
const std::string& TableSwap::FirstSeen(const StoredRow& fresh) const {
  return fresh.gone_at.empty() ? now_ : fresh.gone_at;
}

void TableSwap::Replace(const StoredRow& old, const StoredRow& fresh, bool change) {
  const bool is_back = !old.gone_at.empty() && fresh.gone_at.empty();
  if (!change && !is_back && old.url == fresh.url) return Confirm(old, fresh);
  if (change || is_back) SaveVersion(old);
  if (is_back) {
    ++totals_.added;
    Tell(RowDifference::Change::kAdded, nullptr, &fresh);
  } else if (change && fresh.gone_at.empty()) {
    ++totals_.changed;
    Tell(RowDifference::Change::kChanged, &old, &fresh);
  }
  // A version of a row without a key holds from its `_first_seen`.
  const bool new_version = change && save_version_ != nullptr && key_columns_.empty();
  for (size_t i = 0; i < fresh.values.size(); ++i) {
    replace_->Bind(static_cast<int>(i) + kFirstValue, fresh.values[i]);
  }
  replace_->Run(old.id, fresh.page, fresh.run, fresh.ordinal, fresh.rule,
                NullIfEmpty(fresh.gone_at), fresh.url,
                is_back || new_version ? FirstSeen(fresh) : old.first_seen);
}

// Its indexes stay as they are.
void TableSwap::Confirm(const StoredRow& old, const StoredRow& fresh) {
  const bool same = old.page == fresh.page && old.run == fresh.run &&
                    old.ordinal == fresh.ordinal && old.rule == fresh.rule &&
                    old.gone_at == fresh.gone_at;
  if (same) return;
  confirm_->Run(old.id, fresh.page, fresh.run, fresh.ordinal, fresh.rule,
                NullIfEmpty(fresh.gone_at));
}

void TableSwap::Remove(const StoredRow& old) {
  SaveVersion(old);
  remove_->Run(old.id);
  ++totals_.removed;
  Tell(RowDifference::Change::kRemoved, &old, nullptr);
}

void TableSwap::SaveVersion(const StoredRow& old) {
  if (save_version_ == nullptr) return;
  std::string from = old.first_seen;
  if (version_start_ != nullptr) {
    for (size_t i = 0; i < key_columns_.size(); ++i) {
      version_start_->Bind(static_cast<int>(i) + 2, old.values[key_columns_[i]]);
    }
    version_start_->Bind(static_cast<int>(key_columns_.size()) + 2, old.first_seen);
    for (auto rows = version_start_->Start(site_); rows.Next();) from = rows.Text(0);
  }
  save_version_->Run(old.id, from, old.gone_at.empty() ? now_ : old.gone_at, run_);
}

std::string TableSwap::KeyOf(const StoredRow& row) {
  if (!key_columns_.empty()) return KeyText(row.values, key_columns_);
  std::string url;
  Statement select(database_, "SELECT url FROM urls WHERE url_id = ?1");
  for (auto rows = select.Start(row.url); rows.Next();) url = rows.Text(0);
  return url + ' ' + std::to_string(row.ordinal + 1);
}

void TableSwap::Tell(RowDifference::Change change, const StoredRow* old, const StoredRow* fresh) {
  if (sink_ == nullptr) return;
  const std::string key = KeyOf(fresh != nullptr ? *fresh : *old);
  (*sink_)({change, table_.table, key, table_.columns, old != nullptr ? &old->values : nullptr,
            fresh != nullptr ? &fresh->values : nullptr, "rule"});
}

}  // namespace thresh
