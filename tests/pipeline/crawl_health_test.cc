// Whether a crawl tells that extraction broke, from the site's pages to exit code 4.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/fake_crawl.h"

namespace thresh {
namespace {

using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;

// A site of ten items, whose pages are of version `version_`: their price may be lost, and they may
// be unchanged since the last crawl.
class CrawlHealthTest : public FakeCrawlTest {
 protected:
  CrawlHealthTest() {
    std::string links;
    for (int i = 0; i < kItems; ++i) links += "<a href='/p/" + std::to_string(i) + "'>x</a>";
    fetcher_.AddPage("http://x.test/", "<h1>S</h1>" + links);
    for (int i = 0; i < kItems; ++i) {
      fetcher_.AddAnswer("http://x.test/p/" + std::to_string(i),
                         [this](const FetchJob& job) { return Answer(job); });
    }
  }

  // A night's crawl: new items come with `version_`, and one is answered with 304 where it is the
  // one that was fetched last.
  SiteReport Night(const CrawlOptions& options = {}) {
    clock_.Advance(std::chrono::hours(24));
    return Crawled("seeds = ['http://x.test/']\n" + limits_ + "[host.'*']\ndelay = '0s'\n" +
                       "[[record]]\ntable = 'item'\n" + applies_ + "\n[record.fields]\n" +
                       "price = { re = '" + price_rule_ + "', type = 'real' }\n" +
                       "name = '<h1>(.*?)</h1>'\n",
                   options);
  }

  static constexpr int kItems = 10;
  std::string limits_;
  std::string version_ = "1";
  std::string item_ = "<h1>Item</h1><b>1.50</b>";
  std::string applies_ = "url = '/p/'";
  std::string price_rule_ = "<b>(.*?)</b>";
  int tables_ = 0;

