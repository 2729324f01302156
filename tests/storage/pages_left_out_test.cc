#include "storage/pages_left_out.h"

#include <gtest/gtest.h>

#include "tests/support/temporary_folder.h"

namespace thresh {
namespace {

const TableSchema kBooks = {
    .table = "book", .columns = {{"sku", ValueType::kText}}, .key = {"sku"}, .rule = "r1"};

class PagesLeftOutTest : public testing::Test {
 protected:
  // A site's first run: a page of a book, and another page.
  void Begin(const std::string& site) {
    store_->PrepareTables(site, {kBooks}, false);
    const RunId run = store_->StartRun(site, "h", "", Timestamp());
    for (const char* path : {"/book", "/"}) {
      const UrlId url = store_->AddUrl(site, {.url = "https://x.test" + std::string(path)});
      urls_[site + path] = url;
      Settle(run, url, UrlState::kDone, 200);
    }
    PageRecord page;
    page.url_id = urls_[site + "/book"];
    RecordExtraction found;
    found.applies = true;
    found.rows = {{"a"}};
    store_->ApplyRows(site, run, page.url_id, store_->AddPage(run, page), kBooks, found,
                      Timestamp());
    store_->FinishRun(run, RunOutcome::kComplete, 0, Timestamp());
  }
  void Settle(RunId run, UrlId url, UrlState state, int status) {
    UrlUpdate update;
    update.state = state;
    update.last_status = status;
    store_->UpdateUrl(url, run, update);
  }

  TemporaryFolder folder_;
  std::unique_ptr<Store> store_ = Store::Open(folder_ / "crawl.db");
  std::map<std::string, UrlId> urls_;
};

// One question tells of all sites; what one leaves out is nothing to another.
TEST_F(PagesLeftOutTest, SaysWhetherAPageOfARecordMayBeAmongThem) {
  const struct {
    const char* site;
    UrlState state;
    int book, other;  // status; 0: not asked for
    bool had_pages, has_none;
    const char* why;
  } kCases[] = {
      {"moved", UrlState::kDone, 301, 200, true, true, "it is somewhere else"},
      {"gone", UrlState::kFailed, 404, 200, true, true, "it is gone"},
      {"unchanged", UrlState::kDone, 304, 200, true, false, "it is as it was"},
      {"not due", UrlState::kDone, 0, 200, true, false, "it was not asked for"},
      {"failed", UrlState::kFailed, 503, 200, true, false, "it may be back"},
      {"other unchanged", UrlState::kDone, 301, 304, true, false, "no page was read"},
      {"new", UrlState::kDone, 200, 200, false, true, "every page was read"},
      {"new, not due", UrlState::kDone, 0, 200, false, false, "not every page was read"},
  };
  std::vector<RunId> runs;
  for (const auto& test : kCases) {
    const std::string site = test.site;
    Begin(site);
    runs.push_back(store_->StartRun(site, "h", "", Timestamp()));
    if (test.book > 0) Settle(runs.back(), urls_[site + "/book"], test.state, test.book);
    Settle(runs.back(), urls_[site + "/"], UrlState::kDone, test.other);
  }
  const auto left_out = store_->FindPagesLeftOut(runs);
  for (const auto& test : kCases) {
    EXPECT_EQ(left_out->HasNoPage(test.site, "book", test.had_pages), test.has_none)
        << test.site << ": " << test.why;
    const bool read = test.book != 0 && test.book != 304 && test.book != 503;
    EXPECT_EQ(left_out->HasReadAllThatGaveRows(test.site, "book"), read) << test.site;
  }
}

}  // namespace
}  // namespace thresh
