// The tables `extraction`, read, and `findings`.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "storage/database.h"
#include "storage/health.h"

namespace thresh {

// Lives in the Store; the verbs are Store's.
class HealthTable {
 public:
  explicit HealthTable(Database& database) : database_(database) {}

  SiteHealth Read(std::string_view site, RunId run);
  bool HasNoPage(std::string_view site, RunId run, std::string_view table, bool had_pages);
  void SaveFindings(RunId run, std::span<const Finding> findings);

 private:
  bool Exists(const std::string& condition, std::string_view site, RunId run);
  std::optional<bool> GivesRowsUnseen(std::string_view site, RunId run, std::string_view table);
  int64_t MostPages(std::string_view site, const RecordCounts& record);
  std::vector<RunId> RunsBefore(std::string_view site, RunId run);
  RunHealth ReadRun(RunId run, bool with_pages);
  void ReadRecords(RunHealth* health, bool with_pages);
  void ReadFindings(RunHealth* health);
  std::vector<std::string> PageUrls(std::string_view page_ids);

  Database& database_;
};

}  // namespace thresh
