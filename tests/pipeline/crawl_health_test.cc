// Whether a crawl tells that extraction broke, from the site's pages to exit code 4.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/fake_crawl.h"

namespace thresh {
namespace {

using testing::ElementsAre;
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
                       "[[record]]\ntable = 'item'\nurl = '/p/'\n" + "[record.fields]\n" +
                       "price = { re = '" + price_rule_ + "', type = 'real' }\n" +
                       "name = '<h1>(.*?)</h1>'\n",
                   options);
  }

  static constexpr int kItems = 10;
  std::string limits_;
  std::string version_ = "1";
  std::string item_ = "<h1>Item</h1><b>1.50</b>";
  std::string price_rule_ = "<b>(.*?)</b>";

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

}  // namespace
}  // namespace thresh
