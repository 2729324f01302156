// What a crawl makes of a database in which something is wrong.
#include <gtest/gtest.h>

#include "tests/storage/plain_sqlite.h"
#include "tests/support/fake_crawl.h"

namespace thresh {
namespace {

using CrawlDatabaseTest = FakeCrawlTest;

TEST_F(CrawlDatabaseTest, AWrongClockDoesNotKeepPagesFromBeingVisited) {
  fetcher_.AddPage("http://x.test/", "<h1>S</h1>");
  const std::string config = "seeds = ['http://x.test/']\n[recrawl]\nmin = '1d'\nmax = '2d'\n";
  Crawled(config);
  PlainSqlite(db_).Rows("UPDATE urls SET next_at = '2126-01-01T00:00:00.000Z'");
  Crawled(config);
  EXPECT_EQ(fetcher_.Count("http://x.test/"), 2);
}

TEST_F(CrawlDatabaseTest, AUrlThatIsNoneInTheDatabaseIsTold) {
  fetcher_.AddPage("http://x.test/", "<h1>S</h1>");
  Crawled("seeds = ['http://x.test/']\n");
  PlainSqlite(db_).Rows("UPDATE urls SET url = 'httq://x/'");
  EXPECT_THROW(Crawled("seeds = ['http://x.test/']\n"), StorageError);
}

TEST_F(CrawlDatabaseTest, ADroppedTableHasItsRowsAgainThoughNoPageChanged) {
  fetcher_.AddAnswer("http://x.test/", [](const FetchJob& job) {
    FetchResult page = FakeFetcher::Html("<h1>S</h1>");
    page.headers.emplace_back("etag", "\"v1\"");
    if (!job.headers.empty()) page.status = 304;
    return page;
  });
  const std::string config =
      "seeds = ['http://x.test/']\n"
      "[[record]]\ntable = 'line'\nmatch = '<h1>(?P<a>.)'\n"
      "[[record]]\ntable = 'keyed'\nkey = ['a']\nmatch = '<h1>(?P<a>.)'\n";
  Crawled(config);
  PlainSqlite(db_).Rows("DROP TABLE line; DROP TABLE keyed");
  Crawled(config);
  EXPECT_EQ(PlainSqlite(db_).Rows("SELECT a FROM line UNION ALL SELECT a FROM keyed"), "S / S");
}

}  // namespace
}  // namespace thresh
