// The tables `extraction`, read, and `findings`.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "storage/database.h"
#include "storage/health.h"

namespace thresh {

// Of a run: that it was judged, as SQL; interrupted ones say nothing.
inline constexpr std::string_view kIsJudged = "outcome IN ('complete', 'waiting', 'budget')";
// With so many runs before it that parsed pages of a record, at most, a run is compared.
inline constexpr int kLooksCompared = 30;

// Lives in the Store; the verbs are Store's.
class HealthTable {
 public:
  explicit HealthTable(Database& database) : database_(database) {}

  SiteHealth Read(std::string_view site, RunId run);
  std::vector<std::string> PagesThatGaveRows(RunId run, std::string_view table,
                                             std::string_view rule, std::string_view field);
  void SaveFindings(RunId run, std::span<const Finding> findings);
  // Tables of which a run gave far less rows than before, or rows of one key, as its findings say,
  // unless that has been so in `believed_after` runs in a row that looked.
  std::vector<std::string> TablesInDoubt(std::string_view site, RunId run, int believed_after);

 private:
  int64_t MostPages(std::string_view site, const RecordCounts& record);
  std::vector<RunId> RunsBefore(std::string_view site, RunId run);
  RunHealth ReadRun(RunId run, bool with_pages);
  void ReadRecords(RunHealth* health, bool with_pages);
  void ReadFindings(RunHealth* health);
  std::vector<std::string> PageUrls(std::string_view page_ids);

  Database& database_;
};

}  // namespace thresh
