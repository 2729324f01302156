#include "storage/table_diff.h"

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <utility>

#include "parser/ascii.h"
#include "storage/database.h"
#include "storage/diff_ranges.h"
#include "storage/read_access.h"
#include "storage/row_sql.h"
#include "storage/stored_row.h"
#include "storage/stored_schema.h"

namespace thresh {
namespace {

// Compares one table, site by site.
class TableDiff {
 public:
  TableDiff(Database& database, const TableSchema& schema, const SiteRanges& sites,
            const DifferenceSink& sink)
      : database_(database),
        schema_(schema),
        sites_(sites),
        sink_(sink),
        key_columns_(KeyColumns(schema)),
        history_(HasHistory(database, schema.table)),
        table_name_(QuoteName(schema.table)),
        history_name_(QuoteName(schema.table + "_history")),
        columns_(ColumnList(schema).substr(2)),
        good_page_before_(database,
                          "SELECT 1 FROM pages WHERE url_id = ?1 AND fetched_at <= ?2 "
                          "AND error IS NULL AND status BETWEEN 200 AND 299"),
        url_(database, "SELECT url FROM urls WHERE url_id = ?1"),
        run_at_(database,
                "SELECT 1 FROM runs WHERE site = ?1 AND started_at <= ?2 "
                "AND coalesce(finished_at, '~') >= ?2") {}

  // Gives the number of rows that cannot be compared, as what they were is pruned.
  int64_t Run() {
    if (sites_.empty()) return 0;
    if (key_columns_.empty()) {
      CompareWithoutKey();
      return 0;
    }
    Prepare();
    Statement select(database_, TouchedKeysSql());
    for (const auto& [name, site] : sites_) {
      site_ = &site;
      for (auto rows = select.Start(name, site.from(), site.to()); rows.Next();) {
        Row key;
        for (size_t i = 0; i < key_columns_.size(); ++i) {
          key.push_back(rows.Get(static_cast<int>(i)));
        }
        Compare(key);
      }
    }
    return pruned_;
  }

 private:
  std::string TouchedKeysSql() const {
    std::string key;
    for (const std::string& name : schema_.key) key += (key.empty() ? "" : ", ") + QuoteName(name);
    std::string sql = "SELECT " + key + " FROM " + table_name_ +
                      " WHERE _site = ?1 AND (_first_seen > ?2 AND _first_seen <= ?3 "
                      "OR _gone_at > ?2 AND _gone_at <= ?3)";
    if (history_) {
      sql += " UNION SELECT " + key + " FROM " + history_name_ +
             " WHERE _site = ?1 AND (_valid_from > ?2 AND _valid_from <= ?3 "
             "OR _valid_to > ?2 AND _valid_to <= ?3) UNION SELECT " +
             key + " FROM " + history_name_ + " WHERE _site = ?1 GROUP BY " + key +
             " HAVING min(_valid_from) > ?2";  // what it was before may be pruned
    }
    return sql;
  }

  void Prepare() {
    const std::string where = WhereKey(schema_);
    const std::string at = "?" + std::to_string(key_columns_.size() + 2);
    current_ = std::make_unique<Statement>(
        database_, "SELECT " + columns_ + ", _rule, _url_id, _first_seen, _gone_at FROM " +
                       table_name_ + where);
    if (!history_) return;
    past_ = std::make_unique<Statement>(
        database_, "SELECT " + columns_ + ", _rule, _url_id, _valid_from FROM " + history_name_ +
                       where + " AND _valid_from <= " + at + " AND _valid_to > " + at +
                       " ORDER BY _valid_to LIMIT 1");
    start_ = std::make_unique<Statement>(database_, VersionStartSql(schema_));
    known_from_ = std::make_unique<Statement>(
        database_, "SELECT min(_valid_from) FROM " + history_name_ + where);
  }

  // The rows of `statement` for the site and a key, and for a time where it has one.
  Statement::Rows Start(Statement& statement, const Row& key,
                        std::optional<std::string_view> time = {}) const {
    int place = 1;
    for (const Value& value : key) statement.Bind(++place, value);
    if (time) statement.Bind(++place, *time);
    return statement.Start(site_->site());
  }

  Version ReadVersion(const Statement::Rows& rows) const {
    Version version;
    const int columns = static_cast<int>(schema_.columns.size());
    for (int i = 0; i < columns; ++i) version.values.push_back(rows.Get(i));
    version.rule = rows.Text(columns);
    version.url = rows.Int(columns + 1);
    version.start = rows.Text(columns + 2);
    return version;
  }

