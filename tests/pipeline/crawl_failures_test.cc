// Failed pages, over the runs of a site: which are too many, and which are news.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

#include "tests/support/fake_crawl.h"

namespace thresh {
namespace {

class CrawlFailuresTest : public FakeCrawlTest {};

// Each night anew it would be too many, until nobody looks at the mails any more.
TEST_F(CrawlFailuresTest, DeadLinksAreNewsOnce) {
  fetcher_.AddPage("http://x.test/", "<h1>S</h1><a href=/a>a</a><a href=/b>b</a>");
  fetcher_.AddPage("http://x.test/b", "<h1>B</h1>");
  const std::string config = "seeds = ['http://x.test/']\n";
  EXPECT_EQ(Crawled(config).exit_code, 3);
  EXPECT_EQ(Crawled(config).exit_code, 0);
  fetcher_.AddAnswer("http://x.test/a", [](const FetchJob&) { return FakeFetcher::Status(403); });
  EXPECT_EQ(Crawled(config).exit_code, 3);
  EXPECT_EQ(Crawled(config).exit_code, 3) << "this is to be mended";
}

TEST_F(CrawlFailuresTest, DeadLinksAreNoNewsAfterTheSiteWasDown) {
  int status = 404;
  FetchError error = FetchError::kNone;
  fetcher_.AddPage("http://x.test/", "<h1>S</h1><a href=/a>a</a><a href=/b>b</a>");
  fetcher_.AddPage("http://x.test/b", "<h1>B</h1>");
  fetcher_.AddAnswer("http://x.test/a", [&](const FetchJob&) {
    FetchResult result = FakeFetcher::Status(status);
    result.error = error;
    return result;
  });
  const auto night = [&](int answer, FetchError failure = FetchError::kNone) {
    status = answer;
    error = failure;
    return Crawled("seeds = ['http://x.test/']\n[fetch]\nretries = 1\n[limits]\nfailed = 0\n")
        .exit_code;
  };
  EXPECT_EQ(night(404), 3);
  EXPECT_EQ(night(404), 0);
  EXPECT_EQ(night(503), 3);
  EXPECT_EQ(night(404), 0);
  EXPECT_EQ(night(0, FetchError::kConnectionRefused), 3);
  EXPECT_EQ(night(403), 3);
  EXPECT_EQ(night(404), 0) << "after two such nights";
  EXPECT_EQ(night(200), 0);
  EXPECT_EQ(night(503), 3);
  EXPECT_EQ(night(404), 3) << "it was there";
}

TEST_F(CrawlFailuresTest, NotFoundAndGoneAreCountedTogether) {
  int status = 200;
  fetcher_.AddPage("http://x.test/", "<h1>S</h1><a href=/a>a</a>");
  fetcher_.AddAnswer("http://x.test/a", [&](const FetchJob&) {
    return status == 200 ? FakeFetcher::Html("<b>1</b>") : FakeFetcher::Status(status);
  });
  const auto is_there_after = [&](int answer) {
    status = answer;
    Crawled("seeds = ['http://x.test/']\n[[record]]\ntable = 'item'\nmatch = '<b>(?P<a>.)'\n");
    return Rows("SELECT _gone_at IS NULL FROM item").at(0) == "1";
  };
  for (const int answer : {200, 404, 410}) EXPECT_TRUE(is_there_after(answer)) << answer;
  EXPECT_FALSE(is_there_after(404)) << "not found for the third time";
}

// An item less is no failure of a list of three, but ten of ten are.
TEST_F(CrawlFailuresTest, AFewPagesMayBeGoneThatWereThere) {
  int gone = 0, dead = 0;
  std::string list = "<h1>S</h1>";
  for (int i = 0; i < 9; ++i) {
    const std::string path = "/" + std::to_string(i);
    list += "<a href=" + path + ">x</a>";
    fetcher_.AddAnswer("http://x.test" + path, [&gone, &dead, i](const FetchJob&) {
      if (i < dead) return FakeFetcher::Status(403);
      return i < gone ? FakeFetcher::Status(404) : FakeFetcher::Html("<h1>P</h1>");
    });
  }
  fetcher_.AddPage("http://x.test/", list);
  const auto night = [&](int now_gone, int now_dead = 0) {
    gone = now_gone;
    dead = now_dead;
    return Crawled("seeds = ['http://x.test/']\n").exit_code;
  };
  EXPECT_EQ(night(0), 0);
  EXPECT_EQ(night(4), 0) << "by chance it is more than 1 in 100";
  EXPECT_EQ(night(0), 0);
  EXPECT_EQ(night(5), 3);
  EXPECT_EQ(night(5), 0) << "known to be gone";
  EXPECT_EQ(night(0), 0);
  EXPECT_EQ(night(0, 2), 3) << "these are there";
}

TEST_F(CrawlFailuresTest, PagesThatWentBeforeAKillAreJudgedByTheRunThatGoesOn) {
  bool gone = false, dies = false;
  fetcher_.AddPage("http://x.test/", "<h1>S</h1><a href=/a>a</a><a href=/b>b</a>");
  fetcher_.AddAnswer("http://x.test/a", [&](const FetchJob&) {
    return gone ? FakeFetcher::Status(404) : FakeFetcher::Html("<h1>A</h1>");
  });
  fetcher_.AddAnswer("http://x.test/b", [&](const FetchJob&) {
    if (dies) throw std::runtime_error("killed");
    return FakeFetcher::Html("<h1>B</h1>");
  });
  const std::string config = "seeds = ['http://x.test/']\n";
  EXPECT_EQ(Crawled(config).exit_code, 0);
  gone = dies = true;
  EXPECT_THROW(Crawled(config), std::runtime_error);
  dies = false;
  EXPECT_EQ(Crawled(config).exit_code, 0);
}

TEST_F(CrawlFailuresTest, WhatFailedBeforeAKillIsToldByTheRunThatGoesOn) {
  bool dies = false;
  fetcher_.AddPage("http://x.test/", "<h1>S</h1><a href=/a>a</a><a href=/b>b</a>");
  fetcher_.AddAnswer("http://x.test/b", [&](const FetchJob&) {
    if (dies) throw std::runtime_error("killed");
    return FakeFetcher::Html("<h1>B</h1>");
  });
  const std::string config = "seeds = ['http://x.test/']\n";
  const auto night = [&] {
    dies = true;
    EXPECT_THROW(Crawled(config), std::runtime_error);
    dies = false;
    return Crawled(config).exit_code;
  };
  EXPECT_EQ(night(), 3);
  EXPECT_EQ(fetcher_.Count("http://x.test/a"), 1);
  EXPECT_EQ(night(), 0) << "a dead link is news once";
  EXPECT_EQ(fetcher_.Count("http://x.test/a"), 2);
}

}  // namespace
}  // namespace thresh
