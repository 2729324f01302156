// What a database keeps of the past: `thresh prune` and store.keep.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "storage/database.h"
#include "storage/pages.h"
#include "storage/store.h"

namespace thresh {

// Deletes what is older than `older_than` and that no present or later reader needs. What stays,
// however old:
//
// - of each URL its latest page, the latest that was fetched well (its rows stand on it), the
//   latest that confirmed it and the latest with a body (`reparse` reads that);
// - pages that rows name;
// - of each row with a key its last version in the history: the present one begins where that ends;
// - what the site's last finished run extracted, which the next one is compared with;
// - rows, URLs and the list of runs.
//
// `commit` is called after each batch, so that transactions stay small; a kill between two leaves a
// database that is pruned in part. Costs about what reading the
// table `pages` costs.
//
// `sites`: a JSON array of their names; none: all.
PruneTotals PruneSites(Database& database, PageTable& pages,
                       const std::optional<std::string>& sites, Timestamp older_than,
                       const std::function<void()>& commit);

}  // namespace thresh