  std::optional<Version> At(const Row& key, const std::string& time) {
    if (past_ != nullptr) {
      if (auto rows = Start(*past_, key, time); rows.Next()) return ReadVersion(rows);
    }
    auto rows = Start(*current_, key);
    if (!rows.Next()) return std::nullopt;
    Version version = ReadVersion(rows);
    const int gone_at = static_cast<int>(schema_.columns.size()) + 3;
    const bool is_gone = !rows.IsNull(gone_at) && rows.Text(gone_at) <= time;
    if (start_ != nullptr) {
      auto starts = Start(*start_, key, version.start);
      if (starts.Next()) version.start = starts.Text(0);
    }
    if (is_gone || version.start > time) return std::nullopt;
    return version;
  }

  // Whether the row was there at the range's begin, as a version that is pruned: of those that are
  // left, the first began later.
  bool IsPruned(const Row& key) {
    if (known_from_ == nullptr) return false;
    auto current = Start(*current_, key);
    if (!current.Next() || ReadVersion(current).start > site_->from()) return false;
    auto first = Start(*known_from_, key);
    return first.Next() && !first.IsNull(0) && first.Text(0) > site_->from();
  }

  void Compare(const Row& key) {
    if (IsPruned(key)) {
      ++pruned_;
      return;
    }
    const auto before = At(key, site_->from());
    const auto after = At(key, site_->to());
    if (!before && !after) return;
    std::vector<size_t> places(key.size());
    for (size_t i = 0; i < places.size(); ++i) places[i] = i;
    const std::string text = KeyText(key, places);
    if (!before) return TellAdded(text, *after);
    if (!after) return TellRemoved(text, *before, !IsThere(key));
    if (before->values == after->values) return;
    const bool by_rule = !IsInRun(after->start) || site_->Succeeds(schema_.table, *before, *after);
    Tell(RowDifference::Change::kChanged, text, &before->values, &after->values, by_rule);
  }

  // A crawl marks keyed rows as gone; only a reparse removes them.
  bool IsThere(const Row& key) { return Start(*current_, key).Next(); }

  void TellAdded(const std::string& key, const Version& version) {
    const bool by_rule = site_->IsNew(schema_.table, version) && WasFetchedBefore(version.url);
    Tell(RowDifference::Change::kAdded, key, nullptr, &version.values, by_rule);
  }
  void TellRemoved(const std::string& key, const Version& version, bool by_reparse) {
    const bool by_rule = by_reparse || site_->WasReplaced(schema_.table, version.rule);
    Tell(RowDifference::Change::kRemoved, key, &version.values, nullptr, by_rule);
  }
  void Tell(RowDifference::Change change, const std::string& key, const Row* before,
            const Row* after, bool by_rule) {
    sink_({change, schema_.table, key, schema_.columns, before, after, by_rule ? "rule" : "site"});
  }

  bool WasFetchedBefore(UrlId url) { return good_page_before_.Start(url, site_->from()).Next(); }

  std::string UrlOf(UrlId url) {
    auto rows = url_.Start(url);
    return rows.Next() ? std::string(rows.Text(0)) : std::string();
  }

  // A version of a row without a key.
  struct LooseVersion {
    Version version;
    std::string end;    // ISO 8601; empty: it holds today
    std::string place;  // on its page, from 1; empty: not known
  };

  std::string LooseVersionsSql() const {
    std::string sql = "SELECT " + columns_ +
                      ", _rule, _url_id, _first_seen, _site, _gone_at, _ordinal + 1 AS _place "
                      "FROM " +
                      table_name_ + " WHERE _first_seen > ?1 OR _gone_at > ?1";
    if (history_) {
      sql += " UNION ALL SELECT " + columns_ +
             ", _rule, _url_id, _valid_from, _site, _valid_to, NULL FROM " + history_name_ +
             " WHERE _valid_to > ?1";
    }
    return sql + " ORDER BY _site, _url_id, _place NULLS LAST";
  }