 private:
  FetchResult Answer(const FetchJob& job) const {
    for (const std::string& line : job.headers) {
      if (line == "If-None-Match: \"" + version_ + "\"") return FakeFetcher::Status(304);
    }
    FetchResult page = FakeFetcher::Html(item_);
    page.headers.emplace_back("etag", "\"" + version_ + "\"");
    return page;
  }
};

TEST_F(CrawlHealthTest, RunsThatEndedByABudgetAreComparedWith) {
  limits_ = "[limits]\npages = 6\n";
  for (int night = 0; night < 4; ++night) {
    version_ += "0";
    const SiteReport report = Night();
    EXPECT_EQ(report.outcome, RunOutcome::kBudget);
    EXPECT_EQ(report.exit_code, 0) << testing::PrintToString(report.findings);
  }
  version_ = "2";
  item_ = "<h1>Item</h1><u>1.50</u>";
  const SiteReport report = Night();
  EXPECT_EQ(report.outcome, RunOutcome::kBudget);
  EXPECT_EQ(report.exit_code, 4);
  EXPECT_THAT(report.findings, ElementsAre(HasSubstr("record item, field price")));
}

TEST_F(CrawlHealthTest, AFindingStaysWhereNothingIsLookedAt) {
  EXPECT_EQ(Night().exit_code, 0);
  version_ = "2";
  item_ = "<h1>Item</h1><u>1.50</u>";
  EXPECT_EQ(Night().exit_code, 4);
  const std::string since = Rows("SELECT started_at FROM runs WHERE run_id = 2").front();
  for (int night = 0; night < 3; ++night) {
    const SiteReport quiet = Night();
    EXPECT_EQ(quiet.exit_code, 4) << "all pages are unchanged";
    EXPECT_THAT(quiet.findings,
                ElementsAre(HasSubstr("price: filled in 0 of 10 rows (0%), before in 100% (since " +
                                      since + "); see http://x.test/p/")));
  }
  version_ = "3";
  item_ = "<h1>Item</h1><b>1.50</b>";
  EXPECT_EQ(Night().exit_code, 0);
  EXPECT_EQ(Night().exit_code, 0);
}

TEST_F(CrawlHealthTest, AFindingIsNotCarriedToAnotherRule) {
  limits_ = "[recrawl]\nmin = '40h'\nmax = '40h'\n";
  EXPECT_EQ(Night().exit_code, 0);
  EXPECT_EQ(Night().exit_code, 0) << "nothing is due";
  version_ = "2";
  item_ = "<h1>Item</h1><u>1.50</u>";
  EXPECT_EQ(Night().exit_code, 4);
  EXPECT_EQ(Night().exit_code, 4) << "nothing is due";
  price_rule_ = "<u>(.*?)</u>";
  clock_.Advance(std::chrono::hours(-24));
  EXPECT_EQ(Night().exit_code, 0) << "nothing is due; thresh reparse has mended the rows";
}

// What has a finding is not what other runs are compared with, however long that lasts.
TEST_F(CrawlHealthTest, AFindingThatLastsForMonthsIsStillOne) {
  EXPECT_EQ(Night().exit_code, 0);
  item_ = "<h1>Item</h1><u>1.50</u>";
  for (int night = 0; night < 70; ++night) {
    if (night % 35 == 0) version_ += "2";
    const SiteReport report = Night();
    ASSERT_EQ(report.exit_code, 4) << night;
  }
}

constexpr char kNoRowsAnyMore[] = "record item: 0 of 10 pages gave rows (0%), before 100%";
constexpr char kNoPageAnyMore[] = "record item: applies to no page any more, before to 10";

TEST_F(CrawlHealthTest, APageSchemeThatChangedIsAFinding) {
  EXPECT_EQ(Night().exit_code, 0);
  for (int i = 0; i < kItems; ++i) {
    const std::string number = std::to_string(i);
    fetcher_.AddPage("http://x.test/product/" + number, item_);
    fetcher_.AddAnswer("http://x.test/p/" + number, [=](const FetchJob&) {
      FetchResult moved = FakeFetcher::Status(301);
      moved.headers.emplace_back("location", "/product/" + number);
      return moved;
    });
  }
  for (int night = 0; night < 2; ++night) {
    const SiteReport moved = Night();
    EXPECT_EQ(moved.exit_code, 4);
    EXPECT_THAT(moved.findings, ElementsAre(HasSubstr(kNoRowsAnyMore)));
    EXPECT_THAT(Rows("SELECT count(*) FROM item"), ElementsAre("10"));
  }
  for (int night = 0; night < 2; ++night) {  // recrawl.gone_after
    const SiteReport gone = Night();
    EXPECT_EQ(gone.exit_code, 4);
    EXPECT_THAT(gone.findings, ElementsAre(HasSubstr(kNoPageAnyMore)));
    EXPECT_THAT(Rows("SELECT count(*) FROM item"), ElementsAre("0"));
  }
  applies_ = "url = '/product/'";
  EXPECT_EQ(Night().exit_code, 0);
}

TEST_F(CrawlHealthTest, AMarkerThatNoPageHasAnyMoreIsAFinding) {
  applies_ = "when = 'id=product'";
  item_ = "<h1 id=product>Item</h1><b>1.50</b>";
  EXPECT_EQ(Night().exit_code, 0);
  EXPECT_EQ(Night().exit_code, 0) << "all pages are unchanged";
  version_ = "2";
  item_ = "<h1 id=prod>Item</h1><b>1.50</b>";
  EXPECT_THAT(Night().findings, ElementsAre(HasSubstr(kNoRowsAnyMore)));
  EXPECT_EQ(Night().exit_code, 4) << "all pages are unchanged";
  version_ = "3";
  item_ = "<h1 id=product>Item</h1><b>1.50</b>";
  EXPECT_EQ(Night().exit_code, 0);
}

TEST_F(CrawlHealthTest, ARecordWithoutAPageFromTheFirstRunOnIsAFinding) {
  applies_ = "url = '/produkt/'";
  for (int night = 0; night < 3; ++night) {
    const SiteReport report = Night();
    EXPECT_EQ(report.exit_code, 4) << night;
    EXPECT_THAT(report.findings, ElementsAre(HasSubstr("item: applies to no page of the site")));
  }
  applies_ += "\nexpect = { min_matched = 0 }";
  EXPECT_EQ(Night().exit_code, 0) << "none is expected";
}

TEST_F(CrawlHealthTest, PagesThatWereNotReachedMayBeTheRecords) {
  applies_ = "url = '/p/9'";
  limits_ = "[limits]\npages = 4\n";
  EXPECT_EQ(Night().outcome, RunOutcome::kBudget);
  EXPECT_EQ(Night().exit_code, 0);
  limits_.clear();
  EXPECT_EQ(Night().exit_code, 0);
  fetcher_.AddAnswer("http://x.test/p/9", [](const FetchJob&) { return FakeFetcher::Status(503); });
  limits_ = "[fetch]\nretries = 0\n";
  EXPECT_EQ(Night().exit_code, 0) << "it may be back tomorrow";
  fetcher_.AddAnswer("http://x.test/p/9", [](const FetchJob&) { return FakeFetcher::Status(404); });
  EXPECT_EQ(Night().exit_code, 4);
}

TEST_F(CrawlHealthTest, ASiteThatAlwaysWaitsForSomethingIsJudgedByThePagesItHad) {
  limits_ = "[limits]\nhosts = 'any'\n";
  applies_ = "url = '/q'\nwhen = 'id=product'";
  fetcher_.AddPage("http://x.test/p/0", "<h1>S</h1><a href='/q'>q</a><a href='//y.test/'>y</a>");
  fetcher_.AddPage("http://x.test/q", "<h1 id=product>Q</h1><b>1.50</b>");
  fetcher_.AddAnswer("http://y.test/", [](const FetchJob&) {
    return FakeFetcher::Status(503, {{"retry-after", "7200"}});
  });
  EXPECT_EQ(Night().outcome, RunOutcome::kWaiting);
  EXPECT_EQ(Night().exit_code, 0);
  fetcher_.AddPage("http://x.test/q", "<h1>Q</h1><b>1.50</b>");
  const SiteReport report = Night();
  EXPECT_EQ(report.outcome, RunOutcome::kWaiting);
  EXPECT_EQ(report.exit_code, 4) << testing::PrintToString(report.findings);
}

TEST_F(CrawlHealthTest, RecordsOfOneTableHaveFindingsOfTheirOwn) {
  const auto night = [&](const std::string& page) {
    fetcher_.AddPage("http://x.test/", "<h1>S</h1>" + page);
    clock_.Advance(std::chrono::hours(24));
    std::string config = "seeds = ['http://x.test/']\n";
    for (const std::string tag : {"b", "i"}) {
      config += "[[record]]\ntable = 'line'\nmatch = '<" + tag + ">(?P<a>\\w+)'\n";
    }
    return Crawled(config).findings.size();
  };
  const auto stored = [&] {
    return Rows("SELECT count(*) FROM findings WHERE run_id = (SELECT max(run_id) FROM runs)");
  };
  EXPECT_EQ(night("<b>1<i>2"), 0U);
  EXPECT_EQ(night("<u>1<u>2"), 2U);
  EXPECT_THAT(stored(), ElementsAre("2"));
  EXPECT_EQ(night("<b>1<u>2"), 1U) << "one of them is mended";
  EXPECT_THAT(stored(), ElementsAre("1"));
}

// Rows that are gone for a night would come back as new ones.
TEST_F(CrawlHealthTest, NothingIsGoneWhileARunsKeysAreInDoubt) {
  const auto night = [&](const std::string& prefix, bool all_same = false) {
    std::string list = "<h1>S</h1>";
    for (int i = 0; i < 20; ++i) list += "<li>" + prefix + (all_same ? "" : std::to_string(i));
    fetcher_.AddPage("http://x.test/", list);
    clock_.Advance(std::chrono::hours(24));
    return Crawled(
        "seeds = ['http://x.test/']\n[[record]]\ntable = 'line'\n"
        "match = '<li>(?P<a>\\w+)'\nkey = ['a']\n");
  };
  const auto rows = [&] {
    return Rows("SELECT sum(_gone_at IS NULL) || ' ' || count(DISTINCT _first_seen) FROM line");
  };
  EXPECT_EQ(night("a").exit_code, 0);
  EXPECT_EQ(night("x", true).exit_code, 4);
  EXPECT_THAT(rows(), ElementsAre("21 2"));
  EXPECT_EQ(night("a").exit_code, 0);
  EXPECT_THAT(rows(), ElementsAre("20 2")) << "as they were";
  for (const char* left : {"21 3", "21 3", "1 3"}) {
    EXPECT_EQ(night("y", true).exit_code, 4);
    EXPECT_THAT(rows(), ElementsAre(left)) << "recrawl.gone_after";
  }
  EXPECT_EQ(night("a").exit_code, 0);
  EXPECT_EQ(night("b").exit_code, 0);
  EXPECT_THAT(rows(), ElementsAre("20 4")) << "other keys are no doubt";
}

TEST_F(CrawlHealthTest, OneKeyForAllRowsIsAFindingInTheFirstRun) {
  std::string list = "<h1>Shop</h1>";
  for (int i = 0; i < 20; ++i) list += "<li>shop " + std::to_string(i);
  fetcher_.AddPage("http://x.test/", list);
  const SiteReport outcome = Crawled(
      "seeds = ['http://x.test/']\n[[record]]\ntable = 'line'\n"
      "match = '<li>(?P<a>\\w+) (?P<b>\\w+)'\nkey = ['a']\n");
  EXPECT_EQ(outcome.exit_code, 4);
  EXPECT_THAT(Rows("SELECT message FROM findings"),
              ElementsAre("record line: all 20 rows have one key, though their values differ: one "
                          "of them is kept"));
  EXPECT_THAT(Rows("SELECT examples FROM findings"), ElementsAre("[\"http://x.test/\"]"));
}

TEST_F(CrawlHealthTest, WhatRowsWereLeftOutForIsTold) {
  const auto message = [&](const std::string& options) {
    Crawled("seeds = ['http://x.test/p/1']\n[[record]]\ntable = 't" + std::to_string(++tables_) +
            "'\nelement = '<h1>'\n" + options);
    return Rows("SELECT message FROM findings ORDER BY run_id DESC LIMIT 1").at(0);
  };
  EXPECT_THAT(message("key = ['id']\nfields = { id = { re = '>(.*?)<', type = 'integer' } }\n"),
              HasSubstr(": no rows on 1 page it looked at; 1 row left out for want of id "
                        "('Item' did not convert)"));
  EXPECT_THAT(message("fields = { name = '>(.*?)<', price = { re = '£', required = true } }\n"),
              EndsWith("; 1 row left out for want of price"));
  EXPECT_THAT(message("expect = { min_rows = 2 }\n"
                      "fields = { name = { re = '>(.*?)<', required = true } }\n"),
              EndsWith("fewer rows than expect.min_rows, 2"))
      << "none is left out";
}

TEST_F(CrawlHealthTest, AListWhoseOtherPagesAreGoneIsAFinding) {
  const auto page = [](int number) {
    std::string list = "<h1>S</h1>";
    for (int i = 0; i < 5; ++i) list += "<li>" + std::to_string(number) + std::to_string(i);
    return list + "<a href='/?page=" + std::to_string(number + 1) + "'>next</a>";
  };
  fetcher_.AddPage("http://x.test/", page(1));
  for (int i = 2; i < 6; ++i) fetcher_.AddPage("http://x.test/?page=" + std::to_string(i), page(i));
  const auto night = [&] {
    clock_.Advance(std::chrono::hours(24));
    return Crawled(
               "seeds = ['http://x.test/']\n[limits]\nfailed = '100%'\n[[record]]\n"
               "table = 'line'\nmatch = '<li>(?P<a>\\w+)'\nkey = ['a']\n"
               "expect = { min_rows = 1 }\n")
        .exit_code;
  };
  for (int i = 0; i < 8; ++i) EXPECT_EQ(night(), 0);
  for (int i = 2; i < 6; ++i) {
    fetcher_.AddAnswer("http://x.test/?page=" + std::to_string(i),
                       [](const FetchJob&) { return FakeFetcher::Status(404); });
  }
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(night(), 4);
    EXPECT_THAT(Rows("SELECT examples FROM findings ORDER BY run_id DESC LIMIT 1"),
                ElementsAre("[\"http://x.test/\"]"));
  }
  for (int i = 2; i < 6; ++i) fetcher_.AddPage("http://x.test/?page=" + std::to_string(i), page(i));
  EXPECT_EQ(night(), 0);
}

TEST_F(CrawlHealthTest, AFewPagesThatComeAndGoAreToldOfOnce) {
  applies_ = "when = 'deal'";
  std::vector<int> codes;
  for (int night = 0; night < 8; ++night) {
    item_ = "<h1>Item</h1>";
    version_ += "2";
    fetcher_.AddPage("http://x.test/p/0",
                     night % 3 == 1 ? "<h1>none</h1>" : "<h1>deal</h1><b>1.50</b>");
    codes.push_back(Night().exit_code);
  }
  EXPECT_THAT(codes, ElementsAre(0, 4, 0, 0, 0, 0, 0, 0));
}

}  // namespace
}  // namespace thresh
