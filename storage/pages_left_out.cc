#include "storage/pages_left_out.h"

namespace thresh {
namespace {

// CROSS JOIN has SQLite read the tables in the order in which they stand: the large one once.
constexpr char kRuns[] =
    "WITH r AS MATERIALIZED (SELECT site, run_id FROM runs "
    "WHERE run_id IN (SELECT value FROM json_each(?1))) ";

constexpr char kIsLeftOut[] =
    "max(u.settled_in < r.run_id OR u.last_status = 304 "
    "OR (u.state = 'failed' AND coalesce(u.last_status, 0) NOT IN (404, 410)))";

std::string ToJson(std::span<const RunId> runs) {
  std::string json;
  for (const RunId run : runs) json += (json.empty() ? "[" : ",") + std::to_string(run);
  return json.empty() ? "[]" : json + "]";
}

}  // namespace

PagesLeftOut::PagesLeftOut(Database& database, std::span<const RunId> runs)
    : database_(database), runs_(ToJson(runs)) {}

bool PagesLeftOut::HasNoPage(const std::string& site, const std::string& table, bool had_pages) {
  if (had_pages) {
    const BySite& sites = LeavesRowsOut(table);
    if (const auto found = sites.find(site); found != sites.end()) {
      return !found->second && ReadOf(site).some;
    }
  }
  const PagesRead read = ReadOf(site);
  return read.some && read.all;
}

bool PagesLeftOut::HasReadAllThatGaveRows(const std::string& site, const std::string& table) {
  const BySite& sites = LeavesRowsOut(table);
  const auto found = sites.find(site);
  return found != sites.end() && !found->second;
}

// Where several records write a table, and of rows with a key, it is not known which pages each of
// them had: those of all are asked about.
const PagesLeftOut::BySite& PagesLeftOut::LeavesRowsOut(const std::string& table) {
  const auto [at, is_new] = leaves_rows_out_.try_emplace(table);
  if (!is_new) return at->second;
  Statement select(
      database_,
      std::string(kRuns) + "SELECT site, max(left_out) FROM (SELECT r.site, " + kIsLeftOut +
          " AS left_out FROM " + QuoteName(table) +
          " AS t CROSS JOIN r ON r.site = t._site CROSS JOIN urls AS u ON u.url_id = t._url_id "
          "WHERE t._gone_at IS NULL GROUP BY r.site UNION ALL SELECT r.site, " +
          kIsLeftOut +
          " FROM row_sources AS s CROSS JOIN urls AS u USING (url_id) "
          "CROSS JOIN r ON r.site = u.site WHERE s.table_name = ?2 GROUP BY r.site) "
          "GROUP BY site");
  for (auto rows = select.Start(runs_, table); rows.Next();) {
    at->second.emplace(rows.Text(0), rows.Int(1) != 0);
  }
  return at->second;
}

PagesLeftOut::PagesRead PagesLeftOut::ReadOf(const std::string& site) {
  if (!read_) {
    read_.emplace();
    Statement select(
        database_,
        std::string(kRuns) +
            "SELECT r.site, max(u.settled_in = r.run_id AND u.last_status BETWEEN 200 AND 299), "
            "max(u.settled_in < r.run_id OR u.last_status = 304) "
            "FROM urls AS u CROSS JOIN r ON r.site = u.site WHERE u.state = 'done' GROUP BY "
            "r.site");
    for (auto rows = select.Start(runs_); rows.Next();) {
      read_->emplace(rows.Text(0), PagesRead{rows.Int(1) != 0, rows.Int(2) == 0});
    }
  }
  const auto found = read_->find(site);
  return found == read_->end() ? PagesRead{} : found->second;
}

}  // namespace thresh
