#include "storage/query.h"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <functional>
#include <sstream>

#include "gmock/gmock.h"
#include "storage/export_tables.h"
#include "storage/schema.h"
#include "tests/storage/plain_sqlite.h"
#include "tests/storage/times.h"
#include "tests/support/temporary_folder.h"

namespace thresh {
namespace {

using testing::HasSubstr;

class QueryTest : public testing::Test {
 protected:
  TemporaryFolder folder_;
  std::filesystem::path path_ = folder_ / "crawl.db";

  // The rows as NDJSON.
  std::string Run(Reader& reader, std::string_view sql) {
    Output output = Output::File(folder_ / "out");
    reader.Query(sql, *MakeRowWriter(RowFormat::kNdjson, output));
    output.Close();
    std::ifstream file(folder_ / "out");
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
  }
  std::string Run(std::string_view sql) { return Run(*Reader::Open(path_), sql); }

  std::string SqlErrorOf(std::string_view sql) {
    try {
      Run(sql);
    } catch (const SqlError& error) {
      return error.what();
    }
    return "no error";
  }

  std::string OpenError() {
    try {
      Reader::Open(path_);
    } catch (const StorageError& error) {
      return error.what();
    }
    return "no error";
  }

  // A database with one URL and page.
  std::unique_ptr<Store> MakeStore() {
    auto store = Store::Open(path_);
    const RunId run = store->StartRun("s", "h", "", At(0));
    Fetch(*store, run, store->AddUrl("s", {.url = "https://x.test/", .host = "https://x.test"}),
          "hash1", "body one");
    store->Commit();
    return store;
  }

  static PageId Fetch(Store& store, RunId run, UrlId url, std::string_view hash,
                      std::string_view body, int status = 200) {
    PageRecord page;
    page.url_id = url;
    page.fetched_at = At(static_cast<int>(url));
    page.status = status;
    page.body_hash = hash;
    page.stored_body = body;
    page.headers = "content-type: text/html";
    return store.AddPage(run, page);
  }

  // Runs `body` as another user where we are root, and says whether it returned true. A user who is
  // not root already has what permissions the test took.
  static bool AsAnotherUser(const std::function<bool()>& body) {
    const pid_t child = fork();
    if (child == 0) {
      if (geteuid() == 0 && setuid(65534) != 0) _exit(2);
      bool good = false;
      try {
        good = body();
      } catch (const std::exception& error) {
        fprintf(stderr, "%s\n", error.what());
      }
      _exit(good ? 0 : 1);
    }
    int status = 0;
    waitpid(child, &status, 0);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
  }

