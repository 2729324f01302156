#include "storage/standing_rows.h"

#include <gtest/gtest.h>

#include <limits>

#include "storage/tables.h"

namespace thresh {
namespace {

// Each case has the same rows of page 5 of URL 7, run 2, in the table, and changes them.
class StandingRowsTest : public testing::Test {
 protected:
  StandingRowsTest() {
    database_.Execute(
        "CREATE TABLE record_columns (table_name TEXT NOT NULL, name TEXT NOT NULL, "
        "type TEXT NOT NULL, key_position INTEGER, PRIMARY KEY (table_name, name))");
    PrepareTable(database_, whole_, false);
    database_.Execute(
        "INSERT INTO line VALUES "
        "('a', 1.5, NULL, 's', 7, 5, 2, 0, 'rule', 't', 't', NULL),"
        "('b', NULL, NULL, 's', 7, 5, 2, 1, 'rule', 't', 't', NULL),"
        "('a', 2.0, NULL, 's', 7, 5, 2, 2, 'rule', 't', 't', NULL),"
        "('z', 9.0, NULL, 's', 8, 6, 2, 0, 'rule', 't', 't', NULL)");
  }

  bool Keep(const std::vector<Row>& rows, UrlId url = 7) {
    StandingRows standing(database_, line_, whole_);
    RowOrigin page;
    page.site = "s";
    page.run = 2;
    page.url = url;
    page.page = 5;
    return standing.Keep(page, rows);
  }
  // The rows' cells, a '.' behind each.
  std::string Text(const std::string& what, int columns) {
    Statement select(database_, "SELECT " + what + " FROM line ORDER BY rowid");
    std::string text;
    for (auto rows = select.Start(); rows.Next();) {
      for (int i = 0; i < columns; ++i) text.append(rows.Text(i)) += '.';
    }
    return text;
  }
  static Row Line(const char* name, Value value) { return {std::string(name), std::move(value)}; }

  Database database_{":memory:", "test", Database::Mode::kCreate, std::chrono::seconds(0)};
  const TableSchema line_{"line", {{"name"}, {"value", ValueType::kReal}}, {}, "rule"};
  const TableSchema whole_{
      "line", {{"name"}, {"value", ValueType::kReal}, {"note"}}, {}, "another"};
  const std::vector<Row> rows_{Line("a", 1.5), Line("b", Value()), Line("a", 2.0)};
};

TEST_F(StandingRowsTest, AreThoseThatThePageGives) {
  const struct {
    const char* why;
    std::vector<Row> rows;
    bool stand;
  } kCases[] = {
      {"all of them", rows_, true},
      {"a value differs", {Line("a", 1.5), Line("c", Value()), Line("a", 2.0)}, false},
      {"a value came", {Line("a", 1.5), Line("b", 0.0), Line("a", 2.0)}, false},
      {"a value went", {Line("a", Value()), Line("b", Value()), Line("a", 2.0)}, false},
      {"another order", {Line("a", 2.0), Line("b", Value()), Line("a", 1.5)}, false},
      {"one less", {Line("a", 1.5), Line("b", Value())}, false},
      {"one more", {Line("a", 1.5), Line("b", Value()), Line("a", 2.0), Line("a", 2.0)}, false},
      {"none", {}, false},
      {"text that looks like the number",
       {Line("a", std::string("1.5")), Line("b", Value()), Line("a", 2.0)},
       false},
      {"an integer, which the column keeps as a real",
       {Line("a", 1.5), Line("b", Value()), Line("a", int64_t{2})},
       true},
      {"not a number, which SQLite keeps as NULL",
       {Line("a", 1.5), Line("b", std::numeric_limits<double>::quiet_NaN()), Line("a", 2.0)},
       true},
  };
  for (const auto& [why, rows, stand] : kCases) EXPECT_EQ(Keep(rows), stand) << why;
  EXPECT_TRUE(Keep({}, 9)) << "a URL without rows";
  EXPECT_FALSE(Keep(rows_, 9));
}

TEST_F(StandingRowsTest, AreAllThatTheTableHasOfTheUrl) {
  const struct {
    const char* why;
    const char* change;
    bool stand;
  } kCases[] = {
      {"another URL's rows are its own", "DELETE FROM line WHERE _url_id = 8", true},
      {"the rows' numbers have no order", "UPDATE line SET rowid = 10 - rowid WHERE _url_id = 7",
       true},
      {"when they were seen says nothing", "UPDATE line SET _first_seen = 'u', _last_seen = 'u'",
       true},
      {"two at one place", "UPDATE line SET _ordinal = 0, name = 'a', value = 1.5 WHERE rowid = 2",
       false},
      {"at no place of the page", "UPDATE line SET _ordinal = 3 WHERE rowid = 3", false},
      {"at a place below all", "UPDATE line SET _ordinal = -1 WHERE rowid = 3", false},
      {"a column that this record does not write", "UPDATE line SET note = 'n' WHERE rowid = 2",
       false},
      {"one that the page does not give",
       "INSERT INTO line SELECT 'c', 3.0, NULL, 's', 7, 5, 2, 3, 'rule', 't', 't', NULL", false},
      {"one that is gone", "UPDATE line SET _gone_at = 't' WHERE rowid = 3", false},
      {"one that is not there", "DELETE FROM line WHERE rowid = 3", false},
  };
  for (const auto& [why, change, stand] : kCases) {
    database_.Execute("SAVEPOINT whole");
    database_.Execute(change);
    EXPECT_EQ(Keep(rows_), stand) << why;
    database_.Execute("ROLLBACK TO whole; RELEASE whole");
  }
}

TEST_F(StandingRowsTest, AreThePagesAndTheRulesFromNowOn) {
  const std::string before = Text("*", 12);
  for (const char* change : {"_page_id = 4", "_run_id = 1", "_rule = 'old'"}) {
    database_.Execute("UPDATE line SET " + std::string(change) + " WHERE rowid = 2");
    EXPECT_NE(Text("*", 12), before);
    EXPECT_TRUE(Keep(rows_));
    EXPECT_EQ(Text("*", 12), before) << change << " was set right, and nothing else";
  }
}

TEST_F(StandingRowsTest, AreNotTouchedWhereOneDiffers) {
  database_.Execute("UPDATE line SET _rule = 'old' WHERE _url_id = 7");
  EXPECT_FALSE(Keep({Line("a", 1.5), Line("b", Value()), Line("a", 3.0)}));
  EXPECT_EQ(Text("_rule", 1), "old.old.old.rule.");
}

TEST_F(StandingRowsTest, AreNotWrittenWhereNothingIsNew) {
  database_.Execute(
      "CREATE TEMP TRIGGER t BEFORE UPDATE ON main.line BEGIN "
      "SELECT RAISE(ABORT, 'written'); END");
  EXPECT_TRUE(Keep(rows_));
  database_.Execute("DROP TRIGGER t");
}

TEST_F(StandingRowsTest, AreLookedForInTheTableItselfNotInItsShadow) {
  database_.Execute("CREATE TEMP TABLE line AS SELECT * FROM main.line WHERE false");
  EXPECT_TRUE(Keep(rows_));
}

}  // namespace
}  // namespace thresh
