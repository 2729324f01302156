// The tables `runs`, `configs` and `hosts`: what must outlive a stop besides URLs and pages.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "storage/database.h"
#include "storage/store.h"

namespace thresh {

// Lives in the Store; the verbs are Store's.
class RunTable {
 public:
  explicit RunTable(Database& database);

  std::optional<RunRecord> Unfinished(std::string_view site);
  std::optional<RunRecord> Last(std::string_view site);
  RunId Start(std::string_view site, std::string_view config_hash, std::string_view config_text,
              Timestamp now);
  void Continue(RunId run, std::string_view config_hash, std::string_view config_text);
  void Finish(RunId run, RunOutcome outcome, int exit_code, Timestamp now);
  // When the run began, ISO 8601; lives as long as the table.
  const std::string& StartedAt(RunId run);

 private:
  std::optional<RunRecord> FindLast(std::string_view site, std::string_view condition);
  void SaveConfig(std::string_view hash, std::string_view text);

  Database& database_;
  std::unordered_map<RunId, std::string> started_at_;
};

// Likewise.
class HostTable {
 public:
  explicit HostTable(Database& database);

  std::vector<HostRecord> Load();
  void Save(const HostRecord& host);

 private:
  Database& database_;
  Statement upsert_;
};

// What is known of an origin; nothing where it is not in `hosts`.
std::optional<HostRecord> FindHost(Database& database, std::string_view origin);

// A site, and the text of the config that its latest run has.
struct LatestConfig {
  std::string site;
  std::string text;
};
// Of all sites, by name.
std::vector<LatestConfig> LatestConfigs(Database& database);

}  // namespace thresh
