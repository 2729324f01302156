// How the rows of a database changed between the ends of two runs.
//
// What held at an instant is read from the rows, which know since when they are there, and from
// `<table>_history`, which has the versions that hold no more. Of a table without a history only
// rows that came, and rows that are gone, are known. Rows without a key that changed are some that
// went and some that came.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "storage/row_difference.h"
#include "storage/store.h"

namespace thresh {

struct DiffRequest {
  std::optional<RunId> from{};       // as it was at this run's end; then only this run's site
  std::optional<RunId> to{};         // not said: as it is now
  std::optional<Timestamp> since{};  // in place of `from`, for all sites
  std::string table{};               // empty: all
};

// Tells `sink` of each row that differs, table by table and in each site by site. Without `from`
// and `since` each site's last run is compared with the one before it. A difference is by the rule
// where a reparse made it, or where the rule that made the new row began to be used when that of
// the old one no longer was, else by the site: when both changed at once, the rule has it. Gives
// lines for people on what could not be compared. Throws std::invalid_argument for runs and tables
// that are not there, StorageError. Costs what changed, and a look at each row.
std::vector<std::string> DiffRuns(const std::filesystem::path& db, const DiffRequest& request,
                                  const DifferenceSink& sink);

}  // namespace thresh
