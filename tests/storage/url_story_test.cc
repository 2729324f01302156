#include "storage/url_story.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "storage/query.h"
#include "tests/storage/plain_sqlite.h"
#include "tests/storage/times.h"
#include "tests/support/temporary_folder.h"

namespace thresh {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::Field;
using testing::IsEmpty;
using testing::SizeIs;

class UrlStoryTest : public testing::Test {
 protected:
  UrlStoryTest() { run_ = store_->StartRun("s", "h", "seeds = []", At(0)); }

  UrlId Add(const std::string& url, UrlId found_on = 0, int depth = 0,
            std::string_view site = "s") {
    return store_->AddUrl(site,
                          {.url = url, .host = "x.test", .depth = depth, .found_on = found_on});
  }
  PageId Fetch(UrlId url, int status, std::string_view headers = {}, std::string_view error = {}) {
    PageRecord page;
    page.url_id = url;
    page.fetched_at = At(static_cast<int>(url));
    page.status = status;
    page.headers = headers;
    page.error = error;
    page.bytes = 7;
    page.elapsed = std::chrono::milliseconds(9);
    const PageId id = store_->AddPage(run_, page);
    store_->UpdateUrl(url, run_, {.state = UrlState::kDone, .last_status = status});
    return id;
  }
  UrlInquiry Inquire(const std::string& url, const std::string& host = "x.test") {
    store_->Commit();
    return Reader::Open(path_)->Inquire(url, host, "https://" + host);
  }
  static testing::Matcher<FoundOn> Hop(const std::string& url, bool redirects) {
    return AllOf(Field(&FoundOn::url, url), Field(&FoundOn::redirects, redirects));
  }

