// Crawls of many hosts at a time: whose turn it is, and what the database knows of them meanwhile.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <functional>
#include <iterator>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "pipeline/metrics_file.h"
#include "tests/support/fake_crawl.h"

namespace thresh {
namespace {

using std::chrono::milliseconds;
using testing::AllOf;
using testing::ContainsRegex;
using testing::ElementsAre;
using testing::Ge;
using testing::HasSubstr;
using testing::Le;
using testing::Not;

constexpr char kNoDelay[] = "[fetch]\nrobots = false\n[host.'*']\ndelay = '0s'\n";

class CrawlHostsTest : public FakeCrawlTest {
 protected:
  // What the database says of when the host may be asked again; empty before it knows the host.
  std::string SavedClock(const std::string& host) {
    const auto rows = Rows("SELECT next_at FROM hosts WHERE host = '" + host + "'");
    return rows.empty() ? "" : rows.front();
  }
  // Pages of a host, with something to do before each answer.
  void AddPages(const std::string& host, int pages, std::function<void()> look) {
    for (int i = 1; i <= pages; ++i) {
      fetcher_.AddAnswer(host + "/" + std::to_string(i), [look](const FetchJob&) {
        look();
        return FakeFetcher::Html("<h1>A page</h1>");
      });
    }
  }
};

TEST_F(CrawlHostsTest, SeedsOfManyHostsLieInTurns) {
  Crawled(std::string("seeds = ['http://x.test/[1-3]', 'http://y.test/[1-2]']\n") + kNoDelay);
  EXPECT_THAT(Rows("SELECT url FROM urls ORDER BY url_id"),
              ElementsAre("http://x.test/1", "http://y.test/1", "http://x.test/2",
                          "http://y.test/2", "http://x.test/3"));
  std::vector<std::string> of_one;
  for (const auto& request : fetcher_.requests()) {
    if (request.job.url.starts_with("http://x.test/")) of_one.push_back(request.job.url);
  }
  EXPECT_THAT(of_one, ElementsAre("http://x.test/1", "http://x.test/2", "http://x.test/3"));
}

// A commit every 50 ms would write them all each time.
TEST_F(CrawlHostsTest, AClockAloneIsSavedOnceASecond) {
  std::set<std::string> seen;
  AddPages("http://x.test", 300, [&] { seen.insert(SavedClock("http://x.test")); });
  fetcher_.set_latency(milliseconds(10));
  Crawled(std::string("seeds = ['http://x.test/[1-300]']\n") + kNoDelay);
  EXPECT_THAT(seen.size(), AllOf(Ge(2u), Le(6u)));  // in three seconds
}

TEST_F(CrawlHostsTest, TheLastClocksAreSavedAtTheEnd) {
  AddPages("http://x.test", 5, [] {});
  Crawled("seeds = ['http://x.test/[1-5]']\n[fetch]\nrobots = false\n[host.'*']\ndelay = '90ms'\n");
  EXPECT_THAT(Rows("SELECT next_at > (SELECT max(fetched_at) FROM pages) FROM hosts"),
              ElementsAre("1"));
}

TEST_F(CrawlHostsTest, ARestIsSavedWithTheNextCommit) {
  std::optional<SteadyTime> asked, saved;
  fetcher_.AddAnswer("http://x.test/5", [&](const FetchJob&) {
    asked = clock_.Steady();
    return FakeFetcher::Status(503, {{"retry-after", "20"}});
  });
  AddPages("http://x.test", 4, [] {});
  AddPages("http://y.test", 200, [&] {
    const auto clock = FromIso8601(SavedClock("http://x.test"));
    if (!saved && clock && *clock > clock_.Wall() + std::chrono::seconds(10)) {
      saved = clock_.Steady();
    }
  });
  Crawled(std::string("seeds = ['http://x.test/[1-5]', 'http://y.test/[1-200]']\n") + kNoDelay);
  ASSERT_TRUE(asked && saved);
  EXPECT_LE(*saved - *asked, milliseconds(100));
}

// All that is in flight ends at once.
class AllAtOnce : public FakeFetcher {
 public:
  using FakeFetcher::FakeFetcher;

