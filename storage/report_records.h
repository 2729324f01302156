// How records did over the last runs of their sites.
#pragma once

#include <vector>

#include "storage/database.h"
#include "storage/report_data.h"

namespace thresh {

// Of each record's table of each site, the first kReportedTables. Reads `extraction` only: a row a
// field and run.
std::vector<RecordTrend> ReadRecordTrends(Database& database,
                                          const std::vector<SiteRunSummary>& last_runs);

}  // namespace thresh
