#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <stdexcept>
#include <string>

#include "pipeline/crawl.h"
#include "tests/support/fake_crawl.h"

namespace thresh {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

using CrawlAgainTest = FakeCrawlTest;

TEST_F(CrawlAgainTest, APageBudgetEndsARunAndTheNextGoesOn) {
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

// What a page does not show any more may stand on one that is still to come.
TEST_F(CrawlAgainTest, NothingIsGoneBeforeARunHasSeenAllPages) {
  const std::string config =
      "seeds = ['http://x.test/[1-2]']\n[[record]]\ntable = 'item'\nkey = ['a']\n"
      "match = '<li>(?P<a>\\w+)'\n";
  const auto rows = [&] { return Rows("SELECT a, _gone_at IS NULL FROM item ORDER BY a"); };
  fetcher_.AddPage("http://x.test/1", "<li>a<li>b<li>c");
  fetcher_.AddPage("http://x.test/2", "<li>d");
  Crawled(config);
  fetcher_.AddPage("http://x.test/1", "<li>a");
  fetcher_.AddPage("http://x.test/2", "<li>b<li>d");
  CrawlOptions options;
  options.max_pages = 1;
  EXPECT_EQ(Crawled(config, options).outcome, RunOutcome::kBudget);
  EXPECT_THAT(rows(), ElementsAre("a|1", "b|1", "c|1", "d|1"));
  EXPECT_EQ(Crawled(config).outcome, RunOutcome::kComplete);
  EXPECT_THAT(rows(), ElementsAre("a|1", "b|1", "c|0", "d|1"));
}

TEST_F(CrawlAgainTest, AnInterruptedRunIsContinued) {
  fetcher_.AddPage("http://x.test/", "<h1>S</h1>");
  stop_at_once_ = true;
  const SiteReport stopped = Crawled("seeds = ['http://x.test/']\n");
  EXPECT_EQ(stopped.outcome, RunOutcome::kInterrupted);
  EXPECT_EQ(stopped.exit_code, 130);
  stop_at_once_ = false;
  EXPECT_EQ(Crawled("seeds = ['http://x.test/']\n").outcome, RunOutcome::kComplete);
  EXPECT_THAT(Rows("SELECT run_id, outcome FROM runs"), ElementsAre("1|complete"));
}

TEST_F(CrawlAgainTest, FreshAbandonsAnUnfinishedRun) {
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

TEST_F(CrawlAgainTest, TheNextRunFetchesKnownPagesAgain) {
  fetcher_.AddPage("http://x.test/", "<h1>Old</h1><a href=a>a</a>");
  fetcher_.AddPage("http://x.test/a", "<h1>A</h1>");
  Crawled("seeds = ['http://x.test/']\n");
  fetcher_.AddPage("http://x.test/", "<h1>New</h1><a href=a>a</a>");
  Crawled("seeds = ['http://x.test/']\n");
  EXPECT_EQ(fetcher_.Count("http://x.test/a"), 2);
  EXPECT_EQ(fetcher_.Count("http://x.test/robots.txt"), 1) << "robots.txt holds for a day";
  EXPECT_THAT(Rows("SELECT text FROM heading ORDER BY _url_id"), ElementsAre("New", "A"));
}

TEST_F(CrawlAgainTest, AChangedConfigAsksAboutSkippedUrlsAgain) {
  fetcher_.AddPage("http://x.test/", "<h1>S</h1><a href=/a>a</a>");
  fetcher_.AddPage("http://x.test/a", "<h1>A</h1>");
  Crawled("seeds = ['http://x.test/']\nfollow = ['-/a']\n");
  EXPECT_EQ(fetcher_.Count("http://x.test/a"), 0);
  Crawled("seeds = ['http://x.test/']\n");
  EXPECT_EQ(fetcher_.Count("http://x.test/a"), 1);
}

TEST_F(CrawlAgainTest, AnUnchangingPageIsVisitedLessAndLess) {
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

TEST_F(CrawlAgainTest, WhatIsAlwaysDueIsVisitedEveryRun) {
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

// It says so for a day at most, and may say otherwise then.
TEST_F(CrawlAgainTest, WhatRobotsKeepOutIsAskedAboutAgain) {
  std::string rules = "User-agent: *\nDisallow: /a\n";
  fetcher_.AddAnswer("http://x.test/robots.txt",
                     [&](const FetchJob&) { return FakeFetcher::Html(rules); });
  fetcher_.AddPage("http://x.test/", "<h1>S</h1><a href=/a>a</a><a href=/b>b</a>");
  fetcher_.AddPage("http://x.test/a", "<h1>A</h1>");
  fetcher_.AddPage("http://x.test/b", "<h1>B</h1>");
  const std::string config = "seeds = ['http://x.test/']\n";
  EXPECT_EQ(Crawled(config).exit_code, 0);
  EXPECT_EQ(Crawled(config).exit_code, 0) << "it never was a page";
  clock_.Advance(hours(25));
  rules = "User-agent: *\nDisallow: /b\n";
  const std::string lost =
      "robots.txt keeps out 1 page that earlier runs fetched, http://x.test/b among them: exclude "
      "them (follow) if that is right";
  for (int run = 0; run < 2; ++run) {
    const SiteReport report = Crawled(config);
    EXPECT_EQ(report.exit_code, 4);
    EXPECT_THAT(report.findings, ElementsAre(lost));
  }
  EXPECT_EQ(fetcher_.Count("http://x.test/a"), 2);
  EXPECT_EQ(fetcher_.Count("http://x.test/b"), 2);
  const SiteReport excluded = Crawled(config + "follow = ['-/b']\n");
  EXPECT_EQ(excluded.exit_code, 0);
  EXPECT_THAT(excluded.findings, IsEmpty());
  EXPECT_THAT(Rows("SELECT text FROM heading ORDER BY _url_id"), ElementsAre("S", "A", "B"));
}

TEST_F(CrawlAgainTest, RobotsThatAreNotObeyedAnyMoreKeepNothingOut) {
  fetcher_.AddAnswer("http://x.test/robots.txt", [](const FetchJob&) {
    return FakeFetcher::Html("User-agent: *\nDisallow: /a\n");
  });
  fetcher_.AddPage("http://x.test/", "<h1>S</h1><a href=/a>a</a>");
  fetcher_.AddPage("http://x.test/a", "<h1>A</h1>");
  Crawled("seeds = ['http://x.test/']\n");
  Crawled("seeds = ['http://x.test/']\n[fetch]\nrobots = false\n");
  EXPECT_EQ(fetcher_.Count("http://x.test/a"), 1);
}

TEST_F(CrawlAgainTest, EachRunTriesAsOften) {
  fetcher_.AddAnswer("http://x.test/", [](const FetchJob&) { return FakeFetcher::Status(500); });
  for (int run = 1; run <= 2; ++run) {
    Crawled("seeds = ['http://x.test/']\n[fetch]\nretries = 2\n");
    EXPECT_EQ(fetcher_.Count("http://x.test/"), 3 * run);
    EXPECT_THAT(Urls(), ElementsAre("http://x.test/|failed|status 500, 3 times"));
  }
}

class CrawlLoginTest : public FakeCrawlTest {
 protected:
  // Pages that only who is logged in may see.
  CrawlLoginTest() {
    fetcher_.AddAnswer("http://x.test/login", [](const FetchJob&) {
      return FakeFetcher::Status(200, {{"set-cookie", "session=1"}});
    });
    AddPage("/", "<h1>S</h1><a href=/a>a</a><a href=/b>b</a><a href=/c>c</a>");
    for (const char* path : {"/a", "/b", "/c"}) AddPage(path, fmt::format("<h1>{}</h1>", path));
  }

  void AddPage(const std::string& path, const std::string& html) {
    fetcher_.AddAnswer("http://x.test" + path, [this, path, html](const FetchJob& job) {
      if (path == dies_at_) throw std::runtime_error("killed");
      const bool known = std::count(job.headers.begin(), job.headers.end(), "Cookie: session=1");
      return known ? FakeFetcher::Html(html) : FakeFetcher::Status(403);
    });
  }
  int LoginsSent() const { return fetcher_.Count("http://x.test/login"); }

  const std::string config_ =
      "seeds = [{ url = 'http://x.test/login', form = { user = 'me' } }, 'http://x.test/']\n";
  std::string dies_at_;
};

TEST_F(CrawlLoginTest, IsSentAgainWhereARunIsContinued) {
  dies_at_ = "/b";
  EXPECT_THROW(Crawled(config_), std::runtime_error);
  dies_at_ = "";
  EXPECT_EQ(Crawled(config_).exit_code, 0);
  EXPECT_EQ(LoginsSent(), 2);
  EXPECT_THAT(Rows("SELECT text FROM heading ORDER BY _url_id"),
              ElementsAre("S", "/a", "/b", "/c"));
  EXPECT_THAT(Rows("SELECT outcome FROM runs"), ElementsAre("complete"));
}

TEST_F(CrawlLoginTest, GoesBeforeWhatTheRunBeforeLeft) {
  CrawlOptions options;
  options.max_pages = 3;
  for (int run = 0; run < 2; ++run) EXPECT_EQ(Crawled(config_, options).exit_code, 0);
  EXPECT_THAT(Rows("SELECT text FROM heading ORDER BY _url_id"),
              ElementsAre("S", "/a", "/b", "/c"));
}

TEST_F(CrawlLoginTest, IsSentWhereOtherPagesAreDue) {
  const std::string rare = config_ + "[recrawl]\nmin = '2d'\nmax = '2d'\nalways = ['/$']\n";
  Crawled(rare);
  EXPECT_EQ(Crawled(rare).exit_code, 0);
  EXPECT_EQ(LoginsSent(), 2);
  clock_.Advance(hours(1));
  const std::string quiet = config_ + "[recrawl]\nmin = '2d'\nmax = '2d'\n";
  EXPECT_EQ(Crawled(quiet).exit_code, 0);
  EXPECT_EQ(LoginsSent(), 2) << "nothing else is due";
}

// A consent is asked for at a place of its own.
TEST_F(CrawlLoginTest, IsAlsoWhereASeedIsSentForACookie) {
  const auto gated = [this](const std::string& path, const std::string& html) {
    fetcher_.AddAnswer("http://x.test" + path, [this, path, html](const FetchJob& job) {
      if (path == dies_at_) throw std::runtime_error("killed");
      const bool known = std::count(job.headers.begin(), job.headers.end(), "Cookie: ok=1");
      return known ? FakeFetcher::Html(html) : FakeFetcher::Status(302, {{"location", "/gate"}});
    });
  };
  gated("/", "<h1>S</h1><a href=/a>a</a><a href=/b>b</a><a href=/c>c</a>");
  for (const char* path : {"/a", "/b", "/c"}) gated(path, fmt::format("<h1>{}</h1>", path));
  fetcher_.AddAnswer("http://x.test/gate", [](const FetchJob&) {
    return FakeFetcher::Status(302, {{"location", "/"}, {"set-cookie", "ok=1; Path=/"}});
  });
  dies_at_ = "/b";
  EXPECT_THROW(Crawled("seeds = ['http://x.test/']\n"), std::runtime_error);
  dies_at_ = "";
  EXPECT_EQ(Crawled("seeds = ['http://x.test/']\n").exit_code, 0);
  EXPECT_EQ(fetcher_.Count("http://x.test/gate"), 2);
  EXPECT_THAT(Rows("SELECT text FROM heading ORDER BY text"), ElementsAre("/a", "/b", "/c", "S"));
}

// Another request that sends something is a page as others are.
TEST_F(CrawlLoginTest, IsWhatSetsCookies) {
  fetcher_.AddAnswer("http://x.test/login",
                     [](const FetchJob&) { return FakeFetcher::Html("<h1>found</h1>"); });
  fetcher_.AddPage("http://x.test/", "<h1>S</h1><a href=/d>d</a>");
  fetcher_.AddAnswer("http://x.test/d", [this](const FetchJob&) {
    if (!dies_at_.empty()) throw std::runtime_error("killed");
    return FakeFetcher::Html("<h1>D</h1>");
  });
  dies_at_ = "/d";
  EXPECT_THROW(Crawled(config_), std::runtime_error);
  dies_at_ = "";
  Crawled(config_);
  EXPECT_EQ(LoginsSent(), 1);
  EXPECT_EQ(Crawled(config_).outcome, RunOutcome::kComplete);
  EXPECT_EQ(LoginsSent(), 2) << "it is due as they are";
}

TEST_F(CrawlAgainTest, APageThatIsGoneIsAskedForLessAndLess) {
  fetcher_.AddPage("http://x.test/", "<h1>S</h1><a href=/a>a</a>");
  const std::string config =
      "seeds = ['http://x.test/']\n[limits]\nfailed = 0.9\n[recrawl]\nmin = '1h'\nmax = '9h'\n";
  for (int hour = 0; hour < 24; ++hour) {
    const int before = fetcher_.Count("http://x.test/a");
    Crawled(config);
    const bool asked = fetcher_.Count("http://x.test/a") > before;
    EXPECT_TRUE(asked || hour > 2) << hour << ": recrawl.gone_after";
    clock_.Advance(minutes(58));
  }
  EXPECT_LE(fetcher_.Count("http://x.test/a"), 10);
}

TEST_F(CrawlAgainTest, ARunThatMayFetchNothingSaysSo) {
  bool open = true;
  fetcher_.AddPage("http://x.test/", "<h1>S</h1><a href=/a>a</a>");
  fetcher_.AddAnswer("http://x.test/a", [&](const FetchJob&) {
    return open ? FakeFetcher::Html("<h1>A</h1>")
                : FakeFetcher::Status(503, {{"retry-after", "86000"}});
  });
  const std::string config =
      "seeds = ['http://x.test/']\n[recrawl]\nmin = '2d'\nmax = '2d'\nalways = ['/a$']\n";
  EXPECT_EQ(Crawled(config).exit_code, 0);
  open = false;
  for (int run = 0; run < 2; ++run) {
    const SiteReport report = Crawled(config);
    EXPECT_EQ(report.outcome, RunOutcome::kWaiting);
    EXPECT_EQ(report.exit_code, 3);
    EXPECT_THAT(report.findings, ElementsAre(HasSubstr("nothing was fetched, 1 URL left; "
                                                       "http://x.test/: its host "
                                                       "rests for 23 h")));
  }
}

TEST_F(CrawlAgainTest, ARunThatMayFetchLittleSaysSo) {
  int open = 3;
  std::string links;
  for (int i = 0; i < 9; ++i) {
    const std::string path = "/" + std::to_string(i);
    links += "<a href=" + path + ">a</a>";
    fetcher_.AddAnswer("http://x.test" + path, [&](const FetchJob&) {
      return open-- > 0 ? FakeFetcher::Html("<h1>A</h1>")
                        : FakeFetcher::Status(429, {{"retry-after", "7200"}});
    });
  }
  fetcher_.AddPage("http://x.test/", "<h1>S</h1>" + links);
  const SiteReport report = Crawled("seeds = ['http://x.test/']\n");
  EXPECT_EQ(report.outcome, RunOutcome::kWaiting);
  EXPECT_EQ(report.exit_code, 0) << "the next run goes on";
  EXPECT_THAT(report.findings, ElementsAre(HasSubstr("4 URLs were fetched, 6 URLs left; "
                                                     "http://x.test/: its host rests for 1 h")));
  open = 9;
  clock_.Advance(minutes(130));
  EXPECT_THAT(Crawled("seeds = ['http://x.test/']\n").findings, ElementsAre());
}

}  // namespace
}  // namespace thresh