  // A NullWriter's rows, for processes that may write no file.
  static size_t CountRows(Reader& reader, std::string_view sql) {
    struct Counter : RowWriter {
      void Begin(const std::vector<OutputColumn>&) override {}
      void Row(std::span<const Cell>) override { ++rows; }
      void End() override {}
      size_t rows = 0;
    } counter;
    reader.Query(sql, counter);
    return counter.rows;
  }
};

TEST_F(QueryTest, RunsStatementsOneAfterTheOther) {
  MakeStore()->Close();
  EXPECT_EQ(Run("SELECT 1 AS a; -- two\n;; SELECT 'x' AS b, NULL AS c; /* end */ "),
            "{\"a\":1}\n{\"b\":\"x\",\"c\":null}\n");
  EXPECT_EQ(Run(""), "");
  EXPECT_EQ(Run("SELECT url FROM urls"), "{\"url\":\"https://x.test/\"}\n");
  EXPECT_EQ(Run("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i < 3) "
                "SELECT sum(i) AS s FROM n"),
            "{\"s\":6}\n");
}

TEST_F(QueryTest, ErrorsSayWhere) {
  MakeStore()->Close();
  EXPECT_EQ(SqlErrorOf("SELECT titel FROM urls"), "line 1, column 8: no such column: titel");
  EXPECT_EQ(SqlErrorOf("SELECT 1;\n\nSELECT 'ä', titel\nFROM urls"),
            "line 3, column 13: no such column: titel");
  EXPECT_EQ(SqlErrorOf("SELECT 1;\nSELECT a_url\nFROM url"),
            "line 3, column 6: no such table: url");
  EXPECT_THAT(SqlErrorOf("SELEC 1"), HasSubstr("line 1, column 1: near \"SELEC\""));
  EXPECT_THAT(SqlErrorOf("SELECT (1"), HasSubstr("incomplete input"));
  EXPECT_THAT(SqlErrorOf("SELECT 1;\nSELECT abs(-9223372036854775808)"),
              HasSubstr("line 2, column 1: integer overflow"));
  EXPECT_THAT(SqlErrorOf(std::string_view("SELECT 1;\0 SELECT", 17)),
              HasSubstr("column 10: there"));
}

TEST_F(QueryTest, RefusesWhatWritesOrLeavesTheFile) {
  MakeStore()->Close();
  const std::string before = Rows(path_, "SELECT count(*), sum(length(url)) FROM urls");
  for (const char* sql : {"DELETE FROM urls",
                          "INSERT INTO urls (site) VALUES (1)",
                          "UPDATE urls SET url = ''",
                          "CREATE TABLE t (a)",
                          "CREATE TEMP TABLE t (a)",
                          "DROP TABLE urls",
                          "VACUUM",
                          "VACUUM INTO '/tmp/never'",
                          "REINDEX",
                          "ANALYZE",
                          "BEGIN IMMEDIATE; DELETE FROM urls",
                          "ATTACH '/tmp/never' AS x",
                          "DETACH main",
                          "PRAGMA journal_mode = DELETE",
                          "PRAGMA user_version = 9",
                          "PRAGMA wal_checkpoint",
                          "PRAGMA writable_schema = ON",
                          "PRAGMA temp_store_directory = '/'",
                          "PRAGMA query_only = OFF",
                          "SELECT load_extension('x')",
                          "SELECT * FROM pragma_wal_checkpoint",
                          "WITH x AS (SELECT 1) DELETE FROM urls",
                          "EXPLAIN ATTACH 'x' AS y"}) {
    EXPECT_NE(SqlErrorOf(sql), "no error") << sql;
  }
  EXPECT_EQ(Rows(path_, "SELECT count(*), sum(length(url)) FROM urls"), before);
  EXPECT_THAT(SqlErrorOf("SELECT 1; DELETE FROM urls"), HasSubstr("line 1, column 11: this"));
  EXPECT_THAT(SqlErrorOf("ATTACH 'x' AS y"), HasSubstr("ATTACH"));
  EXPECT_FALSE(std::filesystem::exists("/tmp/never"));
}

TEST_F(QueryTest, AllowsPragmasThatRead) {
  MakeStore()->Close();
  EXPECT_EQ(Run("PRAGMA user_version"),
            "{\"user_version\":" + std::to_string(CurrentSchema().version()) + "}\n");
  EXPECT_THAT(Run("PRAGMA table_info(urls)"), HasSubstr("\"url_id\""));
  EXPECT_THAT(Run("SELECT count(*) AS n FROM pragma_table_info('pages')"), HasSubstr("\"n\":15"));
}

TEST_F(QueryTest, PrintsJsonColumnsAsJson) {
  auto store = Store::Open(path_);
  const TableSchema schema{"item", {{"tags", ValueType::kJson}, {"name"}}, {"name"}, "r1"};
  store->PrepareTables("s", {schema}, true);
  const RunId run = store->StartRun("s", "h", "", At(0));
  const UrlId url = store->AddUrl("s", {.url = "https://x.test/", .host = "https://x.test"});
  const PageId page = Fetch(*store, run, url, "", "");
  RecordExtraction found;
  found.applies = true;
  found.rows = {{std::string("[1,\"a\"]"), std::string("[]")}};
  store->ApplyRows("s", run, url, page, schema, found, At(1));
  store->Close();
  const std::string want = "{\"tags\":[1,\"a\"],\"name\":\"[]\"}\n";
  EXPECT_EQ(Run("SELECT tags, name FROM item"), want);
  EXPECT_EQ(Run("SELECT tags, name FROM item_v"), want) << "through a view";
}

TEST_F(QueryTest, ReadsViewsThatReadJson) {
  MakeStore()->Close();
  Rows(path_, "CREATE VIEW own AS SELECT json_extract('[7]', '$[0]') AS seven FROM urls");
  EXPECT_EQ(Run("SELECT seven FROM own"), "{\"seven\":7}\n");
}

TEST_F(QueryTest, ReadsWhileACrawlWrites) {
  auto store = MakeStore();
  auto reader = Reader::Open(path_);
  EXPECT_EQ(Run(*reader, "SELECT count(*) AS n FROM urls"), "{\"n\":1}\n");
  store->AddUrl("s", {.url = "https://x.test/2", .host = "https://x.test"});
  EXPECT_EQ(Run(*reader, "SELECT count(*) AS n FROM urls"), "{\"n\":1}\n") << "not yet committed";
  store->Commit();
  EXPECT_EQ(Run(*reader, "SELECT count(*) AS n FROM urls"), "{\"n\":2}\n");
  store->Close();
  EXPECT_EQ(Run(*reader, "SELECT count(*) AS n FROM urls"), "{\"n\":2}\n");
}

TEST_F(QueryTest, AStateThatIsHeldStays) {
  auto store = MakeStore();
  auto reader = Reader::Open(path_);
  HoldState(*reader);
  EXPECT_EQ(Run(*reader, "SELECT count(*) AS n FROM urls"), "{\"n\":1}\n");
  store->AddUrl("s", {.url = "https://x.test/2", .host = "https://x.test"});
  store->Commit();
  EXPECT_EQ(Run(*reader, "SELECT count(*) AS n FROM urls"), "{\"n\":1}\n");
  EXPECT_EQ(Run("SELECT count(*) AS n FROM urls"), "{\"n\":2}\n");
}

TEST_F(QueryTest, LeavesTheFilesAlone) {
  MakeStore()->Close();
  const auto written = std::filesystem::last_write_time(path_);
  Run("SELECT * FROM urls");
  EXPECT_EQ(std::filesystem::last_write_time(path_), written);
  std::filesystem::remove(folder_ / "out");
  EXPECT_THAT(folder_.Files(), testing::ElementsAre("crawl.db"));
}

TEST_F(QueryTest, ReadsAfterACrawlWasKilled) {
  const pid_t child = fork();
  if (child == 0) {
    auto store = MakeStore();
    _exit(store->has_uncommitted() ? 1 : 0);  // without any destructor
  }
  waitpid(child, nullptr, 0);
  ASSERT_TRUE(std::filesystem::exists(folder_ / "crawl.db-wal"));
  EXPECT_EQ(Run("SELECT count(*) AS n FROM urls"), "{\"n\":1}\n");
  std::filesystem::remove(folder_ / "crawl.db-shm");  // as after a power cut
  EXPECT_EQ(Run("SELECT count(*) AS n FROM urls"), "{\"n\":1}\n");
}

TEST_F(QueryTest, ReadsAnotherUsersDatabase) {
  auto store = MakeStore();
  std::filesystem::permissions(folder_.path(), std::filesystem::perms(0555));
  EXPECT_TRUE(AsAnotherUser([&] {
    return CountRows(*Reader::Open(path_), "SELECT 1 FROM urls") == 1;
  })) << "while a crawl writes";
  std::filesystem::permissions(folder_.path(), std::filesystem::perms(0755));
  store->Close();
  store.reset();
  std::filesystem::permissions(folder_.path(), std::filesystem::perms(0555));
  EXPECT_TRUE(AsAnotherUser([&] {
    return CountRows(*Reader::Open(path_), "SELECT 1 FROM urls") == 1;
  })) << "after it";
}

// As after a crash of the crawl and a clean end of another program: the header says WAL, there is
// none, and the folder is not ours.
TEST_F(QueryTest, ReadsAnotherUsersDatabaseInWalModeWithoutItsWal) {
  MakeStore()->Close();
  Rows(path_, "PRAGMA journal_mode = WAL");
  ASSERT_FALSE(std::filesystem::exists(folder_ / "crawl.db-wal"));
  std::filesystem::permissions(folder_.path(), std::filesystem::perms(0555));
  EXPECT_TRUE(
      AsAnotherUser([&] { return CountRows(*Reader::Open(path_), "SELECT 1 FROM urls") == 1; }));
}

TEST_F(QueryTest, SaysWhenAnotherUsersDatabaseNeedsRepair) {
  const pid_t child = fork();
  if (child == 0) {
    MakeStore().release();
    _exit(0);
  }
  waitpid(child, nullptr, 0);
  std::filesystem::remove(folder_ / "crawl.db-shm");
  std::filesystem::permissions(folder_.path(), std::filesystem::perms(0555));
  EXPECT_TRUE(AsAnotherUser([&] { return OpenError().find("was killed") != std::string::npos; }));
}

TEST_F(QueryTest, SaysWhyItCannotBeRead) {
  EXPECT_THAT(OpenError(), HasSubstr("there is no such database"));
  std::filesystem::create_directory(path_);
  EXPECT_THAT(OpenError(), HasSubstr("is not a file"));
  std::filesystem::remove(path_);
  std::ofstream(path_) << "no database, but a text that is long enough to be one " << path_;
  EXPECT_THAT(OpenError(), HasSubstr("is not a database"));
  std::filesystem::remove(path_);
  Rows(path_, "CREATE TABLE foreigner (a)");
  EXPECT_THAT(OpenError(), HasSubstr("is not a database of thresh"));
  Rows(path_, "PRAGMA application_id = 1953002099; PRAGMA user_version = 99");
  EXPECT_THAT(OpenError(), HasSubstr("newer thresh"));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "other.db"));
}

