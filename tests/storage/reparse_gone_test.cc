// Reparse, and rows of pages that are gone.
#include "storage/reparse.h"
#include "tests/storage/reparse_test.h"

namespace thresh {
namespace {

// Also where a changed rule makes others of it.
TEST_F(ReparseTest, RowsOfAPageThatIsGoneStayGone) {
  store_->PrepareTables("s", {line_, book_}, true);
  StartRun();
  Fetch("/1", "a 1 b 2", {line_, book_});
  StartRun();
  Lose("/1");
  const std::string gone = ToIso8601(At(now_));
  const Rule rule = [](const std::string& name, const Value& value) -> Row {
    return name == "a" ? Row{name, Value("!")} : Row{Value("c"), value};
  };
  for (int times = 0; times < 2; ++times) {
    const ReparseTotals totals = Remake({Changed(line_), Changed(book_)}, {rule, rule});
    EXPECT_EQ(totals.added + totals.changed + totals.removed, 0) << "none of them is there";
    EXPECT_EQ(Lines(), "a|! / c|2");
    EXPECT_EQ(Books(), "a|! / b|2 / c|2");
    for (const char* table : {"line", "book"}) {
      EXPECT_EQ(Rows("SELECT DISTINCT _gone_at FROM " + std::string(table)), gone);
      EXPECT_EQ(Rows("SELECT count(*) FROM " + std::string(table) +
                     " WHERE _last_seen < _first_seen OR _gone_at < _last_seen"),
                "0");
    }
    EXPECT_EQ(Rows("SELECT name, value FROM line_history ORDER BY name"), "a|1 / b|2");
    EXPECT_EQ(Rows("SELECT sku, price FROM book_history"), "a|1") << "b may be another page's";
  }
  store_->PrepareTables("s", {Changed(line_), Changed(book_)}, true);
  StartRun();
  Fetch("/1", "a ! d 4", {Changed(line_), Changed(book_)});
  EXPECT_EQ(store_->ReadTotals(run_).rows_added, 4);
  EXPECT_EQ(store_->ReadTotals(run_).rows_changed + store_->ReadTotals(run_).rows_gone, 0);
  for (const char* table : {"line", "book"}) {
    EXPECT_EQ(Rows("SELECT count(*) FROM " + std::string(table) +
                   "_history WHERE _valid_from >= _valid_to"),
              "0");
  }
}

TEST_F(ReparseTest, WhatIsGoneIsNotRemovedOnceMore) {
  store_->PrepareTables("s", {line_}, true);
  StartRun();
  Fetch("/1", "a 1 b 2", {line_});
  StartRun();
  Lose("/1");
  StartRun();
  Fetch("/1", "soon", {line_});
  const std::string rows = "SELECT rowid, name, _first_seen, _last_seen, _gone_at FROM line";
  const std::string before = Rows(rows);
  EXPECT_EQ(Remake({line_}, {plain_}).removed, 0);
  EXPECT_EQ(Rows(rows), before);
}

// The page answered again, and the rule that now finds its rows did not find them then.
// A page whose rows only the changed rule finds.
TEST_F(ReparseTest, APageThatIsGoneGivesNoRowThatIsThere) {
  store_->PrepareTables("s", {line_, book_}, true);
  StartRun();
  for (const char* path : {"/1", "/2", "/3"}) Fetch(path, "a 1", {});
  Fetch("/3", "b 2", {});
  StartRun();
  Lose("/1");
  Lose("/3");
  const ReparseTotals totals = Remake({line_, book_}, {plain_, plain_});
  EXPECT_EQ(totals.added, 2);
  EXPECT_EQ(Rows("SELECT name FROM line WHERE _gone_at IS NULL"), "a");
  EXPECT_EQ(Rows("SELECT sku FROM book WHERE _gone_at IS NULL"), "a") << "the other page has it";
  EXPECT_EQ(store_->MarkGone({{"s", run_}}, At(now_)), 0) << "nothing else is";
  EXPECT_EQ(Remake({line_, book_}, {plain_, plain_}).added, 0);
}

// Of two pages that gave it, one shows it no more, and then the other is gone.
TEST_F(ReparseTest, ARowThatIsGoneStaysAsItWent) {
  store_->PrepareTables("s", {book_}, true);
  StartRun();
  Fetch("/1", "a 1 z 1", {book_});
  Fetch("/2", "a 2 b 1", {book_});
  StartRun();
  Fetch("/2", "b 1", {book_});
  Lose("/1");
  const std::string gone = "a|2 / b|1 / z|1";
  EXPECT_EQ(Books(), gone);
  const std::string versions = Rows("SELECT * FROM book_history");
  Remake({book_}, {plain_});
  EXPECT_EQ(Books(), gone);
  EXPECT_EQ(Rows("SELECT * FROM book_history"), versions);
  EXPECT_EQ(Rows("SELECT url_id FROM row_sources ORDER BY 1"), "1 / 2") << "both are known";
}

TEST_F(ReparseTest, RowsThatALaterPageGivesAreBack) {
  store_->PrepareTables("s", {line_, book_}, true);
  StartRun();
  Fetch("/1", "a 1", {line_, book_});
  StartRun();
  Lose("/1");
  const std::string gone = ToIso8601(At(now_));
  StartRun();
  store_->UpdateUrl(urls_["/1"], run_, {.state = UrlState::kDone, .last_status = 200});
  Fetch("/1", "a 1", {});
  const ReparseTotals totals = Remake({Changed(line_), Changed(book_)}, {plain_, plain_});
  EXPECT_EQ(totals.added, 2);
  EXPECT_EQ(totals.changed + totals.removed, 0);
  const std::string now = ToIso8601(At(100'000));
  EXPECT_EQ(Rows("SELECT name, _first_seen FROM line WHERE _gone_at IS NULL"), "a|" + now);
  EXPECT_EQ(Rows("SELECT sku, _first_seen FROM book WHERE _gone_at IS NULL"), "a|" + now);
  EXPECT_EQ(Rows("SELECT sku, _valid_to FROM book_history"), "a|" + gone);
  StartRun();
  Lose("/1");
  const std::string rows = "SELECT rowid, name, value, _first_seen, _gone_at FROM line";
  const std::string before = Rows(rows);
  Remake({Changed(line_), Changed(book_)}, {plain_, plain_});
  EXPECT_EQ(Rows(rows), before) << "those of both times stay gone, each since then";
}

// Its last body is still stored.
TEST_F(ReparseTest, RowsOfAPageThatLeadsElsewhereStayGone) {
  store_->PrepareTables("s", {line_, book_}, true);
  StartRun();
  Fetch("/1", "a 1", {line_, book_});
  Fetch("/2", "b 2", {line_, book_});
  Move("/1", {line_, book_});
  EXPECT_EQ(Lines(), "b|2");
  EXPECT_EQ(Rows("SELECT sku FROM book WHERE _gone_at IS NULL"), "b");
  const ReparseTotals totals = Remake({Changed(line_), Changed(book_)}, {upper_, upper_});
  EXPECT_EQ(totals.added + totals.removed, 0);
  EXPECT_EQ(Lines(), "b|!2");
  EXPECT_EQ(Rows("SELECT sku, price FROM book WHERE _gone_at IS NULL"), "b|!2");
}

}  // namespace
}  // namespace thresh
