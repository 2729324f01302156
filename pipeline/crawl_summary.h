// The last words of a crawl: what changed, what needs attention, and the command that shows it.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "pipeline/clock.h"
#include "pipeline/crawl.h"
#include "pipeline/styled_line.h"

namespace thresh {

// For a person: a few lines a site, those of one without news only its first.
//
//   books: complete in 1:24, 2,000 pages (1,500 unchanged), 3 failed, 36.1 MB
//     changed    12 rows added, 40 changed, 3 gone
//                thresh diff books.db
//     attention  title of book: filled in 3 % of 100 rows, it was 99 %
//                thresh status books.db
std::string CrawlSummary(const std::vector<SiteReport>& reports, const std::filesystem::path& db,
                         Milliseconds elapsed, const LineStyle& style);

// For a log or cron's mail: only what needs attention, a line each with the site in front, and the
// command. Empty when all is well.
std::string CrawlComplaints(const std::vector<SiteReport>& reports,
                            const std::filesystem::path& db);

}  // namespace thresh
