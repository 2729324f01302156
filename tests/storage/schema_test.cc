#include "storage/schema.h"

#include "gmock/gmock.h"
#include "storage/store.h"
#include "tests/storage/plain_sqlite.h"
#include "tests/storage/schema_version_1.h"
#include "tests/support/temporary_folder.h"

namespace thresh {
namespace {

using testing::HasSubstr;

constexpr std::chrono::milliseconds kNoWait(0);

class SchemaTest : public testing::Test {
 protected:
  TemporaryFolder folder_;
  std::filesystem::path path_ = folder_ / "crawl.db";
  Database database_{path_.string(), "crawl.db", Database::Mode::kCreate, kNoWait};

  std::string Rows(const std::string& sql) { return thresh::Rows(path_, sql); }
  std::string Update(const Schema& schema) {
    try {
      UpdateSchema(database_, schema);
    } catch (const StorageError& error) {
      return error.what();
    }
    return "";
  }
  // A database as of an earlier version of today's schema.
  void MakeVersion(size_t version) {
    EXPECT_EQ(Update({kTablesOfVersion1, {}}), "");
    EXPECT_EQ(Update({kTablesOfVersion1, CurrentSchema().migrations.first(version - 1)}), "");
  }
};

constexpr std::string_view kTables = "CREATE TABLE a (x); INSERT INTO a VALUES (1), (2);";
constexpr Migration kAddY[] = {"ALTER TABLE a ADD COLUMN y; UPDATE a SET y = x * 10;"};
constexpr std::string_view kTablesWithY = "CREATE TABLE a (x, y);";
constexpr Migration kBroken[] = {kAddY[0],
                                 "ALTER TABLE a ADD COLUMN z; INSERT INTO nowhere VALUES (1);"};

TEST_F(SchemaTest, AnOlderDatabaseIsBroughtUpToDate) {
  EXPECT_EQ(Update({kTables, {}}), "");
  database_.Execute("CREATE VIEW own AS SELECT x FROM a; CREATE INDEX mine ON a (x)");
  EXPECT_EQ(Update({kTablesWithY, kAddY}), "");
  EXPECT_EQ(Update({kTablesWithY, kAddY}), "") << "once";
  EXPECT_EQ(Rows("SELECT x, y FROM a"), "1|10 / 2|20");
  EXPECT_EQ(Rows("SELECT count(*) FROM own"), "2") << "the user's own view";
  EXPECT_EQ(Rows("PRAGMA user_version"), "2");
}

TEST_F(SchemaTest, ANewDatabaseIsOfTheLastVersion) {
  EXPECT_EQ(Update({kTablesWithY, kAddY}), "");
  EXPECT_EQ(Rows("SELECT x, y FROM a"), "");
  EXPECT_EQ(Rows("PRAGMA user_version"), "2");
}

TEST_F(SchemaTest, AMigrationThatFailsLeavesTheOldState) {
  EXPECT_EQ(Update({kTables, {}}), "");
  EXPECT_NE(Update({kTablesWithY, kBroken}), "");
  EXPECT_EQ(Rows("SELECT * FROM a"), "1 / 2");
  EXPECT_EQ(Rows("PRAGMA user_version"), "1");
}

TEST_F(SchemaTest, ANewerDatabaseIsRefused) {
  EXPECT_EQ(Update({kTablesWithY, kAddY}), "");
  EXPECT_THAT(Update({kTables, {}}),
              HasSubstr("written by a newer thresh (schema 2, this one knows 1)"));
  EXPECT_EQ(Rows("PRAGMA user_version"), "2");
  database_.Execute("PRAGMA user_version = -1");
  EXPECT_THAT(Update({kTables, {}}), HasSubstr("is a database of another program"));
}

// How SQLite sees a database: tables with their columns, keys, references and indexes.
constexpr const char* kShape[] = {
    "SELECT l.name, l.wr, l.strict, c.* FROM pragma_table_list AS l, pragma_table_xinfo(l.name) "
    "AS c WHERE l.name NOT LIKE 'sqlite_%' ORDER BY l.name, c.cid",
    "SELECT l.name, i.name, i.\"unique\", i.origin, i.partial, c.* FROM pragma_table_list AS l, "
    "pragma_index_list(l.name) AS i, pragma_index_xinfo(i.name) AS c "
    "WHERE l.name NOT LIKE 'sqlite_%' ORDER BY l.name, i.name, c.seqno",
    "SELECT l.name, f.* FROM pragma_table_list AS l, pragma_foreign_key_list(l.name) AS f "
    "WHERE l.name NOT LIKE 'sqlite_%' ORDER BY l.name, f.id"};

TEST_F(SchemaTest, MigrationsLeadToTheTablesOfANewDatabase) {
  MakeVersion(1);
  EXPECT_EQ(Update(CurrentSchema()), "");
  const std::filesystem::path fresh = folder_ / "new.db";
  Database new_database{fresh.string(), "new.db", Database::Mode::kCreate, kNoWait};
  UpdateSchema(new_database, CurrentSchema());
  for (const char* shape : kShape) {
    const std::string rows = Rows(shape);
    EXPECT_THAT(rows, HasSubstr("findings")) << "it looks";
    EXPECT_EQ(rows, thresh::Rows(fresh, shape));
  }
}

TEST_F(SchemaTest, ASitesRunsAreFoundWithoutReadingAllRuns) {
  MakeVersion(1);
  database_.Execute(
      "INSERT INTO configs VALUES ('h', ''); INSERT INTO runs (site, config_hash, started_at) "
      "VALUES ('a', 'h', ''), ('b', 'h', ''), ('a', 'h', '')");
  EXPECT_EQ(Update(CurrentSchema()), "") << "of a database that has runs";
  const std::string last = "SELECT run_id FROM runs WHERE site = 'a' ORDER BY run_id DESC LIMIT 1";
  EXPECT_EQ(Rows(last), "3");
  EXPECT_THAT(Rows("EXPLAIN QUERY PLAN " + last), HasSubstr("runs_by_site"));
}

TEST_F(SchemaTest, WhatIsKnownOfSourcesStays) {
  MakeVersion(7);
  database_.Execute("INSERT INTO row_sources VALUES ('book', 1, 2, 3, 'rule', '011')");
  EXPECT_EQ(Update(CurrentSchema()), "");
  database_.Execute("INSERT INTO row_sources VALUES ('book', 1, 2, 3, 'other rule', '100')");
  EXPECT_EQ(Rows("SELECT * FROM row_sources"), "book|1|2|3|other rule|100 / book|1|2|3|rule|011");
}

// Of a page that was changed in the second of its fetch.
TEST_F(SchemaTest, ValidatorsThatMayBeBlindAreForgotten) {
  MakeVersion(10);
  database_.Execute(
      "INSERT INTO configs VALUES ('h', ''); INSERT INTO runs (site, config_hash, started_at) "
      "VALUES ('s', 'h', '')");
  for (const char* date : {"Mon", "Tue"}) {
    database_.Execute(
        "INSERT INTO urls (site, url, method, host, depth, state, etag, last_modified) "
        "VALUES ('s', 'u', 'GET', 'h', 0, 'done', 'e', 'Mon');"
        "INSERT INTO pages (url_id, run_id, fetched_at, status, bytes, elapsed_ms, headers) "
        "VALUES (last_insert_rowid(), 1, '', 200, 0, 0, 'date: " +
        std::string(date) + "' || char(10) || 'last-modified: Mon' || char(10))");
  }
  EXPECT_EQ(Update(CurrentSchema()), "");
  EXPECT_EQ(Rows("SELECT etag, last_modified FROM urls ORDER BY url_id"), "NULL|NULL / e|Mon");
}

TEST_F(SchemaTest, FindingsKnowSinceWhenAsTheirMessagesSay) {
  MakeVersion(11);
  database_.Execute(
      "INSERT INTO configs VALUES ('h', ''); INSERT INTO runs (site, config_hash, started_at) "
      "VALUES ('s', 'h', '2026-03-02T01:00:00.000Z');"
      "INSERT INTO findings VALUES (1, 't', '', 'rows', 'none', '[]', ''), "
      "(1, 't', '', 'keys', 'one (since 2026-03-01T02:00:00.123Z)', '[]', '')");
  EXPECT_EQ(Update(CurrentSchema()), "");
  EXPECT_EQ(Rows("SELECT kind, since FROM findings"),
            "keys|2026-03-01T02:00:00.123Z / rows|2026-03-02T01:00:00.000Z");
}

TEST_F(SchemaTest, HasTheContractsTables) {
  EXPECT_EQ(Update(CurrentSchema()), "");
  const std::pair<const char*, const char*> kColumns[] = {
      {"runs",
       "run_id,site,config_hash,started_at,finished_at,outcome,exit_code,pages,unchanged,"
       "failed,rows_added,rows_changed,rows_gone,bytes"},
      {"configs", "config_hash,text"},
      {"urls",
       "url_id,site,url,method,body_hash,host,depth,found_on,state,reason,attempts,next_at,"
       "last_status,etag,last_modified,interval_ms,lone_deaths"},
      {"pages",
       "page_id,url_id,run_id,fetched_at,status,final_url,content_type,charset,bytes,"
       "elapsed_ms,headers,body_hash,error,flags"},
      {"bodies", "body_hash,encoding,body"},
      {"extraction", "run_id,table_name,field,pages,matched,rows,filled,failed,example"},
      {"findings", "run_id,table_name,field,kind,message,examples"},
      {"dropped", "site,host,reason,count,examples"},
      {"progress", "done"},
      {"hosts", "host"},
  };
  for (const auto& [table, columns] : kColumns) {
    EXPECT_THAT(Rows(std::string("SELECT ") + columns + " FROM " + table + " LIMIT 0"), "")
        << table;
    EXPECT_EQ(Rows(std::string("SELECT strict FROM pragma_table_list('") + table + "')"), "1");
    EXPECT_TRUE(IsReservedTable(table));
  }
  EXPECT_EQ(Rows("SELECT count(*) FROM sqlite_schema WHERE type = 'table' "
                 "AND name NOT LIKE 'sqlite_%'"),
            "16");
  EXPECT_TRUE(IsReservedTable("URLs"));
  EXPECT_TRUE(IsReservedTable("sqlite_x"));
  EXPECT_FALSE(IsReservedTable("book"));
}

}  // namespace
}  // namespace thresh