TEST_F(QueryTest, SaysWhereTemporaryFilesNeedRoom) {
  MakeStore()->Close();
  const auto reader = Reader::Open(path_);
  signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  const rlimit little{100'000, before.rlim_max};
  setrlimit(RLIMIT_FSIZE, &little);
  std::string error;
  try {
    Run(*reader,
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9000) "
        "SELECT i, hex(zeroblob(1000)) FROM n ORDER BY random()");
  } catch (const StorageError& thrown) {
    error = thrown.what();
  }
  setrlimit(RLIMIT_FSIZE, &before);
  EXPECT_THAT(error, HasSubstr("where temporary files are (TMPDIR)"));
}

TEST_F(QueryTest, FindsTheLatestPageWithABody) {
  auto store = MakeStore();
  const RunId run = store->UnfinishedRun("s")->id;
  // A frame of zstd, made by hand: a header without sizes, one raw block "abc".
  const std::string_view frame(
      "\x28\xb5\x2f\xfd\x00\x58\x19\x00\x00"
      "abc",
      12);
  const UrlId url = store->AddUrl("s", {.url = "https://x.test/z", .host = "https://x.test"});
  const PageId page = Fetch(*store, run, url, "hash2", frame);
  Fetch(*store, run, url, "", "", 304);
  const UrlId bare = store->AddUrl("s", {.url = "https://x.test/404", .host = "https://x.test"});
  Fetch(*store, run, bare, "", "", 404);
  store->Close();
  auto reader = Reader::Open(path_);
  const auto found = reader->LatestPage("https://x.test/z");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->id, page);
  EXPECT_EQ(found->body, "abc");
  EXPECT_EQ(found->headers, "content-type: text/html");
  EXPECT_EQ(reader->LatestPage("https://x.test/")->body, "body one");
  EXPECT_EQ(reader->LatestPage("https://x.test/404")->status, 404);
  EXPECT_FALSE(reader->LatestPage("https://x.test/404")->body);
  EXPECT_FALSE(reader->LatestPage("https://x.test/never"));
}

