#include "storage/tables.h"

#include "gmock/gmock.h"
#include "storage/store.h"
#include "tests/storage/plain_sqlite.h"
#include "tests/support/temporary_folder.h"

namespace thresh {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class TablesTest : public testing::Test {
 protected:
  TemporaryFolder folder_;
  std::filesystem::path path_ = folder_ / "crawl.db";
  const TableSchema book_{
      "book", {{"sku"}, {"price", ValueType::kReal}, {"stock", ValueType::kInteger}}, {"sku"}, "r"};

  std::string Rows(const std::string& sql) { return thresh::Rows(path_, sql); }

  // What the next crawl with these records says; empty when they are taken.
  std::string Prepare(const std::vector<TableSchema>& schemas, bool history = true) {
    auto store = Store::Open(path_);
    try {
      store->PrepareTables("s", schemas, history);
      store->Close();
    } catch (const StorageError& error) {
      return error.what();
    }
    return "";
  }

  void InsertRow(const std::string& table = "book") {
    EXPECT_EQ(Rows("INSERT INTO " + table +
                   " VALUES ('a', 1.5, 2, 's', 1, 1, 1, 0, 'r', 't1', 't2', NULL)"),
              "");
  }
};

TEST_F(TablesTest, HasTheContractsColumns) {
  EXPECT_EQ(Prepare({book_}), "");
  EXPECT_EQ(Rows("SELECT group_concat(name || ' ' || type) FROM pragma_table_info('book')"),
            "sku TEXT,price REAL,stock INTEGER,_site TEXT,_url_id INTEGER,_page_id INTEGER,"
            "_run_id INTEGER,_ordinal INTEGER,_rule TEXT,_first_seen TEXT,_last_seen TEXT,"
            "_gone_at TEXT");
  EXPECT_EQ(Rows("SELECT strict FROM pragma_table_list('book')"), "1");
  EXPECT_EQ(Rows("SELECT group_concat(name) FROM pragma_table_info('book_history')"),
            "sku,price,stock,_site,_url_id,_valid_from,_valid_to,_run_id,_rule");
  EXPECT_EQ(Rows("SELECT group_concat(name) FROM pragma_table_info('book_v')"),
            "sku,price,stock,_site,_url_id,_page_id,_run_id,_ordinal,_rule,_first_seen,_last_seen,"
            "_gone_at,page_url,fetched_at,checked_at");
}

// Somebody wants its rows anew: they come with the pages, which must come whole.
TEST_F(TablesTest, ADroppedTableIsMadeAgain) {
  ASSERT_EQ(Prepare({book_}), "");
  {
    auto store = Store::Open(path_);
    const UrlId url = store->AddUrl("other", {.url = "https://x.test/", .host = "https://x.test"});
    store->UpdateUrl(url, 1, {.state = UrlState::kDone, .etag = "\"v1\""});
    store->Close();
  }
  EXPECT_EQ(Rows("INSERT INTO book_history VALUES ('a', 1, 2, 's', 1, 't1', 't2', 1, 'r')"), "");
  EXPECT_EQ(Rows("DROP TABLE book"), "");
  TableSchema wider = book_;
  wider.columns = {{"sku"}, {"title"}, {"price", ValueType::kReal}};
  EXPECT_EQ(Prepare({wider}), "");
  EXPECT_EQ(Rows("SELECT group_concat(name) FROM pragma_table_info('book') "
                 "WHERE substr(name, 1, 1) <> '_'"),
            "sku,price,stock,title");
  InsertRow(
      "book (sku, price, stock, _site, _url_id, _page_id, _run_id, _ordinal, _rule, "
      "_first_seen, _last_seen, _gone_at)");
  EXPECT_NE(Rows("INSERT INTO book SELECT * FROM book"), "") << "the key holds";
  EXPECT_EQ(Rows("SELECT sku, title, page_url FROM book_v"), "a|NULL|https://x.test/");
  EXPECT_EQ(Rows("SELECT sku, title FROM book_history"), "a|NULL") << "is kept";
  EXPECT_EQ(Rows("SELECT etag IS NULL FROM urls"), "1");
}

TEST_F(TablesTest, AViewInADroppedTablesPlaceIsRefused) {
  ASSERT_EQ(Prepare({book_}), "");
  EXPECT_EQ(Rows("DROP TABLE book; CREATE VIEW book AS SELECT 1 AS sku"), "");
  EXPECT_THAT(Prepare({book_}), HasSubstr("something else has this name"));
}

TEST_F(TablesTest, TheViewNamesThePageAndItsLastConfirmation) {
  auto store = Store::Open(path_);
  store->PrepareTables("s", {book_}, false);
  const RunId run = store->StartRun("s", "h", "", Timestamp());
  const UrlId url = store->AddUrl("s", {.url = "https://x.test/a", .host = "https://x.test"});
  PageId first = 0;
  for (const auto& [second, status] : {std::pair(1, 200), {2, 304}, {3, 500}}) {
    PageRecord page;
    page.url_id = url;
    page.fetched_at = Timestamp(std::chrono::seconds(second));
    page.status = status;
    const PageId id = store->AddPage(run, page);
    if (first == 0) first = id;
  }
  RecordExtraction found;
  found.applies = true;
  found.rows = {{std::string("k"), 1.0, int64_t{1}}};
  store->ApplyRows("s", run, url, first, book_, found, Timestamp());
  store->Close();
  EXPECT_EQ(Rows("SELECT sku, page_url, fetched_at, checked_at FROM book_v"),
            "k|https://x.test/a|1970-01-01T00:00:01.000Z|1970-01-01T00:00:02.000Z");
}

TEST_F(TablesTest, ANewColumnIsAddedAndALostOneKeepsItsData) {
  EXPECT_EQ(Prepare({book_}), "");
  InsertRow();
  Rows("CREATE VIEW own AS SELECT sku FROM book; CREATE INDEX mine ON book (price)");
  TableSchema changed = book_;
  changed.columns = {{"sku"}, {"title"}};
  EXPECT_EQ(Prepare({changed}), "");
  EXPECT_EQ(Rows("SELECT sku, price, title FROM book_v"), "a|1.5|NULL");
  EXPECT_EQ(Rows("SELECT title FROM book_history"), "");
  EXPECT_EQ(Rows("SELECT count(*) FROM own"), "1");
  EXPECT_EQ(Rows("SELECT count(*) FROM pragma_index_list('book') WHERE name = 'mine'"), "1");
  EXPECT_EQ(Prepare({book_}), "") << "and back";
}

TEST_F(TablesTest, AChangedTypeOrKeyIsRefusedWithTheWayOut) {
  EXPECT_EQ(Prepare({book_}), "");
  TableSchema typed = book_;
  typed.columns[1].type = ValueType::kText;
  TableSchema keyed = book_;
  keyed.key = {"sku", "stock"};
  TableSchema keyless = book_;
  keyless.key = {};
  InsertRow();
  EXPECT_THAT(Prepare({typed}),
              AllOf(HasSubstr("column \"price\" has rows of type real, the config "
                              "says text"),
                    HasSubstr("give the field another name")));
  EXPECT_THAT(Prepare({keyed}),
              AllOf(HasSubstr("the key (sku)"), HasSubstr("give the table another name")));
  EXPECT_THAT(Prepare({keyless}), HasSubstr("the key (sku)"));
  EXPECT_EQ(Rows("SELECT price FROM book"), "1.5");
  Rows("DELETE FROM book");
  EXPECT_EQ(Prepare({typed}), "") << "without rows there is nothing to protect";
  EXPECT_EQ(Rows("SELECT type FROM pragma_table_info('book') WHERE name = 'price'"), "TEXT");
  EXPECT_EQ(Prepare({keyless}), "");
}

// As after a reparse by a rule that finds nothing.
TEST_F(TablesTest, AnEmptyTablesHistoryStays) {
  EXPECT_EQ(Prepare({book_}), "");
  EXPECT_EQ(Rows("INSERT INTO book_history VALUES ('a', 1.5, 2, 's', 1, 't1', 't2', 1, 'r')"), "");
  TableSchema keyless = book_;
  keyless.key = {};
  EXPECT_THAT(Prepare({keyless}),
              AllOf(HasSubstr("the key (sku)"), HasSubstr("(it is empty, book_history is not)")));
  EXPECT_EQ(Rows("SELECT sku FROM book_history"), "a");
}

// SQLite 3.40 takes the functions of JSON for unsafe where a schema is not trusted.
TEST_F(TablesTest, WhatOthersBuiltMayUseJsonAndFullText) {
  EXPECT_EQ(Prepare({book_}), "");
  Rows("CREATE INDEX mine ON book (json_extract(sku, '$.a')) WHERE json_valid(sku)");
  Rows("CREATE VIRTUAL TABLE words USING fts5(sku)");
  Rows("CREATE TRIGGER fill AFTER INSERT ON book BEGIN INSERT INTO words VALUES (new.sku); END");
  auto store = Store::Open(path_);
  store->PrepareTables("s", {book_}, true);
  const RunId run = store->StartRun("s", "h", "", Timestamp());
  const UrlId url = store->AddUrl("s", {.url = "https://x.test/a", .host = "https://x.test"});
  PageRecord page;
  page.url_id = url;
  RecordExtraction found;
  found.applies = true;
  found.rows = {{std::string("k"), 1.0, int64_t{1}}};
  store->ApplyRows("s", run, url, store->AddPage(run, page), book_, found, Timestamp());
  store->Close();
  EXPECT_EQ(Rows("SELECT * FROM words"), "k");
}

TEST_F(TablesTest, WhatOthersDidIsSaidWhereItIsInTheWay) {
  const struct {
    const char* sql;
    const char* want;
  } kCases[] = {
      {"CREATE TRIGGER no BEFORE INSERT ON runs BEGIN SELECT raise(ABORT, 'not today'); END",
       "that others made in it refuses a row; drop that (not today"},
      {"CREATE UNIQUE INDEX one ON runs (site)",
       "refuses a row; drop that (UNIQUE constraint failed: runs.site"},
      {"ALTER TABLE runs RENAME TO crawls",
       "if others changed its tables, undo that, or restore a copy (no such table: runs"},
  };
  for (const auto& test : kCases) {
    std::filesystem::remove(path_);
    auto store = Store::Open(path_);
    store->StartRun("s", "h", "", Timestamp());
    store->Close();
    store.reset();
    Rows(test.sql);
    try {
      Store::Open(path_)->StartRun("s", "h", "", Timestamp());
      ADD_FAILURE() << test.sql;
    } catch (const StorageError& error) {
      EXPECT_THAT(error.what(), HasSubstr(test.want)) << test.sql;
    }
  }
}

TEST_F(TablesTest, HistoryMayComeLater) {
  EXPECT_EQ(Prepare({book_}, false), "");
  EXPECT_EQ(Rows("SELECT count(*) FROM sqlite_schema WHERE name = 'book_history'"), "0");
  TableSchema changed = book_;
  changed.columns = {{"sku"}, {"title"}};
  EXPECT_EQ(Prepare({changed}, true), "");
  EXPECT_EQ(Rows("SELECT group_concat(name || ' ' || type) FROM pragma_table_info('book_history') "
                 "WHERE name NOT LIKE '\\_%' ESCAPE '\\'"),
            "sku TEXT,price REAL,stock INTEGER,title TEXT");
}

TEST_F(TablesTest, RefusesNamesThatAreTaken) {
  const auto with = [&](const char* table, const char* column = "sku") {
    return TableSchema{table, {{column}}, {}, "r"};
  };
  EXPECT_THAT(Prepare({with("URLs")}), HasSubstr("reserved"));
  EXPECT_THAT(Prepare({with("sqlite_x")}), HasSubstr("reserved"));
  EXPECT_THAT(Prepare({with("_x")}), HasSubstr("reserved"));
  EXPECT_THAT(Prepare({with("")}), HasSubstr("reserved"));
  EXPECT_THAT(Prepare({with("x", "_site")}), HasSubstr("reserved"));
  EXPECT_THAT(Prepare({{"x", {{"a"}, {"A"}}, {}, "r"}}), HasSubstr("twice"));
  EXPECT_THAT(Prepare({with("x"), with("x_v")}), HasSubstr("something else has this name"));
  EXPECT_THAT(Prepare({with("x_v"), with("x")}), HasSubstr("the name of its view"));
  EXPECT_THAT(Prepare({with("x_history"), with("x")}), HasSubstr("the name of its history"));
  EXPECT_EQ(Prepare({book_}), "");
  Rows("CREATE TABLE own (a)");
  EXPECT_THAT(Prepare({with("own")}), HasSubstr("something else has this name"));
  EXPECT_EQ(Rows("SELECT count(*) FROM sqlite_schema WHERE name LIKE 'x%'"), "0")
      << "what was refused left nothing";
}

TEST_F(TablesTest, NamesInAnotherCaseAreTheSame) {
  EXPECT_EQ(Prepare({book_}), "");
  TableSchema other = book_;
  other.table = "BOOK";
  other.columns[0].name = "SKU";
  other.key = {"SKU"};
  EXPECT_EQ(Prepare({other}), "");
  EXPECT_EQ(Rows("SELECT count(*) FROM record_columns"), "3");
}

}  // namespace
}  // namespace thresh