  // Rows without a key have no index by their site: the table is read once for all.
  void CompareWithoutKey() {
    Statement select(database_, LooseVersionsSql());
    const int site = static_cast<int>(schema_.columns.size()) + 3;
    std::vector<LooseVersion> before, after;  // of one page, without those that are in both
    UrlId url = 0;
    for (auto rows = select.Start(EarliestFrom()); rows.Next();) {
      const UrlId its = rows.Int(site - 2);
      if (its != std::exchange(url, its)) ComparePage(&before, &after);
      if (!FindSite(rows.Text(site))) continue;
      LooseVersion loose{ReadVersion(rows), std::string(rows.Text(site + 1)),
                         std::string(rows.Text(site + 2))};
      const bool was = Held(loose, site_->from()), is = Held(loose, site_->to());
      if (was != is) (was ? before : after).push_back(std::move(loose));
    }
    ComparePage(&before, &after);
  }

  static bool Held(const LooseVersion& loose, const std::string& time) {
    return loose.version.start <= time && (loose.end.empty() || loose.end > time);
  }

  // Rows that went and came again with the same content are no difference. Forgets both.
  void ComparePage(std::vector<LooseVersion>* before, std::vector<LooseVersion>* after) {
    std::vector<PlacedRow> old, fresh;
    for (const LooseVersion& loose : *before) old.push_back({-1, &loose.version.values});
    for (const LooseVersion& loose : *after) fresh.push_back({0, &loose.version.values});
    const RowMatches matches = MatchRows(old, fresh);
    for (size_t i = 0; i < after->size(); ++i) {
      if (matches.fresh[i].old) continue;
      const auto& [version, end, place] = (*after)[i];
      TellAdded(UrlOf(version.url) + (place.empty() ? "" : ' ' + place), version);
    }
    for (const size_t index : matches.removed) {
      const auto& [version, end, place] = (*before)[index];
      TellRemoved(UrlOf(version.url), version, !IsInRun(end));
    }
    before->clear();
    after->clear();
  }

  bool FindSite(std::string_view name) {
    if (site_ != nullptr && site_->site() == name) return true;
    const auto found = sites_.find(name);
    if (found == sites_.end()) return false;
    site_ = &found->second;
    return true;
  }

  const std::string& EarliestFrom() const {
    const auto earlier = [](const auto& a, const auto& b) {
      return a.second.from() < b.second.from();
    };
    return std::min_element(sites_.begin(), sites_.end(), earlier)->second.from();
  }

  // Between runs only a reparse changes rows.
  bool IsInRun(std::string_view time) { return run_at_.Start(site_->site(), time).Next(); }

  Database& database_;
  const TableSchema& schema_;
  const SiteRanges& sites_;
  const SiteRange* site_ = nullptr;  // the one that is being compared
  const DifferenceSink& sink_;
  const std::vector<size_t> key_columns_;
  const bool history_;
  const std::string table_name_, history_name_, columns_;
  Statement good_page_before_, url_, run_at_;
  std::unique_ptr<Statement> current_, past_, start_, known_from_;
  int64_t pruned_ = 0;
};

std::vector<TableSchema> ReadSchemas(Database& database, const std::string& only) {
  const std::vector<std::string> names = RecordTableNames(database);
  std::vector<TableSchema> schemas;
  for (const std::string& name : names) {
    if (!only.empty() && !ascii::EqualsIgnoringCase(name, only)) continue;
    schemas.push_back(ReadSchema(database, name));
  }
  if (!only.empty() && schemas.empty()) {
    throw std::invalid_argument("there is no table " + QuoteName(only) +
                                " of a record; there are: " + JoinNames(names));
  }
  return schemas;
}

std::vector<std::string> DiffAll(Database& database, const DiffRequest& request,
                                 const DifferenceSink& sink) {
  std::vector<std::string> notes;
  const std::vector<TableSchema> schemas = ReadSchemas(database, request.table);
  for (const TableSchema& schema : schemas) {
    if (HasHistory(database, schema.table)) continue;
    notes.push_back(schema.table +
                    ": has no history (store.history), so that changed values are "
                    "not known");
  }
  const SiteRanges sites = ReadRanges(database, request, &notes);
  for (const TableSchema& schema : schemas) {
    const int64_t pruned = TableDiff(database, schema, sites, sink).Run();
    if (pruned == 0) continue;
    notes.push_back(schema.table + ": what " + std::to_string(pruned) +
                    (pruned == 1 ? " row was" : " rows were") +
                    " before is pruned, so that changes are not known");
  }
  return notes;
}

}  // namespace

std::vector<std::string> DiffRuns(const std::filesystem::path& db, const DiffRequest& request,
                                  const DifferenceSink& sink) {
  return ReadAccess(db).Snapshot(
      [&](Database& database) { return DiffAll(database, request, sink); });
}

}  // namespace thresh
