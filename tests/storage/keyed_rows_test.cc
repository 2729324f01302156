// Rows with a key.
#include "gmock/gmock.h"
#include "storage/row_sql.h"
#include "storage/rows.h"
#include "tests/storage/rows_test.h"

namespace thresh {
namespace {

class KeyedRowsTest : public RowsTest {
 protected:
  // Two records of one table.
  const TableSchema list_{"book", {{"sku"}, {"price", ValueType::kReal}}, {"sku"}, "list"};
  const TableSchema detail_{"book", {{"sku"}, {"note"}}, {"sku"}, "detail"};
};

TEST_F(KeyedRowsTest, KeyedRowsAreUpsertedWithinTheirSite) {
  store_->PrepareTables("s", {keyed_}, false);
  StartRun();
  EXPECT_EQ(Give("/1", keyed_, {{Text("a"), 1.0, kNull}, {Text("b"), 2.0, kNull}}).added, 2);
  StartRun();
  const RowChanges changes =
      Give("/2", keyed_, {{Text("b"), 3.0, Text("n")}, {Text("c"), kNull, kNull}});
  EXPECT_EQ(changes.added, 1);
  EXPECT_EQ(changes.changed, 1);
  EXPECT_EQ(Books(), "a|1.0|NULL / b|3.0|n / c|NULL|NULL");
  RecordExtraction other;
  other.applies = true;
  other.rows = {{Text("a"), 9.0, kNull}};
  store_->ApplyRows("t", run_, Url("/1"), page_, keyed_, other, At(now_));
  store_->Commit();
  EXPECT_EQ(Rows("SELECT _site, price FROM book WHERE sku = 'a' ORDER BY _site"), "s|1.0 / t|9.0");
}

TEST_F(KeyedRowsTest, TwoPagesOfOneRunCompleteEachOther) {
  const struct {
    Value first, second;
    const char* want;
    int64_t conflicts;
    const char* why;
  } kCases[] = {
      {1.0, kNull, "1.0", 0, "non-NULL wins"},
      {kNull, 2.0, "2.0", 0, "also when it comes later"},
      {1.0, 2.0, "2.0", 1, "then the later, and it is counted"},
      {1.0, 1.0, "1.0", 0, "they agree"},
  };
  store_->PrepareTables("s", {keyed_}, false);
  StartRun();
  int sku = 0;
  for (const auto& test : kCases) {
    const std::string key = "k" + std::to_string(++sku);
    Give("/1", keyed_, {{key, test.first, kNull}});
    const RowChanges changes = Give("/2", keyed_, {{key, test.second, kNull}});
    EXPECT_EQ(Rows("SELECT price FROM book WHERE sku = '" + key + "'"), test.want) << test.why;
    EXPECT_EQ(changes.conflicts, test.conflicts) << test.why;
    EXPECT_EQ(changes.changed, 0) << "the run has only begun to know the row: " << test.why;
  }
  EXPECT_EQ(Rows("SELECT rows, conflicts, repeated FROM extraction WHERE field = ''"), "8|1|4");
}

TEST_F(KeyedRowsTest, ALaterRunSetsToNull) {
  store_->PrepareTables("s", {keyed_}, false);
  StartRun();
  Give("/1", keyed_, {{Text("a"), 1.0, Text("n")}});
  StartRun();
  EXPECT_EQ(Give("/1", keyed_, {{Text("a"), 1.0, kNull}}).changed, 1);
  EXPECT_EQ(Books(), "a|1.0|NULL");
}

TEST_F(KeyedRowsTest, NullsInAKeyEqualEachOther) {
  const TableSchema schema{"part", {{"x"}, {"y"}, {"z"}}, {"x", "y"}, "rule1"};
  store_->PrepareTables("s", {schema}, true);
  StartRun();
  Give("/1", schema, {{Text("a"), kNull, Text("1")}});
  StartRun();
  const RowChanges changes =
      Give("/1", schema, {{Text("a"), kNull, Text("2")}, {kNull, kNull, Text("3")}});
  EXPECT_EQ(changes.changed, 1);
  EXPECT_EQ(Rows("SELECT x, y, z FROM part"), "a|NULL|2")
      << "of the other no part of the key is there";
}

TEST_F(KeyedRowsTest, RowsWithoutAKeyAreCountedAsDropped) {
  store_->PrepareTables("s", {keyed_}, true);
  StartRun();
  Give("/1", keyed_, {{Text("a"), 1.0, kNull}, {kNull, 2.0, kNull}, {kNull, 3.0, kNull}});
  Give("/2", keyed_, {{kNull, 4.0, kNull}});
  StartRun();  // saves the counts
  EXPECT_EQ(Books(), "a|1.0|NULL");
  EXPECT_EQ(Rows("SELECT pages, matched, rows, failed FROM extraction WHERE field = ''"),
            "2|1|1|3");
  EXPECT_EQ(Rows("SELECT rows FROM extraction WHERE field = 'sku'"), "4") << "of which one has it";
}

TEST_F(KeyedRowsTest, APageWhoseRowsHaveNoKeyAnyMoreTakesNoneAway) {
  store_->PrepareTables("s", {keyed_}, true);
  StartRun();
  Give("/1", keyed_, {{Text("a"), 1.0, kNull}});
  StartRun();
  EXPECT_TRUE(Give("/1", keyed_, {{kNull, 1.0, kNull}}).kept_old);
  EXPECT_EQ(store_->MarkGone({{"s", run_}}, At(now_), 3), 0);
}

TEST_F(KeyedRowsTest, SeveralRecordsUpdateTheirOwnColumns) {
  store_->PrepareTables("s", {list_, detail_}, true);
  for (int i = 0; i < 2; ++i) {
    StartRun();
    Give("/list", list_, {{Text("a"), 1.0}, {Text("b"), 2.0}});
    Give("/a", detail_, {{Text("a"), Text("about a")}});
    EXPECT_EQ(Books(), "a|1.0|about a / b|2.0|NULL");
    EXPECT_EQ(store_->ReadTotals(run_).rows_added, i == 0 ? 2 : 0);
    EXPECT_EQ(store_->ReadTotals(run_).rows_changed, 0) << "in the first run it is completed";
    EXPECT_EQ(Rows("SELECT sum(repeated) FROM extraction"), "0") << "each record gives a once";
  }
}

// Each case: the second run, in which the list comes first.
TEST_F(KeyedRowsTest, ARecordsNullDoesNotOverwriteWhatAnotherGives) {
  const struct {
    Value list;
    std::optional<Value> detail;  // nothing: its page was not fetched whole
    const char* want;
    int64_t changed, conflicts;
    const char* why;
  } kCases[] = {
      {kNull, std::nullopt, "5.0", 0, 0, "the list does not know what the detail page said"},
      {kNull, 5.0, "5.0", 0, 0, "no version in between says NULL"},
      {kNull, 6.0, "6.0", 1, 0, "the record that fills it says anew"},
      {kNull, kNull, "NULL", 1, 0, "NULL included"},
      {7.0, std::nullopt, "7.0", 1, 0, "what it does know, holds"},
      {7.0, kNull, "7.0", 1, 0, "non-NULL wins within a run"},
      {7.0, 6.0, "6.0", 1, 1, "then the later, and it is counted"},
  };
  const TableSchema list{"book", {{"sku"}, {"price", ValueType::kReal}}, {"sku"}, "list"};
  const TableSchema detail{
      "book", {{"sku"}, {"price", ValueType::kReal}, {"note"}}, {"sku"}, "detail"};
  store_->PrepareTables("s", {list, detail}, true);
  int sku = 0;
  for (const auto& test : kCases) {
    const Value key = "k" + std::to_string(++sku);
    StartRun();
    Give("/list", list, {{key, kNull}});
    Give("/detail", detail, {{key, 5.0, Text("n")}});
    StartRun();
    RowChanges changes = Give("/list", list, {{key, test.list}});
    if (test.detail) {
      const RowChanges more = Give("/detail", detail, {{key, *test.detail, Text("n")}});
      changes.changed += more.changed;
      changes.conflicts += more.conflicts;
    }
    EXPECT_EQ(Rows("SELECT price FROM book WHERE sku = 'k" + std::to_string(sku) + "'"), test.want)
        << test.why;
    EXPECT_EQ(changes.changed, test.changed) << test.why;
    EXPECT_EQ(changes.conflicts, test.conflicts) << test.why;
    EXPECT_EQ(Rows("SELECT count(*) FROM book_history WHERE sku = 'k" + std::to_string(sku) + "'"),
              std::to_string(test.changed))
        << test.why;
  }
}

TEST_F(KeyedRowsTest, ARecordAddedLaterDoesNotOverwriteWithItsNulls) {
  const TableSchema detail{"book", {{"sku"}, {"price", ValueType::kReal}}, {"sku"}, "detail"};
  TableSchema list = detail;
  list.rule = "list";
  store_->PrepareTables("s", {detail}, true);
  StartRun();
  Give("/detail", detail, {{Text("a"), 5.0}});
  for (const char* rule : {"detail", "detail2"}) {  // the second time it was changed as well
    store_.reset();
    store_ = Store::Open(path_);
    TableSchema changed = detail;
    changed.rule = rule;
    store_->PrepareTables("s", {changed, list}, true);
    StartRun();
    Give("/list", list, {{Text("a"), kNull}});
    EXPECT_EQ(Rows("SELECT price FROM book"), "5.0") << rule;
  }
}

TEST_F(KeyedRowsTest, HistoryKeepsTheVersionsThatNoLongerHold) {
  store_->PrepareTables("s", {keyed_}, true);
  StartRun();
  Give("/1", keyed_, {{Text("a"), 1.0, Text("n")}});
  const std::string t1 = ToIso8601(At(now_));
  StartRun();
  Give("/1", keyed_, {{Text("a"), 1.0, Text("n")}});
  EXPECT_EQ(Rows("SELECT count(*) FROM book_history"), "0") << "unchanged";
  StartRun();
  Give("/1", keyed_, {{Text("a"), 2.0, Text("n")}});
  const std::string t3 = ToIso8601(At(now_));
  Give("/2", keyed_, {{Text("a"), kNull, Text("m")}});
  StartRun();
  Give("/1", keyed_, {{Text("a"), kNull, Text("m")}});
  const std::string t4 = ToIso8601(At(now_));
  EXPECT_EQ(Rows("SELECT sku, price, note, _valid_from, _valid_to, _run_id, _rule "
                 "FROM book_history ORDER BY _valid_to"),
            "a|1.0|n|" + t1 + '|' + t3 + "|3|rule1 / a|2.0|m|" + t3 + '|' + t4 + "|4|rule1");
  EXPECT_EQ(Books(), "a|NULL|m") << "set to NULL";
}

// A night with the clock ahead must not cost the changes of the nights until that time comes.
TEST_F(KeyedRowsTest, HistoryGoesOnAfterTheClockWasAhead) {
  store_->PrepareTables("s", {keyed_}, true);
  StartRun();
  Give("/1", keyed_, {{Text("a"), 1.0, kNull}});
  now_ += 3650 * kDay;
  StartRun();
  Give("/1", keyed_, {{Text("a"), 2.0, kNull}, {Text("b"), 2.0, kNull}});
  now_ -= 3651 * kDay;
  StartRun();
  EXPECT_EQ(Give("/1", keyed_, {{Text("a"), 3.0, kNull}, {Text("b"), 3.0, kNull}}).changed, 2);
  StartRun();
  EXPECT_EQ(Give("/1", keyed_, {{Text("a"), 4.0, kNull}, {Text("b"), 4.0, kNull}}).changed, 2);
  EXPECT_EQ(Rows("SELECT sku, price FROM book_history ORDER BY sku, price"),
            "a|1.0 / a|2.0 / a|3.0 / b|2.0 / b|3.0");
}

TEST_F(KeyedRowsTest, AKeyedRowIsGoneWhenEveryPageThatGaveItIsPast) {
  store_->PrepareTables("s", {keyed_}, true);
  const auto gone = [&] {
    const int64_t count = store_->MarkGone({{"s", run_}}, At(now_));
    store_->Commit();
    return count;
  };
  StartRun();
  Give("/1", keyed_, {{Text("a"), 1.0, kNull}, {Text("b"), 1.0, kNull}});
  Give("/2", keyed_, {{Text("a"), 1.0, kNull}});
  EXPECT_EQ(gone(), 0);
  StartRun();
  Fetch("/1", 304);
  EXPECT_EQ(gone(), 0) << "not modified: it still gives it";
  StartRun();
  Fetch("/1", 500);
  EXPECT_EQ(gone(), 0) << "not fetched well";
  StartRun();
  Give("/1", keyed_, {{Text("c"), 1.0, kNull}});
  EXPECT_EQ(gone(), 1) << "b; the other page still stands for a";
  EXPECT_EQ(Rows("SELECT sku FROM book WHERE _gone_at IS NOT NULL"), "b");
  StartRun();
  Fetch("/2", 404);
  store_->UpdateUrl(Url("/2"), run_,
                    {.state = UrlState::kFailed, .attempts = 3, .last_status = 404});
  EXPECT_EQ(gone(), 1) << "a: one page gave something else, the other is gone";
  EXPECT_EQ(store_->ReadTotals(run_).rows_gone, 1);
  EXPECT_EQ(gone(), 0) << "once";
  StartRun();
  EXPECT_EQ(Give("/1", keyed_, {{Text("a"), 1.0, kNull}}).added, 1) << "back again";
  EXPECT_EQ(Rows("SELECT sku FROM book WHERE _gone_at IS NULL ORDER BY sku"), "a / c");
  EXPECT_EQ(Rows("SELECT sku FROM book_history"), "a") << "the version before it was gone";
}

// Each row is asked about at the end of each run, and its URL may have thousands.
TEST_F(KeyedRowsTest, WhetherAPageIsPastIsAskedOfLaterPagesOnly) {
  EXPECT_THAT(Rows("EXPLAIN QUERY PLAN SELECT " + FetchedSinceSql("1", "2")),
              testing::HasSubstr("(url_id=? AND body_kept=? AND rowid>?)"));
}

TEST_F(KeyedRowsTest, ARowThatComesBackHoldsFromThenOn) {
  store_->PrepareTables("s", {list_, detail_}, true);
  StartRun();
  Give("/list", list_, {{Text("a"), 1.0}});
  const std::string came = ToIso8601(At(now_));
  Give("/a", detail_, {{Text("a"), Text("n")}});
  StartRun();
  Give("/list", list_, {{Text("b"), 1.0}});
  Give("/a", detail_, {{Text("b"), Text("n")}});
  EXPECT_EQ(store_->MarkGone({{"s", run_}}, At(++now_)), 1);
  const std::string gone = ToIso8601(At(now_));
  StartRun();
  EXPECT_EQ(Give("/list", list_, {{Text("a"), 2.0}}).added, 1);
  const std::string back = ToIso8601(At(now_));
  EXPECT_EQ(Give("/a", detail_, {{Text("a"), Text("m")}}).changed, 0) << "it is only completed";
  EXPECT_EQ(Rows("SELECT price, note, _first_seen, _gone_at FROM book WHERE sku = 'a'"),
            "2.0|m|" + back + "|NULL");
  const std::string versions = "SELECT price, note, _valid_from, _valid_to FROM book_history";
  const std::string before = "1.0|n|" + came + '|' + gone;
  EXPECT_EQ(Rows(versions), before);
  StartRun();
  EXPECT_EQ(Give("/list", list_, {{Text("a"), 3.0}}).changed, 1);
  EXPECT_EQ(Rows(versions + " ORDER BY 1"),
            before + " / 2.0|m|" + back + '|' + ToIso8601(At(now_)));
}

TEST_F(KeyedRowsTest, APageThatShowsARowTwiceLeavesNoVersion) {
  store_->PrepareTables("s", {keyed_}, true);
  for (int i = 0; i < 3; ++i) {
    StartRun();
    const RowChanges changes =
        Give("/1", keyed_, {{Text("a"), 9.0, kNull}, {Text("a"), 5.0, kNull}});
    EXPECT_EQ(changes.changed, 0);
    EXPECT_EQ(changes.conflicts, 1);
  }
  EXPECT_EQ(Rows("SELECT count(*) FROM book_history"), "0");
}

TEST_F(KeyedRowsTest, PagesOfOtherRecordsDoNotKeepARecordsValue) {
  store_->PrepareTables("s", {list_, detail_}, true);
  StartRun();
  for (const char* url : {"/1", "/2"}) Give(url, list_, {{Text("a"), 1.0}});
  Give("/a", detail_, {{Text("a"), Text("n")}});
  StartRun();
  Give("/2", list_, {{Text("a"), kNull}});
  EXPECT_EQ(Books(), "a|1.0|n") << "as the first list still has it";
  Give("/1", list_, {{Text("a"), kNull}});
  EXPECT_EQ(Books(), "a|NULL|n");
}

TEST_F(KeyedRowsTest, AnItemsPageDoesNotHideWhatAListFills) {
  store_->PrepareTables("s", {list_, detail_}, true);
  StartRun();
  Give("/1", list_, {{Text("a"), 1.0}});
  Give("/a", detail_, {{Text("a"), Text("n")}});
  StartRun();
  Give("/2", list_, {{Text("a"), kNull}});
  EXPECT_EQ(Books(), "a|1.0|n") << "as the first list still has it";
}

// A list page and those of its items. The list comes first.
TEST_F(KeyedRowsTest, ABadPageIsKnownThoughOthersGaveItsRowsLast) {
  const auto elsewhere = [](RecordExtraction* found) { found->applies = false; };
  store_->PrepareTables("s", {list_, detail_}, true);
  const auto give_list = [&](std::vector<Row> rows) {
    const RowChanges changes = Give("/list", list_, std::move(rows));
    EXPECT_FALSE(Apply("/list", detail_, {}, elsewhere).kept_old) << "it never gave such rows";
    return changes;
  };
  const auto give_details = [&] {
    for (const char* sku : {"a", "b"}) {
      const std::string url = std::string("/") + sku;
      EXPECT_FALSE(Give(url, list_, {}, elsewhere).kept_old) << "likewise";
      EXPECT_FALSE(Apply(url, detail_, {{Text(sku), Text("n")}}).kept_old);
    }
  };
  StartRun();
  give_list({{Text("a"), 1.0}, {Text("b"), 2.0}});
  give_details();
  for (int times = 1; times <= 4; ++times) {
    store_.reset();  // what it gave outlives a stop
    store_ = Store::Open(path_);
    store_->PrepareTables("s", {list_, detail_}, true);
    StartRun();
    EXPECT_EQ(give_list({}).kept_old, times < 3) << times;
    give_details();
  }
  EXPECT_EQ(Rows("SELECT flags FROM pages WHERE url_id = 1 ORDER BY page_id"),
            "NULL / kept-rows / kept-rows / NULL / NULL");
}

TEST_F(KeyedRowsTest, ARowIsNotGoneWhileAPageThatGaveItIsBad) {
  store_->PrepareTables("s", {keyed_}, true);
  StartRun();
  for (const char* url : {"/1", "/2"}) Give(url, keyed_, {{Text("a"), 1.0, kNull}});
  StartRun();
  EXPECT_TRUE(Give("/1", keyed_, {}).kept_old);
  Give("/2", keyed_, {{Text("b"), 1.0, kNull}});
  EXPECT_EQ(store_->MarkGone({{"s", run_}}, At(now_)), 0);
}

// A page that is kept for one table tells nothing of the other.
TEST_F(KeyedRowsTest, RowsOfAPageThatIsNotBadForItsTablesAtOnceGo) {
  TableSchema other = keyed_;
  other.table = "offer";
  store_->PrepareTables("s", {keyed_, other}, false);
  StartRun();
  Give("/1", keyed_, {{Text("a"), 1.0, kNull}});
  Apply("/1", other, {{Text("a"), 1.0, kNull}});
  int64_t gone = 0;
  for (int night = 1; night <= 4; ++night) {
    StartRun();
    Give("/1", keyed_, {});
    Apply("/1", other, night == 1 ? std::vector<Row>{{Text("a"), 1.0, kNull}} : std::vector<Row>());
    gone += store_->MarkGone({{"s", run_}}, At(++now_));
  }
  EXPECT_EQ(gone, 2);
}

TEST_F(KeyedRowsTest, APageMayBeBadForOneOfItsRecords) {
  store_->PrepareTables("s", {list_, detail_}, true);
  StartRun();
  Give("/1", list_, {{Text("a"), 1.0}});
  Apply("/1", detail_, {{Text("a"), Text("n")}});
  StartRun();
  EXPECT_TRUE(Give("/1", list_, {}).kept_old);
  EXPECT_FALSE(Apply("/1", detail_, {{Text("a"), Text("n")}}).kept_old);
}

TEST_F(KeyedRowsTest, APageIsKnownToGiveARowByEachOfItsRecords) {
  store_->PrepareTables("s", {list_, detail_}, true);
  StartRun();
  Give("/1", list_, {{Text("a"), 1.0}});
  Apply("/1", detail_, {{Text("a"), Text("n")}});
  Give("/2", detail_, {{Text("a"), Text("n")}});
  StartRun();
  EXPECT_TRUE(Give("/1", list_, {}).kept_old);
  EXPECT_TRUE(Apply("/1", detail_, {}).kept_old);
}

}  // namespace
}  // namespace thresh