TEST_F(QueryTest, FindsTheLatestGoodPageBehindAnErrorPage) {
  auto store = MakeStore();
  const RunId run = store->UnfinishedRun("s")->id;
  const UrlId url = store->AddUrl("s", {.url = "https://x.test/a", .host = "https://x.test"});
  const PageId good = Fetch(*store, run, url, "good", "good body");
  Fetch(*store, run, url, "bad", "error page", 503);
  const UrlId bare = store->AddUrl("s", {.url = "https://x.test/b", .host = "https://x.test"});
  Fetch(*store, run, bare, "bad", "error page", 503);
  store->Close();
  auto reader = Reader::Open(path_);
  EXPECT_EQ(reader->LatestPage("https://x.test/a")->status, 503);
  EXPECT_EQ(reader->LatestGoodPage("https://x.test/a")->id, good);
  EXPECT_FALSE(reader->LatestGoodPage("https://x.test/b"));
}

TEST_F(QueryTest, FindsUrlsInBlocksAndBehindThem) {
  {
    auto store = MakeStore();
    const RunId run = store->UnfinishedRun("s")->id;
    for (int i = 2; i <= 3000; ++i) {
      const std::string text = "https://x.test/" + std::to_string(i);
      const UrlId url = store->AddUrl("s", {.url = text, .host = "https://x.test"});
      Fetch(*store, run, url, "", "", i % 500);
      // Opened anew in the middle of a block, with what was not committed lost.
      if (i == 1500) {
        store->Commit();
        store->AddUrl("s", {.url = "https://x.test/lost", .host = "https://x.test"});
        store.reset();
        store = Store::Open(path_);
      }
    }
    store->Close();
  }
  EXPECT_EQ(Rows(path_, "SELECT group_concat(block), sum(length(hashes)) FROM url_blocks"),
            "0,1|8192");
  auto reader = Reader::Open(path_);
  for (const int i : {2, 1023, 1024, 1025, 1500, 1501, 2048, 2049, 3000}) {
    const auto page = reader->LatestPage("https://x.test/" + std::to_string(i));
    ASSERT_TRUE(page) << i;
    EXPECT_EQ(page->status, i % 500);
  }
  EXPECT_FALSE(reader->LatestPage("https://x.test/lost"));
}

}  // namespace
}  // namespace thresh
