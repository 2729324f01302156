#include "storage/crawl_status.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "storage/health.h"
#include "storage/query.h"
#include "tests/storage/times.h"
#include "tests/support/temporary_folder.h"

namespace thresh {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using testing::SizeIs;

class CrawlStatusTest : public testing::Test {
 protected:
  CrawlStatusTest() { run_ = store_->StartRun("s", "h", "text", At(0)); }

  UrlId Add(const UrlUpdate& update, const std::string& host = "x.test") {
    const std::string url = "https://" + host + "/" + std::to_string(++urls_);
    const UrlId id = store_->AddUrl("s", {.url = url, .host = host});
    store_->UpdateUrl(id, run_, update);
    return id;
  }
  CrawlStatus Status() {
    store_->Commit();
    return Reader::Open(path_)->Status(At(100));
  }

  TemporaryFolder folder_;
  std::filesystem::path path_ = folder_ / "crawl.db";
  std::unique_ptr<Store> store_ = Store::Open(path_);
  RunId run_ = 0;
  int urls_ = 0;
};

TEST_F(CrawlStatusTest, PendingUrlsAreDueNowOrLater) {
  Add({.state = UrlState::kPending});
  Add({.state = UrlState::kPending, .reason = "status 500", .next_at = At(100)});
  Add({.state = UrlState::kPending, .reason = "status 500", .next_at = At(300)});
  Add({.state = UrlState::kPending, .reason = "status 500", .next_at = At(200)}, "y.test");
  const CrawlStatus status = Status();
  ASSERT_THAT(status.sites, SizeIs(1));
  const SiteStatus& site = status.sites[0];
  EXPECT_EQ(site.pending, 4);
  EXPECT_EQ(site.pending_now, 2);
  EXPECT_EQ(site.pending_later, 2);
  EXPECT_EQ(site.next_pending, At(200));
  EXPECT_EQ(site.config_text, "text");
  EXPECT_EQ(site.hosts.at("x.test").due, 2);
  EXPECT_EQ(site.hosts.at("y.test").due, 0);
  EXPECT_EQ(site.hosts.at("y.test").next, At(200));
}

// What the unfinished run has settled it does not fetch again; the next run does.
TEST_F(CrawlStatusTest, KnownUrlsAreDueOnceARun) {
  Add({.state = UrlState::kDone});
  Add({.state = UrlState::kFailed, .reason = "status 404"});
  Add({.state = UrlState::kDone, .next_at = At(500)});
  EXPECT_EQ(Status().sites[0].again_now, 0);
  store_->FinishRun(run_, RunOutcome::kComplete, 0, At(50));
  const SiteStatus site = Status().sites[0];
  EXPECT_EQ(site.again_now, 2);
  EXPECT_EQ(site.again_later, 1);
  EXPECT_EQ(site.next_again, At(500));
}

TEST_F(CrawlStatusTest, ReasonsAreCountedTheMostFrequentFirst) {
  Add({.state = UrlState::kFailed, .reason = "status 404"});
  for (int i = 0; i < 2; ++i) Add({.state = UrlState::kFailed, .reason = "timeout"});
  Add({.state = UrlState::kSkipped, .reason = "robots.txt: Disallow: /"});
  store_->CountDropped("s", "y.test", "another host", 2, "https://y.test/");
  store_->CountDropped("s", "z.test", "another host", 3, "https://z.test/");
  const SiteStatus site = Status().sites[0];
  EXPECT_THAT(site.failed_by, ElementsAre(Pair("timeout", 2), Pair("status 404", 1)));
  EXPECT_THAT(site.skipped_by, ElementsAre(Pair("robots.txt: Disallow: /", 1)));
  EXPECT_THAT(site.dropped_by, ElementsAre(Pair("another host", 5)));
}

TEST_F(CrawlStatusTest, UnfinishedAndFinishedRunsAreToldApart) {
  EXPECT_TRUE(Status().sites[0].unfinished);
  EXPECT_FALSE(Status().sites[0].last);
  store_->FinishRun(run_, RunOutcome::kBudget, 3, At(50));
  const RunId second = store_->StartRun("s", "h", "", At(60));
  store_->FinishRun(second, RunOutcome::kInterrupted, 130, At(70));
  const SiteStatus site = Status().sites[0];
  EXPECT_EQ(site.unfinished->id, second);
  EXPECT_EQ(site.unfinished->outcome, "interrupted");
  EXPECT_EQ(site.last->id, run_);
  EXPECT_EQ(site.last->outcome, "budget");
  EXPECT_EQ(site.last->exit_code, 3);
}

TEST_F(CrawlStatusTest, TheLastRunsFindingsAreRead) {
  EXPECT_THAT(Status().sites[0].findings, IsEmpty());
  const std::vector<Finding> findings = {{"book", "price", "filled", "filled in none"},
                                         {"book", "", "rows", "few rows"}};
  store_->SaveFindings(run_, findings);
  store_->FinishRun(run_, RunOutcome::kComplete, 4, At(50));
  EXPECT_THAT(Status().sites[0].findings, ElementsAre("few rows", "filled in none"));
}

TEST_F(CrawlStatusTest, OnlyHostsThatRestAreListed) {
  store_->SaveHost({.host = "https://x.test", .next_at = At(99)});
  store_->SaveHost({.host = "https://y.test", .next_at = At(101), .failures = 6});
  const CrawlStatus status = Status();
  ASSERT_THAT(status.hosts, SizeIs(1));
  EXPECT_EQ(status.hosts[0].host, "https://y.test");
  EXPECT_EQ(status.hosts[0].failures, 6);
}

TEST_F(CrawlStatusTest, UrlsThatWaitForRobotsSayWhy) {
  Add({.state = UrlState::kPending, .reason = "robots.txt: timeout", .next_at = At(200)});
  EXPECT_EQ(Status().sites[0].hosts.at("x.test").robots_unreachable, "robots.txt: timeout");
}

TEST_F(CrawlStatusTest, ADatabaseWithoutRunsHasNoSites) {
  TemporaryFolder other;
  Store::Open(other / "new.db")->Close();
  const CrawlStatus status = Reader::Open(other / "new.db")->Status(At(0));
  EXPECT_THAT(status.sites, IsEmpty());
  EXPECT_FALSE(status.progress);
}

}  // namespace
}  // namespace thresh
