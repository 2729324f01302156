#include "storage/rows.h"

#include <cmath>

#include "gmock/gmock.h"
#include "tests/storage/rows_test.h"

namespace thresh {
namespace {

TEST_F(RowsTest, RowsWithoutAKeyReplaceTheirPagesOwn) {
  store_->PrepareTables("s", {keyless_}, false);
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
  store_->PrepareTables("s", {keyless_}, false);
  StartRun();
  Give("/1", keyless_, {{Text("x"), int64_t{1}}, {Text("x"), int64_t{1}}});
  StartRun();
  const RowChanges changes = Give(
      "/1", keyless_, {{Text("x"), int64_t{1}}, {Text("x"), int64_t{1}}, {Text("x"), int64_t{1}}});
  EXPECT_EQ(changes.added, 1);
  EXPECT_EQ(Rows("SELECT count(*) FROM line"), "3");
}

TEST_F(RowsTest, EqualRowsOfAPageKeepTheirPlaces) {
  store_->PrepareTables("s", {keyless_}, true);
  StartRun();
  const std::vector<Row> equal(3, {Text("x"), int64_t{1}});
  Give("/1", keyless_, equal);
  StartRun();
  Give("/1", keyless_, equal);
  EXPECT_EQ(Rows("SELECT rowid, _ordinal FROM line ORDER BY rowid"), "1|0 / 2|1 / 3|2");
  const RowChanges changes = Give(
      "/1", keyless_, {{Text("x"), int64_t{1}}, {Text("y"), int64_t{1}}, {Text("x"), int64_t{1}}});
  EXPECT_EQ(changes.changed, 1) << "the one at the place";
  EXPECT_EQ(changes.added + changes.removed, 0);
  EXPECT_EQ(Rows("SELECT rowid, _ordinal FROM line ORDER BY rowid"), "1|0 / 2|1 / 3|2");
}

TEST_F(RowsTest, ARowThatStaysKeepsItsFirstSight) {
  store_->PrepareTables("s", {keyless_, keyed_}, false);
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
  store_->PrepareTables("s", {reals, loose}, true);
  for (int i = 0; i < 2; ++i) {
    StartRun();
    // As SQLite gives them back they are 7.0 and NULL.
    const RowChanges changes = Give("/1", reals, {{Text("a"), int64_t{7}}, {Text("b"), NAN}});
    const RowChanges others = Apply("/1", loose, {{int64_t{7}}, {NAN}, {0.1}});
    EXPECT_EQ(changes.added + others.added, i == 0 ? 5 : 0);
    EXPECT_EQ(changes.changed + others.changed + others.removed, 0);
  }
}

TEST_F(RowsTest, ABadPageKeepsItsRowsUntilItHasBeenSoThreeTimes) {
  store_->PrepareTables("s", {keyless_, keyed_}, true);
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
    EXPECT_EQ(store_->MarkGone({{"s", run_}}, At(now_)), 0);
  }
  StartRun();
  const RowChanges changes = Give("/1", keyless_, {});
  Apply("/1", keyed_, {});
  EXPECT_FALSE(changes.kept_old);
  EXPECT_EQ(changes.removed, 1);
  EXPECT_EQ(Lines(), "");
  EXPECT_EQ(store_->MarkGone({{"s", run_}}, At(now_)), 1);
  StartRun();
  Give("/1", keyless_, {});
  Apply("/1", keyed_, {});
  EXPECT_EQ(Rows("SELECT count(*) FROM bad_pages"), "0");
}

// As one of a list that has a few entries left, and others each night.
TEST_F(RowsTest, WhatAPageOfFewRowsGivesHoldsOnceItHasBeenSoThreeTimes) {
  store_->PrepareTables("s", {keyless_}, false);
  const auto too_few = [](RecordExtraction* found) { found->too_few_rows = true; };
  StartRun();
  Give("/1", keyless_, {{Text("x"), int64_t{0}}});
  for (int64_t night = 1; night <= 7; ++night) {
    StartRun();
    EXPECT_EQ(Give("/1", keyless_, {{Text("x"), night}}, too_few).kept_old, night < 3) << night;
  }
  EXPECT_EQ(Lines(), "x|7");
  Give("/1", keyless_, {{Text("x"), int64_t{8}}});
  EXPECT_TRUE(Give("/1", keyless_, {{Text("x"), int64_t{9}}}, too_few).kept_old);
}

TEST_F(RowsTest, AGoodPageInBetweenBeginsAnew) {
  store_->PrepareTables("s", {keyless_}, false);
  StartRun();
  for (int round = 0; round < 3; ++round) {
    Give("/1", keyless_, {{Text("x"), int64_t{1}}});
    Give("/1", keyless_, {});
    store_.reset();  // the count outlives a stop
    store_ = Store::Open(path_);
    store_->PrepareTables("s", {keyless_}, false);
    Give("/1", keyless_, {});
    EXPECT_EQ(Lines(), "x|1");
  }
  EXPECT_EQ(Give("/1", keyless_, {}).removed, 1);
}

// A rule is changed, and put back: what was counted for it is not of yesterday.
TEST_F(RowsTest, AGoodPageByAnotherRuleBeginsAnew) {
  TableSchema changed = keyless_;
  changed.rule = "rule2";
  const auto use = [&](const TableSchema& schema) {
    store_.reset();
    store_ = Store::Open(path_);
    store_->PrepareTables("s", {schema}, false);
    StartRun();
  };
  use(keyless_);
  Give("/1", keyless_, {{Text("x"), int64_t{1}}});
  for (int i = 0; i < 2; ++i) EXPECT_TRUE(Give("/1", keyless_, {}).kept_old);
  use(changed);
  Give("/1", changed, {{Text("x"), int64_t{1}}});
  use(keyless_);
  for (int i = 0; i < 2; ++i) EXPECT_TRUE(Give("/1", keyless_, {}).kept_old);
  EXPECT_EQ(Lines(), "x|1");
  EXPECT_EQ(Give("/1", keyless_, {}).removed, 1);
}

TEST_F(RowsTest, WhatCountsAsABadPage) {
  store_->PrepareTables("s", {keyless_}, false);
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
  store_->PrepareTables("s", {keyless_, second}, false);
  StartRun();
  Give("/1", keyless_, {{Text("x"), int64_t{1}}});
  Apply("/1", second, {{Text("of the second")}});
  EXPECT_EQ(Rows("SELECT a FROM line ORDER BY a"), "of the second / x") << "each has its own";
  store_ = nullptr;
  store_ = Store::Open(path_);
  TableSchema changed = keyless_;
  changed.rule = "rule2";
  store_->PrepareTables("s", {changed, second}, false);
  Give("/1", changed, {{Text("z"), int64_t{3}}});
  EXPECT_EQ(Rows("SELECT a, _rule FROM line ORDER BY a"), "of the second|second / z|rule2");
}

TEST_F(RowsTest, RowsOfARuleThatIsNoMoreGoWhereNoRecordAppliesAnyMore) {
  store_->PrepareTables("s", {keyless_, keyed_}, false);
  StartRun();
  Give("/1", keyless_, {{Text("x"), int64_t{1}}});
  Apply("/1", keyed_, {{Text("a"), 1.0, kNull}});
  TableSchema narrowed = keyless_, narrowed_keyed = keyed_;
  narrowed.rule = narrowed_keyed.rule = "rule2";
  store_->PrepareTables("s", {narrowed, narrowed_keyed}, false);
  const auto elsewhere = [](RecordExtraction* found) { found->applies = false; };
  for (int night = 1; night <= 3; ++night) {
    EXPECT_EQ(Lines(), "x|1") << night;
    EXPECT_EQ(Rows("SELECT sku, _gone_at FROM book"), "a|NULL") << night;
    StartRun();
    EXPECT_EQ(Give("/1", narrowed, {}, elsewhere).kept_old, night < 3);
    EXPECT_EQ(Apply("/1", narrowed_keyed, {}, elsewhere).kept_old, night < 3);
    EXPECT_EQ(store_->MarkGone({{"s", run_}}, At(now_)), night < 3 ? 0 : 1);
    store_->Commit();
  }
  EXPECT_EQ(Lines(), "") << "by then it is not a slip";
  EXPECT_EQ(Rows("SELECT count(*) FROM extraction WHERE rule = 'rule2'"), "0") << "it is no page";
}

TEST_F(RowsTest, RowsOfARuleThatIsNoMoreAreTheRecordsThatApplies) {
  const TableSchema second{"line", {{"a"}}, {}, "second"};
  store_->PrepareTables("s", {keyless_, second}, false);
  StartRun();
  Give("/1", second, {{Text("x")}});
  TableSchema changed = second;
  changed.rule = "rule2";
  store_->PrepareTables("s", {keyless_, changed}, false);
  const auto elsewhere = [](RecordExtraction* found) {
    found->applies = false;
    found->others_apply = true;
  };
  EXPECT_FALSE(Give("/1", keyless_, {}, elsewhere).kept_old) << "the page is good";
  EXPECT_EQ(Apply("/1", changed, {{Text("y")}}).changed, 1);
}

// Two rules become one: at each of the page's places stand a row of both.
TEST_F(RowsTest, RowsOfTwoRulesThatAreNoMoreAreReplaced) {
  const TableSchema second{"line", {{"a"}, {"b", ValueType::kInteger}}, {}, "second"};
  store_->PrepareTables("s", {keyless_, second}, false);
  StartRun();
  Give("/1", keyless_, {{Text("x"), int64_t{1}}, {Text("y"), int64_t{2}}});
  Apply("/1", second, {{Text("v"), int64_t{3}}, {Text("w"), int64_t{4}}});
  store_ = nullptr;
  store_ = Store::Open(path_);
  TableSchema both = keyless_;
  both.rule = "both";
  store_->PrepareTables("s", {both}, false);
  const RowChanges changes = Give("/1", both, {{Text("z"), int64_t{5}}});
  EXPECT_EQ(changes.changed, 1);
  EXPECT_EQ(changes.removed, 3);
  EXPECT_EQ(Lines(), "z|5");
}

// Two configs that were copies of each other, of which one is mended.
TEST_F(RowsTest, RowsOfARuleThatOnlyAnotherSiteHasAreReplaced) {
  for (const char* site : {"s", "twin"}) store_->PrepareTables(site, {keyless_}, false);
  StartRun();
  Give("/1", keyless_, {{Text("x"), int64_t{1}}});
  store_ = nullptr;
  store_ = Store::Open(path_);
  TableSchema changed = keyless_;
  changed.rule = "rule2";
  store_->PrepareTables("s", {changed}, false);
  store_->PrepareTables("twin", {keyless_}, false);
  EXPECT_EQ(Give("/1", changed, {{Text("x"), int64_t{1}}}).added, 0);
  EXPECT_EQ(Rows("SELECT a, _rule FROM line"), "x|rule2");
}

TEST_F(RowsTest, HistoryOfRowsWithoutAKey) {
  store_->PrepareTables("s", {keyless_}, true);
  StartRun();
  Give("/1", keyless_, {{Text("x"), int64_t{1}}, {Text("y"), int64_t{2}}});
  const std::string from = ToIso8601(At(now_));
  StartRun();
  Give("/1", keyless_, {{Text("X"), int64_t{1}}});
  const std::string to = ToIso8601(At(now_));
  EXPECT_EQ(Rows("SELECT a, b, _valid_from, _valid_to FROM line_history ORDER BY a"),
            "x|1|" + from + '|' + to + " / y|2|" + from + '|' + to);
}

TEST_F(RowsTest, RowsWithoutAKeyAreGoneWithTheirPage) {
  store_->PrepareTables("s", {keyless_}, false);
  StartRun();
  Give("/1", keyless_, {{Text("x"), int64_t{1}}});
  store_->UpdateUrl(Url("/1"), run_,
                    {.state = UrlState::kFailed, .attempts = 2, .last_status = 410});
  EXPECT_EQ(store_->MarkGone({{"s", run_}}, At(now_)), 0);
  store_->UpdateUrl(Url("/1"), run_,
                    {.state = UrlState::kFailed, .attempts = 3, .last_status = 410});
  EXPECT_EQ(store_->MarkGone({{"s", run_}}, At(now_)), 1);
}

TEST_F(RowsTest, RowsWithoutAKeyThatComeBackAreNewOnes) {
  store_->PrepareTables("s", {keyless_}, true);
  StartRun();
  Give("/1", keyless_, {{Text("x"), int64_t{1}}, {Text("y"), int64_t{2}}, {Text("z"), kNull}});
  const std::string came = ToIso8601(At(now_));
  StartRun();
  store_->UpdateUrl(Url("/1"), run_,
                    {.state = UrlState::kFailed, .attempts = 3, .last_status = 404});
  EXPECT_EQ(store_->MarkGone({{"s", run_}}, At(++now_)), 3);
  const std::string span = came + '|' + ToIso8601(At(now_));
  StartRun();
  const RowChanges changes =
      Give("/1", keyless_, {{Text("x"), int64_t{1}}, {Text("Y"), int64_t{2}}});
  EXPECT_EQ(changes.added, 2);
  EXPECT_EQ(changes.changed + changes.removed, 0) << "they were told when they went";
  const std::string back = ToIso8601(At(now_)) + "|NULL";
  EXPECT_EQ(Rows("SELECT a, _first_seen, _gone_at FROM line ORDER BY _ordinal"),
            "x|" + back + " / Y|" + back);
  EXPECT_EQ(Rows("SELECT a, _valid_from, _valid_to FROM line_history ORDER BY a"),
            "x|" + span + " / y|" + span + " / z|" + span);
}

TEST_F(RowsTest, WhatIsGoneCountsForTheRunOfItsSite) {
  store_->PrepareTables("s", {keyless_, keyed_}, false);
  const auto lose = [&](const std::string& site, const std::string& url) {
    run_ = store_->StartRun(site, "h", "", At(now_));
    Fetch(url);
    RecordExtraction found;
    found.applies = true;
    found.rows = {{Text(url.c_str()), 1.0, kNull}};
    found.fields.resize(keyed_.columns.size());
    store_->ApplyRows(site, run_, Url(url), page_, keyed_, found, At(now_));
    store_->UpdateUrl(Url(url), run_,
                      {.state = UrlState::kFailed, .attempts = 3, .last_status = 404});
    return run_;
  };
  const RunId one = lose("one", "/1");
  const RunId two = lose("two", "/2");
  const RunId unfinished = lose("unfinished", "/3");
  EXPECT_EQ(store_->MarkGone({{"one", one}, {"two", two}}, At(now_)), 2);
  EXPECT_EQ(store_->ReadTotals(one).rows_gone, 1);
  EXPECT_EQ(store_->ReadTotals(two).rows_gone, 1);
  EXPECT_EQ(store_->ReadTotals(unfinished).rows_gone, 0);
  store_->Commit();
  EXPECT_EQ(Rows("SELECT _site FROM book WHERE _gone_at IS NULL"), "unfinished");
}

TEST_F(RowsTest, CountsTheExtraction) {
  store_->PrepareTables("s", {keyed_}, false);
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
  store_->PrepareTables("s", {odd}, true);
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
