#include "storage/table_diff.h"

#include <map>
#include <stdexcept>

#include "gmock/gmock.h"
#include "tests/storage/times.h"
#include "tests/support/temporary_folder.h"

namespace thresh {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Value Text(const char* text) { return std::string(text); }

// Runs a thousand seconds apart, pages a second.
class TableDiffTest : public testing::Test {
 protected:
  TemporaryFolder folder_;
  std::filesystem::path path_ = folder_ / "crawl.db";
  std::unique_ptr<Store> store_ = Store::Open(path_);
  RunId run_ = 0;
  int now_ = 0;
  std::map<std::string, UrlId> urls_;

  const TableSchema line_{"line", {{"text"}}, {}, "rule1"};
  const TableSchema book_{
      "book", {{"sku"}, {"n", ValueType::kInteger}, {"note"}}, {"sku", "n"}, "rule1"};
  const TableSchema item_{"item", {{"sku"}, {"price"}}, {"sku"}, "rule1"};

  void StartRun(const std::string& site = "s") {
    now_ += 1000;
    run_ = store_->StartRun(site, "h", "", At(now_));
  }
  void EndRun() {
    store_->FinishRun(run_, RunOutcome::kComplete, 0, At(++now_));
    store_->Commit();
  }
  void Give(const std::string& path, const TableSchema& schema, std::vector<Row> rows,
            const std::string& site = "s") {
    UrlId& url = urls_[path];
    if (url == 0) url = store_->AddUrl(site, {.url = path, .host = "https://x.test"});
    PageRecord page;
    page.url_id = url;
    page.fetched_at = At(++now_);
    page.status = 200;
    const PageId id = store_->AddPage(run_, page);
    RecordExtraction found;
    found.applies = true;
    found.rows = std::move(rows);
    found.fields.resize(schema.columns.size());
    store_->ApplyRows(site, run_, url, id, schema, found, At(now_));
  }

  // The page is not found any more, for the third time.
  void Lose(const std::string& path) {
    store_->UpdateUrl(urls_.at(path), run_,
                      {.state = UrlState::kFailed, .attempts = 3, .last_status = 404});
    store_->MarkGone({{"s", run_}}, At(++now_));
  }

