#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <tuple>

#include "pipeline/crawl.h"
#include "tests/support/fake_crawl.h"

namespace thresh {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;
using testing::UnorderedElementsAre;

using CrawlLinksTest = FakeCrawlTest;

TEST_F(CrawlLinksTest, ARedirectIsALinkOfTheSameDepth) {
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

TEST_F(CrawlLinksTest, ARedirectLoopEndsAfterTen) {
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

TEST_F(CrawlLinksTest, OtherHostsAreCountedNotListed) {
  fetcher_.AddPage("http://x.test/", "<h1>S</h1><a href=http://other.test/>o</a>");
  Crawled("seeds = ['http://x.test/']\n");
  EXPECT_THAT(Urls(), SizeIs(1));
  EXPECT_THAT(Rows("SELECT host, reason, count FROM dropped"),
              ElementsAre("other.test|another host (limits.hosts)|1"));
}

TEST_F(CrawlLinksTest, FollowRulesDecideInTheirOrder) {
  fetcher_.AddPage("http://x.test/",
                   "<a href=/list?page=2>2</a><a href=/list?sort=up>s</a><a href=/about>a</a>");
  fetcher_.AddPage("http://x.test/list?page=2", "<h1>2</h1>");
  Crawled("seeds = ['http://x.test/']\nfollow = ['-[?&]sort=', '+/list']\n");
  EXPECT_THAT(Urls(), ElementsAre("http://x.test/|done|NULL", "http://x.test/list?page=2|done|NULL",
                                  "http://x.test/list?sort=up|skipped|follow rule -[?&]sort=",
                                  "http://x.test/about|skipped|no follow rule lets it in"));
}

TEST_F(CrawlLinksTest, DepthIsLimited) {
  fetcher_.AddPage("http://x.test/", "<h1>0</h1><a href=/1>1</a>");
  fetcher_.AddPage("http://x.test/1", "<h1>1</h1><a href=/2>2</a>");
  Crawled("seeds = ['http://x.test/']\n[limits]\ndepth = 1\n");
  EXPECT_EQ(fetcher_.Count("http://x.test/2"), 0);
  EXPECT_THAT(Rows("SELECT reason FROM dropped"), ElementsAre("too deep (limits.depth)"));
}

TEST_F(CrawlLinksTest, NofollowIsObeyed) {
  fetcher_.AddPage("http://x.test/", "<h1>S</h1><a rel=nofollow href=/a>a</a><a href=/b>b</a>");
  fetcher_.AddPage("http://x.test/b",
                   "<meta name=robots content=nofollow><h1>B</h1><a href=/c>c</a>");
  Crawled("seeds = ['http://x.test/']\n");
  EXPECT_EQ(fetcher_.Count("http://x.test/a"), 0);
  EXPECT_EQ(fetcher_.Count("http://x.test/c"), 0);
}

TEST_F(CrawlLinksTest, SitemapsLeadToTheirPages) {
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

TEST_F(CrawlLinksTest, SitemapsThatRobotsNames) {
  fetcher_.AddAnswer("http://x.test/robots.txt", [](const FetchJob&) {
    return FakeFetcher::Html("User-agent: *\nAllow: /\nSitemap: http://x.test/map.txt\n");
  });
  fetcher_.AddPage("http://x.test/map.txt", "http://x.test/a\nhttp://x.test/b\n");
  fetcher_.AddPage("http://x.test/a", "<h1>A</h1>");
  fetcher_.AddPage("http://x.test/b", "<h1>B</h1>");
  Crawled("seeds = ['sitemap:http://x.test/robots.txt']\n");
  EXPECT_THAT(Rows("SELECT text FROM heading ORDER BY text"), ElementsAre("A", "B"));
}

TEST_F(CrawlLinksTest, LinksInDataAreFollowed) {
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

TEST_F(CrawlLinksTest, APathThatGoesInCirclesIsCounted) {
  fetcher_.AddPage("http://x.test/", "<h1>S</h1><a href=/a/a/a/a/a>loop</a>");
  Crawled("seeds = ['http://x.test/']\n[limits]\nrepeat = 3\n");
  EXPECT_THAT(Rows("SELECT reason FROM dropped"), ElementsAre(HasSubstr("limits.repeat")));
}

TEST_F(CrawlLinksTest, AnEndlessCalendarEndsAndIsToldOf) {
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

TEST_F(CrawlLinksTest, AnApisNextPageIsFollowed) {
  fetcher_.AddAnswer("http://x.test/items", [](const FetchJob&) {
    FetchResult page = FakeFetcher::Html("<h1>one</h1>");
    page.headers = {{"content-type", "application/json"}, {"link", "<?page=2>; rel=\"next\""}};
    return page;
  });
  fetcher_.AddPage("http://x.test/items?page=2", "<h1>two</h1>");
  Crawled("seeds = ['http://x.test/items']\n");
  EXPECT_THAT(Rows("SELECT text FROM heading ORDER BY text"), ElementsAre("one", "two"));
}

FetchResult RedirectTo(const std::string& url, const std::string& cookie = "") {
  FetchResult result = FakeFetcher::Status(302, {{"location", url}});
  if (!cookie.empty()) result.headers.emplace_back("set-cookie", cookie);
  return result;
}

bool HasCookie(const FetchJob& job, const std::string& cookie) {
  return std::any_of(job.headers.begin(), job.headers.end(), [&](const std::string& line) {
    return line.starts_with("Cookie: ") && line.find(cookie) != std::string::npos;
  });
}

// RFC 9110 §15.4
TEST_F(CrawlLinksTest, ARedirectThatKeepsTheMethodKeepsTheBody) {
  for (const auto& [status, method, body] :
       {std::tuple(307, "POST", "q=1"), std::tuple(308, "POST", "q=1"),
        std::tuple(302, "GET", "")}) {
    const std::string start = fmt::format("http://x.test/{}", status);
    fetcher_.AddAnswer(start, [status = status](const FetchJob&) {
      return FakeFetcher::Status(status, {{"location", fmt::format("/to/{}", status)}});
    });
    fetcher_.AddAnswer(fmt::format("http://x.test/to/{}", status), [status =
                                                                        status](const FetchJob&) {
      return FakeFetcher::Status(status, {{"location", fmt::format("http://y.test/{}", status)}});
    });
    fetcher_.AddPage(fmt::format("http://y.test/{}", status), "<h1>Y</h1>");
    const SiteReport report = Crawled(fmt::format(
        "seeds = [{{ url = '{}', method = 'POST', body = 'q=1', "
        "headers = {{ X-Key = 'k', Content-Type = 'text/plain' }} }}]\n[fetch]\nrobots = false\n",
        start));
    EXPECT_EQ(report.exit_code, 0) << status;
    const auto& requests = fetcher_.requests();
    ASSERT_GE(requests.size(), 3u);
    const FetchJob& within = requests[requests.size() - 2].job;
    const FetchJob& other = requests.back().job;
    for (const FetchJob& job : {within, other}) {
      EXPECT_EQ(job.method, method) << job.url;
      EXPECT_EQ(job.body, body) << job.url;
    }
    EXPECT_THAT(within.headers, UnorderedElementsAre("X-Key: k", "Content-Type: text/plain"));
    EXPECT_THAT(other.headers, ElementsAre("Content-Type: text/plain"));
  }
}

// The page is asked again with the cookie that the redirect to itself has set.
TEST_F(CrawlLinksTest, ARedirectThatSetsACookieMayLeadBack) {
  fetcher_.AddAnswer("http://x.test/", [](const FetchJob& job) {
    return HasCookie(job, "seen=1") ? FakeFetcher::Html("<h1>S</h1><a href=/a>a</a>")
                                    : RedirectTo("/", "seen=1");
  });
  fetcher_.AddAnswer("http://x.test/a", [](const FetchJob& job) {
    return HasCookie(job, "ok=1") ? FakeFetcher::Html("<h1>A</h1>")
                                  : RedirectTo("/consent?back=/a");
  });
  fetcher_.AddAnswer("http://x.test/consent?back=/a",
                     [](const FetchJob&) { return RedirectTo("/a", "ok=1"); });
  for (int run = 0; run < 2; ++run) {
    const SiteReport report = Crawled("seeds = ['http://x.test/']\n");
    EXPECT_EQ(report.exit_code, 0) << run;
    EXPECT_THAT(Rows("SELECT text FROM heading ORDER BY _url_id"), ElementsAre("S", "A"));
    EXPECT_THAT(Rows("SELECT last_status FROM urls ORDER BY url_id"),
                ElementsAre("200", "200", "302"));
  }
}

TEST_F(CrawlLinksTest, CirclesFail) {
  fetcher_.AddPage("http://x.test/",
                   "<h1>S</h1><a href=/self>1</a><a href=/a>2</a><a href=/count>3</a>");
  fetcher_.AddAnswer("http://x.test/self", [](const FetchJob&) { return RedirectTo("/self"); });
  fetcher_.AddAnswer("http://x.test/a", [](const FetchJob&) { return RedirectTo("/b"); });
  fetcher_.AddAnswer("http://x.test/b", [](const FetchJob&) { return RedirectTo("/a", "c=1"); });
  int count = 0;
  fetcher_.AddAnswer("http://x.test/count", [&](const FetchJob&) {
    return RedirectTo("/count", "count=" + std::to_string(++count));
  });
  Crawled("seeds = ['http://x.test/']\n");
  EXPECT_THAT(Rows("SELECT url, reason FROM urls WHERE state = 'failed' ORDER BY 1"),
              ElementsAre("http://x.test/a|redirects in a circle",
                          "http://x.test/count|redirects in a circle",
                          "http://x.test/self|redirects in a circle"));
  EXPECT_EQ(fetcher_.Count("http://x.test/a"), 2) << "with the cookie of /b";
  EXPECT_EQ(count, 11);
}

}  // namespace
}  // namespace thresh
