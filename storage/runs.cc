#include "storage/runs.h"

namespace thresh {
namespace {

constexpr std::string_view kOutcomes[] = {"complete", "waiting", "budget", "interrupted",
                                          "crashed"};

std::optional<std::string> Iso(const std::optional<Timestamp>& time) {
  return time ? std::optional(ToIso8601(*time)) : std::nullopt;
}

}  // namespace

std::string_view Name(RunOutcome outcome) { return kOutcomes[static_cast<size_t>(outcome)]; }

RunTable::RunTable(Database& database) : database_(database) {}

std::optional<RunRecord> RunTable::FindLast(std::string_view site, std::string_view condition) {
  Statement select(database_,
                   "SELECT run_id, site, config_hash, started_at FROM runs WHERE site = ?1 AND " +
                       std::string(condition) + " ORDER BY run_id DESC LIMIT 1");
  auto rows = select.Start(site);
  if (!rows.Next()) return std::nullopt;
  RunRecord run;
  run.id = rows.Int(0);
  run.site = rows.Text(1);
  run.config_hash = rows.Text(2);
  run.started_at = FromIso8601(rows.Text(3)).value_or(Timestamp());
  return run;
}

std::optional<RunRecord> RunTable::Unfinished(std::string_view site) {
  return FindLast(site, "finished_at IS NULL");
}

std::optional<RunRecord> RunTable::Last(std::string_view site) { return FindLast(site, "1"); }

RunId RunTable::Start(std::string_view site, std::string_view config_hash,
                      std::string_view config_text, Timestamp now) {
  SaveConfig(config_hash, config_text);
  const std::string started_at = ToIso8601(now);
  // Also where people took runs out of the list, none has the id of another: what that one settled
  // would be settled in this one.
  Statement(database_,
            "INSERT INTO runs (run_id, site, config_hash, started_at) VALUES (1 + max("
            "(SELECT coalesce(max(run_id), 0) FROM runs), "
            "(SELECT coalesce(max(run_id), 0) FROM extraction), "
            "coalesce((SELECT run_id FROM pages ORDER BY page_id DESC LIMIT 1), 0)), ?1, ?2, ?3)")
      .Run(site, config_hash, started_at);
  return database_.last_insert_id();
}

void RunTable::Continue(RunId run, std::string_view config_hash, std::string_view config_text) {
  SaveConfig(config_hash, config_text);
  Statement(database_,
            "UPDATE runs SET config_hash = ?2, outcome = NULL, exit_code = NULL WHERE run_id = ?1")
      .Run(run, config_hash);
}

void RunTable::SaveConfig(std::string_view hash, std::string_view text) {
  Statement(database_, "INSERT OR IGNORE INTO configs (config_hash, text) VALUES (?1, ?2)")
      .Run(hash, text);
}

void RunTable::Finish(RunId run, RunOutcome outcome, int exit_code, Timestamp now) {
  // An interrupted run is not at its end: the next crawl goes on with it.
  const std::string finished_at = outcome == RunOutcome::kInterrupted ? "" : ToIso8601(now);
  Statement(database_,
            "UPDATE runs SET outcome = ?2, exit_code = ?3, finished_at = ?4 WHERE run_id = ?1")
      .Run(run, Name(outcome), exit_code, NullIfEmpty(finished_at));
}

const std::string& RunTable::StartedAt(RunId run) {
  const auto [at, is_new] = started_at_.try_emplace(run);
  if (is_new) {
    Statement select(database_, "SELECT started_at FROM runs WHERE run_id = ?1");
    for (auto rows = select.Start(run); rows.Next();) at->second = rows.Text(0);
  }
  return at->second;
}

std::vector<LatestConfig> LatestConfigs(Database& database) {
  Statement select(database,
                   "SELECT r.site, c.text FROM (SELECT max(run_id) AS run_id FROM runs "
                   "GROUP BY site) AS l JOIN runs AS r USING (run_id) "
                   "LEFT JOIN configs AS c USING (config_hash) ORDER BY r.site");
  std::vector<LatestConfig> configs;
  for (auto rows = select.Start(); rows.Next();) {
    configs.push_back({std::string(rows.Text(0)), std::string(rows.Text(1))});
  }
  return configs;
}

namespace {

// What databases of all versions have.
constexpr std::string_view kHostColumns =
    "host, next_at, delay_ms, failures, robots_at, robots_status, robots_text";

// The host in a row of kHostColumns.
HostRecord HostIn(const Statement::Rows& row) {
  HostRecord host;
  host.host = row.Text(0);
  host.next_at = FromIso8601(row.Text(1));
  host.delay = std::chrono::milliseconds(row.Int(2));
  host.failures = static_cast<int>(row.Int(3));
  host.robots_at = FromIso8601(row.Text(4));
  host.robots_status = static_cast<int>(row.Int(5));
  host.robots_text = row.Text(6);
  return host;
}

}  // namespace

HostTable::HostTable(Database& database)
    : database_(database),
      upsert_(database,
              "INSERT INTO hosts (" + std::string(kHostColumns) +
                  ", added_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT DO UPDATE SET "
                  "next_at = ?2, delay_ms = ?3, failures = ?4, robots_at = ?5, robots_status = ?6, "
                  "robots_text = ?7, added_ms = ?8") {}

std::vector<HostRecord> HostTable::Load() {
  Statement select(database_, "SELECT " + std::string(kHostColumns) + ", added_ms FROM hosts");
  std::vector<HostRecord> hosts;
  for (auto rows = select.Start(); rows.Next();) {
    hosts.push_back(HostIn(rows));
    hosts.back().added = std::chrono::milliseconds(rows.Int(7));
  }
  return hosts;
}

std::optional<HostRecord> FindHost(Database& database, std::string_view origin) {
  Statement select(database, "SELECT " + std::string(kHostColumns) + " FROM hosts WHERE host = ?1");
  auto rows = select.Start(origin);
  if (!rows.Next()) return std::nullopt;
  return HostIn(rows);
}

void HostTable::Save(const HostRecord& host) {
  const std::optional<std::string> next_at = Iso(host.next_at);
  const std::optional<std::string> robots_at = Iso(host.robots_at);
  upsert_.Run(host.host, next_at, host.delay.count(), host.failures, robots_at, host.robots_status,
              host.robots_text, host.added.count());
}

}  // namespace thresh
