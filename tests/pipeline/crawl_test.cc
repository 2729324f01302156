#include "pipeline/crawl.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "tests/support/fake_crawl.h"

namespace thresh {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class CrawlTest : public FakeCrawlTest {
 protected:
  std::vector<std::string> Urls() {
    return Rows("SELECT url, state, reason FROM urls ORDER BY url_id");
  }

  // How many fetches of pages were in flight at a time, where a page leads to twenty; those from
  // `first` on are pages.
  size_t MostInFlight(const std::string& host, int first = 0) {
    std::string links;
    for (int i = 0; i < 20; ++i) links += fmt::format("<a href=/{0}>{0}</a>", i);
    fetcher_.AddPage("http://x.test/", "<h1>S</h1>" + links);
    for (int i = first; i < 20; ++i) {
      fetcher_.AddAnswer(fmt::format("http://x.test/{}", i), [this](const FetchJob&) {
        most_ = std::max(most_, fetcher_.in_flight() + 1);
        return FakeFetcher::Html("<h1>A</h1>");
      });
    }
    Crawled("seeds = ['http://x.test/']\n[host.'*']\n" + host);
    return most_;
  }

  size_t most_ = 0;
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

TEST_F(CrawlTest, WhatWasNotBegunIsAskedForAgainAndLeavesNoTrace) {
  fetcher_.AddPage("http://x.test/", "<h1>S</h1><a href=a>a</a><a href=b>b</a>");
  fetcher_.AddPage("http://x.test/b", "<h1>B</h1>");
  int asked = 0;
  for (const char* url : {"http://x.test/robots.txt", "http://x.test/a"}) {
    fetcher_.AddAnswer(url, [&asked](const FetchJob&) {
      const bool begun = asked++ % 2 == 1;
      return begun ? FakeFetcher::Html("<h1>A</h1>") : FakeFetcher::Error(FetchError::kNotBegun);
    });
  }
  const SiteReport report = Crawled("seeds = ['http://x.test/']\n[host.'*']\ndelay = '0s'\n");
  EXPECT_EQ(report.exit_code, 0);
  EXPECT_EQ(fetcher_.Count("http://x.test/robots.txt"), 2);
  EXPECT_EQ(fetcher_.Count("http://x.test/a"), 2);
  EXPECT_THAT(
      Rows("SELECT url, state, attempts FROM urls JOIN pages USING (url_id) ORDER BY page_id"),
      ElementsAre("http://x.test/|done|0", "http://x.test/a|done|0", "http://x.test/b|done|0"))
      << "it keeps its place";
}

// A process that says so for ever does not keep the crawl from ending.
TEST_F(CrawlTest, WhatIsNeverBegunFails) {
  fetcher_.AddAnswer("http://x.test/",
                     [](const FetchJob&) { return FakeFetcher::Error(FetchError::kNotBegun); });
  Crawled("seeds = ['http://x.test/']\n[host.'*']\ndelay = '0s'\n[fetch]\nretries = 1\n");
  EXPECT_THAT(Rows("SELECT state, attempts FROM urls"), ElementsAre("failed|2"));
}

TEST_F(CrawlTest, AQuickHostHasRequestsAheadOfItsConnections) {
  EXPECT_EQ(MostInFlight("parallel = 2\ndelay = '0s'\n"), 2u + RequestsAhead(2));
}

TEST_F(CrawlTest, AHostWithADelayHasNone) {
  EXPECT_LE(MostInFlight("parallel = 2\ndelay = '1ms'\n"), 2u);
}

TEST_F(CrawlTest, AHostThatPushedBackHasNone) {
  fetcher_.AddAnswer("http://x.test/0", [&](const FetchJob&) {
    most_ = 0;
    return FakeFetcher::Status(429);
  });
  EXPECT_LE(MostInFlight("parallel = 2\ndelay = '0s'\n", 1), 2u + RequestsAhead(2) - 1)
      << "those that were handed out before";
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

TEST_F(CrawlTest, AsksForChangesOnlyAndA304CostsARow) {
  fetcher_.AddAnswer("http://x.test/", [](const FetchJob& job) {
    for (const std::string& line : job.headers) {
      if (line == "If-None-Match: \"v1\"") return FakeFetcher::Status(304);
    }
    FetchResult page = FakeFetcher::Html("<h1>S</h1>");
    page.headers.emplace_back("etag", "\"v1\"");
    return page;
  });
  Crawled("seeds = ['http://x.test/']\n");
  const SiteReport second = Crawled("seeds = ['http://x.test/']\n");
  EXPECT_EQ(second.exit_code, 0) << "a quiet night is healthy";
  Crawled("seeds = ['http://x.test/']\n");
  EXPECT_THAT(Rows("SELECT status FROM pages ORDER BY page_id"), ElementsAre("200", "304", "304"));
  EXPECT_THAT(Rows("SELECT pages, unchanged FROM runs"), ElementsAre("1|0", "1|1", "1|1"));
  EXPECT_THAT(Rows("SELECT text FROM heading"), ElementsAre("S"));
}

TEST_F(CrawlTest, AChangedConfigMakesPagesComeWhole) {
  fetcher_.AddAnswer("http://x.test/", [](const FetchJob&) {
    FetchResult page = FakeFetcher::Html("<h1>S</h1>");
    page.headers.emplace_back("last-modified", "Sun, 01 Mar 2026 00:00:00 GMT");
    return page;
  });
  Crawled("seeds = ['http://x.test/']\n");
  Crawled("seeds = ['http://x.test/']\nlang = 'de'\n");
  EXPECT_THAT(fetcher_.requests().back().job.headers, IsEmpty());
  Crawled("seeds = ['http://x.test/']\nlang = 'de'\n");
  EXPECT_THAT(fetcher_.requests().back().job.headers,
              ElementsAre("If-Modified-Since: Sun, 01 Mar 2026 00:00:00 GMT"));
}

TEST_F(CrawlTest, AnUnchangingPageIsVisitedLessAndLess) {
  fetcher_.AddPage("http://x.test/", "<h1>S</h1>");
  const std::string config = "seeds = ['http://x.test/']\n[recrawl]\nmin = '1h'\nmax = '3h'\n";
  std::vector<int> visits;
  for (int hour = 0; hour < 12; ++hour) {
    const int before = fetcher_.Count("http://x.test/");
    Crawled(config);
    if (fetcher_.Count("http://x.test/") > before) visits.push_back(hour);
    clock_.Advance(minutes(58));
  }
  ASSERT_GE(visits.size(), 3u);
  EXPECT_LT(visits.size(), 8u);
  EXPECT_EQ(visits[0], 0);
}

TEST_F(CrawlTest, WhatIsAlwaysDueIsVisitedEveryRun) {
  fetcher_.AddPage("http://x.test/", "<h1>S</h1><a href=/a>a</a>");
  fetcher_.AddPage("http://x.test/a", "<h1>A</h1>");
  const std::string config =
      "seeds = ['http://x.test/']\n[recrawl]\nmin = '1d'\nmax = '9d'\nalways = ['test/$']\n";
  Crawled(config);
  clock_.Advance(hours(1));
  Crawled(config);
  EXPECT_EQ(fetcher_.Count("http://x.test/"), 2);
  EXPECT_EQ(fetcher_.Count("http://x.test/a"), 1);
}

TEST_F(CrawlTest, SitemapsLeadToTheirPages) {
  fetcher_.AddPage("http://x.test/index.xml",
                   "<?xml version='1.0'?><sitemapindex><sitemap><loc>http://x.test/map.xml</loc>"
                   "</sitemap></sitemapindex>");
  fetcher_.AddPage("http://x.test/map.xml",
                   "<?xml version='1.0'?><urlset><url><loc>http://x.test/a</loc></url>"
                   "<url><loc>http://other.test/</loc></url></urlset>");
  fetcher_.AddPage("http://x.test/a", "<h1>A</h1>");
  const SiteReport report = Crawled("seeds = ['sitemap:http://x.test/index.xml']\n");
  EXPECT_EQ(report.exit_code, 0) << testing::PrintToString(report.findings);
  EXPECT_THAT(Rows("SELECT text FROM heading"), ElementsAre("A"));
  EXPECT_THAT(
      Rows("SELECT url, depth FROM urls"),
      ElementsAre("http://x.test/index.xml|0", "http://x.test/map.xml|0", "http://x.test/a|1"));
}

TEST_F(CrawlTest, SitemapsThatRobotsNames) {
  fetcher_.AddAnswer("http://x.test/robots.txt", [](const FetchJob&) {
    return FakeFetcher::Html("User-agent: *\nAllow: /\nSitemap: http://x.test/map.txt\n");
  });
  fetcher_.AddPage("http://x.test/map.txt", "http://x.test/a\nhttp://x.test/b\n");
  fetcher_.AddPage("http://x.test/a", "<h1>A</h1>");
  fetcher_.AddPage("http://x.test/b", "<h1>B</h1>");
  Crawled("seeds = ['sitemap:http://x.test/robots.txt']\n");
  EXPECT_THAT(Rows("SELECT text FROM heading ORDER BY text"), ElementsAre("A", "B"));
}

TEST_F(CrawlTest, LinksInDataAreFollowed) {
  fetcher_.AddAnswer("http://x.test/items", [](const FetchJob&) {
    FetchResult page = FakeFetcher::Html(R"({"next": "a b", "html": "<h1>one</h1>"})");
    page.headers = {{"content-type", "application/json"}};
    return page;
  });
  fetcher_.AddAnswer("http://x.test/items?cursor=a%20b", [](const FetchJob&) {
    FetchResult page = FakeFetcher::Html(R"({"next": null, "html": "<h1>two</h1>"})");
    page.headers = {{"content-type", "application/json"}};
    return page;
  });
  const SiteReport report = Crawled(R"(
seeds = ['http://x.test/items']
[[links]]
json = "/next"
to = "http://x.test/items?cursor={value}"
)");
  EXPECT_EQ(report.outcome, RunOutcome::kComplete);
  EXPECT_THAT(Rows("SELECT text FROM heading ORDER BY text"), ElementsAre("one", "two"));
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

TEST_F(CrawlTest, APathThatGoesInCirclesIsCounted) {
  fetcher_.AddPage("http://x.test/", "<h1>S</h1><a href=/a/a/a/a/a>loop</a>");
  Crawled("seeds = ['http://x.test/']\n[limits]\nrepeat = 3\n");
  EXPECT_THAT(Rows("SELECT reason FROM dropped"), ElementsAre(HasSubstr("limits.repeat")));
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

TEST_F(CrawlTest, AnEndlessCalendarEndsAndIsToldOf) {
  fetcher_.AddPage("http://x.test/", "<h1>S</h1><a href=/day/1>d</a>");
  for (int day = 1; day < 100; ++day) {
    fetcher_.AddPage("http://x.test/day/" + std::to_string(day),
                     "<h1>D</h1><a href=/day/" + std::to_string(day + 1) + ">next</a>");
  }
  const SiteReport report = Crawled("seeds = ['http://x.test/']\n[limits]\nper_shape = 10\n");
  EXPECT_EQ(report.outcome, RunOutcome::kComplete);
  EXPECT_THAT(Rows("SELECT count(*) FROM pages"), ElementsAre("11"));
  EXPECT_THAT(report.findings, ElementsAre(HasSubstr("limits.per_shape")));
}

TEST_F(CrawlTest, AnApisNextPageIsFollowed) {
  fetcher_.AddAnswer("http://x.test/items", [](const FetchJob&) {
    FetchResult page = FakeFetcher::Html("<h1>one</h1>");
    page.headers = {{"content-type", "application/json"}, {"link", "<?page=2>; rel=\"next\""}};
    return page;
  });
  fetcher_.AddPage("http://x.test/items?page=2", "<h1>two</h1>");
  Crawled("seeds = ['http://x.test/items']\n");
  EXPECT_THAT(Rows("SELECT text FROM heading ORDER BY text"), ElementsAre("one", "two"));
}

}  // namespace
}  // namespace thresh
