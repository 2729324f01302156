#include "pipeline/crawl_summary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace thresh {
namespace {

constexpr LineStyle kWideStyle{.width = 200, .color = false, .unicode = true};

SiteReport Report() {
  SiteReport report;
  report.site = "books";
  report.pages = report.totals.pages = 2000;
  report.totals.bytes = 36'100'000;
  return report;
}

std::string Summary(const SiteReport& report) {
  return CrawlSummary({report}, "books.db", std::chrono::seconds(84), kWideStyle);
}

TEST(CrawlSummaryTest, ARunWithoutNewsIsOneLine) {
  EXPECT_EQ(Summary(Report()), "books: complete in 1:24, 2,000 pages, 36.1 MB\n");
}

TEST(CrawlSummaryTest, SaysWhatChangedAndWhatNeedsAttentionAndHowToSeeIt) {
  SiteReport report = Report();
  report.exit_code = 4;
  report.totals.unchanged = 1500;
  report.totals.failed = 3;
  report.totals.rows_added = 12;
  report.totals.rows_changed = 40;
  report.totals.rows_gone = 3;
  report.findings = {"record book: no rows"};
  EXPECT_EQ(Summary(report),
            "books: complete in 1:24, 2,000 pages (1,500 unchanged), 3 failed, 36.1 MB\n"
            "  changed    12 rows added, 40 changed, 3 gone\n"
            "             thresh diff books.db\n"
            "  attention  record book: no rows\n"
            "             thresh status books.db\n");
}

TEST(CrawlSummaryTest, AFirstRunHasNothingToCompareWith) {
  SiteReport report = Report();
  report.first = true;
  report.totals.rows_added = 1;
  EXPECT_EQ(Summary(report),
            "books: complete in 1:24, 2,000 pages, 36.1 MB\n"
            "  rows       1 row, the site's first\n"
            "             thresh query books.db\n");
}

TEST(CrawlSummaryTest, FailedPagesAreToldThoughTheyAreFewEnough) {
  SiteReport report = Report();
  report.totals.failed = 2;
  EXPECT_THAT(Summary(report), testing::HasSubstr("  attention  2 URLs failed\n"));
}

TEST(CrawlSummaryTest, AnInterruptedRunSaysHowToGoOn) {
  SiteReport report = Report();
  report.outcome = RunOutcome::kInterrupted;
  report.exit_code = 130;
  report.pending = 760;
  EXPECT_EQ(Summary(report),
            "books: interrupted, 760 URLs left, 2,000 pages, 36.1 MB\n"
            "  state      saved: run it again to continue\n");
}

TEST(CrawlSummaryTest, ComplaintsAreOnlyWhatNeedsAttention) {
  SiteReport good = Report();
  good.totals.rows_added = 5;
  EXPECT_EQ(CrawlComplaints({good}, "books.db"), "");
  SiteReport bad = good;
  bad.exit_code = 3;
  bad.findings = {"seed http://x.test/\x1b: status 404"};
  EXPECT_EQ(CrawlComplaints({good, bad}, "my books.db"),
            "books: seed http://x.test/\\u{1B}: status 404\nsee: thresh status 'my books.db'\n");
}

}  // namespace
}  // namespace thresh
