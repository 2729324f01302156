#include "storage/prune.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/storage/plain_sqlite.h"
#include "tests/support/temporary_folder.h"

namespace thresh {
namespace {

Timestamp Day(int day) { return Timestamp(std::chrono::seconds(1'772'000'000 + day * 86400)); }

class PruneTest : public testing::Test {
 protected:
  PruneTest() {
    run_ = store_->StartRun("s", "h", "", Day(0));
    url_ = store_->AddUrl("s", {.url = "https://x.test/", .host = "x.test"});
  }

  struct Fetched {
    int day = 0;
    int status = 200;
    std::string_view body{};
    std::string_view error{};
    UrlId url = 0;  // 0: url_
  };
  PageId Fetch(const Fetched& fetched) {
    const std::string hash = RequestBodyHash(fetched.body);
    PageRecord page;
    page.url_id = fetched.url != 0 ? fetched.url : url_;
    page.fetched_at = Day(fetched.day);
    page.status = fetched.status;
    page.error = fetched.error;
    page.body_hash = fetched.body.empty() ? std::string_view() : hash;
    page.stored_body = fetched.body;
    page.keep_all_bodies = true;
    return store_->AddPage(run_, page);
  }
  void Give(PageId page, RunId run, std::vector<Row> rows, int day) {
    RecordExtraction found;
    found.applies = true;
    found.rows = std::move(rows);
    store_->ApplyRows("s", run, url_, page, kBooks, found, Day(day));
  }
  std::string Rows(const std::string& sql) { return thresh::Rows(path_, sql); }
  std::string Pages() { return Rows("SELECT page_id FROM pages ORDER BY 1"); }

  inline static const std::vector<std::string> kSites = {"s"};
  inline static const TableSchema kBooks = {
      .table = "book",
      .columns = {{"sku", ValueType::kText}, {"price", ValueType::kText}},
      .key = {"sku"},
      .rule = "r1"};

  TemporaryFolder folder_;
  std::filesystem::path path_ = folder_ / "crawl.db";
  std::unique_ptr<Store> store_ = Store::Open(path_);
  RunId run_ = 0;
  UrlId url_ = 0;
};

TEST_F(PruneTest, OldPagesGoWithTheirBodiesAndTheLatestStays) {
  Fetch({.day = 1, .body = "one"});
  Fetch({.day = 2, .body = "two"});
  Fetch({.day = 3, .body = "three"});
  const PruneTotals totals = store_->Prune(kSites, Day(10));
  EXPECT_EQ(totals.pages, 2);
  EXPECT_EQ(totals.bodies, 2);
  EXPECT_EQ(Rows("SELECT page_id, body FROM pages JOIN bodies USING (body_hash)"), "3|three");
}

TEST_F(PruneTest, WhatIsYoungStays) {
  Fetch({.day = 1, .body = "one"});
  Fetch({.day = 8, .body = "two"});
  Fetch({.day = 9, .body = "three"});
  EXPECT_EQ(store_->Prune(kSites, Day(8)).pages, 1);
  EXPECT_EQ(Pages(), "2 / 3");
}

TEST_F(PruneTest, ABodyThatAYoungerPageSharesStays) {
  Fetch({.day = 1, .body = "same"});
  Fetch({.day = 2, .body = "same"});
  const PruneTotals totals = store_->Prune(kSites, Day(10));
  EXPECT_EQ(totals.pages, 1);
  EXPECT_EQ(totals.bodies, 0);
  EXPECT_EQ(Rows("SELECT body, uses FROM bodies"), "same|1");
}

// What rows stand on: the page before the failures, its body, and the 304 that confirmed it.
TEST_F(PruneTest, TheLatestOfEachKindStays) {
  Fetch({.day = 1, .body = "old"});
  Fetch({.day = 2, .body = "good"});
  Fetch({.day = 3, .status = 304});
  Fetch({.day = 4, .status = 304});
  Fetch({.day = 5, .status = 0, .error = "timeout"});
  Fetch({.day = 6, .status = 404});
  EXPECT_EQ(store_->Prune(kSites, Day(10)).pages, 3);
  EXPECT_EQ(Pages(), "2 / 4 / 6");
}

TEST_F(PruneTest, APageThatARowNamesStays) {
  store_->PrepareTables("s", {kBooks}, true);
  Give(Fetch({.day = 1, .body = "gives"}), run_, {{"a", "1"}}, 1);
  Fetch({.day = 2, .body = "more"});
  Fetch({.day = 3, .body = "even more"});
  EXPECT_EQ(store_->Prune(kSites, Day(10)).pages, 1);
  EXPECT_EQ(Rows("SELECT sku, fetched_at IS NOT NULL FROM book_v"), "a|1");
}

TEST_F(PruneTest, OnlyTheNamedSiteIsPruned) {
  const UrlId other = store_->AddUrl("other", {.url = "https://y.test/", .host = "y.test"});
  for (int day = 1; day <= 2; ++day) {
    Fetch({.day = day});
    Fetch({.day = day, .url = other});
  }
  EXPECT_EQ(store_->Prune(kSites, Day(10)).pages, 1);
  EXPECT_EQ(Pages(), "2 / 3 / 4");
  EXPECT_EQ(store_->Prune(Day(10)).pages, 1);
  EXPECT_EQ(Pages(), "3 / 4");
}

TEST_F(PruneTest, HistoryKeepsTheVersionThatThePresentOneFollows) {
  store_->PrepareTables("s", {kBooks}, true);
  for (int day = 0; day < 4; ++day) {
    const RunId run = store_->StartRun("s", "h", "", Day(day));
    Give(Fetch({.day = day}), run, {{"a", std::to_string(day)}}, day);
  }
  EXPECT_EQ(store_->Prune(kSites, Day(10)).versions, 2);
  EXPECT_EQ(Rows("SELECT sku, price FROM book_history"), "a|2");
  EXPECT_EQ(Rows("SELECT sku, price FROM book"), "a|3");
}

TEST_F(PruneTest, ExtractionOfTheFirstRunAndOfThoseThatTheNextIsComparedWithStays) {
  store_->PrepareTables("s", {kBooks}, true);
  RunId run = run_;
  for (int day = 0; day < 34; ++day) {
    if (day > 0) run = store_->StartRun("s", "h", "", Day(day));
    Give(Fetch({.day = day}), run, {{"a", "1"}}, day);
    store_->FinishRun(run, RunOutcome::kComplete, 0, Day(day));
  }
  store_->Commit();
  EXPECT_EQ(store_->Prune(kSites, Day(40)).extraction, 9);
  EXPECT_EQ(Rows("SELECT count(*) FROM runs"), "34");
  EXPECT_EQ(Rows("SELECT run_id FROM runs EXCEPT SELECT run_id FROM extraction"), "2 / 3 / 4");
}

TEST_F(PruneTest, ExtractionOfTheLastCompleteRunThatLookedStays) {
  store_->PrepareTables("s", {kBooks}, true);
  Give(Fetch({.day = 0}), run_, {{"a", "1"}}, 0);
  store_->FinishRun(run_, RunOutcome::kComplete, 0, Day(0));
  const RunId quiet = store_->StartRun("s", "h", "", Day(1));
  store_->FinishRun(quiet, RunOutcome::kComplete, 0, Day(1));
  store_->Commit();
  EXPECT_EQ(store_->Prune(kSites, Day(10)).extraction, 0);
  EXPECT_EQ(Rows("SELECT DISTINCT run_id FROM extraction"), std::to_string(run_));
}

// People drop a table when they have taken its record out of the config.
TEST_F(PruneTest, ATableThatWasDroppedIsNotAskedAbout) {
  store_->PrepareTables("s", {kBooks}, true);
  Fetch({.day = 0});
  Fetch({.day = 8});
  store_->Commit();
  EXPECT_EQ(Rows("DROP VIEW book_v; DROP TABLE book; DROP TABLE book_history"), "");
  EXPECT_EQ(store_->Prune(Day(9)).pages, 1);
}

TEST_F(PruneTest, ManyBatchesAreOnePrune) {
  for (int i = 0; i < 25'000; ++i) Fetch({.day = 1});
  EXPECT_EQ(store_->Prune(kSites, Day(10)).pages, 24'999);
  EXPECT_EQ(Pages(), "25000");
}

TEST_F(PruneTest, ShrinkGivesTheRoomBackAndTheDatabaseIsWhole) {
  std::string body(200'000, 'x');
  for (int i = 0; i < 20; ++i) {
    body.back() = static_cast<char>('a' + i);
    Fetch({.day = i, .body = body});
  }
  store_->Prune(kSites, Day(30));
  store_->Shrink();
  store_->Close();
  store_.reset();
  EXPECT_LT(std::filesystem::file_size(path_), 400'000u);
  EXPECT_EQ(Rows("PRAGMA integrity_check"), "ok");
  EXPECT_EQ(Rows("PRAGMA foreign_key_check"), "");
  store_ = Store::Open(path_);
  store_->AddUrl("s", {.url = "https://x.test/b", .host = "x.test"});
  store_->Commit();
  EXPECT_EQ(Rows("SELECT count(*) FROM urls"), "2");
}

}  // namespace
}  // namespace thresh
