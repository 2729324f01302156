#include "storage/reparse.h"

#include "gmock/gmock.h"
#include "tests/storage/reparse_test.h"

namespace thresh {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST_F(ReparseTest, MakesRowsAnewAndLeavesThemTheRowsTheyAre) {
  store_->PrepareTables("s", {line_, book_}, std::nullopt);
  StartRun();
  Fetch("/1", "a 1 b -", {line_, book_});
  Fetch("/2", "c 3", {line_, book_});
  const std::string identity = "SELECT rowid, _first_seen, _last_seen, _url_id, _page_id FROM ";
  const std::string lines = Rows(identity + "line"), books = Rows(identity + "book");
  Rows(
      "CREATE VIEW mine AS SELECT * FROM book_v JOIN line ON name = sku; "
      "CREATE INDEX fast ON book (price)");
  const ReparseTotals totals = Remake({Changed(line_), Changed(book_)}, {upper_, upper_});
  EXPECT_EQ(Lines(), "a|!1 / b|NULL / c|!3");
  EXPECT_EQ(Books(), "a|!1 / b|NULL / c|!3");
  EXPECT_EQ(Rows("SELECT DISTINCT _rule, _run_id FROM book"), "rule2|1") << "unchanged ones, too";
  EXPECT_EQ(Rows(identity + "line"), lines);
  EXPECT_EQ(Rows(identity + "book"), books);
  EXPECT_EQ(Rows("SELECT count(*) FROM mine"), "3");
  EXPECT_EQ(Rows("SELECT name FROM sqlite_schema WHERE name = 'fast'"), "fast");
  EXPECT_EQ(Rows("SELECT sku, price, _rule, _valid_to FROM book_history ORDER BY sku"),
            "a|1|rule1|" + ToIso8601(At(100'000)) + " / c|3|rule1|" + ToIso8601(At(100'000)));
  EXPECT_EQ(totals.pages, 2);
  EXPECT_EQ(totals.changed, 4);
  EXPECT_EQ(totals.added + totals.removed + totals.kept, 0);
  EXPECT_EQ(Rows("PRAGMA integrity_check"), "ok");
}

TEST_F(ReparseTest, AReaderSeesTheOldRowsOrTheNew) {
  store_->PrepareTables("s", {book_}, true);
  StartRun();
  Fetch("/1", "a 1", {book_});
  {
    const auto reparse = Replay({Changed(book_)}, {upper_});
    reparse->Compare({});
    EXPECT_EQ(Books(), "a|1");
    reparse->Finish();
    EXPECT_EQ(Books(), "a|!1");
  }
  now_ = 100'000;  // when the reparse was
  Fetch("/1", "a 2", {Changed(book_)});
  EXPECT_EQ(Books(), "a|2") << "the store goes on";
  EXPECT_EQ(Rows("SELECT count(*) FROM book_history"), "1");
}

TEST_F(ReparseTest, TellsWhatWouldChangeAndChangesNothing) {
  store_->PrepareTables("s", {line_, book_}, true);
  StartRun();
  Fetch("/1", "a 1 b 2", {line_, book_});
  TableSchema wider = Changed(book_);
  wider.columns.push_back({"more"});
  const Rule rule = [](const std::string& name, const Value& value) -> Row {
    if (name == "b") return {std::string("c"), value, std::string("m")};
    return {name, Value("!"), Value()};
  };
  const Rule first = [](const std::string& name, const Value& value) -> Row {
    return name == "a" ? Row{name, value} : Row{};
  };
  const std::string before =
      Rows("SELECT * FROM sqlite_schema") + Rows("SELECT * FROM book") + Rows("SELECT * FROM line");
  std::vector<std::string> told;
  Replay({wider, Changed(line_)}, {rule, first})->Compare([&](const RowDifference& difference) {
    std::string text(difference.table);
    text += ' ' + std::string(difference.key) + ' ';
    for (const Row* row : {difference.before, difference.after}) {
      if (row == nullptr) continue;
      for (const Value& value : *row) {
        text += std::holds_alternative<std::string>(value) ? std::get<std::string>(value) : "-";
      }
      text += '.';
    }
    told.push_back(text);
  });
  EXPECT_THAT(told, ElementsAre("book a a1-.a!-.", "book c c2m.", "book b b2-.", "line /1 2 b2."));
  EXPECT_EQ(
      Rows("SELECT * FROM sqlite_schema") + Rows("SELECT * FROM book") + Rows("SELECT * FROM line"),
      before);
}

TEST_F(ReparseTest, KeepsWhatPagesGaveThatAreNotStored) {
  store_->PrepareTables("s", {line_, book_}, true);
  StartRun();
  keep_bodies_ = false;
  Fetch("/1", "a 1", {line_, book_});
  keep_bodies_ = true;
  Fetch("/2", "b 2", {line_, book_});
  const ReparseTotals totals = Remake({Changed(line_), Changed(book_)}, {upper_, upper_});
  EXPECT_EQ(Lines(), "a|1 / b|!2");
  EXPECT_EQ(Books(), "a|1 / b|!2");
  EXPECT_EQ(totals.kept, 2);
  EXPECT_EQ(Rows("SELECT _rule FROM book ORDER BY sku"), "rule1 / rule2");
}

TEST_F(ReparseTest, AStoredPageThatWasFollowedByAnotherIsNotBroughtBack) {
  store_->PrepareTables("s", {line_}, false);
  StartRun();
  Fetch("/1", "old 1", {line_});
  StartRun();
  keep_bodies_ = false;
  Fetch("/1", "new 2", {line_});
  Remake({Changed(line_)}, {upper_});
  EXPECT_EQ(Lines(), "new|2");
}

TEST_F(ReparseTest, OfSeveralStoredPagesTheLatestCounts) {
  all_bodies_ = true;
  store_->PrepareTables("s", {line_, book_}, false);
  for (const char* body : {"a 1 b 1", "a 2"}) {
    StartRun();
    Fetch("/1", body, {line_, book_});
  }
  store_->MarkGone({{"s", run_}}, At(now_));
  store_->Commit();
  Remake({Changed(line_), Changed(book_)}, {upper_, upper_});
  EXPECT_EQ(Lines(), "a|!2");
  EXPECT_EQ(Books(), "a|!2 / b|1");
  EXPECT_EQ(Rows("SELECT sku FROM book WHERE _gone_at IS NOT NULL"), "b") << "it stays gone";
}

TEST_F(ReparseTest, ABadPageCostsNoRowsThisTimeEither) {
  store_->PrepareTables("s", {line_, book_}, true);
  StartRun();
  Fetch("/1", "a 1", {line_, book_});
  StartRun();
  Fetch("/1", "captcha", {line_, book_});
  EXPECT_EQ(Rows("SELECT flags FROM pages WHERE page_id = 2"), "kept-rows");
  EXPECT_EQ(Remake({line_, book_}, {plain_, plain_}).removed, 0);
  EXPECT_EQ(Lines() + Books(), "a|1a|1");
  EXPECT_EQ(Remake({Changed(line_), Changed(book_)}, {upper_, upper_}).changed, 2)
      << "the good page's body is still there";
  EXPECT_EQ(Lines() + Books(), "a|!1a|!1");
}

TEST_F(ReparseTest, KeepsWhatAPageGaveThatStands) {
  store_->PrepareTables("s", {book_}, true);
  StartRun();
  Fetch("/1", "a 1", {book_});
  const auto expect = [&](const char* books, int attempts) {
    StartRun();
    if (attempts > 0) {
      store_->UpdateUrl(urls_["/1"], run_,
                        {.state = UrlState::kFailed, .attempts = attempts, .last_status = 404});
    }
    Fetch("/2", "a -", {book_});
    EXPECT_EQ(Books(), books);
    const ReparseTotals totals = Remake({book_}, {plain_});
    EXPECT_EQ(totals.added + totals.changed + totals.removed, 0) << attempts;
    EXPECT_EQ(Books(), books);
  };
  for (const int attempts : {0, 1, 2}) expect("a|1", attempts);
  expect("a|NULL", 3);
}

// Of a page that gave too little once, and of the rows before it, which stand as they are.
TEST_F(ReparseTest, APageThatIsGoodAfterAllTakesThePlaceOfRowsThatStand) {
  store_->PrepareTables("s", {line_}, true);
  StartRun();
  Fetch("/1", "a 1 b 2 c 3", {line_});
  StartRun();
  Fetch("/1", "few", {line_});
  const auto replay = [&](const std::string& flagged) {
    const LoneReparse reparse(store_.get(), {line_}, true, At(100'000));
    reparse->ForEachPage([&](const StoredPageView& page) {
      Extraction found;
      found.records.push_back(Parse(page.kept_rows ? flagged : page.body, plain_));
      reparse->Apply(page, found);
    });
    const ReparseTotals totals = reparse->Compare({});
    reparse->Finish();
    return totals;
  };
  EXPECT_EQ(replay("").removed, 0);
  EXPECT_EQ(Lines(), "a|1 / b|2 / c|3");
  const ReparseTotals totals = replay("b 2 d 4");
  EXPECT_EQ(totals.added, 1);
  EXPECT_EQ(totals.removed, 2);
  EXPECT_EQ(Rows("SELECT name, value, _ordinal, _page_id FROM line ORDER BY 1"),
            "b|2|0|2 / d|4|1|2");
  EXPECT_EQ(replay("b 2 d 4").removed, 0) << "the same again: now these stand";
  EXPECT_EQ(Rows("SELECT name, value, _ordinal, _page_id FROM line ORDER BY 1"),
            "b|2|0|2 / d|4|1|2");
  const ReparseTotals back = replay("");
  EXPECT_EQ(back.added + back.changed + back.removed, 3) << "bad again: the page before it counts";
  EXPECT_EQ(Lines(), "a|1 / b|2 / c|3");
}

TEST_F(ReparseTest, ARecordThatAppliesNoMoreLosesItsRows) {
  store_->PrepareTables("s", {line_}, true);
  StartRun();
  Fetch("/1", "a 1", {line_});
  Fetch("/2", "b 2", {line_});
  const LoneReparse reparse(store_.get(), {line_}, true, At(100'000));
  reparse->ForEachPage([&](const StoredPageView& page) {
    Extraction found;
    found.records.resize(1);
    if (page.final_url == "/1") found.records[0] = Parse(page.body, plain_);
    reparse->Apply(page, found);
  });
  const ReparseTotals totals = reparse->Compare({});
  reparse->Finish();
  EXPECT_EQ(Lines(), "a|1");
  EXPECT_EQ(totals.removed, 1);
  EXPECT_EQ(Rows("SELECT name FROM line_history"), "b");
}

TEST_F(ReparseTest, RowsOfDroppedRulesGo) {
  const TableSchema other{"line", {{"name"}, {"value"}}, {}, "other"};
  store_->PrepareTables("s", {line_, other, book_}, true);
  StartRun();
  Fetch("/1", "a 1", {line_, other, book_});
  EXPECT_EQ(Rows("SELECT count(*) FROM line"), "2");
  const ReparseTotals totals =
      Remake({line_, book_}, {plain_, [](const auto&, const auto&) { return Row(); }});
  EXPECT_EQ(Rows("SELECT _rule FROM line"), "rule1");
  EXPECT_EQ(Books(), "") << "a rule that gives none any more";
  EXPECT_EQ(totals.removed, 2);
  EXPECT_EQ(Rows("SELECT sku, _rule FROM book_history"), "a|rule1");
}

TEST_F(ReparseTest, WhatItAddsIsFirstSeenNow) {
  store_->PrepareTables("s", {line_, book_}, true);
  StartRun();
  Fetch("/1", "a 1 b 2", {line_, book_});
  const Rule renames = [](const std::string& name, const Value& value) -> Row {
    return {name == "b" ? "c" : name, value};
  };
  Remake({Changed(line_), Changed(book_)}, {renames, renames});
  const std::string now = ToIso8601(At(100'000));
  EXPECT_EQ(Rows("SELECT sku, _last_seen FROM book WHERE _first_seen = '" + now + "'"), "c|" + now);
  EXPECT_EQ(Rows("SELECT name FROM line WHERE _first_seen = '" + now + "'"), "c")
      << "with a history, another version";
  EXPECT_EQ(Rows("SELECT count(*) FROM line_history WHERE _valid_to = '" + now + "'"), "1");
}

TEST_F(ReparseTest, LeavesOtherSitesAlone) {
  store_->PrepareTables("s", {line_, book_}, true);
  StartRun();
  Fetch("/1", "a 1", {line_, book_});
  Fetch("/other", "a 2", {line_, book_}, "t");
  Remake({Changed(line_), Changed(book_)}, {upper_, upper_});
  EXPECT_EQ(Lines(), "a|!1 / a|2");
  EXPECT_EQ(Rows("SELECT _site, price, _rule FROM book ORDER BY _site"), "s|!1|rule2 / t|2|rule1");
}

TEST_F(ReparseTest, PagesCompleteEachOtherAsInACrawl) {
  const TableSchema detail{"book", {{"sku"}, {"note"}}, {"sku"}, "detail"};
  store_->PrepareTables("s", {book_, detail}, true);
  StartRun();
  Fetch("/list", "a 1 b 2", {book_});
  Fetch("/a", "a about", {detail});
  keep_bodies_ = false;
  Fetch("/b", "b lost", {detail});
  {
    const LoneReparse reparse(store_.get(), {Changed(book_), detail}, true, At(100'000));
    reparse->ForEachPage([&](const StoredPageView& page) {
      Extraction found;
      found.records.resize(2);
      found.records[page.final_url == "/list" ? 0 : 1] =
          Parse(page.body, page.final_url == "/list" ? upper_ : plain_);
      reparse->Apply(page, found);
    });
    reparse->Compare({});
    reparse->Finish();
  }
  EXPECT_EQ(Rows("SELECT sku, price, note FROM book ORDER BY sku"), "a|!1|about / b|!2|lost");
  store_->PrepareTables("s", {Changed(book_), detail}, true);
  StartRun();
  Fetch("/list", "a 1", {Changed(book_)});
  EXPECT_EQ(store_->MarkGone({{"s", run_}}, At(now_)), 0) << "the page of b still stands for it";
}

// A list shows what is new, the items' pages stay.
TEST_F(ReparseTest, KeepsWhatAListGaveThatDoesNotShowTheItemAnyMore) {
  const TableSchema detail{"book", {{"sku"}, {"note"}}, {"sku"}, "detail"};
  store_->PrepareTables("s", {book_, detail}, true);
  const auto make = [&](const TableSchema& list, const Rule& rule) {
    const LoneReparse reparse(store_.get(), {list, detail}, true, At(100'000));
    reparse->ForEachPage([&](const StoredPageView& page) {
      Extraction found;
      found.records.resize(2);
      const bool is_list = page.final_url == "/list";
      found.records[is_list ? 0 : 1] = Parse(page.body, is_list ? rule : plain_);
      reparse->Apply(page, found);
    });
    const ReparseTotals totals = reparse->Compare({});
    reparse->Finish();
    return totals.added + totals.changed + totals.removed;
  };
  const auto books = [&] { return Rows("SELECT sku, price, note FROM book ORDER BY sku"); };
  StartRun();
  Fetch("/a", "a about", {detail});
  Fetch("/list", "a 1 b 2", {book_});
  Fetch("/b", "b about", {detail});
  StartRun();
  Fetch("/list", "c 3", {book_});
  Fetch("/c", "c about", {detail});
  const std::string all = "a|1|about / b|2|about / c|3|about";
  EXPECT_EQ(books(), all);
  EXPECT_EQ(make(book_, plain_), 0);
  EXPECT_EQ(make(Changed(book_), plain_), 0) << "once more, and by another rule";
  EXPECT_EQ(books(), all);
  const Rule nothing = [](const std::string&, const Value&) -> Row { return {}; };
  EXPECT_EQ(make(book_, nothing), 1) << "of what the list shows it has the say";
  EXPECT_EQ(books(), "a|1|about / b|2|about / c|NULL|about");
}

// The list has changed its looks, and its record follows. The other record has no rows there.
TEST_F(ReparseTest, APageThatWasBadNeedBeGoodForItsOwnRecordsAlone) {
  const TableSchema detail{"book", {{"sku"}, {"note"}}, {"sku"}, "detail"};
  store_->PrepareTables("s", {book_, detail}, true);
  StartRun();
  Fetch("/list", "a 1", {book_});
  Fetch("/a", "a about", {detail});
  StartRun();
  Fetch("/list", "=a=2=", {book_});
  EXPECT_EQ(Rows("SELECT flags FROM pages WHERE page_id = 3"), "kept-rows");
  const auto make = [&](bool detail_finds_list) {
    const LoneReparse reparse(store_.get(), {Changed(book_), detail}, true, At(100'000));
    reparse->ForEachPage([&](const StoredPageView& page) {
      Extraction found;
      found.records.resize(2);
      if (page.final_url == "/list") {
        found.records[0] = Parse(page.body == "=a=2=" ? "a 2" : page.body, plain_);
        found.records[1].applies = detail_finds_list;
      } else {
        found.records[1] = Parse(page.body, plain_);
      }
      reparse->Apply(page, found);
    });
    reparse->Compare({});
    reparse->Finish();
    return Rows("SELECT sku, price, note FROM book");
  };
  EXPECT_EQ(make(false), "a|2|about");
  EXPECT_EQ(make(true), "a|1|about") << "a record that applies and finds nothing";
}

TEST_F(ReparseTest, SitesThatShareATableAreMadeAnewOneByOne) {
  const TableSchema longer{"line", {{"name"}, {"value"}, {"note"}}, {}, "longer"};
  const Rule with_note = [](const std::string& name, const Value& value) -> Row {
    return {name, value, "n"};
  };
  store_->PrepareTables("s", {line_}, std::nullopt);
  store_->PrepareTables("t", {line_}, std::nullopt);
  StartRun();
  Fetch("/1", "a 1", {line_});
  Fetch("/2", "b 2", {line_}, "t");
  Fetch("/3", "c 3", {line_});
  const auto reparse = store_->BeginReparse({line_, longer}, At(100'000));
  const auto make = [&](const std::string& name, const TableSchema& schema, const Rule& rule) {
    const auto site = reparse->BeginSite(name, {schema}, std::nullopt);
    std::string seen;
    site->ForEachPage([&](const StoredPageView& page) {
      seen += page.final_url;
      Extraction found;
      found.records.push_back(Parse(page.body, rule));
      site->Apply(page, found);
    });
    const ReparseTotals totals = site->Compare({});
    site->Finish();
    return seen + ' ' + std::to_string(totals.changed);
  };
  EXPECT_EQ(make("t", longer, with_note), "/2 1");
  EXPECT_EQ(make("s", line_, plain_), "/1/3 0");
  EXPECT_EQ(make("u", line_, plain_), " 0") << "a site without pages";
  EXPECT_EQ(Rows("SELECT name, note FROM line ORDER BY name"), "a|NULL / b|n / c|NULL");
}

TEST_F(ReparseTest, TriesPagesAgainThatWereCutShort) {
  store_->PrepareTables("s", {line_}, false);
  StartRun();
  for (const char* path : {"/1", "/2"}) Fetch(path, std::string(path) + " 1", {line_});
  thresh::Rows(path_, "UPDATE pages SET flags = 'charset=meta cut-short' WHERE page_id = 1");
  const LoneReparse reparse(store_.get(), {line_}, false, At(1));
  std::vector<bool> were;
  reparse->ForEachPage([&](const StoredPageView& page) {
    were.push_back(page.cut_short);
    Extraction found;
    found.records.push_back(Parse(page.body, plain_));
    found.cut_short = page.id == 2;
    reparse->Apply(page, found);
  });
  reparse->Compare({});
  reparse->Finish();
  EXPECT_THAT(were, ElementsAre(true, false));
  EXPECT_EQ(Rows("SELECT flags FROM pages"), "charset=meta / cut-short");
}

}  // namespace
}  // namespace thresh
