#include "storage/row_collector.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "storage/store.h"
#include "storage/table_page.h"
#include "tests/storage/plain_sqlite.h"
#include "tests/support/temporary_folder.h"

namespace thresh {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

class RowCollectorTest : public testing::Test {
 protected:
  RowCollectorTest() {
    Store::Open(path_)->Close();
    reader_ = Reader::Open(path_);
  }

  TemporaryFolder folder_;
  std::filesystem::path path_ = folder_ / "x.db";
  std::unique_ptr<Reader> reader_;
  static constexpr std::string_view kEndless =
      "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT ";
};

TEST_F(RowCollectorTest, KeepsTheFirstRows) {
  const ShownRows rows = CollectRows(*reader_, std::string(kEndless) + "x FROM c", {.rows = 3});
  ASSERT_THAT(rows.rows, SizeIs(3));
  EXPECT_EQ(rows.rows[2][0].text, "3");
  EXPECT_TRUE(rows.has_more);
}

TEST_F(RowCollectorTest, CutsTextsBetweenCharacters) {
  const ShownRows rows =
      CollectRows(*reader_, "SELECT 'aé漢😀', 1.5, NULL, x'00ff', 7", {.rows = 1, .cell_bytes = 8});
  const auto& row = rows.rows[0];
  EXPECT_EQ(row[0].text, "aé漢");
  EXPECT_TRUE(row[0].is_cut);
  EXPECT_EQ(row[1].text, "1.5");
  EXPECT_EQ(row[2].kind, ShownCell::Kind::kNull);
  EXPECT_EQ(row[3].text, "x'00ff'");
  EXPECT_FALSE(rows.has_more);
}

TEST_F(RowCollectorTest, BoundsAllOfIt) {
  const ShownRows rows = CollectRows(*reader_, std::string(kEndless) + "hex(zeroblob(1000)) FROM c",
                                     {.bytes = 10'000});
  EXPECT_TRUE(rows.has_more);
  EXPECT_LT(rows.rows.size(), 10u);
}

TEST_F(RowCollectorTest, ALimitEndsAQuery) {
  int asked = 0;
  reader_->Limit([&] { return ++asked > 3; }, 1000);
  try {
    CollectRows(*reader_, std::string(kEndless) + "sum(x) FROM c", {});
    FAIL();
  } catch (const QueryStopped& error) {
    EXPECT_THAT(error.what(), HasSubstr("took longer than it may"));
  }
  reader_ = Reader::Open(path_);
  reader_->Limit({}, 1000);
  EXPECT_THROW(CollectRows(*reader_, "SELECT zeroblob(1001)", {}), SqlError);
  EXPECT_THAT(CollectRows(*reader_, "SELECT zeroblob(999)", {}).rows, SizeIs(1));
}

TEST_F(RowCollectorTest, ListsTablesWithTheirColumns) {
  for (const TableInfo& table : ListTables(*reader_)) {
    if (table.name != "runs") continue;
    EXPECT_EQ(table.columns.at(1).name, "site");
    EXPECT_FALSE(table.is_view);
    return;
  }
  FAIL();
}

TEST_F(RowCollectorTest, FiltersCompareAsTheColumnDoes) {
  Rows(path_,
       "CREATE TABLE t (code TEXT, day TEXT, n INTEGER);"
       "INSERT INTO t VALUES ('007', '2026-03-01', 7), ('7', '2025-12-31', 10), (NULL, NULL, NULL);"
       "CREATE VIEW v AS SELECT code || '' AS code, n + 0 AS n FROM t");
  const auto found = [&](const char* table, const char* column, const char* filter) {
    TableRequest request;
    request.table = table;
    request.filters = {{column, filter}};
    return ReadTablePage(*reader_, request).total;
  };
  for (const char* table : {"t", "v"}) {
    EXPECT_EQ(found(table, "code", "=007"), 1) << table;
    EXPECT_EQ(found(table, "n", "=7.0"), 1) << table;
    EXPECT_EQ(found(table, "n", "=x"), 0) << table;
    EXPECT_EQ(found(table, "n", "!7"), 2) << table;
    EXPECT_EQ(found(table, "n", ">9"), 1) << table;
  }
  EXPECT_EQ(found("t", "code", "=7"), 1);
  EXPECT_EQ(found("t", "code", "!007"), 2);
  EXPECT_EQ(found("t", "day", ">=2026"), 1);
  EXPECT_EQ(found("t", "day", "<2026"), 1);
  EXPECT_EQ(found("v", "code", ">1"), 0) << "what is no number is no large one";
}

}  // namespace
}  // namespace thresh
