#include "storage/rows.h"

#include <algorithm>
#include <span>
#include <utility>

#include "storage/row_sql.h"
#include "storage/stored_schema.h"

namespace thresh {
namespace {

// What all rows of a page have in common are the first parameters, then come each row's own.
constexpr int kCommonParameters = 6;
// A row that the table refused would end the crawl and take the transaction with it: SQLite need
// not keep copies of the pages that the statement's other rows change.
std::string InsertSql(const TableSchema& schema, size_t rows) {
  std::string sql =
      "INSERT OR FAIL INTO " + QuoteName(schema.table) +
      " (_site, _url_id, _page_id, _run_id, _rule, _first_seen, _last_seen, _ordinal" +
      ColumnList(schema) + ") VALUES ";
  int parameter = kCommonParameters;
  for (size_t row = 0; row < rows; ++row) {
    sql += row == 0 ? "(?1, ?2, ?3, ?4, ?5, ?6, ?6" : ", (?1, ?2, ?3, ?4, ?5, ?6, ?6";
    for (size_t i = 0; i <= schema.columns.size(); ++i) sql += ", ?" + std::to_string(++parameter);
    sql += ")";
  }
  return sql;
}

constexpr std::string_view kConfirmation =
    "_page_id = ?1, _run_id = ?2, _ordinal = ?3, _rule = ?4, _last_seen = ?5, _gone_at = NULL";

// The key's columns are left out: they are equal, and their index would be written anew.
std::string OverwriteSql(const TableSchema& schema, const std::vector<size_t>& key_columns) {
  std::string sql = "UPDATE " + QuoteName(schema.table) + " SET " + std::string(kConfirmation) +
                    ", _first_seen = ?7, _url_id = ?8";
  for (size_t i = 0; i < schema.columns.size(); ++i) {
    if (std::find(key_columns.begin(), key_columns.end(), i) != key_columns.end()) continue;
    sql += ", " + QuoteName(schema.columns[i].name) + " = ?" + std::to_string(i + 9);
  }
  return sql + " WHERE _rowid_ = ?6";
}

// `rows` with every value as the database will give it back, so that the two can be compared.
std::vector<Row> Comparable(const TableSchema& schema, std::vector<Row> rows) {
  for (Row& row : rows) {
    for (size_t i = 0; i < row.size(); ++i) {
      if (ComesBackOtherwise(row[i], schema.columns[i].type)) row[i] = AsItComesBack(row[i]);
    }
  }
  return rows;
}

// Whether what is left of rules that no record has any more is the record's to replace.
bool TakesOver(const RecordExtraction& found) { return found.applies || !found.others_apply; }

}  // namespace

std::vector<std::string> OtherRules(const std::vector<TableSchema>& schemas,
                                    const TableSchema& schema) {
  std::vector<std::string> rules;
  for (const TableSchema& other : schemas) {
    if (other.table == schema.table && other.rule != schema.rule) rules.push_back(other.rule);
  }
  return rules;
}

RecordRows::RecordRows(Database& database, const TableSchema& schema,
                       std::vector<std::string> other_rules, bool history)
    : database_(database),
      schema_(schema),
      other_rules_(std::move(other_rules)),
      history_(history && HasHistory(database, schema.table)),
      key_columns_(KeyColumns(schema)) {
  const std::string table = QuoteName(schema.table);
  const std::string head = std::string(kRowHead) + ColumnList(schema) + " FROM " + table;
  const auto prepare = [&](const std::string& sql) {
    return std::make_unique<Statement>(database, sql);
  };
  rules_by_url_ =
      prepare("SELECT _rule FROM " + table + " WHERE _url_id = ?1 AND _gone_at IS NULL");
  select_by_url_ = prepare(head + " WHERE _url_id = ?1 ORDER BY _ordinal");
  confirm_ =
      prepare("UPDATE " + table + " SET " + std::string(kConfirmation) + " WHERE _rowid_ = ?6");
  overwrite_ = prepare(OverwriteSql(schema, key_columns_));
  remove_ = prepare("DELETE FROM " + table + " WHERE _rowid_ = ?1");
  if (history_) save_version_ = prepare(SaveVersionSql(database, schema.table, table));
  if (!key_columns_.empty()) {
    select_by_key_ = prepare(head + WhereKey(schema));
    if (!other_rules_.empty()) column_sources_.emplace(database, schema_, other_rules_);
    places_.emplace(database, schema_);
    note_source_ = prepare(NoteSourceSql("row_sources"));
    standing_sources_ = prepare(StandingSourcesSql());
    forget_past_sources_ = prepare(ForgetPastSourcesSql());
    sources_by_url_ =
        prepare("SELECT rule, page_id FROM row_sources WHERE table_name = ?1 AND url_id = ?2");
    if (history_) {
      version_start_ = prepare(VersionStartSql(schema));
      take_back_version_ = prepare(TakeBackVersionSql(database, schema));
    }
  }
  Statement last(database,
                 "SELECT max(coalesce((SELECT max(_url_id) FROM " + table +
                     "), 0), coalesce((SELECT max(url_id) FROM row_sources WHERE table_name = ?1), "
                     "0))");
  for (auto rows = last.Start(schema.table); rows.Next();) last_known_ = rows.Int(0);
  Statement bad(database, "SELECT url_id FROM bad_pages WHERE table_name = ?1 AND rule = ?2");
  for (auto rows = bad.Start(schema.table, schema.rule); rows.Next();) {
    bad_pages_.insert(rows.Int(0));
  }
}

RowChanges RecordRows::Apply(const RowOrigin& origin, const RecordExtraction& found) {
  const Verdict verdict = Judge(origin, found);
  if (verdict == Verdict::kKeepOld) {
    return {.kept_old = true, .of_past_rules = !found.applies && !HasOwnRows(origin, false)};
  }
  if (verdict == Verdict::kNothingThere && found.rows.empty()) return {};
  bool comparable = true;
  for (const Row& row : found.rows) {
    for (size_t i = 0; i < row.size(); ++i) {
      comparable &= !ComesBackOtherwise(row[i], schema_.columns[i].type);
    }
  }
  std::vector<Row> copy;
  if (!comparable) copy = Comparable(schema_, found.rows);
  const std::vector<Row>& rows = comparable ? found.rows : copy;
  return key_columns_.empty() ? ReplacePageRows(origin, rows, TakesOver(found))
                              : UpsertRows(origin, rows);
}

// Rows of a rule that no record has any more belong to the record that now gives rows for the page,
// or would, where none does.
bool RecordRows::IsMine(std::string_view rule, bool takes_over) const {
  if (rule == schema_.rule) return true;
  return takes_over &&
         std::find(other_rules_.begin(), other_rules_.end(), rule) == other_rules_.end();
}

bool RecordRows::MayHaveRows(UrlId url) const {
  if (url <= last_known_) return true;
  const auto block = given_rows_.find(url / kBlock);
  return block != given_rows_.end() && block->second.test(static_cast<size_t>(url % kBlock));
}

void RecordRows::NoteRows(UrlId url) {
  if (url > last_known_) given_rows_[url / kBlock].set(static_cast<size_t>(url % kBlock));
}

bool RecordRows::HasOwnRows(const RowOrigin& origin, bool takes_over) {
  if (!MayHaveRows(origin.url)) return false;
  for (auto rows = rules_by_url_->Start(origin.url); rows.Next();) {
    if (IsMine(rows.Text(0), takes_over)) return true;
  }
  return !key_columns_.empty() && IsSource(origin, takes_over);
}

// Whether the URL was good after `page`, and before this time.
bool RecordRows::WasGoodSince(const RowOrigin& origin, PageId page) {
  Statement select(database_,
                   "SELECT 1 FROM pages AS p WHERE p.url_id = ?1 AND p.page_id > ?2 "
                   "AND p.page_id < ?3 AND " +
                       std::string(kTellingPage));
  return select.Start(origin.url, page, origin.page).Next();
}

// A bad page counts only where it has rows to lose. Once it has been bad often enough, what it
// gives is the truth, until it is good: it may have less for good, or be bad for another record.
RecordRows::Verdict RecordRows::Judge(const RowOrigin& origin, const RecordExtraction& found) {
  const bool is_good = IsGood(found, key_columns_);
  if (!is_good && HasOwnRows(origin, TakesOver(found))) {
    return CountBadPage(origin) < origin.believed_after ? Verdict::kKeepOld : Verdict::kGood;
  }
  if (bad_pages_.erase(origin.url) > 0) {
    Statement(database_,
              "DELETE FROM bad_pages WHERE url_id = ?1 AND table_name = ?2 AND rule = ?3")
        .Run(origin.url, schema_.table, schema_.rule);
  }
  return is_good ? Verdict::kGood : Verdict::kNothingThere;
}

int64_t RecordRows::CountBadPage(const RowOrigin& origin) {
  int64_t times = 1;
  Statement select(database_,
                   "SELECT times, page_id FROM bad_pages "
                   "WHERE url_id = ?1 AND table_name = ?2 AND rule = ?3");
  for (auto rows = select.Start(origin.url, schema_.table, schema_.rule); rows.Next();) {
    if (!WasGoodSince(origin, rows.Int(1))) times += rows.Int(0);
  }
  Statement(database_, "INSERT OR REPLACE INTO bad_pages VALUES (?1, ?2, ?3, ?4, ?5)")
      .Run(origin.url, schema_.table, schema_.rule, times, origin.page);
  bad_pages_.insert(origin.url);
  return times;
}

std::vector<StoredRow> RecordRows::ReadPageRows(UrlId url, bool takes_over) {
  std::vector<StoredRow> old;
  if (!MayHaveRows(url)) return old;
  for (auto rows = select_by_url_->Start(url); rows.Next();) {
    if (IsMine(rows.Text(kRuleInHead), takes_over)) old.push_back(ReadRow(rows, schema_));
  }
  return old;
}

RowChanges RecordRows::ReplacePageRows(const RowOrigin& origin, const std::vector<Row>& rows,
                                       bool takes_over) {
  std::vector<StoredRow> old = ReadPageRows(origin.url, takes_over);
  ForgetGone(origin, &old);
  if (old.empty()) return AddPageRows(origin, rows);
  const RowMatches matches = MatchRows(Placed(old), Placed(rows));
  RowChanges changes;
  for (size_t i = 0; i < rows.size(); ++i) {
    const auto [index, same] = matches.fresh[i];
    const auto ordinal = static_cast<int64_t>(i);
    if (!index) {
      Insert(origin, rows[i], ordinal);
      ++changes.added;
    } else if (same) {
      Confirm(origin, old[*index].id, ordinal);
    } else {
      SaveVersion(origin, old[*index].id, old[*index].first_seen, origin.now);
      Overwrite(origin, old[*index].id, rows[i], ordinal, origin.now);
      ++changes.changed;
    }
  }
  for (const size_t index : matches.removed) Remove(origin, old[index]);
  changes.removed = std::ssize(matches.removed);
  return changes;
}

// What is gone is past, and was counted when it went: a row that comes back is a new one.
void RecordRows::ForgetGone(const RowOrigin& origin, std::vector<StoredRow>* rows) {
  const auto gone = std::stable_partition(rows->begin(), rows->end(),
                                          [](const StoredRow& row) { return row.gone_at.empty(); });
  for (auto row = gone; row != rows->end(); ++row) Remove(origin, *row);
  rows->erase(gone, rows->end());
}

RowChanges RecordRows::AddPageRows(const RowOrigin& origin, const std::vector<Row>& rows) {
  std::span<const Row> rest = rows;
  for (int64_t ordinal = 0; !rest.empty();) {
    const size_t count = std::min(rest.size(), kRowsAtOnce);
    Insert(origin, rest.first(count), ordinal);
    ordinal += static_cast<int64_t>(count);
    rest = rest.subspan(count);
  }
  return {.added = static_cast<int64_t>(rows.size())};
}

void RecordRows::Insert(const RowOrigin& origin, const Row& row, int64_t ordinal) {
  Insert(origin, {&row, 1}, ordinal);
}

void RecordRows::Insert(const RowOrigin& origin, std::span<const Row> rows, int64_t ordinal) {
  NoteRows(origin.url);
  std::optional<Statement>& insert = inserts_[rows.size() - 1];
  if (!insert) insert.emplace(database_, InsertSql(schema_, rows.size()));
  int parameter = kCommonParameters;
  for (const Row& row : rows) {
    insert->Bind(++parameter, ordinal++);
    for (const Value& value : row) insert->Bind(++parameter, value);
  }
  insert->Run(origin.site, origin.url, origin.page, origin.run, schema_.rule, origin.now);
}

// The row may have been another rule's until now.
void RecordRows::Confirm(const RowOrigin& origin, int64_t id, int64_t ordinal) {
  NoteRows(origin.url);
  confirm_->Run(origin.page, origin.run, ordinal, schema_.rule, origin.now, id);
}

void RecordRows::Overwrite(const RowOrigin& origin, int64_t id, const Row& row, int64_t ordinal,
                           std::string_view first_seen) {
  NoteRows(origin.url);
  for (size_t i = 0; i < row.size(); ++i) {
    const bool in_key =
        std::find(key_columns_.begin(), key_columns_.end(), i) != key_columns_.end();
    if (!in_key) overwrite_->Bind(static_cast<int>(i) + 9, row[i]);
  }
  overwrite_->Run(origin.page, origin.run, ordinal, schema_.rule, origin.now, id, first_seen,
                  origin.url);
}

void RecordRows::Remove(const RowOrigin& origin, const StoredRow& old) {
  SaveVersion(origin, old.id, old.first_seen, old.gone_at.empty() ? origin.now : old.gone_at);
  remove_->Run(old.id);
}

void RecordRows::SaveVersion(const RowOrigin& origin, int64_t id, std::string_view valid_from,
                             std::string_view valid_to) {
  if (history_) save_version_->Run(id, valid_from, valid_to, origin.run);
}

}  // namespace thresh