  size_t Poll(milliseconds timeout) override {
    most_read_ = std::max(most_read_, std::exchange(read_, 0));
    size_t count = in_flight();
    if (count == 0) return FakeFetcher::Poll(timeout);
    for (size_t i = 0; i < count; ++i) FakeFetcher::Poll(timeout);
    return count;
  }
  void CountRead() { ++read_; }
  int most_read() const { return most_read_; }  // between two looks at what has ended

 private:
  int read_ = 0;
  int most_read_ = 0;
};

// A host must not wait for the pages of all others to be read.
TEST_F(CrawlHostsTest, AnswersAreTakenBetweenAFewPages) {
  AllAtOnce fetcher(clock_);
  fetcher.set_room(100);
  class SlowReader : public CrawlListener {
   public:
    SlowReader(FakeClock& clock, AllAtOnce& fetcher) : clock_(clock), fetcher_(fetcher) {}
    void OnPage(const PageEvent&) override {
      fetcher_.CountRead();
      if (++pages_ % 2 == 0) clock_.Advance(milliseconds(1));
    }

   private:
    FakeClock& clock_;
    AllAtOnce& fetcher_;
    int pages_ = 0;
  } reader(clock_, fetcher);
  fetches_ = &fetcher;
  listener_ = &reader;
  std::string seeds;
  for (int host = 0; host < 40; ++host) {
    const std::string site = "http://h" + std::to_string(host) + ".test/";
    for (const char* page : {"1", "2"}) fetcher.AddPage(site + page, "<h1>A page</h1>");
    seeds += "'" + site + "[1-2]',";
  }
  const SiteReport report = Crawled("seeds = [" + seeds + "]\n" + kNoDelay);
  EXPECT_EQ(report.pages, 80);
  EXPECT_EQ(fetcher.most_read(), 2);
}

// A link to a port where nothing is, which says nothing of the host that has the pages.
TEST_F(CrawlHostsTest, AnOriginWithoutAnAnswerFailsAlone) {
  fetcher_.AddPage("http://x.test/",
                   "<h1>S</h1><a href=http://x.test:81/>dead</a><a href=/a>a</a>");
  fetcher_.AddPage("http://x.test/a", "<h1>A</h1>");
  for (const char* url : {"http://x.test:81/robots.txt", "http://x.test:81/"}) {
    fetcher_.AddAnswer(
        url, [](const FetchJob&) { return FakeFetcher::Error(FetchError::kConnectionRefused); });
  }
  for (const char* fetch : {"", "[fetch]\nrobots = false\n"}) {
    const SteadyTime begin = clock_.Steady();
    const SiteReport report =
        Crawled(std::string("seeds = ['http://x.test/']\n[limits]\nfailed = 0.9\n") + fetch);
    EXPECT_EQ(report.outcome, RunOutcome::kComplete) << fetch;
    EXPECT_EQ(report.exit_code, 0);
    EXPECT_EQ(report.failed, 1);
    EXPECT_LE(clock_.Steady() - begin, std::chrono::minutes(5));
    EXPECT_THAT(Rows("SELECT url FROM urls WHERE state = 'failed'"),
                ElementsAre("http://x.test:81/"));
  }
}

// It failed for want of its robots.txt: nobody asked for it.
TEST_F(CrawlHostsTest, AUrlThatWasNotFetchedIsNoFetchToMetrics) {
  fetcher_.AddPage("http://x.test/", "<h1>S</h1><a href=http://x.test:81/>dead</a>");
  fetcher_.AddAnswer("http://x.test:81/robots.txt", [](const FetchJob&) {
    return FakeFetcher::Error(FetchError::kConnectionRefused);
  });
  MetricsFile metrics(folder_ / "thresh.prom", clock_, [](std::string_view) {});
  metrics.Begin(db_);
  listener_ = &metrics;
  metrics.End({Crawled("seeds = ['http://x.test/']\n[limits]\nfailed = 0.9\n")});
  std::ifstream file(folder_ / "thresh.prom");
  const std::string text(std::istreambuf_iterator<char>(file), {});
  EXPECT_THAT(text, HasSubstr("result=\"200\"} 1\n"));
  EXPECT_THAT(text, Not(HasSubstr("result=\"0\"")));
  EXPECT_THAT(text, ContainsRegex("fetch_duration_seconds_count.* 1\n"));
  EXPECT_THAT(text, ContainsRegex("urls_failed_total.* 1\n"));
}

}  // namespace
}  // namespace thresh
