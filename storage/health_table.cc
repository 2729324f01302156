#include "storage/health_table.h"

#include <string>
#include <vector>

namespace thresh {
namespace {

std::optional<int64_t> IntIfAny(const Statement::Rows& rows, int column) {
  return rows.IsNull(column) ? std::nullopt : std::optional(rows.Int(column));
}

// The first column.
std::vector<std::string> TextsOf(Statement::Rows rows) {
  std::vector<std::string> texts;
  while (rows.Next()) texts.emplace_back(rows.Text(0));
  return texts;
}

std::vector<std::string> ReadStrings(Database& database, std::string_view json) {
  Statement select(database, "SELECT value FROM json_each(?1)");
  return TextsOf(select.Start(json));
}

}  // namespace

SiteHealth HealthTable::Read(std::string_view site, RunId run) {
  SiteHealth health;
  health.now = ReadRun(run, true);
  for (RecordCounts& record : health.now.records) record.most_pages = MostPages(site, record);
  for (const RunId id : RunsBefore(site, run)) health.before.push_back(ReadRun(id, false));
  return health;
}

int64_t HealthTable::MostPages(std::string_view site, const RecordCounts& record) {
  Statement select(database_,
                   "SELECT max(e.pages) FROM runs AS r CROSS JOIN extraction AS e "
                   "WHERE r.site = ?1 AND e.run_id = r.run_id AND e.table_name = ?2 "
                   "AND e.rule = ?3 AND e.field = ''");
  auto rows = select.Start(site, record.table, record.rule);
  return rows.Next() ? rows.Int(0) : 0;
}

// Runs that were judged and have something to say, back to the 30th that parsed a page of a record,
// and, for each table that the latest has a finding on, to the last run that parsed a page of it.
std::vector<RunId> HealthTable::RunsBefore(std::string_view site, RunId run) {
  Statement select(database_,
                   "WITH judged AS MATERIALIZED (SELECT run_id FROM runs WHERE site = ?1 "
                   "AND run_id < ?2 AND " +
                       std::string(kIsJudged) +
                       "), "
                       "looks AS MATERIALIZED (SELECT run_id FROM judged AS j WHERE EXISTS "
                       "(SELECT 1 FROM extraction AS e WHERE e.run_id = j.run_id) "
                       "ORDER BY run_id DESC LIMIT ?3), "
                       "found AS (SELECT DISTINCT table_name FROM findings "
                       "WHERE run_id = (SELECT max(run_id) FROM judged)), "
                       "last_looks AS (SELECT (SELECT j.run_id FROM judged AS j WHERE EXISTS "
                       "(SELECT 1 FROM extraction AS e WHERE e.run_id = j.run_id "
                       "AND e.table_name = f.table_name) ORDER BY j.run_id DESC LIMIT 1) AS run_id "
                       "FROM found AS f) "
                       "SELECT run_id FROM looks UNION SELECT run_id FROM last_looks "
                       "WHERE run_id IS NOT NULL UNION "
                       "SELECT run_id FROM judged AS j WHERE "
                       "run_id > (SELECT coalesce(min(run_id), 0) FROM looks) AND EXISTS "
                       "(SELECT 1 FROM findings AS f WHERE f.run_id = j.run_id) ORDER BY 1 DESC");
  std::vector<RunId> runs;
  for (auto rows = select.Start(site, run, kLooksCompared); rows.Next();) {
    runs.push_back(rows.Int(0));
  }
  return runs;
}

RunHealth HealthTable::ReadRun(RunId run, bool with_pages) {
  RunHealth health;
  health.run = run;
  Statement select(database_, "SELECT started_at, config_hash FROM runs WHERE run_id = ?1");
  for (auto rows = select.Start(run); rows.Next();) {
    health.started_at = rows.Text(0);
    health.config = rows.Text(1);
  }
  ReadRecords(&health, with_pages);
  ReadFindings(&health);
  return health;
}

// The row of a record as a whole, whose field is '', comes before its fields'.
void HealthTable::ReadRecords(RunHealth* health, bool with_pages) {
  Statement select(database_,
                   "SELECT table_name, rule, field, pages, matched, too_few, rows, filled, failed, "
                   "example, example_pages, repeated, conflicts, most_common, most_common_value "
                   "FROM extraction WHERE run_id = ?1 "
                   "ORDER BY table_name, rule, field");
  for (auto rows = select.Start(health->run); rows.Next();) {
    std::vector<std::string> pages;
    if (with_pages) pages = PageUrls(rows.Text(10));
    if (rows.Text(2).empty()) {
      health->records.push_back({std::string(rows.Text(0)),
                                 std::string(rows.Text(1)),
                                 rows.Int(3),
                                 rows.Int(4),
                                 rows.Int(5),
                                 rows.Int(6),
                                 rows.Int(8),
                                 IntIfAny(rows, 11),
                                 rows.Int(12),
                                 0,
                                 std::move(pages),
                                 {}});
    } else if (!health->records.empty()) {
      health->records.back().fields.push_back({std::string(rows.Text(2)), rows.Int(6), rows.Int(7),
                                               rows.Int(4), rows.Int(8), std::string(rows.Text(9)),
                                               std::move(pages), IntIfAny(rows, 13),
                                               std::string(rows.Text(14))});
    }
  }
}

void HealthTable::ReadFindings(RunHealth* health) {
  Statement select(database_,
                   "SELECT table_name, field, kind, message, examples, rule, since FROM findings "
                   "WHERE run_id = ?1 ORDER BY table_name, field, kind");
  for (auto rows = select.Start(health->run); rows.Next();) {
    health->findings.push_back({std::string(rows.Text(0)), std::string(rows.Text(1)),
                                std::string(rows.Text(2)), std::string(rows.Text(3)),
                                ReadStrings(database_, rows.Text(4)), std::string(rows.Text(5)),
                                std::string(rows.Text(6))});
  }
}

// `page_ids`: a JSON array.
std::vector<std::string> HealthTable::PageUrls(std::string_view page_ids) {
  if (page_ids.empty()) return {};
  Statement select(database_,
                   "SELECT p.final_url FROM json_each(?1) AS j "
                   "JOIN pages AS p ON p.page_id = j.value ORDER BY j.key");
  return TextsOf(select.Start(page_ids));
}

std::vector<std::string> HealthTable::PagesThatGaveRows(RunId run, std::string_view table,
                                                        std::string_view rule,
                                                        std::string_view field) {
  const std::string rows = " FROM " + QuoteName(table) + " AS t";
  const std::string of_run = " WHERE t._run_id = ?1 AND t._rule = ?2";
  std::string sql =
      "SELECT DISTINCT p.final_url" + rows + " JOIN pages AS p ON p.page_id = t._page_id" + of_run;
  if (!field.empty()) {
    const std::string value = "t." + QuoteName(field);
    sql += " AND " + value + " = (SELECT " + value + rows + of_run + " AND " + value +
           " IS NOT NULL GROUP BY 1 ORDER BY count(*) DESC LIMIT 1)";
  }
  Statement select(database_, sql + " LIMIT 3");
  return TextsOf(select.Start(run, rule));
}

void HealthTable::SaveFindings(RunId run, std::span<const Finding> findings) {
  Statement(database_, "DELETE FROM findings WHERE run_id = ?1").Run(run);
  Statement insert(database_,
                   "INSERT OR REPLACE INTO findings VALUES (?1, ?2, ?3, ?4, ?5, '[]', ?6, ?7)");
  Statement add(database_,
                "UPDATE findings SET examples = json_insert(examples, '$[#]', ?6) "
                "WHERE run_id = ?1 AND table_name = ?2 AND field = ?3 AND kind = ?4 AND rule = ?5");
  for (const Finding& finding : findings) {
    insert.Run(run, finding.table, finding.field, finding.kind, finding.message, finding.rule,
               finding.since);
    for (const std::string& example : finding.examples) {
      add.Run(run, finding.table, finding.field, finding.kind, finding.rule, example);
    }
  }
}

std::vector<std::string> HealthTable::TablesInDoubt(std::string_view site, RunId run,
                                                    int believed_after) {
  Statement select(database_,
                   "SELECT DISTINCT d.table_name FROM findings AS d "
                   "WHERE d.run_id = ?2 AND d.kind IN ('few_rows', 'keys') AND ?3 > "
                   "(WITH looks AS (SELECT r.run_id, EXISTS (SELECT 1 FROM findings AS l"
                   " WHERE l.run_id = r.run_id AND l.table_name = d.table_name"
                   " AND l.kind IN ('few_rows', 'keys')) AS is_down"
                   " FROM runs AS r WHERE r.site = ?1 AND r.run_id <= ?2"
                   " AND (r.run_id = ?2 OR r." +
                       std::string(kIsJudged) +
                       ")"
                       " AND EXISTS (SELECT 1 FROM extraction AS e WHERE e.run_id = r.run_id"
                       " AND e.table_name = d.table_name)) "
                       "SELECT count(*) FROM looks WHERE run_id > "
                       "(SELECT coalesce(max(run_id), 0) FROM looks WHERE NOT is_down))");
  return TextsOf(select.Start(site, run, believed_after));
}

}  // namespace thresh
