#include "storage/prune.h"

#include <string>
#include <utility>
#include <vector>

#include "storage/health_table.h"
#include "storage/row_sql.h"
#include "storage/stored_schema.h"

namespace thresh {
namespace {

// So many pages are looked at, and at most deleted, in one transaction.
constexpr PageId kBatch = 10'000;

struct OldPage {
  PageId id = 0;
  std::string body_hash;
  bool has_body = false;
};

// The pages that stay however old they are, in a table of this connection's own: those that rows
// name, and of each URL the latest of each kind.
void ListKeptPages(Database& database, const std::vector<std::string>& tables,
                   const std::string& older_than) {
  database.Execute(
      "CREATE TEMP TABLE IF NOT EXISTS kept_pages (page_id INTEGER PRIMARY KEY); "
      "DELETE FROM temp.kept_pages");
  for (const std::string& table : tables) {
    database.Execute("INSERT OR IGNORE INTO temp.kept_pages SELECT _page_id FROM " +
                     QuoteName(table));
  }
  Statement insert(database, "INSERT OR IGNORE INTO temp.kept_pages VALUES (?1)");
  Statement latest(database,
                   "SELECT max(page_id), max(page_id) FILTER (WHERE body_kept = 1), "
                   "max(page_id) FILTER (WHERE " +
                       std::string(kTellingPage) +
                       "), "
                       "max(page_id) FILTER (WHERE error IS NULL "
                       "AND (status BETWEEN 200 AND 299 OR status = 304)) "
                       "FROM pages AS p GROUP BY url_id HAVING min(fetched_at) < ?1");
  for (auto rows = latest.Start(older_than); rows.Next();) {
    for (int kind = 0; kind < 4; ++kind) {
      if (!rows.IsNull(kind)) insert.Run(rows.Int(kind));
    }
  }
}

// Page ids grow with time, but for a clock that was set back: pages are looked at from the first
// on, until a whole batch is young.
class PagePruner {
 public:
  PagePruner(Database& database, PageTable& pages, const std::optional<std::string>& sites,
             const std::string& older_than)
      : pages_(pages),
        sites_(sites),
        older_than_(older_than),
        batch_end_(database,
                   "SELECT max(page_id), sum(fetched_at < ?2) FROM (SELECT page_id, fetched_at "
                   "FROM pages WHERE page_id > ?1 ORDER BY page_id LIMIT ?3)"),
        select_(
            database,
            "SELECT page_id, body_hash, body_kept FROM pages AS p "
            "WHERE page_id > ?1 AND page_id <= ?2 AND fetched_at < ?3 "
            "AND page_id NOT IN temp.kept_pages AND (?4 IS NULL OR (SELECT u.site FROM urls AS u "
            "WHERE u.url_id = p.url_id) IN (SELECT value FROM json_each(?4)))") {}

  // Deletes from the next batch; false when there is none.
  bool Next(PruneTotals* totals) {
    PageId end = 0;
    bool any_is_old = false;
    for (auto rows = batch_end_.Start(at_, older_than_, kBatch); rows.Next();) {
      end = rows.Int(0);
      any_is_old = rows.Int(1) > 0;
    }
    if (!any_is_old) return false;
    std::vector<OldPage> old;
    for (auto rows = select_.Start(at_, end, older_than_, sites_); rows.Next();) {
      old.push_back({rows.Int(0), std::string(rows.Text(1)), rows.Int(2) != 0});
    }
    for (const OldPage& page : old) {
      totals->bodies += pages_.Remove(page.id, page.has_body ? page.body_hash : std::string());
    }
    totals->pages += static_cast<int64_t>(old.size());
    at_ = end;
    return true;
  }

 private:
  PageTable& pages_;
  const std::optional<std::string>& sites_;
  const std::string& older_than_;
  Statement batch_end_, select_;
  PageId at_ = 0;
};

// That `l` and `h` are versions of one row, as SQL; empty where rows have no key. NULLs in a key
// equal each other.
std::string SameRow(Database& database, const std::string& table) {
  std::string same;
  for (const std::string& key : ReadSchema(database, table).key) {
    same += " AND l." + QuoteName(key) + " IS h." + QuoteName(key);
  }
  return same.empty() ? same : "l._site = h._site" + same;
}

int64_t Deleted(Database& database) {
  Statement changes(database, "SELECT changes()");
  auto rows = changes.Start();
  return rows.Next() ? rows.Int(0) : 0;
}

int64_t PruneHistory(Database& database, const std::string& table,
                     const std::optional<std::string>& sites, const std::string& older_than) {
  if (!HasHistory(database, table)) return 0;
  const std::string name = QuoteName(table + "_history");
  std::string sql = "DELETE FROM " + name +
                    " AS h WHERE h._valid_to < ?2 AND (?1 IS NULL OR h._site IN (SELECT value FROM "
                    "json_each(?1)))";
  if (const std::string same = SameRow(database, table); !same.empty()) {
    sql += " AND EXISTS (SELECT 1 FROM " + name + " AS l WHERE " + same +
           " AND (l._valid_to > h._valid_to OR (l._valid_to = h._valid_to "
           "AND l._rowid_ > h._rowid_)))";
  }
  Statement(database, sql).Run(sites, older_than);
  return Deleted(database);
}

// What the next run is compared with stays. So do the first and the last run of each rule: they say
// when it was at work, by which a diff tells its changes from the site's.
int64_t PruneExtraction(Database& database, const std::optional<std::string>& sites,
                        const std::string& older_than) {
  Statement(database,
            "WITH looks AS MATERIALIZED (SELECT r.site, e.table_name, e.rule, e.run_id, "
            "r." +
                std::string(kIsJudged) +
                " AS is_judged FROM extraction AS e "
                "JOIN runs AS r ON r.run_id = e.run_id WHERE e.field = ''), "
                "recent AS (SELECT table_name, rule, run_id, dense_rank() OVER "
                "(PARTITION BY site, table_name ORDER BY run_id DESC) AS back "
                "FROM looks WHERE is_judged) "
                "DELETE FROM extraction WHERE (table_name, rule, run_id) NOT IN "
                "(SELECT table_name, rule, run_id FROM recent WHERE back <= ?3 "
                "UNION SELECT table_name, rule, min(run_id) FROM looks GROUP BY site, 1, 2 "
                "UNION SELECT table_name, rule, max(run_id) FROM looks GROUP BY site, 1, 2) "
                "AND run_id IN (SELECT run_id FROM runs WHERE finished_at < ?2 "
                "AND (?1 IS NULL OR site IN (SELECT value FROM json_each(?1))))")
      .Run(sites, older_than, kLooksCompared);
  return Deleted(database);
}

}  // namespace

PruneTotals PruneSites(Database& database, PageTable& pages,
                       const std::optional<std::string>& sites, Timestamp older_than,
                       const std::function<void()>& commit) {
  const std::string older_than_text = ToIso8601(older_than);
  const std::vector<std::string> tables = RecordTableNames(database);
  PruneTotals totals;
  ListKeptPages(database, tables, older_than_text);
  {
    PagePruner pruner(database, pages, sites, older_than_text);
    while (pruner.Next(&totals)) commit();
  }
  database.Execute("DROP TABLE temp.kept_pages");
  for (const std::string& table : tables) {
    totals.versions += PruneHistory(database, table, sites, older_than_text);
  }
  totals.extraction += PruneExtraction(database, sites, older_than_text);
  commit();
  return totals;
}

}  // namespace thresh
