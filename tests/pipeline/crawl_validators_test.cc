// When a page that was fetched before need not come whole.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "pipeline/crawl.h"
#include "tests/support/fake_crawl.h"

namespace thresh {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

using CrawlValidatorsTest = FakeCrawlTest;

TEST_F(CrawlValidatorsTest, AsksForChangesOnlyAndA304CostsARow) {
  fetcher_.AddAnswer("http://x.test/", [](const FetchJob& job) {
    for (const std::string& line : job.headers) {
      if (line == "If-None-Match: \"v1\"") return FakeFetcher::Status(304);
    }
    FetchResult page = FakeFetcher::Html("<h1>S</h1>");
    page.headers.emplace_back("etag", "\"v1\"");
    return page;
  });
  Crawled("seeds = ['http://x.test/']\n");
  const SiteReport second = Crawled("seeds = ['http://x.test/']\n");
  EXPECT_EQ(second.exit_code, 0) << "a quiet night is healthy";
  Crawled("seeds = ['http://x.test/']\n");
  EXPECT_THAT(Rows("SELECT status FROM pages ORDER BY page_id"), ElementsAre("200", "304", "304"));
  EXPECT_THAT(Rows("SELECT pages, unchanged FROM runs"), ElementsAre("1|0", "1|1", "1|1"));
  EXPECT_THAT(Rows("SELECT text FROM heading"), ElementsAre("S"));
}

TEST_F(CrawlValidatorsTest, AChangedConfigMakesPagesComeWhole) {
  fetcher_.AddAnswer("http://x.test/", [](const FetchJob&) {
    FetchResult page = FakeFetcher::Html("<h1>S</h1>");
    page.headers.emplace_back("last-modified", "Sat, 28 Feb 2026 00:00:00 GMT");
    return page;
  });
  Crawled("seeds = ['http://x.test/']\n");
  Crawled("seeds = ['http://x.test/']\nlang = 'de'\n");
  EXPECT_THAT(fetcher_.requests().back().job.headers, IsEmpty());
  Crawled("seeds = ['http://x.test/']\nlang = 'de'\n");
  EXPECT_THAT(fetcher_.requests().back().job.headers,
              ElementsAre("If-Modified-Since: Sat, 28 Feb 2026 00:00:00 GMT"));
}

// The crawl that a table stands in the way of has not begun for any site.
TEST_F(CrawlValidatorsTest, AChangedConfigCountsOnceACrawlBeginsForAllSites) {
  fetcher_.AddAnswer("http://x.test/", [](const FetchJob&) {
    FetchResult page = FakeFetcher::Html("<h1>S</h1>");
    page.headers.emplace_back("etag", "\"v1\"");
    return page;
  });
  fetcher_.AddPage("http://y.test/", "<h1>Y</h1>");
  fetcher_.AddPage("http://z.test/", "<p>Z</p>");
  const std::string x = "seeds = ['http://x.test/']\n";
  const std::string y = "seeds = ['http://y.test/']\n";
  const std::string z =
      "seeds = ['http://z.test/']\n[[record]]\ntable = 'item'\n"
      "match = '<p>(?P<a>\\w+)'\n";
  CrawledFolder({x, y, z});
  EXPECT_THROW(CrawledFolder({x + "lang = 'de'\n", y, z + "key = ['a']\n"}), StorageError);
  CrawledFolder({x + "lang = 'de'\n", y, z});
  ASSERT_EQ(fetcher_.Count("http://x.test/"), 2);
  for (const auto& request : fetcher_.requests()) EXPECT_THAT(request.job.headers, IsEmpty());
}

// The page that the process had was not seen, so what is known of it holds.
TEST_F(CrawlValidatorsTest, AProcessThatDiesLeavesTheValidator) {
  int asked = 0;
  fetcher_.AddAnswer("http://x.test/", [&](const FetchJob&) {
    if (++asked == 2) return FakeFetcher::Error(FetchError::kWorkerLost);
    FetchResult page = FakeFetcher::Html("<h1>S</h1>");
    page.headers.emplace_back("etag", "\"v1\"");
    return page;
  });
  Crawled("seeds = ['http://x.test/']\n");
  Crawled("seeds = ['http://x.test/']\n");
  EXPECT_EQ(asked, 3);
  EXPECT_THAT(fetcher_.requests().back().job.headers, ElementsAre("If-None-Match: \"v1\""));
}

// They were another version's.
TEST_F(CrawlValidatorsTest, ValidatorsThatAPageHasNoMoreAreForgotten) {
  const std::pair<std::string, std::string> kValidators[] = {
      {"etag", "\"v1\""}, {"last-modified", "Sat, 01 Nov 2025 00:00:00 GMT"}};
  int night = 0;
  for (const auto& validator : kValidators) {
    fetcher_.AddAnswer("http://x.test/" + validator.first, [&](const FetchJob&) {
      if (night == 2) return FakeFetcher::Status(304);
      FetchResult page = FakeFetcher::Html("<h1>S</h1>");
      if (night == 1) page.headers.push_back(validator);
      return page;
    });
  }
  const auto conditions = [&] {
    ++night;
    Crawled("seeds = ['http://x.test/etag', 'http://x.test/last-modified']\n");
    std::vector<std::string> lines;
    for (const auto& request : fetcher_.requests()) {
      if (request.job.headers.empty()) continue;
      lines.push_back(request.job.headers[0].substr(0, request.job.headers[0].find(':')));
    }
    return lines;
  };
  EXPECT_THAT(conditions(), IsEmpty());
  EXPECT_THAT(conditions(), ElementsAre("If-None-Match", "If-Modified-Since"));
  EXPECT_THAT(conditions(), SizeIs(4)) << "a 304 without them leaves them";
  EXPECT_THAT(conditions(), SizeIs(4)) << "pages without them do not";
}

// It may change once more in the same second.
TEST_F(CrawlValidatorsTest, APageThatWasJustChangedComesWhole) {
  const auto conditions_after = [&](const HeaderList& headers) {
    fetcher_.AddAnswer("http://x.test/", [&](const FetchJob&) {
      FetchResult page = FakeFetcher::Html("<h1>S</h1>");
      page.headers.insert(page.headers.end(), headers.begin(), headers.end());
      return page;
    });
    for (int night = 0; night < 2; ++night) Crawled("seeds = ['http://x.test/']\n");
    return fetcher_.requests().back().job.headers;
  };
  const std::string changed = "Sun, 01 Feb 2026 12:00:00 GMT";
  const HeaderList of_file = {{"last-modified", changed}, {"etag", "\"65bb-2a\""}};
  const auto answered = [&](HeaderList headers, const std::string& date) {
    headers.emplace_back("date", date);
    return headers;
  };
  EXPECT_THAT(conditions_after(answered(of_file, changed)), IsEmpty());
  EXPECT_THAT(conditions_after(answered({{"last-modified", changed}}, changed)), IsEmpty());
  EXPECT_THAT(conditions_after(answered(of_file, "Sun, 01 Feb 2026 11:59:59 GMT")), IsEmpty());
  EXPECT_THAT(conditions_after(answered(of_file, "Sun, 01 Feb 2026 12:00:01 GMT")), SizeIs(1));
  EXPECT_THAT(conditions_after(of_file), SizeIs(1)) << "by our clock it is weeks ago";
  EXPECT_THAT(conditions_after({{"last-modified", "Mon, 02 Mar 2026 00:00:00 GMT"}}), IsEmpty());
}

// There may be more time for it tomorrow.
TEST_F(CrawlValidatorsTest, APageThatWasCutShortComesWhole) {
  const std::string slow = "<h1>S</h1>" + std::string(300'000, 'a');
  const std::pair<std::string, std::string> pages[] = {
      {"rows", slow}, {"links", slow}, {"short", "<h1>S</h1>"}};
  for (const auto& [name, html] : pages) {
    fetcher_.AddAnswer("http://x.test/" + name, [&html](const FetchJob&) {
      FetchResult page = FakeFetcher::Html(html);
      page.headers.emplace_back("etag", "\"v1\"");
      return page;
    });
  }
  const std::string config =
      "seeds = ['http://x.test/rows', 'http://x.test/links', 'http://x.test/short']\n"
      "[limits]\nparse_time = '1ms'\n"
      "[[links]]\nurl = '/links'\nre = '(?P<value>b.{500}c)'\n"
      "to = 'http://x.test/?{value}'\n"
      "[[record]]\ntable = 'slow'\nurl = '/rows'\nmatch = '(?P<a>b.{500}c)'\n";
  for (int night = 0; night < 2; ++night) Crawled(config);
  EXPECT_THAT(Rows("SELECT url FROM urls JOIN pages USING (url_id) WHERE flags LIKE '%cut-short'"),
              testing::IsSupersetOf({"http://x.test/rows", "http://x.test/links"}));
  std::vector<std::string> conditional;
  for (const auto& request : fetcher_.requests()) {
    if (!request.job.headers.empty()) conditional.push_back(request.job.url);
  }
  EXPECT_THAT(conditional, ElementsAre("http://x.test/short"));
}

}  // namespace
}  // namespace thresh