  TemporaryFolder folder_;
  std::filesystem::path path_ = folder_ / "crawl.db";
  std::unique_ptr<Store> store_ = Store::Open(path_);
  RunId run_ = 0;
};

TEST_F(UrlStoryTest, ThePathLeadsFromTheSeedAndTellsRedirects) {
  const UrlId seed = Add("https://x.test/");
  Fetch(seed, 302);
  const UrlId home = Add("https://x.test/home", seed, 0);
  Fetch(home, 200);
  const UrlId page = Add("https://x.test/page", home, 1);
  Fetch(page, 301);
  Add("https://x.test/moved", page, 1);
  const UrlInquiry inquiry = Inquire("https://x.test/moved");
  ASSERT_THAT(inquiry.stories, SizeIs(1));
  EXPECT_THAT(inquiry.stories[0].path,
              ElementsAre(Hop("https://x.test/", true), Hop("https://x.test/home", false),
                          Hop("https://x.test/page", true)));
  EXPECT_EQ(inquiry.stories[0].depth, 1);
  EXPECT_THAT(Inquire("https://x.test/").stories[0].path, IsEmpty());
}

TEST_F(UrlStoryTest, AWayInCirclesEnds) {
  const UrlId a = Add("https://x.test/a");
  const UrlId b = Add("https://x.test/b", a, 1);
  store_->Commit();
  Rows(path_, "UPDATE urls SET found_on = " + std::to_string(b) + " WHERE url_id = 1");
  EXPECT_THAT(Inquire("https://x.test/b").stories[0].path,
              ElementsAre(Hop("https://x.test/a", false)));
}

TEST_F(UrlStoryTest, AttemptsAreToldInOrderAndTheLastOfMany) {
  const UrlId url = Add("https://x.test/");
  for (int i = 0; i < kMaxToldAttempts + 5; ++i) Fetch(url, 0, {}, "timeout");
  Fetch(url, 301, "location: /b\n");
  const UrlStory story = Inquire("https://x.test/").stories[0];
  EXPECT_EQ(story.attempts_in_all, kMaxToldAttempts + 6);
  ASSERT_THAT(story.attempts, SizeIs(kMaxToldAttempts));
  EXPECT_EQ(story.attempts.front().error, "timeout");
  EXPECT_EQ(story.attempts.back().status, 301);
  EXPECT_EQ(story.attempts.back().redirect_headers, "location: /b\n");
  EXPECT_EQ(story.attempts.back().bytes, 7);
  EXPECT_EQ(story.attempts.back().elapsed_ms, 9);
}

TEST_F(UrlStoryTest, RowsAreCountedByTableGoneOnesApart) {
  const TableSchema books = {
      .table = "bo\"ok", .columns = {{"sku", ValueType::kText}}, .key = {"sku"}, .rule = "r"};
  store_->PrepareTables("s", {books}, true);
  const UrlId url = Add("https://x.test/");
  RecordExtraction found;
  found.applies = true;
  found.rows = {{"a"}, {"b"}, {"c"}};
  store_->ApplyRows("s", run_, url, Fetch(url, 200), books, found, At(1));
  found.rows = {{"a"}};
  store_->ApplyRows("s", run_, url, Fetch(url, 200), books, found, At(2));
  store_->MarkGone({{"s", run_}}, At(3));
  EXPECT_THAT(Inquire("https://x.test/").stories[0].rows,
              ElementsAre(AllOf(Field(&GivenRows::table, "bo\"ok"), Field(&GivenRows::present, 1),
                                Field(&GivenRows::gone, 2))));
}

TEST_F(UrlStoryTest, ATableThatWasDroppedIsNotAskedAbout) {
  const TableSchema books = {
      .table = "book", .columns = {{"sku", ValueType::kText}}, .key = {"sku"}, .rule = "r"};
  store_->PrepareTables("s", {books}, true);
  Add("https://x.test/");
  store_->Commit();
  EXPECT_EQ(Rows(path_, "DROP VIEW book_v; DROP TABLE book"), "");
  EXPECT_THAT(Inquire("https://x.test/").stories[0].rows, IsEmpty());
}

TEST_F(UrlStoryTest, EverySiteWithTheUrlTellsItsOwn) {
  store_->StartRun("t", "h2", "follow = []", At(1));
  Add("https://x.test/");
  Add("https://x.test/", 0, 0, "t");
  const UrlInquiry inquiry = Inquire("https://x.test/");
  EXPECT_THAT(inquiry.stories,
              ElementsAre(Field(&UrlStory::site, "s"), Field(&UrlStory::site, "t")));
  EXPECT_TRUE(inquiry.stories[0].last_run_is_unfinished);
  EXPECT_THAT(inquiry.sites, ElementsAre(Field(&SiteRules::config_text, "seeds = []"),
                                         Field(&SiteRules::config_text, "follow = []")));
}

TEST_F(UrlStoryTest, WhatWasDroppedIsKnownByItsExample) {
  store_->CountDropped("s", "y.test", "another host", 3, "https://y.test/a");
  const UrlInquiry named = Inquire("https://y.test/a", "y.test");
  EXPECT_THAT(named.stories, IsEmpty());
  EXPECT_THAT(named.dropped, ElementsAre(AllOf(Field(&DroppedLinks::reason, "another host"),
                                               Field(&DroppedLinks::count, 3),
                                               Field(&DroppedLinks::names_url, true))));
  const UrlInquiry other = Inquire("https://y.test/b", "y.test");
  EXPECT_THAT(other.dropped, ElementsAre(Field(&DroppedLinks::names_url, false)));
  EXPECT_THAT(Inquire("https://z.test/", "z.test").dropped, IsEmpty());
}

TEST_F(UrlStoryTest, AnUnlistedUrlLearnsWhoBeginsOnItsHost) {
  Add("https://x.test/");
  EXPECT_THAT(Inquire("https://x.test/no").sites,
              ElementsAre(Field(&SiteRules::has_seed_on_host, true)));
  EXPECT_THAT(Inquire("https://y.test/no", "y.test").sites,
              ElementsAre(Field(&SiteRules::has_seed_on_host, false)));
}

TEST_F(UrlStoryTest, TheOriginsRobotsAndClockAreThere) {
  HostRecord host;
  host.host = "https://x.test";
  host.next_at = At(50);
  host.robots_at = At(1);
  host.robots_status = 200;
  host.robots_text = "Disallow: /";
  store_->SaveHost(host);
  const UrlInquiry inquiry = Inquire("https://x.test/");
  ASSERT_TRUE(inquiry.origin);
  EXPECT_EQ(inquiry.origin->robots_text, "Disallow: /");
  EXPECT_EQ(inquiry.origin->next_at, At(50));
  EXPECT_FALSE(Inquire("https://y.test/", "y.test").origin);
}

}  // namespace
}  // namespace thresh
