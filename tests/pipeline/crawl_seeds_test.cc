// Seeds by the list, which may have millions.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <vector>

#include "tests/support/fake_crawl.h"

namespace thresh {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

class CrawlSeedsTest : public FakeCrawlTest {
 protected:
  // http://x.test/0, http://x.test/1, … Gives the config's line.
  std::string SeedsOfAList(int count) {
    std::string list;
    for (int i = 0; i < count; ++i) list += fmt::format("http://x.test/{}\n", i);
    folder_.Write("urls.txt", list);
    return "seeds = ['list:urls.txt']\n";
  }
};

TEST_F(CrawlSeedsTest, TheFirstThatGaveNoPageAreNamed) {
  const std::string seeds = SeedsOfAList(1'013);
  fetcher_.AddPage("http://x.test/1", "<h1>A</h1>");
  fetcher_.AddPage("http://x.test/1012", "<h1>B</h1>");
  const SiteReport report = Crawled(seeds + "[limits]\nfailed = '100%'\n");
  EXPECT_EQ(report.exit_code, 3);
  ASSERT_THAT(report.findings, SizeIs(11));
  EXPECT_EQ(report.findings[0], "seed http://x.test/0: status 404");
  EXPECT_EQ(report.findings[1], "seed http://x.test/2: status 404");
  EXPECT_EQ(report.findings[9], "seed http://x.test/10: status 404");
  EXPECT_EQ(report.findings[10], "1,001 more seeds gave no page");
}

TEST_F(CrawlSeedsTest, OneThatIsNotFetchedYetIsSaidToBe) {
  fetcher_.AddAnswer("http://x.test/0", [](const FetchJob&) {
    return FakeFetcher::Error(FetchError::kConnectionReset);
  });
  const SiteReport report =
      Crawled(SeedsOfAList(2) + "[host.'*']\nparallel = 1\n[limits]\nwait = '0s'\n");
  EXPECT_EQ(report.outcome, RunOutcome::kWaiting);
  ASSERT_THAT(report.findings, SizeIs(2));
  EXPECT_EQ(report.findings[1],
            "seed http://x.test/1: not fetched yet: its host rests for 1 s: delay of 1 s");
}

TEST_F(CrawlSeedsTest, OfAnotherSiteNoneIsTold) {
  folder_.Write("urls.txt", "http://y.test/gone\n");
  Crawled("name = 'other'\nseeds = ['list:urls.txt']\n");
  fetcher_.AddPage("http://x.test/0", "<h1>A</h1>");
  const SiteReport report = Crawled("name = 'one'\n" + SeedsOfAList(1));
  EXPECT_EQ(report.exit_code, 0);
  EXPECT_THAT(report.findings, SizeIs(0));
}

TEST_F(CrawlSeedsTest, WhatTheirRedirectsLeadToCountsAsTheSeed) {
  const auto redirect = [&](const std::string& from, const std::string& to) {
    fetcher_.AddAnswer(from, [to](const FetchJob&) {
      return FakeFetcher::Status(301, {{"location", to}});
    });
  };
  redirect("http://x.test/0", "/old");
  fetcher_.AddPage("http://x.test/old", "<h1>A</h1>");
  const std::string config = SeedsOfAList(1) + "[limits]\nfailed = '100%'\n";
  EXPECT_EQ(Crawled(config).exit_code, 0);
  redirect("http://x.test/0", "/new");
  redirect("http://x.test/new", "http://y.test/gone");
  const SiteReport report = Crawled(config);
  EXPECT_EQ(report.exit_code, 3);
  EXPECT_THAT(report.findings,
              ElementsAre("seed http://x.test/0: led to http://y.test/gone: status 404"));
  redirect("http://x.test/0", "/old");
  EXPECT_EQ(Crawled(config).exit_code, 0) << "what it led to once is a page like others";
}

// Whichever process met the redirect and asked for its target.
TEST_F(CrawlSeedsTest, WhatTheirRedirectsLeadToCountsInAContinuedRun) {
  std::string dies_at;
  const auto answer = [&](const std::string& url, const FetchResult& result) {
    fetcher_.AddAnswer(url, [&dies_at, url, result](const FetchJob&) {
      if (url == dies_at) throw std::runtime_error("killed");
      return result;
    });
  };
  answer("http://x.test/0", FakeFetcher::Status(307, {{"location", "home"}}));
  answer("http://x.test/1", FakeFetcher::Html("<h1>A</h1><a href=late>late</a>"));
  answer("http://x.test/late", FakeFetcher::Html("<h1>B</h1>"));
  const std::string config = SeedsOfAList(2) + "[limits]\nfailed = '100%'\n";
  for (const char* url : {"http://x.test/1", "http://x.test/late"}) {
    dies_at = url;
    EXPECT_THROW(Crawled(config), std::runtime_error);
    dies_at = "";
    const SiteReport report = Crawled(config);
    EXPECT_EQ(report.exit_code, 3) << url;
    EXPECT_THAT(report.findings,
                ElementsAre("seed http://x.test/0: led to http://x.test/home: status 404"));
  }
  EXPECT_THAT(Rows("SELECT count(*) FROM runs"), ElementsAre("2"));
}

TEST_F(CrawlSeedsTest, OneThatTheConfigNamesNoMoreIsAPageLikeOthers) {
  fetcher_.AddPage("http://x.test/", "<h1>A</h1>");
  fetcher_.AddAnswer("http://x.test/moved", [](const FetchJob&) {
    return FakeFetcher::Status(301, {{"location", "/lost"}});
  });
  const std::string limits = "[limits]\nfailed = '100%'\n";
  EXPECT_EQ(
      Crawled("seeds = ['http://x.test/', 'http://x.test/gone', 'http://x.test/moved']\n" + limits)
          .exit_code,
      3);
  const SiteReport report = Crawled("seeds = ['http://x.test/']\n" + limits);
  EXPECT_EQ(report.exit_code, 0);
  EXPECT_THAT(report.findings, SizeIs(0));
  EXPECT_EQ(report.pages, 4) << "and is asked for again";
}

TEST_F(CrawlSeedsTest, OneThatWasKnownAsALinkIsOneFromThenOn) {
  fetcher_.AddPage("http://x.test/", "<a href=/list>kept out</a><a href=/map.xml>and a map</a>");
  fetcher_.AddPage("http://x.test/list", "<h1>A</h1><a href=/b>deeper</a>");
  fetcher_.AddPage("http://x.test/b", "<h1>B</h1>");
  fetcher_.AddPage("http://x.test/map.xml",
                   "<urlset><url><loc>http://x.test/c</loc></url></urlset>");
  fetcher_.AddPage("http://x.test/c", "<h1>C</h1>");
  const std::string rules = "follow = ['/[bc]$']\n[limits]\ndepth = 1\n";
  Crawled("seeds = ['http://x.test/']\n" + rules);
  EXPECT_THAT(Urls(), testing::Contains(testing::StartsWith("http://x.test/list|skipped")));
  Crawled("seeds = ['http://x.test/', 'http://x.test/list', 'sitemap:http://x.test/map.xml']\n" +
          rules);
  EXPECT_THAT(Rows("SELECT text FROM heading ORDER BY text"), ElementsAre("A", "B", "C"));
  EXPECT_THAT(Rows("SELECT depth, found_on FROM urls WHERE url = 'http://x.test/list'"),
              ElementsAre("0|NULL"));
}

TEST_F(CrawlSeedsTest, OneOfAListIsOneWhereTheListGrew) {
  fetcher_.AddPage("http://x.test/0", "<a href=/1>kept out</a>");
  fetcher_.AddPage("http://x.test/1", "<h1>A</h1>");
  const std::string config = "follow = ['-.']\n";
  Crawled(SeedsOfAList(1) + config);
  Crawled(SeedsOfAList(2) + config);
  EXPECT_THAT(Rows("SELECT text FROM heading"), ElementsAre("A"));
}

TEST_F(CrawlSeedsTest, HeadersAreTheConfigs) {
  std::vector<std::string> headers;
  fetcher_.AddAnswer("http://x.test/", [&](const FetchJob& job) {
    for (const std::string& line : job.headers) {
      if (line.starts_with("Accept-Language")) headers.push_back(line);
    }
    return FakeFetcher::Html("<h1>A</h1>");
  });
  for (const char* own :
       {", headers = { Accept-Language = 'de' }", ", headers = { Accept-Language = 'fr' }", ""}) {
    Crawled(fmt::format("seeds = [{{ url = 'http://x.test/'{} }}]\n", own));
  }
  EXPECT_THAT(headers, ElementsAre("Accept-Language: de", "Accept-Language: fr"));
}

TEST_F(CrawlSeedsTest, AListOrASitemapWithoutAUrlHasFailed) {
  folder_.Write("urls.txt", "# none today\n");
  EXPECT_THAT(Crawled("seeds = ['list:urls.txt']\n").findings,
              ElementsAre(testing::EndsWith("urls.txt: no line of it is a URL")));
  fetcher_.AddPage("http://x.test/map.xml", "<h1>Not found</h1>");
  const SiteReport report = Crawled("name = 'two'\nseeds = ['sitemap:http://x.test/map.xml']\n");
  EXPECT_EQ(report.exit_code, 3);
  EXPECT_THAT(report.findings,
              testing::Contains("seed http://x.test/map.xml: not a sitemap: it lists no URL"));
}

TEST_F(CrawlSeedsTest, StoppedInALongListTheNextRunHasTheRest) {
  const std::string config = SeedsOfAList(70'000) + "[limits]\nper_shape = 1000000\npages = 3\n";
  stop_at_once_ = true;
  EXPECT_EQ(Crawled(config).outcome, RunOutcome::kInterrupted);
  const auto added = std::stoi(Rows("SELECT count(*) FROM urls").front());
  EXPECT_GT(added, 60'000);
  EXPECT_LT(added, 70'000);

  stop_at_once_ = false;
  EXPECT_EQ(Crawled(config).outcome, RunOutcome::kBudget);
  EXPECT_THAT(Rows("SELECT count(*), count(DISTINCT url) FROM urls"), ElementsAre("70000|70000"));
  EXPECT_THAT(Rows("SELECT count(*) FROM runs"), ElementsAre("1"));
}

// A run that goes on would else let in less than one that was not interrupted.
TEST_F(CrawlSeedsTest, SeedsCountAgainstNoBudget) {
  for (int i = 1; i <= 9; ++i) {
    fetcher_.AddPage(fmt::format("http://x.test/p?id={}", i),
                     "<h1>A</h1><a href='?id=5'>5</a><a href='?id=6'>6</a><a href='?id=7'>7</a>");
  }
  const std::string config = "seeds = ['http://x.test/p?id=[1-4]']\n[limits]\nper_shape = 2\n";
  stop_at_once_ = true;
  Crawled(config);
  stop_at_once_ = false;
  for (int run = 0; run < 2; ++run) {
    Crawled(config);
    EXPECT_THAT(Rows("SELECT depth, count(*) FROM urls GROUP BY depth"), ElementsAre("0|4", "1|2"));
  }
}

}  // namespace
}  // namespace thresh
