#include "pipeline/crawl.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "tests/support/fake_clock.h"
#include "tests/support/fake_fetcher.h"
#include "tests/support/sql.h"
#include "tests/support/temporary_folder.h"

namespace thresh {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr char kRules[] = R"(
[[record]]
table = "heading"
scope = '<h1>.*?</h1>'
[record.fields]
text = '<h1>(.*?)</h1>'
)";

class CrawlTest : public testing::Test {
 protected:
  CrawlTest() : fetcher_(clock_) {}

  // Crawls with `config` (its root keys; a record of <h1> is added), as one process would.
  SiteReport Crawled(const std::string& config, CrawlOptions options = {}) {
    const auto path = folder_.Write("site.toml", config + kRules);
    std::vector<Diagnostic> diagnostics;
    auto loaded = LoadConfig(path, {}, {}, &diagnostics);
    if (!loaded) {
      ADD_FAILURE() << ToString(diagnostics.front());
      return {};
    }
    loaded->store.db = db_;
    std::vector<Config> configs;
    configs.push_back(*std::move(loaded));
    const auto store = Store::Open(db_);
    CrawlListener listener;
    Crawl crawl(std::move(configs), options, *store, fetcher_, clock_, listener);
    if (stop_at_once_) crawl.Stop();
    const auto reports = crawl.Run();
    store->Close();
    return reports.front();
  }
  std::vector<std::string> Rows(std::string_view sql) { return Sql(db_, sql); }
  std::vector<std::string> Urls() {
    return Rows("SELECT url, state, reason FROM urls ORDER BY url_id");
  }

  TemporaryFolder folder_;
  const std::filesystem::path db_ = folder_ / "site.db";
  FakeClock clock_;
  FakeFetcher fetcher_;
  bool stop_at_once_ = false;
};

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

TEST_F(CrawlTest, AsksForRobotsFirstAndObeysThem) {
  fetcher_.AddAnswer("http://x.test/robots.txt", [](const FetchJob&) {
    return FakeFetcher::Html("User-agent: *\nDisallow: /private\n");
  });
  fetcher_.AddPage("http://x.test/", "<h1>S</h1><a href=/private/a>a</a>");
  Crawled("seeds = ['http://x.test/']\n");
  EXPECT_EQ(fetcher_.requests().front().job.url, "http://x.test/robots.txt");
  EXPECT_EQ(fetcher_.Count("http://x.test/robots.txt"), 1);
  EXPECT_EQ(fetcher_.Count("http://x.test/private/a"), 0);
  EXPECT_THAT(Urls(),
              ElementsAre("http://x.test/|done|NULL",
                          "http://x.test/private/a|skipped|robots.txt: Disallow: /private"));
}

TEST_F(CrawlTest, UnreachableRobotsKeepTheHostWaiting) {
  fetcher_.AddAnswer("http://x.test/robots.txt",
                     [](const FetchJob&) { return FakeFetcher::Status(500); });
  fetcher_.AddPage("http://x.test/", "<h1>S</h1>");
  const SiteReport report = Crawled("seeds = ['http://x.test/']\n[fetch]\nretries = 2\n");
  EXPECT_EQ(fetcher_.Count("http://x.test/"), 0);
  EXPECT_EQ(fetcher_.Count("http://x.test/robots.txt"), 3);
  EXPECT_EQ(report.outcome, RunOutcome::kWaiting);
  EXPECT_EQ(report.exit_code, 3);
  EXPECT_THAT(Urls(), ElementsAre("http://x.test/|pending|robots.txt: status 500"));
}

TEST_F(CrawlTest, LeavesAHostAloneForItsDelay) {
  fetcher_.AddPage("http://x.test/", "<h1>S</h1><a href=a>a</a><a href=b>b</a>");
  fetcher_.AddPage("http://x.test/a", "<h1>A</h1>");
  fetcher_.AddPage("http://x.test/b", "<h1>B</h1>");
  Crawled("seeds = ['http://x.test/']\n[host.'*']\ndelay = '3s'\n");
  const auto& requests = fetcher_.requests();
  ASSERT_THAT(requests, SizeIs(4)) << "robots.txt among them";
  for (size_t i = 1; i < requests.size(); ++i) {
    EXPECT_GE(requests[i].at - requests[i - 1].at, seconds(3)) << requests[i].job.url;
  }
}

