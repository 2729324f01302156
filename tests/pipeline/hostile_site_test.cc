// What hostile sites do to a crawl as a whole: the states that URLs end in, flags and counts.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <fstream>

#include "fetcher/sandbox_layers.h"
#include "tests/support/fake_crawl.h"

namespace thresh {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class HostileSiteTest : public FakeCrawlTest {
 protected:
  void AddRedirect(const std::string& from, const std::string& to) {
    fetcher_.AddAnswer(from, [to](const FetchJob&) {
      return FakeFetcher::Status(302, {{"location", to}});
    });
  }
  // The reason that a URL was left out for; "" when it is done.
  std::string ReasonOf(const std::string& url) {
    const auto rows = Rows("SELECT coalesce(reason, '') FROM urls WHERE url = '" + url + "'");
    return rows.empty() ? "not in urls" : rows.front();
  }
};

TEST_F(HostileSiteTest, EveryHopOfARedirectPassesScopeRobotsAndDedupe) {  // FAULTS 25
  fetcher_.AddAnswer("http://x.test/robots.txt", [](const FetchJob&) {
    return FakeFetcher::Html("User-agent: *\nDisallow: /private\n");
  });
  fetcher_.AddPage("http://x.test/",
                   "<h1>S</h1><a href=/a>a</a><a href=/b>b</a><a href=/c>c</a>"
                   "<a href=/d>d</a><a href=/e>e</a>");
  AddRedirect("http://x.test/a", "/private/a");
  AddRedirect("http://x.test/b", "http://other.test/");
  AddRedirect("http://x.test/c", "/");
  AddRedirect("http://x.test/d", "/kept-out");
  AddRedirect("http://x.test/e", "/hop");
  AddRedirect("http://x.test/hop", "http://169.254.169.254/latest/meta-data/");
  Crawled("seeds = ['http://x.test/']\nfollow = ['-/kept-out']\n");
  EXPECT_EQ(fetcher_.Count("http://x.test/private/a"), 0) << "robots";
  EXPECT_THAT(ReasonOf("http://x.test/private/a"), HasSubstr("robots.txt"));
  EXPECT_EQ(fetcher_.Count("http://other.test/"), 0) << "scope: hosts";
  EXPECT_EQ(fetcher_.Count("http://x.test/"), 1) << "seen before";
  EXPECT_THAT(ReasonOf("http://x.test/kept-out"), HasSubstr("follow rule"));
  EXPECT_EQ(fetcher_.Count("http://169.254.169.254/latest/meta-data/"), 0) << "the second hop";
}

TEST_F(HostileSiteTest, ARedirectWithoutLocationIsRecordedAsItIs) {  // FAULTS 26
  fetcher_.AddAnswer("http://x.test/", [](const FetchJob&) { return FakeFetcher::Status(302); });
  Crawled("seeds = ['http://x.test/']\n");
  EXPECT_THAT(Rows("SELECT state, last_status FROM urls"), ElementsAre("done|302"));
  EXPECT_THAT(Rows("SELECT status, error FROM pages"), ElementsAre("302|NULL"));
}

TEST_F(HostileSiteTest, ABaseElsewhereIsHonouredAndOutOfScope) {  // FAULTS 60
  fetcher_.AddPage("http://x.test/",
                   "<base href='http://evil.test/dir/'><h1>S</h1><a href=a>a</a>"
                   "<a href='http://x.test/b'>b</a>");
  fetcher_.AddPage("http://x.test/b", "<h1>B</h1>");
  Crawled("seeds = ['http://x.test/']\n");
  EXPECT_EQ(fetcher_.Count("http://x.test/a"), 0);
  EXPECT_EQ(fetcher_.Count("http://x.test/b"), 1);
  EXPECT_THAT(Rows("SELECT host, count FROM dropped"), ElementsAre("evil.test|1"));
}

// Anybody who may write a link on a page could end its site's crawl otherwise.
TEST_F(HostileSiteTest, LinksToClosedPortsDoNotStopTheirHost) {
  std::string links;
  for (int port = 1; port <= 8; ++port) {
    const std::string origin = "http://x.test:" + std::to_string(port);
    links += "<a href='" + origin + "/'>closed</a>";
    fetcher_.AddAnswer(origin + "/robots.txt", [](const FetchJob&) {
      return FakeFetcher::Error(FetchError::kConnectionRefused);
    });
  }
  fetcher_.AddPage("http://x.test/", "<h1>S</h1>" + links + "<a href=/a>a</a>");
  const SteadyTime begin = clock_.Steady();
  SteadyTime fetched{};
  fetcher_.AddAnswer("http://x.test/a", [&](const FetchJob&) {
    fetched = clock_.Steady();
    return FakeFetcher::Html("<h1>A</h1>");
  });
  const SiteReport report = Crawled("seeds = ['http://x.test/']\n");
  EXPECT_EQ(report.outcome, RunOutcome::kComplete);
  EXPECT_EQ(fetcher_.Count("http://x.test/a"), 1);
  EXPECT_LT(fetched - begin, minutes(1));
  EXPECT_THAT(Rows("SELECT count(*) FROM urls WHERE state = 'failed' AND reason LIKE '%refused%'"),
              ElementsAre("8"));
}

TEST_F(HostileSiteTest, TooLongUrlsAndTooManyLinksAreCounted) {  // FAULTS 53, 59, 61
  std::string links = "<a href='/" + std::string(100'000, 'x') +
                      "'>long</a>"
                      "<a href='javascript:x()'>j</a><a href='mailto:a@b.test'>m</a>";
  for (int i = 0; i < 20'000; ++i) links += "<a href=/" + std::to_string(i) + ">x</a>";
  fetcher_.AddPage("http://x.test/", "<h1>S</h1>" + links);
  Crawled("seeds = ['http://x.test/']\nfollow = ['-/']\n[limits]\nlinks_per_page = 50\n");
  EXPECT_THAT(Rows("SELECT reason, count FROM dropped"),
              UnorderedElementsAre("not a URL that can be fetched|1",
                                   "more links on a page than limits.links_per_page|19950"));
  EXPECT_THAT(Rows("SELECT count(*) FROM urls"), ElementsAre("51"));
}

TEST_F(HostileSiteTest, ACappedPageIsAFailureThatIsNotTriedAgain) {  // FAULTS 42
  fetcher_.AddAnswer("http://x.test/", [](const FetchJob&) {
    FetchResult result = FakeFetcher::Error(FetchError::kBodyTooLarge);
    result.status = 200;
    return result;
  });
  Crawled("seeds = ['http://x.test/']\n");
  EXPECT_EQ(fetcher_.Count("http://x.test/"), 1);
  EXPECT_THAT(Rows("SELECT error FROM pages"), ElementsAre("body-too-large"));
  EXPECT_THAT(Rows("SELECT state FROM urls"), ElementsAre("failed"));
}

TEST_F(HostileSiteTest, APatternThatTakesTooLongIsFlagged) {  // FAULTS 45
  fetcher_.AddPage("http://x.test/", "<h1>S</h1>" + std::string(3'000'000, 'a'));
  Crawled(
      "seeds = ['http://x.test/']\n[limits]\nparse_time = '1ms'\n[[record]]\ntable = 'slow'\n"
      "match = '(?P<a>.*[^A-Z]|[A-Z])'\n");
  EXPECT_THAT(Rows("SELECT flags FROM pages"), Contains(HasSubstr("cut-short")));
  EXPECT_THAT(Rows("SELECT state FROM urls"), ElementsAre("done"));
}

// Lets this process take so much memory more, and no more.
class LittleMemory {
 public:
  explicit LittleMemory(size_t bytes) {
    getrlimit(RLIMIT_DATA, &before_);
    const rlimit little{Taken() + bytes, before_.rlim_max};
    setrlimit(RLIMIT_DATA, &little);
  }
  ~LittleMemory() { setrlimit(RLIMIT_DATA, &before_); }

 private:
  static size_t Taken() {
    std::ifstream status("/proc/self/status");
    std::string word;
    while (status >> word && word != "VmData:") continue;
    size_t kilobytes = 0;
    status >> kilobytes;
    return kilobytes * 1024;
  }
  rlimit before_ = {};
};

TEST_F(HostileSiteTest, APageThatMemoryDoesNotSufficeForFailsAlone) {
  if (sandbox::kSanitizerBuild) GTEST_SKIP() << "a sanitizer has an allocator of its own";
  const char config[] =
      "seeds = ['http://x.test/', 'http://x.test/fine']\n[fetch]\nretries = 1\n[[record]]\n"
      "table = 'words'\nfields = { words = { re = '\\w', many = true } }\n";
  fetcher_.AddPage("http://x.test/", "<h1>Before</h1>");
  fetcher_.AddPage("http://x.test/fine", "<h1>Fine</h1>");
  Crawled(config);
  fetcher_.AddPage("http://x.test/", "<h1>Now</h1>" + std::string(1 << 20, 'a'));
  {
    const LittleMemory little(32u << 20);
    EXPECT_EQ(Crawled(config).failed, 1);
  }
  EXPECT_THAT(Rows("SELECT reason FROM urls WHERE state = 'failed'"),
              ElementsAre("out-of-memory, 2 times"));
  EXPECT_THAT(Rows("SELECT DISTINCT error FROM pages WHERE run_id = 2 ORDER BY 1"),
              ElementsAre("NULL", "out-of-memory"));
  EXPECT_THAT(Rows("SELECT text FROM heading ORDER BY 1"), ElementsAre("Before", "Fine"))
      << "what is not parsed takes no rows away";
  Crawled(config);
  EXPECT_THAT(Rows("SELECT text FROM heading ORDER BY 1"), ElementsAre("Fine", "Now"));
}

TEST_F(HostileSiteTest, AMislabelledPageIsFlagged) {  // FAULTS 47
  fetcher_.AddAnswer("http://x.test/", [](const FetchJob&) {
    FetchResult result = FakeFetcher::Html("<h1>S</h1>");
    result.headers = {{"content-type", "application/pdf"}};
    result.mislabelled = true;
    return result;
  });
  Crawled("seeds = ['http://x.test/']\n");
  EXPECT_THAT(Rows("SELECT flags FROM pages"), ElementsAre(HasSubstr("mislabelled")));
}

// Any reader of the database may take its text for UTF-8.
TEST_F(HostileSiteTest, HeadersOfAnyBytesAreStoredAsUtf8) {
  fetcher_.AddAnswer("http://x.test/", [](const FetchJob&) {
    FetchResult result = FakeFetcher::Html("<h1>S</h1>");
    result.headers = {{"content-type", "text/html; \xff"},
                      {"etag", "\"caf\xe9\""},
                      {"last-modified", "yesterday"},
                      {"x-name", "caf\xe9"}};
    return result;
  });
  Crawled(
      "seeds = ['http://x.test/']\n[[record]]\ntable = 'named'\n"
      "[record.fields]\nname = { from = 'header:x-name' }\n");
  EXPECT_THAT(Rows("SELECT content_type FROM pages"), ElementsAre("text/html; \uFFFD"));
  EXPECT_THAT(Rows("SELECT headers FROM pages"), ElementsAre(HasSubstr("x-name: caf\uFFFD\n")));
  EXPECT_THAT(Rows("SELECT name FROM named"), ElementsAre("caf\uFFFD"));
  EXPECT_THAT(Rows("SELECT etag, last_modified FROM urls"), ElementsAre("NULL|yesterday"))
      << "what could not be sent back as it was";
}

// Somebody sets the clock while a crawl waits, and between two of them. FAULTS 96.
TEST_F(HostileSiteTest, AClockThatJumpsADayNeitherHurriesNorStopsACrawl) {
  fetcher_.AddPage("http://x.test/", "<h1>S</h1><a href=/a>a</a><a href=/b>b</a>");
  fetcher_.AddAnswer("http://x.test/a", [&](const FetchJob&) {
    clock_.SetWall(clock_.Wall() - hours(24));
    return FakeFetcher::Html("<h1>A</h1>");
  });
  fetcher_.AddPage("http://x.test/b", "<h1>B</h1>");
  const SteadyTime begin = clock_.Steady();
  const std::string config = "seeds = ['http://x.test/']\n[host.'*']\ndelay = '10s'\n";
  EXPECT_EQ(Crawled(config).outcome, RunOutcome::kComplete);
  EXPECT_LT(clock_.Steady() - begin, minutes(2));
  const auto& requests = fetcher_.requests();
  for (size_t i = 1; i < requests.size(); ++i) {
    EXPECT_GE(requests[i].at - requests[i - 1].at, std::chrono::seconds(10));
  }
  // What was saved lies ten days ahead now: it is cut to a day, for good.
  clock_.SetWall(clock_.Wall() - hours(240));
  EXPECT_EQ(Crawled(config).outcome, RunOutcome::kWaiting);
  clock_.Advance(hours(25));
  EXPECT_EQ(Crawled(config).outcome, RunOutcome::kComplete);
}

}  // namespace
}  // namespace thresh
