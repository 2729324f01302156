#include "storage/rows.h"

#include <cmath>
#include <functional>
#include <map>

#include "gmock/gmock.h"
#include "tests/storage/temp_folder.h"

namespace thresh {
namespace {

Timestamp At(int seconds) { return Timestamp(std::chrono::seconds(1'772'000'000 + seconds)); }

Value Text(const char* text) { return std::string(text); }
const Value kNull;

// A crawl in small verbs: runs follow each other a day apart, fetches a second.
class RowsTest : public testing::Test {
 protected:
  static constexpr int kDay = 86'400;

  TempFolder folder_;
  std::filesystem::path path_ = folder_ / "crawl.db";
  std::unique_ptr<Store> store_ = Store::Open(path_);
  RunId run_ = 0;
  int now_ = 0;
  std::map<std::string, UrlId> urls_;
  PageId page_ = 0;

  const TableSchema keyless_{"line", {{"a"}, {"b", ValueType::kInteger}}, {}, "rule1"};
  const TableSchema keyed_{
      "book", {{"sku"}, {"price", ValueType::kReal}, {"note"}}, {"sku"}, "rule1"};

  void StartRun() {
    now_ += kDay;
    if (run_ != 0) store_->FinishRun(run_, RunOutcome::kComplete, 0, At(now_));
    run_ = store_->StartRun("s", "h", "", At(now_));
  }

  UrlId Url(const std::string& url) {
    UrlId& id = urls_[url];
    if (id == 0) id = store_->AddUrl("s", {.url = url, .host = "https://x.test"});
    return id;
  }

  void Fetch(const std::string& url, int status = 200) {
    PageRecord page;
    page.url_id = Url(url);
    page.fetched_at = At(++now_);
    page.status = status;
    page_ = store_->AddPage(run_, page);
  }

  // Fetches `url`, where `schema`'s record finds `rows`.
  RowChanges Give(const std::string& url, const TableSchema& schema, std::vector<Row> rows,
                  const std::function<void(RecordExtraction*)>& adjust = nullptr) {
    Fetch(url);
    return Apply(url, schema, std::move(rows), adjust);
  }
  RowChanges Apply(const std::string& url, const TableSchema& schema, std::vector<Row> rows,
                   const std::function<void(RecordExtraction*)>& adjust = nullptr) {
    RecordExtraction found;
    found.applies = true;
    found.rows = std::move(rows);
    found.fields.resize(schema.columns.size());
    if (adjust) adjust(&found);
    const RowChanges changes =
        store_->ApplyRows("s", run_, Url(url), page_, schema, found, At(now_));
    store_->Commit();
    return changes;
  }

  std::string Rows(const std::string& sql) { return thresh::Rows(path_, sql); }
  std::string Lines() { return Rows("SELECT a, b FROM line ORDER BY _url_id, _ordinal"); }
  std::string Books() { return Rows("SELECT sku, price, note FROM book ORDER BY sku"); }
};

TEST_F(RowsTest, RowsWithoutAKeyReplaceTheirPagesOwn) {
  store_->PrepareTables({keyless_}, false);
  StartRun();
  Give("/1", keyless_, {{Text("x"), int64_t{1}}, {Text("y"), int64_t{2}}});
  Give("/2", keyless_, {{Text("other"), kNull}});
  EXPECT_EQ(Lines(), "x|1 / y|2 / other|NULL");
  StartRun();
  const RowChanges changes =
      Give("/1", keyless_, {{Text("new"), int64_t{0}}, {Text("x"), int64_t{1}}});
  EXPECT_EQ(Lines(), "new|0 / x|1 / other|NULL");
  EXPECT_EQ(changes.added, 1);
  EXPECT_EQ(changes.removed, 1);
  EXPECT_EQ(changes.changed, 0);
  const RowChanges again =
      Give("/1", keyless_, {{Text("NEW"), int64_t{0}}, {Text("x"), int64_t{1}}});
  EXPECT_EQ(again.changed, 1) << "another row at the same place";
  EXPECT_EQ(again.added + again.removed, 0);
}

TEST_F(RowsTest, EqualRowsOfAPageStayApart) {
  store_->PrepareTables({keyless_}, false);
  StartRun();
  Give("/1", keyless_, {{Text("x"), int64_t{1}}, {Text("x"), int64_t{1}}});
  StartRun();
  const RowChanges changes = Give(
      "/1", keyless_, {{Text("x"), int64_t{1}}, {Text("x"), int64_t{1}}, {Text("x"), int64_t{1}}});
  EXPECT_EQ(changes.added, 1);
  EXPECT_EQ(Rows("SELECT count(*) FROM line"), "3");
}

TEST_F(RowsTest, ARowThatStaysKeepsItsFirstSight) {
  store_->PrepareTables({keyless_, keyed_}, false);
  StartRun();
  const std::string first = ToIso8601(At(now_ + 1));
  Give("/1", keyless_, {{Text("x"), int64_t{1}}});
  Apply("/1", keyed_, {{Text("k"), 1.0, kNull}});
  StartRun();
  const std::string last = ToIso8601(At(now_ + 1));
  Give("/1", keyless_, {{Text("x"), int64_t{1}}});
  Apply("/1", keyed_, {{Text("k"), 2.0, kNull}});
  for (const char* table : {"line", "book"}) {
    EXPECT_EQ(Rows("SELECT _first_seen, _last_seen, _run_id, _page_id, _url_id, _rule, _site, "
                   "_ordinal, _gone_at FROM " +
                   std::string(table)),
              first + '|' + last + "|2|2|1|rule1|s|0|NULL");
  }
}

TEST_F(RowsTest, WhatPagesGiveAgainIsUnchanged) {
  const TableSchema reals{"real", {{"k"}, {"r", ValueType::kReal}}, {"k"}, "rule1"};
  const TableSchema loose{"loose", {{"r", ValueType::kReal}}, {}, "rule1"};
  store_->PrepareTables({reals, loose}, true);
  for (int i = 0; i < 2; ++i) {
    StartRun();
    // As SQLite gives them back they are 7.0 and NULL.
    const RowChanges changes = Give("/1", reals, {{Text("a"), int64_t{7}}, {Text("b"), NAN}});
    const RowChanges others = Apply("/1", loose, {{int64_t{7}}, {NAN}, {0.1}});
    EXPECT_EQ(changes.added + others.added, i == 0 ? 5 : 0);
    EXPECT_EQ(changes.changed + others.changed + others.removed, 0);
  }
}

TEST_F(RowsTest, KeyedRowsAreUpsertedWithinTheirSite) {
  store_->PrepareTables({keyed_}, false);
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

TEST_F(RowsTest, TwoPagesOfOneRunCompleteEachOther) {
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
  store_->PrepareTables({keyed_}, false);
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
  EXPECT_EQ(Rows("SELECT conflicts FROM extraction WHERE field = ''"), "1");
}

TEST_F(RowsTest, ALaterRunSetsToNull) {
  store_->PrepareTables({keyed_}, false);
  StartRun();
  Give("/1", keyed_, {{Text("a"), 1.0, Text("n")}});
  StartRun();
  EXPECT_EQ(Give("/1", keyed_, {{Text("a"), 1.0, kNull}}).changed, 1);
  EXPECT_EQ(Books(), "a|1.0|NULL");
}

TEST_F(RowsTest, NullsInAKeyEqualEachOther) {
  const TableSchema schema{"part", {{"x"}, {"y"}, {"z"}}, {"x", "y"}, "rule1"};
  store_->PrepareTables({schema}, true);
  StartRun();
  Give("/1", schema, {{Text("a"), kNull, Text("1")}});
  StartRun();
  const RowChanges changes =
      Give("/1", schema, {{Text("a"), kNull, Text("2")}, {kNull, kNull, Text("3")}});
  EXPECT_EQ(changes.changed, 1);
  EXPECT_EQ(changes.without_key, 1) << "no part of the key is there";
  EXPECT_EQ(Rows("SELECT x, y, z FROM part"), "a|NULL|2");
}

TEST_F(RowsTest, SeveralRecordsUpdateTheirOwnColumns) {
  const TableSchema list{"book", {{"sku"}, {"price", ValueType::kReal}}, {"sku"}, "list"};
  const TableSchema detail{"book", {{"sku"}, {"note"}}, {"sku"}, "detail"};
  store_->PrepareTables({list, detail}, true);
  for (int i = 0; i < 2; ++i) {
    StartRun();
    Give("/list", list, {{Text("a"), 1.0}, {Text("b"), 2.0}});
    Give("/a", detail, {{Text("a"), Text("about a")}});
    EXPECT_EQ(Books(), "a|1.0|about a / b|2.0|NULL");
    EXPECT_EQ(store_->ReadTotals(run_).rows_added, i == 0 ? 2 : 0);
    EXPECT_EQ(store_->ReadTotals(run_).rows_changed, 0) << "in the first run it is completed";
  }
}

TEST_F(RowsTest, ABadPageKeepsItsRowsUntilItHasBeenSoThreeTimes) {
  store_->PrepareTables({keyless_, keyed_}, true);
  StartRun();
  Give("/1", keyless_, {{Text("x"), int64_t{1}}});
  Apply("/1", keyed_, {{Text("k"), 1.0, kNull}});
  for (int times = 1; times <= 2; ++times) {
    StartRun();
    EXPECT_TRUE(Give("/1", keyless_, {}).kept_old) << times;
    EXPECT_TRUE(Apply("/1", keyed_, {}).kept_old) << times;
    EXPECT_EQ(Lines(), "x|1");
    EXPECT_EQ(Rows("SELECT flags FROM pages WHERE page_id = " + std::to_string(page_)),
              "kept-rows");
    EXPECT_EQ(store_->MarkGone("s", run_, At(now_)), 0);
  }
  StartRun();
  const RowChanges changes = Give("/1", keyless_, {});
  Apply("/1", keyed_, {});
  EXPECT_FALSE(changes.kept_old);
  EXPECT_EQ(changes.removed, 1);
  EXPECT_EQ(Lines(), "");
  EXPECT_EQ(store_->MarkGone("s", run_, At(now_)), 1);
  EXPECT_EQ(Rows("SELECT count(*) FROM bad_pages"), "0");
}

TEST_F(RowsTest, AGoodPageInBetweenBeginsAnew) {
  store_->PrepareTables({keyless_}, false);
  StartRun();
  for (int round = 0; round < 3; ++round) {
    Give("/1", keyless_, {{Text("x"), int64_t{1}}});
    Give("/1", keyless_, {});
    store_.reset();  // the count outlives a stop
    store_ = Store::Open(path_);
    store_->PrepareTables({keyless_}, false);
    Give("/1", keyless_, {});
    EXPECT_EQ(Lines(), "x|1");
  }
  EXPECT_EQ(Give("/1", keyless_, {}).removed, 1);
}

TEST_F(RowsTest, WhatCountsAsABadPage) {
  store_->PrepareTables({keyless_}, false);
  StartRun();
  const auto too_few = [](RecordExtraction* found) { found->too_few_rows = true; };
  const auto elsewhere = [](RecordExtraction* found) { found->applies = false; };
  EXPECT_FALSE(Give("/new", keyless_, {}).kept_old) << "nothing to keep";
  EXPECT_FALSE(Give("/few", keyless_, {{Text("x"), kNull}}, too_few).kept_old) << "likewise";
  EXPECT_EQ(Lines(), "x|NULL") << "what there is, is kept";
  EXPECT_TRUE(Give("/few", keyless_, {{Text("y"), kNull}}, too_few).kept_old);
  EXPECT_TRUE(Give("/few", keyless_, {}, elsewhere).kept_old) << "`when` no longer lets it in";
  EXPECT_EQ(Lines(), "x|NULL");
}

TEST_F(RowsTest, RowsOfARuleThatIsNoMoreAreReplaced) {
  const TableSchema second{"line", {{"a"}}, {}, "second"};
  store_->PrepareTables({keyless_, second}, false);
  StartRun();
  Give("/1", keyless_, {{Text("x"), int64_t{1}}});
  Apply("/1", second, {{Text("of the second")}});
  EXPECT_EQ(Rows("SELECT a FROM line ORDER BY a"), "of the second / x") << "each has its own";
  store_ = nullptr;
  store_ = Store::Open(path_);
  TableSchema changed = keyless_;
  changed.rule = "rule2";
  store_->PrepareTables({changed, second}, false);
  Give("/1", changed, {{Text("z"), int64_t{3}}});
  EXPECT_EQ(Rows("SELECT a, _rule FROM line ORDER BY a"), "of the second|second / z|rule2");
}

TEST_F(RowsTest, HistoryKeepsTheVersionsThatNoLongerHold) {
  store_->PrepareTables({keyed_}, true);
  StartRun();
  Give("/1", keyed_, {{Text("a"), 1.0, Text("n")}});
  const std::string t1 = ToIso8601(At(now_));
  StartRun();
  Give("/1", keyed_, {{Text("a"), 1.0, Text("n")}});
  EXPECT_EQ(Rows("SELECT count(*) FROM book_history"), "0") << "unchanged";
  StartRun();
  Give("/1", keyed_, {{Text("a"), 2.0, Text("n")}});
  const std::string t3 = ToIso8601(At(now_));
  Give("/2", keyed_, {{Text("a"), 2.0, Text("m")}});
  StartRun();
  Give("/1", keyed_, {{Text("a"), kNull, Text("m")}});
  const std::string t4 = ToIso8601(At(now_));
  EXPECT_EQ(Rows("SELECT sku, price, note, _valid_from, _valid_to, _run_id, _rule "
                 "FROM book_history ORDER BY _valid_to"),
            "a|1.0|n|" + t1 + '|' + t3 + "|3|rule1 / a|2.0|m|" + t3 + '|' + t4 + "|4|rule1");
  EXPECT_EQ(Books(), "a|NULL|m") << "set to NULL";
}

TEST_F(RowsTest, HistoryOfRowsWithoutAKey) {
  store_->PrepareTables({keyless_}, true);
  StartRun();
  Give("/1", keyless_, {{Text("x"), int64_t{1}}, {Text("y"), int64_t{2}}});
  const std::string from = ToIso8601(At(now_));
  StartRun();
  Give("/1", keyless_, {{Text("X"), int64_t{1}}});
  const std::string to = ToIso8601(At(now_));
  EXPECT_EQ(Rows("SELECT a, b, _valid_from, _valid_to FROM line_history ORDER BY a"),
            "x|1|" + from + '|' + to + " / y|2|" + from + '|' + to);
}

TEST_F(RowsTest, AKeyedRowIsGoneWhenEveryPageThatGaveItIsPast) {
  store_->PrepareTables({keyed_}, true);
  const auto gone = [&] {
    const int64_t count = store_->MarkGone("s", run_, At(now_));
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

TEST_F(RowsTest, RowsWithoutAKeyAreGoneWithTheirPage) {
  store_->PrepareTables({keyless_}, false);
  StartRun();
  Give("/1", keyless_, {{Text("x"), int64_t{1}}});
  store_->UpdateUrl(Url("/1"), run_,
                    {.state = UrlState::kFailed, .attempts = 2, .last_status = 410});
  EXPECT_EQ(store_->MarkGone("s", run_, At(now_)), 0);
  store_->UpdateUrl(Url("/1"), run_,
                    {.state = UrlState::kFailed, .attempts = 3, .last_status = 410});
  EXPECT_EQ(store_->MarkGone("s", run_, At(now_)), 1);
}

TEST_F(RowsTest, CountsTheExtraction) {
  store_->PrepareTables({keyed_}, false);
  StartRun();
  for (int i = 0; i < 3; ++i) {
    Give("/" + std::to_string(i), keyed_, {{Text("a"), 1.0, kNull}, {Text("b"), kNull, kNull}},
         [](RecordExtraction* found) {
           found->dropped_rows = 1;
           found->fields[0] = {2, 2, 0, ""};
           found->fields[1] = {2, 1, 1, "1 or 2"};
         });
  }
  Give("/none", keyed_, {});
  Give("/else", keyed_, {}, [](RecordExtraction* found) { found->applies = false; });
  EXPECT_EQ(Rows("SELECT field, pages, matched, rows, filled, failed, example FROM extraction "
                 "ORDER BY field"),
            "|4|3|6|0|3|NULL / note|4|0|6|0|0|NULL / price|4|6|6|3|3|1 or 2 / sku|4|6|6|6|0|NULL");
}

TEST_F(RowsTest, TakesAnyNames) {
  const TableSchema odd{"Bücher \"x\"",
                        {{"rowid"}, {"order", ValueType::kInteger}, {"fetched_at"}, {"数"}},
                        {"rowid"},
                        "r"};
  store_->PrepareTables({odd}, true);
  for (int i = 0; i < 2; ++i) {
    StartRun();
    Give("/1", odd, {{Text("k"), int64_t{i}, Text("own"), kNull}});
  }
  EXPECT_EQ(Rows(R"(SELECT "rowid", "order", fetched_at, page_url FROM "Bücher ""x""_v")"),
            "k|1|own|/1");
  EXPECT_EQ(Rows(R"(SELECT "order" FROM "Bücher ""x""_history")"), "0");
}

}  // namespace
}  // namespace thresh