TEST_F(CrawlTest, CrawlDelayOfRobotsIsKept) {
  fetcher_.AddAnswer("http://x.test/robots.txt", [](const FetchJob&) {
    return FakeFetcher::Html("User-agent: *\nCrawl-delay: 20\n");
  });
  fetcher_.AddPage("http://x.test/", "<h1>S</h1><a href=a>a</a>");
  fetcher_.AddPage("http://x.test/a", "<h1>A</h1>");
  Crawled("seeds = ['http://x.test/']\n");
  const auto& requests = fetcher_.requests();
  ASSERT_THAT(requests, SizeIs(3));
  EXPECT_GE(requests[1].at - requests[0].at, seconds(20));
  EXPECT_GE(requests[2].at - requests[1].at, seconds(20));
}

TEST_F(CrawlTest, RetriesWithBackOffThenGivesUp) {
  fetcher_.AddAnswer("http://x.test/", [](const FetchJob&) {
    return FakeFetcher::Error(FetchError::kConnectionReset);
  });
  const SiteReport report = Crawled("seeds = ['http://x.test/']\n[fetch]\nretries = 2\n");
  EXPECT_EQ(fetcher_.Count("http://x.test/"), 3);
  EXPECT_EQ(report.exit_code, 3);
  EXPECT_THAT(Rows("SELECT state, attempts FROM urls"), ElementsAre("failed|3"));
  EXPECT_THAT(Rows("SELECT error FROM pages"), SizeIs(3)) << "a row a finished fetch";
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

TEST_F(CrawlTest, ARedirectIsALinkOfTheSameDepth) {
  fetcher_.AddAnswer("http://x.test/", [](const FetchJob&) {
    return FakeFetcher::Status(302, {{"location", "http://www.x.test/home"}});
  });
  fetcher_.AddPage("http://www.x.test/home", "<h1>Home</h1><a href=a>a</a>");
  fetcher_.AddPage("http://www.x.test/a", "<h1>A</h1>");
  const SiteReport report = Crawled("seeds = ['http://x.test/']\n");
  EXPECT_EQ(report.exit_code, 0);
  EXPECT_THAT(
      Rows("SELECT url, depth, found_on FROM urls ORDER BY url_id"),
      ElementsAre("http://x.test/|0|NULL", "http://www.x.test/home|0|1", "http://www.x.test/a|1|2"))
      << "a seed's target counts as a seed, so its host is inside";
}

TEST_F(CrawlTest, ARedirectLoopEndsAfterTen) {
  for (int i = 0; i < 20; ++i) {
    fetcher_.AddAnswer("http://x.test/" + std::to_string(i), [i](const FetchJob&) {
      return FakeFetcher::Status(301, {{"location", "/" + std::to_string(i + 1)}});
    });
  }
  Crawled("seeds = ['http://x.test/0']\n");
  EXPECT_EQ(fetcher_.Count("http://x.test/10"), 1);
  EXPECT_EQ(fetcher_.Count("http://x.test/11"), 0);
  EXPECT_THAT(Rows("SELECT reason FROM urls WHERE state = 'failed'"),
              ElementsAre(HasSubstr("more than 10 redirects")));
}

TEST_F(CrawlTest, OtherHostsAreCountedNotListed) {
  fetcher_.AddPage("http://x.test/", "<h1>S</h1><a href=http://other.test/>o</a>");
  Crawled("seeds = ['http://x.test/']\n");
  EXPECT_THAT(Urls(), SizeIs(1));
  EXPECT_THAT(Rows("SELECT host, reason, count FROM dropped"),
              ElementsAre("other.test|another host (limits.hosts)|1"));
}

TEST_F(CrawlTest, FollowRulesDecideInTheirOrder) {
  fetcher_.AddPage("http://x.test/",
                   "<a href=/list?page=2>2</a><a href=/list?sort=up>s</a><a href=/about>a</a>");
  fetcher_.AddPage("http://x.test/list?page=2", "<h1>2</h1>");
  Crawled("seeds = ['http://x.test/']\nfollow = ['-[?&]sort=', '+/list']\n");
  EXPECT_THAT(Urls(), ElementsAre("http://x.test/|done|NULL", "http://x.test/list?page=2|done|NULL",
                                  "http://x.test/list?sort=up|skipped|follow rule -[?&]sort=",
                                  "http://x.test/about|skipped|no follow rule lets it in"));
}

TEST_F(CrawlTest, DepthIsLimited) {
  fetcher_.AddPage("http://x.test/", "<h1>0</h1><a href=/1>1</a>");
  fetcher_.AddPage("http://x.test/1", "<h1>1</h1><a href=/2>2</a>");
  Crawled("seeds = ['http://x.test/']\n[limits]\ndepth = 1\n");
  EXPECT_EQ(fetcher_.Count("http://x.test/2"), 0);
  EXPECT_THAT(Rows("SELECT reason FROM dropped"), ElementsAre("too deep (limits.depth)"));
}

TEST_F(CrawlTest, APageBudgetEndsARunAndTheNextGoesOn) {
  std::string links;
  for (int i = 0; i < 9; ++i) {
    const std::string name = "/" + std::to_string(i);
    links += "<a href=" + name + ">x</a>";
    fetcher_.AddPage("http://x.test" + name, "<h1>" + name + "</h1>");
  }
  fetcher_.AddPage("http://x.test/", "<h1>S</h1>" + links);
  const std::string config = "seeds = ['http://x.test/']\n[host.'*']\ndelay = '0s'\nparallel = 4\n";
  CrawlOptions options;
  options.max_pages = 4;
  EXPECT_EQ(Crawled(config, options).outcome, RunOutcome::kBudget);
  EXPECT_THAT(Rows("SELECT count(*) FROM pages"), ElementsAre("4"));
  EXPECT_THAT(Rows("SELECT count(*) FROM urls WHERE state = 'pending'"), ElementsAre("6"));
  EXPECT_EQ(Crawled(config).outcome, RunOutcome::kComplete);
  EXPECT_THAT(Rows("SELECT count(*) FROM heading"), ElementsAre("10"));
}

TEST_F(CrawlTest, AnInterruptedRunIsContinued) {
  fetcher_.AddPage("http://x.test/", "<h1>S</h1>");
  stop_at_once_ = true;
  const SiteReport stopped = Crawled("seeds = ['http://x.test/']\n");
  EXPECT_EQ(stopped.outcome, RunOutcome::kInterrupted);
  EXPECT_EQ(stopped.exit_code, 130);
  stop_at_once_ = false;
  EXPECT_EQ(Crawled("seeds = ['http://x.test/']\n").outcome, RunOutcome::kComplete);
  EXPECT_THAT(Rows("SELECT run_id, outcome FROM runs"), ElementsAre("1|complete"));
}

TEST_F(CrawlTest, FreshAbandonsAnUnfinishedRun) {
  fetcher_.AddPage("http://x.test/", "<h1>S</h1>");
  stop_at_once_ = true;
  Crawled("seeds = ['http://x.test/']\n");
  stop_at_once_ = false;
  CrawlOptions options;
  options.fresh = true;
  Crawled("seeds = ['http://x.test/']\n", options);
  EXPECT_THAT(Rows("SELECT count(*) FROM runs"), ElementsAre("2"));
  EXPECT_THAT(Rows("SELECT outcome FROM runs ORDER BY run_id DESC LIMIT 1"),
              ElementsAre("complete"));
}

TEST_F(CrawlTest, TheNextRunFetchesKnownPagesAgain) {
  fetcher_.AddPage("http://x.test/", "<h1>Old</h1><a href=a>a</a>");
  fetcher_.AddPage("http://x.test/a", "<h1>A</h1>");
  Crawled("seeds = ['http://x.test/']\n");
  fetcher_.AddPage("http://x.test/", "<h1>New</h1><a href=a>a</a>");
  Crawled("seeds = ['http://x.test/']\n");
  EXPECT_EQ(fetcher_.Count("http://x.test/a"), 2);
  EXPECT_EQ(fetcher_.Count("http://x.test/robots.txt"), 1) << "robots.txt holds for a day";
  EXPECT_THAT(Rows("SELECT text FROM heading ORDER BY _url_id"), ElementsAre("New", "A"));
}

TEST_F(CrawlTest, AChangedConfigAsksAboutSkippedUrlsAgain) {
  fetcher_.AddPage("http://x.test/", "<h1>S</h1><a href=/a>a</a>");
  fetcher_.AddPage("http://x.test/a", "<h1>A</h1>");
  Crawled("seeds = ['http://x.test/']\nfollow = ['-/a']\n");
  EXPECT_EQ(fetcher_.Count("http://x.test/a"), 0);
  Crawled("seeds = ['http://x.test/']\n");
  EXPECT_EQ(fetcher_.Count("http://x.test/a"), 1);
}

TEST_F(CrawlTest, AHostThatAsksForADayDoesNotKeepTheRun) {
  fetcher_.AddAnswer("http://slow.test/", [](const FetchJob&) {
    return FakeFetcher::Status(503, {{"retry-after", "86400"}});
  });
  fetcher_.AddPage("http://x.test/", "<h1>S</h1>");
  const SteadyTime begin = clock_.Steady();
  const SiteReport report = Crawled("seeds = ['http://slow.test/', 'http://x.test/']\n");
  EXPECT_EQ(report.outcome, RunOutcome::kWaiting);
  EXPECT_LT(clock_.Steady() - begin, minutes(10));
  EXPECT_THAT(Rows("SELECT text FROM heading"), ElementsAre("S"));
  clock_.Advance(hours(1));
  Crawled("seeds = ['http://slow.test/', 'http://x.test/']\n");
  EXPECT_EQ(fetcher_.Count("http://slow.test/"), 1) << "its clock survives the process";
}

TEST_F(CrawlTest, NofollowIsObeyed) {
  fetcher_.AddPage("http://x.test/", "<h1>S</h1><a rel=nofollow href=/a>a</a><a href=/b>b</a>");
  fetcher_.AddPage("http://x.test/b",
                   "<meta name=robots content=nofollow><h1>B</h1><a href=/c>c</a>");
  Crawled("seeds = ['http://x.test/']\n");
  EXPECT_EQ(fetcher_.Count("http://x.test/a"), 0);
  EXPECT_EQ(fetcher_.Count("http://x.test/c"), 0);
}

TEST_F(CrawlTest, ARecordWithoutRowsIsReported) {
  fetcher_.AddPage("http://x.test/", "<h2>No first heading</h2>");
  const SiteReport report = Crawled("seeds = ['http://x.test/']\n");
  EXPECT_EQ(report.exit_code, 4);
  EXPECT_THAT(report.findings, ElementsAre(HasSubstr("heading")));
}

TEST_F(CrawlTest, ARejectedBodyIsAFailedFetch) {
  fetcher_.AddPage("http://x.test/", "<h1>Just a moment</h1>");
  Crawled(
      "seeds = ['http://x.test/']\n[fetch]\nretries = 0\n[host.'*']\nreject = ['Just a moment']\n");
  EXPECT_THAT(Urls(), ElementsAre("http://x.test/|failed|blocked"));
  EXPECT_THAT(Rows("SELECT * FROM heading"), IsEmpty());
}

}  // namespace
}  // namespace thresh
