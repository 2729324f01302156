#include "storage/reparse.h"

#include <algorithm>
#include <limits>
#include <set>
#include <utility>

#include "storage/row_sql.h"
#include "storage/stored_body.h"
#include "storage/table_swap.h"
#include "storage/tables.h"

namespace thresh {
namespace {

// Which pages are whose. A page comes unless a later one of its URL, which tells what is there now,
// has taken its place. `pages` has no index by site, so they are read once for all sites.
std::string FillPagesOfSitesSql() {
  return "INSERT INTO temp._pages_of_sites SELECT u.site, q.page_id"
         " FROM pages AS q JOIN urls AS u ON u.url_id = q.url_id WHERE q.body_kept = 1"
         " AND q.error IS NULL AND q.status BETWEEN 200 AND 299 AND NOT " +
         FetchedSinceSql("q.url_id", "q.page_id");
}

std::string SelectPagesSql() {
  return "SELECT p.page_id, p.url_id, p.run_id, p.fetched_at, p.status, p.final_url, "
         "coalesce(s.url, u.url), p.content_type, p.charset, p.headers, p.bytes, b.encoding, "
         "b.body, instr(coalesce(p.flags, ''), 'cut-short') > 0, "
         "instr(coalesce(p.flags, ''), 'kept-rows') > 0, "
         "NOT EXISTS (SELECT 1 FROM pages AS l WHERE l.url_id = p.url_id AND l.body_kept = 1"
         " AND l.page_id > p.page_id)"
         " FROM temp._pages_of_sites AS o CROSS JOIN pages AS p ON p.page_id = o.page_id"
         " JOIN urls AS u ON u.url_id = p.url_id"
         " JOIN bodies AS b ON b.body_hash = p.body_hash"
         " LEFT JOIN urls AS s ON s.url_id = u.seed"
         " WHERE o.site = ?1 ORDER BY o.page_id";
}

void AddColumns(const TableSchema& schema, TableSchema* whole) {
  whole->table = schema.table;
  whole->key = schema.key;
  for (const Column& column : schema.columns) {
    if (std::find(whole->columns.begin(), whole->columns.end(), column) == whole->columns.end()) {
      whole->columns.push_back(column);
    }
  }
}

// Those that the site's runs looked for rows for, as far as that is still known.
std::set<std::string, std::less<>> TablesOfRuns(Database& database, const std::string& site) {
  Statement select(database,
                   "SELECT DISTINCT e.table_name FROM runs AS r "
                   "JOIN extraction AS e ON e.run_id = r.run_id WHERE r.site = ?1");
  std::set<std::string, std::less<>> tables;
  for (auto rows = select.Start(site); rows.Next();) tables.emplace(rows.Text(0));
  return tables;
}

}  // namespace

SiteReparse::SiteReparse(Database& database, const std::map<std::string, SharedTable>& tables,
                         std::string site, std::vector<TableSchema> schemas,
                         std::optional<bool> history, int gone_after, const std::string& now)
    : database_(database),
      site_(std::move(site)),
      schemas_(std::move(schemas)),
      gone_after_(gone_after),
      now_(now) {
  database_.Execute("BEGIN IMMEDIATE");
  try {
    std::set<std::string, std::less<>> its_tables = TablesOfRuns(database_, site_);
    for (const TableSchema& schema : schemas_) its_tables.insert(schema.table);
    for (const std::string& name : its_tables) {
      const auto table = tables.find(name);
      if (table == tables.end()) continue;
      for (const TableSchema& kind : table->second.kinds) {
        PrepareTable(database_, kind, history.value_or(!kind.key.empty()), &retyped_);
      }
      whole_[name] = table->second.whole;
      CreateShadow(database_, table->second.whole);
    }
  } catch (...) {
    database_.Rollback();
    throw;
  }
}

SiteReparse::~SiteReparse() {
  destinations_.clear();
  rows_.clear();
  database_.Rollback();
}

void SiteReparse::ForEachPage(const std::function<void(const StoredPageView&)>& visit) {
  Statement select(database_, SelectPagesSql());
  std::string body;
  for (auto rows = select.Start(site_); rows.Next();) {
    StoredPageView page;
    page.id = rows.Int(0);
    page.url_id = rows.Int(1);
    page.run = rows.Int(2);
    page.fetched_at = rows.Text(3);
    page.status = static_cast<int>(rows.Int(4));
    page.final_url = rows.Text(5);
    page.seed_url = rows.Text(6);
    page.content_type = rows.Text(7);
    page.charset = rows.Text(8);
    page.headers = rows.Text(9);
    page.bytes = static_cast<size_t>(rows.Int(10));
    DecodeBody(rows.Text(11), rows.Text(12), &body);
    page.body = body;
    page.cut_short = rows.Int(13) != 0;
    page.kept_rows = rows.Int(14) != 0;
    page.last = rows.Int(15) != 0;
    ++pages_;
    visit(page);
  }
}

RecordRows& SiteReparse::RowsOf(const TableSchema& schema) {
  std::unique_ptr<RecordRows>& rows = rows_[{schema.table, schema.rule}];
  if (rows == nullptr) {
    rows = std::make_unique<RecordRows>(database_, schema, OtherRules(schemas_, schema), false);
  }
  return *rows;
}

// A page that once was bad for a table must be good now for all of its records that are for such a
// page to be believed.
bool SiteReparse::SpeaksFor(const StoredPageView& page, const std::string& table,
                            const Extraction& found) const {
  if (!page.kept_rows) return true;
  bool is_good = false;
  for (size_t i = 0; i < schemas_.size(); ++i) {
    if (schemas_[i].table != table || !found.records[i].applies) continue;
    if (!IsGood(found.records[i], KeyColumns(schemas_[i]))) return false;
    is_good = true;
  }
  return is_good;
}

// Of a site's tables, each stands for itself: rows of other sites' records are not of its URLs.
std::vector<SiteReparse::Destination> SiteReparse::MakeDestinations() {
  std::vector<Destination> destinations;
  for (const TableSchema& schema : schemas_) {
    const auto records =
        std::count_if(schemas_.begin(), schemas_.end(),
                      [&](const TableSchema& other) { return other.table == schema.table; });
    Destination& to = destinations.emplace_back();
    to.made = &made_[schema.table];
    to.rows = &RowsOf(schema);
    if (schema.key.empty() && records == 1) {
      to.standing = std::make_unique<StandingRows>(database_, schema, whole_[schema.table]);
    }
  }
  return destinations;
}

// Where a table has one record and no key, what a page gives takes the place of all that its URL's
// pages before it gave. Of such a URL only what its last page gives counts, and that can be
// compared with the table at once.
void SiteReparse::Apply(const StoredPageView& page, const Extraction& found) {
  if (destinations_.empty()) destinations_ = MakeDestinations();
  if (found.cut_short != page.cut_short) cut_short_[page.id] = found.cut_short;
  const int believed_after = page.kept_rows ? std::numeric_limits<int>::max() : 1;
  const RowOrigin origin{site_,   page.run,        {},          page.url_id,
                         page.id, page.fetched_at, gone_after_, believed_after};
  for (size_t i = 0; i < schemas_.size(); ++i) {
    if (!SpeaksFor(page, schemas_[i].table, found)) continue;
    const RecordExtraction& record = found.records[i];
    const Destination& to = destinations_[i];
    const bool stands = to.standing != nullptr && page.last && !record.rows.empty() &&
                        to.standing->Keep(origin, record.rows);
    to.made->Add(page.id, page.url_id, stands);
    if (!stands) to.rows->Apply(origin, record);
  }
}

ReparseTotals SiteReparse::Compare(const DifferenceSink& sink) {
  RunId run = 0;
  Statement last(database_, "SELECT max(run_id) FROM runs WHERE site = ?1");
  for (auto rows = last.Start(site_); rows.Next();) run = rows.Int(0);
  ReparseTotals totals;
  totals.pages = pages_;
  for (const auto& [table, schema] : whole_) {
    TableSwap swap(database_, site_, schema, schemas_, made_[table], now_, run, gone_after_);
    const SwapTotals swapped = swap.Run(sink);
    totals.added += swapped.added;
    totals.changed += swapped.changed;
    totals.removed += swapped.removed;
    totals.kept += swapped.kept;
  }
  SetCutShort();
  return totals;
}

void SiteReparse::SetCutShort() {
  Statement update(
      database_,
      "UPDATE pages SET flags = nullif(trim(trim(replace(' ' || coalesce(flags, '') || "
      "' ', ' cut-short ', ' ')) || ' ' || ?2), '') WHERE page_id = ?1");
  for (const auto& [page, is_cut] : cut_short_) update.Run(page, is_cut ? "cut-short" : "");
}

void SiteReparse::Finish() {
  destinations_.clear();
  rows_.clear();
  for (const auto& [table, schema] : whole_) DropShadow(database_, table);
  database_.Execute("COMMIT");
}

Reparse::Reparse(Database& database, const std::vector<TableSchema>& tables, Timestamp now)
    : database_(database), now_(ToIso8601(now)) {
  for (const TableSchema& schema : tables) {
    SharedTable& table = tables_[schema.table];
    const bool is_known =
        std::any_of(table.kinds.begin(), table.kinds.end(), [&](const TableSchema& kind) {
          return kind.columns == schema.columns && kind.key == schema.key;
        });
    if (is_known) continue;
    table.kinds.push_back(schema);
    AddColumns(schema, &table.whole);
  }
  // SQLite's 2 MB would go to a file and back; and what dropped tables held, in a file that nobody
  // else opens and that is deleted already, need not be overwritten.
  database_.Execute("PRAGMA temp.cache_size = -16384; PRAGMA temp.secure_delete = OFF");
  database_.Execute(
      "CREATE TEMP TABLE _pages_of_sites (site TEXT, page_id INTEGER, PRIMARY KEY (site, page_id)) "
      "WITHOUT ROWID");
  database_.Execute(FillPagesOfSitesSql());
}

Reparse::~Reparse() { database_.TryExecute("DROP TABLE temp._pages_of_sites"); }

std::unique_ptr<SiteReparse> Reparse::BeginSite(std::string site, std::vector<TableSchema> schemas,
                                                std::optional<bool> history, int gone_after) {
  return std::make_unique<SiteReparse>(database_, tables_, std::move(site), std::move(schemas),
                                       history, gone_after, now_);
}

}  // namespace thresh
