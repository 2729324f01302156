// Rows with a key that several pages give.
#include <utility>

#include "storage/rows.h"
#include "tests/storage/rows_test.h"

namespace thresh {
namespace {

// A list has a shortened note, the item's page the whole one.
class PagesThatDifferTest : public RowsTest {
 protected:
  const TableSchema list_{"book", {{"sku"}, {"note"}}, {"sku"}, "list"};
  const TableSchema detail_{"book", {{"sku"}, {"note"}, {"author"}}, {"sku"}, "detail"};

  void GiveList(const char* note) { Give("/list", list_, {{Text("a"), Text(note)}}); }
  void GiveDetail(const char* note, const char* author) {
    Give("/a", detail_, {{Text("a"), Text(note), Text(author)}});
  }
  void Stop() {
    store_.reset();
    store_ = Store::Open(path_);
    store_->PrepareTables("s", {list_, detail_}, true);
  }
  int64_t Changed() { return store_->ReadTotals(run_).rows_changed; }
  std::string History() {
    return Rows(
        "SELECT note, author, _valid_from = (SELECT max(_valid_to) FROM book_history AS b "
        "WHERE b._valid_to < h._valid_to) FROM book_history AS h ORDER BY _valid_to");
  }
};

TEST_F(PagesThatDifferTest, LeaveNoVersionWhereNothingChanged) {
  Stop();
  const auto night = [&](const char* shortened, const char* whole, const char* author) {
    StartRun();
    GiveList(shortened);
    Stop();
    GiveDetail(whole, author);
    return Changed();
  };
  for (int i = 0; i < 3; ++i) EXPECT_EQ(night("A l…", "A long one", "Ann"), 0) << i;
  EXPECT_EQ(Rows("SELECT sum(conflicts) FROM extraction"), "3");
  EXPECT_EQ(History(), "");
  EXPECT_EQ(night("A l…", "A long one", "Bob"), 1) << "another column did";
  EXPECT_EQ(night("A l…", "A long one", "Bob"), 0);
  EXPECT_EQ(night("A n…", "A new one", "Bob"), 1);
  EXPECT_EQ(History(), "A long one|Ann|NULL / A long one|Bob|1");
}

TEST_F(PagesThatDifferTest, LeaveNoVersionInWhateverOrderTheyCome) {
  Stop();
  const auto night = [&](const char* author) {
    StartRun();
    GiveDetail("A long one", author);
    GiveList("A l…");
    return Changed();
  };
  for (int i = 0; i < 3; ++i) EXPECT_EQ(night("Ann"), 0) << i;
  EXPECT_EQ(night("Bob"), 1);
  EXPECT_EQ(night("Bob"), 0);
  EXPECT_EQ(History(), "A l…|Ann|NULL");
  StartRun();
  GiveDetail("A long one", "Bob");
  EXPECT_EQ(Changed(), 1) << "as long as the list has not come";
  GiveList("A l…");
  GiveDetail("A long one", "Bob");
  EXPECT_EQ(Changed(), 1) << "who comes last, counts";
  EXPECT_EQ(History(), "A l…|Ann|NULL / A l…|Bob|1");
}

// As where a list is sorted by what changes: each page it was on would be kept for each row, for
// good.
TEST_F(RowsTest, ARowThatMovesEachNightHasFewPages) {
  store_->PrepareTables("s", {keyed_}, true);
  const auto url = [](int page) { return "/" + std::to_string(page); };
  for (int night = 0; night < 20; ++night) {
    StartRun();
    for (int page = 0; page < 10; ++page) {
      std::vector<Row> rows{{Text(url(page).c_str()), 1.0, kNull}};
      if (night % 10 == page) rows.push_back({Text("moves"), 1.0, kNull});
      Give(url(page), keyed_, rows);
    }
    EXPECT_EQ(store_->MarkGone({{"s", run_}}, At(now_)), 0);
  }
  store_->Commit();
  EXPECT_LE(std::stoi(Rows("SELECT count(*) FROM row_sources")), 2);
}

// "/1" gives the price of `a`, "/2" leaves it open.
class RowOfTwoPagesTest : public RowsTest {
 protected:
  void SetUp() override {
    store_->PrepareTables("s", {keyed_}, true);
    StartRun();
    Has("/1");
    LeavesOpen("/2");
    EXPECT_EQ(Price(), "5.0");
    StartRun();
  }
  void Has(const std::string& url) { Give(url, keyed_, {{Text("a"), 5.0, kNull}}); }
  void LeavesOpen(const std::string& url) { Give(url, keyed_, {{Text("a"), kNull, kNull}}); }
  std::string Price() { return Rows("SELECT price FROM book WHERE sku = 'a'"); }
  std::string Versions() { return Rows("SELECT price FROM book_history"); }
};

TEST_F(RowOfTwoPagesTest, KeepsWhatThePageGaveThatStands) {
  for (const int status : {304, 500, 304}) {
    LeavesOpen("/2");
    Fetch("/1", status);
    EXPECT_EQ(Price(), "5.0") << status;
    store_ = nullptr;
    store_ = Store::Open(path_);
    store_->PrepareTables("s", {keyed_}, true);
    StartRun();
  }
  EXPECT_TRUE(Give("/1", keyed_, {}).kept_old);
  LeavesOpen("/2");
  EXPECT_EQ(Price(), "5.0") << "nor does a bad page say anything";
  EXPECT_EQ(Versions(), "");
}

TEST_F(RowOfTwoPagesTest, LosesWhatNoPageGivesAnyMore) {
  LeavesOpen("/1");
  EXPECT_EQ(Price(), "NULL") << "the other page had none when it was last good";
  EXPECT_EQ(Versions(), "5.0");
}

TEST_F(RowOfTwoPagesTest, LosesItWhenTheLastOfThemHasCome) {
  LeavesOpen("/2");
  LeavesOpen("/1");
  EXPECT_EQ(Price(), "NULL");
  StartRun();
  Has("/2");
  StartRun();
  LeavesOpen("/1");
  EXPECT_EQ(Price(), "5.0") << "it is the other page's by now";
  LeavesOpen("/2");
  EXPECT_EQ(Price(), "NULL");
  EXPECT_EQ(Versions(), "5.0 / NULL / 5.0");
}

TEST_F(RowOfTwoPagesTest, LosesItWhenItsPageIsPast) {
  Give("/1", keyed_, {{Text("b"), 1.0, kNull}});
  LeavesOpen("/2");
  EXPECT_EQ(Price(), "NULL") << "the page does not show the row any more";
  StartRun();
  Has("/1");
  StartRun();
  for (int attempts = 1; attempts <= 3; ++attempts) {
    store_->UpdateUrl(Url("/1"), run_,
                      {.state = UrlState::kFailed, .attempts = attempts, .last_status = 404});
    LeavesOpen("/2");
    EXPECT_EQ(Price(), attempts < 3 ? "5.0" : "NULL") << attempts;
    StartRun();
  }
}

TEST_F(RowOfTwoPagesTest, APageThatShowsTheRowTwiceCompletesItself) {
  for (const auto& [first, second] : {std::pair(kNull, Value(6.0)), std::pair(Value(6.0), kNull)}) {
    Has("/1");
    StartRun();
    Give("/2", keyed_, {{Text("a"), first, kNull}, {Text("a"), second, kNull}});
    EXPECT_EQ(Price(), "6.0");
    StartRun();
    LeavesOpen("/1");
    EXPECT_EQ(Price(), "6.0") << "the other page has it";
    StartRun();
    Give("/2", keyed_, {{Text("a"), kNull, kNull}, {Text("a"), kNull, kNull}});
    EXPECT_EQ(Price(), "NULL");
  }
}

}  // namespace
}  // namespace thresh