  std::vector<std::string> Diff(const DiffRequest& request,
                                std::vector<std::string>* notes = nullptr) {
    std::vector<std::string> lines;
    const auto told = DiffRuns(path_, request, [&](const RowDifference& difference) {
      std::string line = std::to_string(static_cast<int>(difference.change));
      for (const std::string_view part : {difference.table, difference.key}) {
        line += ' ' + std::string(part);
      }
      lines.push_back(line + ' ' + std::string(difference.by));
    });
    if (notes != nullptr) *notes = told;
    return lines;
  }
};

TEST_F(TableDiffTest, SaysWhereWhatWasBeforeIsPruned) {
  store_->PrepareTables("s", {item_}, std::nullopt);
  for (const char* price : {"1", "2", "3", "4"}) {
    StartRun();
    Give("/1", item_, {{Text("a"), Text(price)}, {Text("same"), Text("1")}});
    if (*price == '3') Give("/2", item_, {{Text("late"), Text("1")}});
    EndRun();
  }
  EXPECT_THAT(Diff({.from = 1, .to = 2}), ElementsAre("1 item a site"));
  store_->Prune(At(now_ + 1));
  std::vector<std::string> notes;
  EXPECT_THAT(Diff({.from = 1, .to = 2}, &notes), IsEmpty());
  EXPECT_THAT(notes, ElementsAre(HasSubstr("what 1 row was before is pruned")));
  EXPECT_THAT(Diff({.from = 2}, &notes), ElementsAre("0 item late site"));
  EXPECT_THAT(notes, ElementsAre(HasSubstr("what 1 row was before is pruned")));
  EXPECT_THAT(Diff({.from = 3}, &notes), ElementsAre("1 item a site")) << "the last one stays";
  EXPECT_THAT(notes, IsEmpty());
}

TEST_F(TableDiffTest, WhatIsTheSitesStaysSoWhereItsRulesFirstRunsArePruned) {
  store_->PrepareTables("s", {item_}, std::nullopt);
  for (int night = 1; night <= 4; ++night) {
    StartRun();
    std::vector<Row> rows{{Text("a"), Text("1")}};
    if (night == 1) rows.push_back({Text("old"), Text("1")});
    if (night == 4) rows.push_back({Text("new"), Text("1")});
    Give("/1", item_, rows);
    store_->MarkGone({{"s", run_}}, At(++now_));
    EndRun();
    if (night == 3) store_->Prune(At(now_ - 1));
  }
  EXPECT_THAT(Diff({.from = 1}), ElementsAre("0 item new site", "2 item old site"));
}

TEST_F(TableDiffTest, ComparesTheEndsOfRuns) {
  store_->PrepareTables("s", {item_}, std::nullopt);
  StartRun();
  Give("/1", item_, {{Text("a"), Text("1")}, {Text("b"), Text("1")}});
  EndRun();
  StartRun();
  Give("/1", item_, {{Text("a"), Text("2")}, {Text("c"), Text("1")}});
  store_->MarkGone({{"s", run_}}, At(++now_));
  EndRun();
  StartRun();
  Give("/1", item_, {{Text("a"), Text("1")}, {Text("c"), Text("1")}});
  EndRun();
  EXPECT_THAT(Diff({.from = 1, .to = 2}),
              ElementsAre("1 item a site", "2 item b site", "0 item c site"));
  EXPECT_THAT(Diff({.from = 2, .to = 3}), ElementsAre("1 item a site"));
  EXPECT_THAT(Diff({.from = 1, .to = 3}), ElementsAre("2 item b site", "0 item c site"))
      << "a is what it was";
  EXPECT_THAT(Diff({}), ElementsAre("1 item a site")) << "the last run and the one before it";
  EXPECT_THAT(Diff({.from = 3}), IsEmpty());
  EXPECT_THAT(Diff({.since = At(1500)}), Diff({.from = 1}));
}

TEST_F(TableDiffTest, NamesRowsByTheirWholeKey) {
  store_->PrepareTables("s", {book_}, std::nullopt);
  StartRun();
  EndRun();
  StartRun();
  Give("/1", book_, {{Text("a"), int64_t{1}, Text("x")}, {Text("a"), Value(), Text("x")}});
  EndRun();
  EXPECT_THAT(Diff({}), ElementsAre("0 book [\"a\",null] site", "0 book [\"a\",1] site"));
}

TEST_F(TableDiffTest, EachSiteHasItsOwnRange) {
  store_->PrepareTables("s", {line_, item_}, true);
  const auto crawl = [&](const std::string& site, const std::string& value) {
    StartRun(site);
    Give('/' + site, line_, {{Text(value.c_str())}}, site);
    Give('/' + site, item_, {{Text(site.c_str()), Text(value.c_str())}}, site);
    EndRun();
  };
  crawl("b", "1");
  crawl("b", "2");
  crawl("a", "1");
  crawl("a", "2");
  crawl("once", "1");
  std::vector<std::string> notes;
  EXPECT_THAT(Diff({}, &notes),
              ElementsAre("1 item a site", "1 item b site", "0 line /a 1 site", "2 line /a site",
                          "0 line /b 1 site", "2 line /b site"));
  EXPECT_THAT(notes, ElementsAre("once: fewer than two runs have ended, nothing to compare"));
  crawl("b", "2");
  EXPECT_THAT(Diff({.table = "line"}), ElementsAre("0 line /a 1 site", "2 line /a site"))
      << "b's were made before";
}

TEST_F(TableDiffTest, RowsWithoutAKeyComeAndGo) {
  store_->PrepareTables("s", {line_}, true);
  StartRun();
  Give("/1", line_, {{Text("a")}, {Text("b")}});
  EndRun();
  StartRun();
  Give("/1", line_, {{Text("b")}, {Text("c")}});
  EndRun();
  EXPECT_THAT(Diff({}), ElementsAre("0 line /1 2 site", "2 line /1 site"));
}

TEST_F(TableDiffTest, ARowThatWasGoneComesBack) {
  store_->PrepareTables("s", {item_}, std::nullopt);
  const auto crawl = [&](std::vector<Row> rows) {
    StartRun();
    Give("/1", item_, std::move(rows));
    store_->MarkGone({{"s", run_}}, At(++now_));
    EndRun();
  };
  const Row a = {Text("a"), Text("1")}, b = {Text("b"), Text("1")}, dear = {Text("b"), Text("2")};
  const struct {
    std::vector<Row> rows;
    const char* difference;  // from the run before
  } kRuns[] = {{{a, b}, ""},
               {{a}, "2 item b site"},
               {{a, b}, "0 item b site"},
               {{a, dear}, "1 item b site"},
               {{a}, "2 item b site"},
               {{a, b}, "0 item b site"}};
  for (RunId run = 1; const auto& [rows, difference] : kRuns) {
    crawl(rows);
    for (RunId past = 2; past <= run; ++past) {
      EXPECT_THAT(Diff({.from = past - 1, .to = past}), ElementsAre(kRuns[past - 1].difference))
          << past << " after " << run;
    }
    ++run;
  }
  EXPECT_THAT(Diff({.from = 1, .to = 3}), IsEmpty());
  EXPECT_THAT(Diff({.from = 3, .to = 4}), Diff({.from = 1, .to = 4}));
}

TEST_F(TableDiffTest, RowsWithoutAKeyThatWereGoneComeBack) {
  store_->PrepareTables("s", {line_}, true);
  StartRun();
  Give("/1", line_, {{Text("a")}, {Text("b")}});
  EndRun();
  StartRun();
  Lose("/1");
  EndRun();
  const DiffRequest went{.from = 1, .to = 2};
  EXPECT_THAT(Diff(went), ElementsAre("2 line /1 site", "2 line /1 site"));
  StartRun();
  Give("/1", line_, {{Text("a")}, {Text("B")}});
  EndRun();
  EXPECT_THAT(Diff(went), ElementsAre("2 line /1 site", "2 line /1 site"));
  EXPECT_THAT(Diff({}), ElementsAre("0 line /1 1 site", "0 line /1 2 site"));
  EXPECT_THAT(Diff({.from = 1}), ElementsAre("0 line /1 2 site", "2 line /1 site"))
      << "a is what it was";
}

TEST_F(TableDiffTest, RowsWithoutAKeyAreKnownWhenTheyHaveChangedSince) {
  store_->PrepareTables("s", {line_}, true);
  StartRun();
  Give("/1", line_, {{Text("a")}});
  EndRun();
  StartRun();
  Give("/1", line_, {{Text("a")}, {Text("b")}});
  EndRun();
  const DiffRequest came{.from = 1, .to = 2};
  EXPECT_THAT(Diff(came), ElementsAre("0 line /1 2 site"));
  StartRun();
  Give("/1", line_, {{Text("a")}, {Text("c")}});
  EndRun();
  EXPECT_THAT(Diff(came), ElementsAre("0 line /1 site")) << "its place is not known any more";
}

TEST_F(TableDiffTest, WithoutAHistoryOnlyComingAndGoingIsKnown) {
  store_->PrepareTables("s", {item_}, false);
  StartRun();
  Give("/1", item_, {{Text("a"), Text("1")}});
  EndRun();
  StartRun();
  Give("/1", item_, {{Text("a"), Text("2")}, {Text("b"), Text("1")}});
  EndRun();
  std::vector<std::string> notes;
  EXPECT_THAT(Diff({}, &notes), ElementsAre("0 item b site"));
  EXPECT_THAT(notes, ElementsAre(HasSubstr("item: has no history")));
}

TEST_F(TableDiffTest, ANewRuleIsToldFromTheSite) {
  TableSchema changed = item_;
  changed.rule = "rule2";
  store_->PrepareTables("s", {item_}, std::nullopt);
  StartRun();
  Give("/1", item_, {{Text("a"), Text("1")}});
  EndRun();
  store_ = nullptr;
  store_ = Store::Open(path_);
  store_->PrepareTables("s", {changed}, std::nullopt);
  StartRun();
  Give("/1", changed, {{Text("a"), Text("2")}, {Text("b"), Text("1")}});
  Give("/new", changed, {{Text("c"), Text("1")}});
  EndRun();
  EXPECT_THAT(Diff({}), ElementsAre("1 item a rule", "0 item b rule", "0 item c site"))
      << "c is on a page that was not there before";
}

TEST_F(TableDiffTest, KeepsSitesApart) {
  store_->PrepareTables("s", {item_}, std::nullopt);
  for (int i = 0; i < 2; ++i) {
    StartRun("s");
    Give("/s", item_, {{Text("a"), std::to_string(i)}});
    EndRun();
    StartRun("t");
    Give("/t", item_, {{Text("a"), Text("same")}}, "t");
    EndRun();
  }
  EXPECT_THAT(Diff({}), ElementsAre("1 item a site"));
  EXPECT_THAT(Diff({.from = 2, .to = 4}), IsEmpty());
  EXPECT_THROW(Diff({.from = 1, .to = 2}), std::invalid_argument);
  EXPECT_THROW(Diff({.from = 9}), std::invalid_argument);
  EXPECT_THROW(Diff({.table = "runs"}), std::invalid_argument);
}

}  // namespace
}  // namespace thresh
