#include "pipeline/crawl.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/fake_crawl.h"

namespace thresh {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

using CrawlTest = FakeCrawlTest;

TEST_F(CrawlTest, FollowsLinksAndStoresRowsOnce) {
  fetcher_.AddPage("http://x.test/",
                   "<h1>Start</h1><a href=a>a</a><a href=b>b</a><a href=a#x>a</a>");
  fetcher_.AddPage("http://x.test/a", "<h1>A</h1><a href=/>up</a><a href=b>b</a>");
  fetcher_.AddPage("http://x.test/b", "<h1>B</h1>");
  const SiteReport report = Crawled("seeds = ['http://x.test/']\n");
  EXPECT_EQ(report.outcome, RunOutcome::kComplete);
  EXPECT_EQ(report.exit_code, 0);
  EXPECT_THAT(Rows("SELECT text FROM heading ORDER BY _url_id"), ElementsAre("Start", "A", "B"));
  EXPECT_EQ(fetcher_.Count("http://x.test/b"), 1);
  EXPECT_THAT(Rows("SELECT outcome, pages, failed, rows_added FROM runs"),
              ElementsAre("complete|3|0|3"));
}

TEST_F(CrawlTest, ADeadLinkIsRecordedAsFailed) {
  fetcher_.AddPage("http://x.test/", "<h1>S</h1><a href=gone>gone</a>");
  Crawled("seeds = ['http://x.test/']\n[limits]\nfailed = '60%'\n");
  EXPECT_EQ(fetcher_.Count("http://x.test/gone"), 1) << "a 404 is not tried again";
  EXPECT_THAT(Urls(),
              ElementsAre("http://x.test/|done|NULL", "http://x.test/gone|failed|status 404"));
}

TEST_F(CrawlTest, TooManyFailedPagesAreExitCode3) {
  fetcher_.AddPage("http://x.test/", "<h1>S</h1><a href=gone>gone</a>");
  const SiteReport report = Crawled("seeds = ['http://x.test/']\n");
  EXPECT_EQ(report.exit_code, 3);
  EXPECT_THAT(report.findings, ElementsAre(HasSubstr("limits.failed")));
}

TEST_F(CrawlTest, ARecordWithoutRowsIsReported) {
  fetcher_.AddPage("http://x.test/", "<h2>No first heading</h2>");
  const SiteReport report = Crawled("seeds = ['http://x.test/']\n");
  EXPECT_EQ(report.exit_code, 4);
  EXPECT_THAT(report.findings, ElementsAre(HasSubstr("heading")));
}

TEST_F(CrawlTest, ARecordWhoseRowsHaveNoKeyIsReported) {
  fetcher_.AddPage("http://x.test/", "<h1>Heading</h1>");
  const SiteReport report = Crawled(R"(seeds = ['http://x.test/']
[[record]]
table = "item"
key = ["id"]
[record.fields]
id = 'id=\d+'
text = '<h1>.*?</h1>'
)");
  EXPECT_EQ(report.exit_code, 4);
  EXPECT_THAT(report.findings, ElementsAre(HasSubstr("no rows on 1 page")));
}

TEST_F(CrawlTest, ExitCode4OutranksExitCode3) {
  fetcher_.AddPage("http://x.test/", "<h2>No first heading</h2><a href=gone>gone</a>");
  const SiteReport report = Crawled("seeds = ['http://x.test/']\n");
  EXPECT_EQ(report.exit_code, 4);
  EXPECT_THAT(report.findings, ElementsAre(HasSubstr("heading"), HasSubstr("limits.failed")));
}

TEST_F(CrawlTest, ARejectedBodyIsAFailedFetch) {
  fetcher_.AddPage("http://x.test/", "<h1>Just a moment</h1>");
  Crawled(
      "seeds = ['http://x.test/']\n[fetch]\nretries = 0\n[host.'*']\nreject = ['Just a moment']\n");
  EXPECT_THAT(Urls(), ElementsAre("http://x.test/|failed|blocked"));
  EXPECT_THAT(Rows("SELECT * FROM heading"), IsEmpty());
}

// Else `reparse` would find each row changed.
TEST_F(CrawlTest, ARowIsFetchedWhenItsPageIs) {
  fetcher_.AddPage("http://x.test/", "<h1>S</h1>");
  clock_.PassAtEachLook(Milliseconds(1));
  Crawled(R"(seeds = ['http://x.test/']
[[record]]
table = "time"
[record.fields]
seen = { from = "fetched_at" }
)");
  EXPECT_THAT(Rows("SELECT seen = fetched_at FROM time_v"), ElementsAre("1"));
}

TEST_F(CrawlTest, SeedsMayBeWholeRequests) {
  fetcher_.AddPage("http://x.test/search", "<h1>found</h1>");
  Crawled(
      R"(seeds = [{ url = "http://x.test/search", form = { q = "lamp" }, headers = { X-A = "1" } }]
)");
  const FetchJob& job = fetcher_.requests().back().job;
  EXPECT_EQ(job.method, "POST");
  EXPECT_EQ(job.body, "q=lamp");
  EXPECT_THAT(job.headers, testing::Contains("X-A: 1"));
}

TEST_F(CrawlTest, AUrlThatKillsThreeProcessesAloneIsQuarantined) {
  int neighbour_losses = 1;
  fetcher_.AddPage("http://x.test/", "<h1>S</h1><a href=/bad>b</a><a href=/good>g</a>");
  fetcher_.AddAnswer("http://x.test/bad",
                     [](const FetchJob&) { return FakeFetcher::Error(FetchError::kWorkerLost); });
  fetcher_.AddAnswer("http://x.test/good", [&](const FetchJob&) {
    if (neighbour_losses-- > 0) return FakeFetcher::Error(FetchError::kWorkerLost);
    return FakeFetcher::Html("<h1>Good</h1>");
  });
  Crawled("seeds = ['http://x.test/']\n[host.'*']\ndelay = '0s'\nparallel = 4\n");
  EXPECT_EQ(fetcher_.Count("http://x.test/bad"), 4) << "once among others, three times alone";
  EXPECT_TRUE(fetcher_.requests().back().job.alone);
  EXPECT_THAT(Rows("SELECT state, reason FROM urls WHERE url LIKE '%bad'"),
              ElementsAre("skipped|quarantined: 3 processes died of it"));
  EXPECT_THAT(Rows("SELECT state FROM urls WHERE url LIKE '%good'"), ElementsAre("done"));
  Crawled("seeds = ['http://x.test/']\n[host.'*']\ndelay = '0s'\nparallel = 4\n");
  EXPECT_EQ(fetcher_.Count("http://x.test/bad"), 4) << "the next run leaves it alone";
}

TEST_F(CrawlTest, CookiesGoBackToTheirHostAlone) {
  fetcher_.AddAnswer("http://x.test/", [](const FetchJob&) {
    FetchResult page = FakeFetcher::Html("<h1>S</h1><a href=/a>a</a><a href=http://y.test/>y</a>");
    page.headers.emplace_back("set-cookie", "id=7; Path=/");
    return page;
  });
  fetcher_.AddPage("http://x.test/a", "<h1>A</h1>");
  fetcher_.AddPage("http://y.test/", "<h1>Y</h1>");
  Crawled(
      "seeds = ['http://x.test/']\n[limits]\nhosts = 'any'\n[host.'x.test']\ncookies = "
      "['lang=de']\n");
  for (const auto& request : fetcher_.requests()) {
    if (request.job.url == "http://x.test/") {
      EXPECT_THAT(request.job.headers, ElementsAre("Cookie: lang=de"));
    } else if (request.job.url == "http://x.test/a") {
      EXPECT_THAT(request.job.headers, ElementsAre("Cookie: lang=de; id=7"));
    } else if (request.job.url == "http://y.test/") {
      EXPECT_THAT(request.job.headers, IsEmpty());
    }
  }
}

}  // namespace
}  // namespace thresh
