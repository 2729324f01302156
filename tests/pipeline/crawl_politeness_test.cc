#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "pipeline/crawl.h"
#include "tests/support/fake_crawl.h"

namespace thresh {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::AllOf;
using testing::Each;
using testing::ElementsAre;
using testing::Ge;
using testing::Le;
using testing::SizeIs;

class CrawlPolitenessTest : public FakeCrawlTest {
 protected:
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

  // Between requests.
  std::vector<Milliseconds> Gaps() const {
    std::vector<Milliseconds> gaps;
    const auto& requests = fetcher_.requests();
    for (size_t i = 1; i < requests.size(); ++i) {
      gaps.push_back(std::chrono::duration_cast<Milliseconds>(requests[i].at - requests[i - 1].at));
    }
    return gaps;
  }

  size_t most_ = 0;
};

TEST_F(CrawlPolitenessTest, AsksForRobotsFirstAndObeysThem) {
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

TEST_F(CrawlPolitenessTest, UnreachableRobotsKeepTheHostWaiting) {
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

TEST_F(CrawlPolitenessTest, LeavesAHostAloneForItsDelay) {
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

TEST_F(CrawlPolitenessTest, CrawlDelayOfRobotsIsKept) {
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

TEST_F(CrawlPolitenessTest, ADelayThatIsLongerThanTheRunWaitsIsSaid) {
  fetcher_.AddAnswer("http://x.test/robots.txt", [](const FetchJob&) {
    return FakeFetcher::Html("User-agent: *\nCrawl-delay: 400\n");
  });
  const SiteReport report = Crawled("seeds = ['http://x.test/']\n");
  EXPECT_EQ(report.outcome, RunOutcome::kWaiting);
  EXPECT_THAT(report.findings,
              ElementsAre("seed http://x.test/: not fetched yet: its host rests for 6 min: "
                          "Crawl-delay in its robots.txt"));
}

TEST_F(CrawlPolitenessTest, RobotsMayBeLargerThanPages) {
  Crawled("seeds = ['http://x.test/']\n[limits]\nmax_body = '64KB'\n");
  const FetchJob& job = fetcher_.requests().front().job;
  EXPECT_EQ(job.url, "http://x.test/robots.txt");
  EXPECT_GE(job.max_body_bytes, 500u * 1024) << "RFC 9309 §2.5";
}

// Its robots.txt is not asked for again, and what a run that is over added has not grown.
TEST_F(CrawlPolitenessTest, CrawlDelayIsKeptByTheNextRun) {
  fetcher_.AddAnswer("http://x.test/robots.txt", [](const FetchJob&) {
    return FakeFetcher::Html("User-agent: *\nCrawl-delay: 20\n");
  });
  fetcher_.AddPage("http://x.test/", "<h1>S</h1><a href=a>a</a><a href=b>b</a>");
  fetcher_.AddPage("http://x.test/a", "<h1>A</h1>");
  fetcher_.AddPage("http://x.test/b", "<h1>B</h1>");
  for (int run = 0; run < 2; ++run) Crawled("seeds = ['http://x.test/']\n");
  EXPECT_EQ(fetcher_.Count("http://x.test/robots.txt"), 1);
  EXPECT_THAT(Gaps(), AllOf(SizeIs(6), Each(AllOf(Ge(seconds(20)), Le(seconds(21))))));
  EXPECT_THAT(Rows("SELECT delay_ms, added_ms FROM hosts"), ElementsAre("20000|0"));
}

TEST_F(CrawlPolitenessTest, ALowerDelayHoldsFromTheNextRunOn) {
  for (const char* page : {"1", "2", "3"}) {
    fetcher_.AddPage(std::string("http://x.test/") + page, "<h1>A</h1>");
  }
  const std::string site = "seeds = ['http://x.test/[1-3]']\n[fetch]\nrobots = false\n[host.'*']\n";
  Crawled(site + "delay = '10s'\n");
  Crawled(site + "delay = '1s'\n");
  const auto gaps = Gaps();
  ASSERT_THAT(gaps, SizeIs(5));
  EXPECT_LE(gaps[3], milliseconds(1'500));
  EXPECT_LE(gaps[4], milliseconds(1'500));
}

TEST_F(CrawlPolitenessTest, WhatPushBackAddedHoldsInTheNextRun) {
  for (const char* page : {"1", "2"}) {
    fetcher_.AddPage(std::string("http://x.test/") + page, "<h1>A</h1>");
  }
  fetcher_.AddAnswer("http://x.test/3", [this](const FetchJob& job) {
    return fetcher_.Count(job.url) == 1 ? FakeFetcher::Status(429)
                                        : FakeFetcher::Html("<h1>A</h1>");
  });
  const std::string site =
      "seeds = ['http://x.test/[1-3]']\n[fetch]\nrobots = false\n[host.'*']\ndelay = '1s'\n";
  Crawled(site);
  const size_t before = Gaps().size();
  Crawled(site);
  const auto gaps = Gaps();
  ASSERT_THAT(gaps, SizeIs(before + 3));
  EXPECT_GE(gaps[before + 1], milliseconds(1'500));
  EXPECT_GE(gaps[before + 2], milliseconds(1'500));
}

TEST_F(CrawlPolitenessTest, OfSeveralSitesTheGentlestCounts) {
  fetcher_.AddAnswer("http://x.test/robots.txt", [](const FetchJob&) {
    return FakeFetcher::Html("User-agent: slowbot\nCrawl-delay: 5\n");
  });
  for (int i = 1; i <= 8; ++i) {
    fetcher_.AddPage(fmt::format("http://x.test/{}", i), "<h1>A</h1>");
  }
  const std::string quick = "name = 'quick'\nseeds = ['http://x.test/[1-4]']\n";
  const std::string delay = "[host.'*']\ndelay = '0s'\nparallel = 4\n";
  CrawledFolder({quick + delay,
                 "name = 'slow'\nseeds = ['http://x.test/[5-8]']\n[host.'*']\n"
                 "delay = '2s'\nuser_agent = 'slowbot/1.0'\n"});
  auto gaps = Gaps();
  ASSERT_THAT(gaps, SizeIs(8));
  EXPECT_THAT(gaps, Each(Ge(seconds(2))));
  const auto slow =
      std::find_if(gaps.begin(), gaps.end(), [](auto gap) { return gap > seconds(4); });
  EXPECT_LE(slow - gaps.begin(), 4) << "from when the other site's turn has come";
  EXPECT_THAT(std::vector(slow, gaps.end()), Each(Ge(seconds(5))));
}

// Not longer with each name that turns out to lead there.
TEST_F(CrawlPolitenessTest, ManyNamesOfOneAddressHaveItsDelay) {
  std::string seeds;
  for (int i = 0; i < 6; ++i) {
    const std::string url = fmt::format("https://{}.test:8443/", i);
    fetcher_.AddAnswer(url, [](const FetchJob& job) {
      FetchResult result = FakeFetcher::Html("<h1>A</h1>");
      if (job.resolve_only) result.addresses = {"192.0.2.1"};
      return result;
    });
    seeds += "'" + url + "', ";
  }
  Crawled("seeds = [" + seeds +
          "]\n[fetch]\nrobots = false\n[host.'*']\ndelay = '3s'\nper = 'address'\n");
  std::vector<SteadyTime> pages;
  for (const auto& request : fetcher_.requests()) {
    if (!request.job.resolve_only) pages.push_back(request.at);
  }
  ASSERT_THAT(pages, SizeIs(6));
  for (size_t i = 1; i < pages.size(); ++i) {
    EXPECT_THAT(pages[i] - pages[i - 1], AllOf(Ge(seconds(3)), Le(seconds(4)))) << i;
  }
  EXPECT_THAT(Rows("SELECT host, added_ms FROM hosts WHERE host NOT LIKE 'https://%.test:8443'"),
              SizeIs(0))
      << "origins that nothing was asked of";
  EXPECT_THAT(Rows("SELECT DISTINCT delay_ms, added_ms FROM hosts"), ElementsAre("3000|0"));
}

// A host that the first site of a folder has nothing to do with.
TEST_F(CrawlPolitenessTest, AKnownHostHasTheDelayOfTheSiteThatAsksIt) {
  fetcher_.AddPage("http://x.test/", "<h1>S</h1>");
  fetcher_.AddPage("http://y.test/", "<h1>S</h1><a href=a>a</a><a href=b>b</a>");
  fetcher_.AddPage("http://y.test/a", "<h1>A</h1>");
  fetcher_.AddPage("http://y.test/b", "<h1>B</h1>");
  const std::string none = "[fetch]\nrobots = false\n[host.'*']\n";
  for (int run = 0; run < 2; ++run) {
    CrawledFolder({"name = 'a'\nseeds = ['http://x.test/']\n" + none + "delay = '0s'\n",
                   "name = 'z'\nseeds = ['http://y.test/']\n" + none + "delay = '7s'\n"});
  }
  std::vector<SteadyTime> asked;
  for (const auto& request : fetcher_.requests()) {
    if (request.job.url.starts_with("http://y.test/")) asked.push_back(request.at);
  }
  ASSERT_THAT(asked, SizeIs(6));
  for (size_t i = 1; i < asked.size(); ++i) EXPECT_GE(asked[i] - asked[i - 1], seconds(7)) << i;
}

TEST_F(CrawlPolitenessTest, RetriesWithBackOffThenGivesUp) {
  fetcher_.AddAnswer("http://x.test/", [](const FetchJob&) {
    return FakeFetcher::Error(FetchError::kConnectionReset);
  });
  const SiteReport report = Crawled("seeds = ['http://x.test/']\n[fetch]\nretries = 2\n");
  EXPECT_EQ(fetcher_.Count("http://x.test/"), 3);
  EXPECT_EQ(report.exit_code, 3);
  EXPECT_THAT(Rows("SELECT state, attempts FROM urls"), ElementsAre("failed|3"));
  EXPECT_THAT(Rows("SELECT error FROM pages"), SizeIs(3)) << "a row a finished fetch";
}

TEST_F(CrawlPolitenessTest, WhatWasNotBegunIsAskedForAgainAndLeavesNoTrace) {
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
TEST_F(CrawlPolitenessTest, WhatIsNeverBegunFails) {
  fetcher_.AddAnswer("http://x.test/",
                     [](const FetchJob&) { return FakeFetcher::Error(FetchError::kNotBegun); });
  Crawled("seeds = ['http://x.test/']\n[host.'*']\ndelay = '0s'\n[fetch]\nretries = 1\n");
  EXPECT_THAT(Rows("SELECT state, attempts FROM urls"), ElementsAre("failed|2"));
}

TEST_F(CrawlPolitenessTest, AQuickHostHasRequestsAheadOfItsConnections) {
  EXPECT_EQ(MostInFlight("parallel = 2\ndelay = '0s'\n"), 2u + RequestsAhead(2));
}

TEST_F(CrawlPolitenessTest, AHostWithADelayHasNone) {
  EXPECT_LE(MostInFlight("parallel = 2\ndelay = '1ms'\n"), 2u);
}

TEST_F(CrawlPolitenessTest, AHostThatPushedBackHasNone) {
  fetcher_.AddAnswer("http://x.test/0", [&](const FetchJob&) {
    most_ = 0;
    return FakeFetcher::Status(429);
  });
  EXPECT_LE(MostInFlight("parallel = 2\ndelay = '0s'\n", 1), 2u + RequestsAhead(2) - 1)
      << "those that were handed out before";
}

TEST_F(CrawlPolitenessTest, AHostThatAsksForADayDoesNotKeepTheRun) {
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

}  // namespace
}  // namespace thresh
