// Pages that end the program that parses them, and pages that it only happens to be at.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/fake_crawl.h"

namespace thresh {
namespace {

using testing::ElementsAre;

class ParsingDeathTest : public FakeCrawlTest {
 protected:
  ParsingDeathTest() {
    fetcher_.AddPage("http://x.test/a", "<h1>A</h1>");
    fetcher_.AddPage("http://x.test/b", "<h1>B</h1>");
  }
  void Crawl() { Crawled("seeds = ['http://x.test/a', 'http://x.test/b']\n"); }
  // Begins a crawl that comes to no page.
  void BeginCrawl() {
    stop_at_once_ = true;
    Crawl();
    stop_at_once_ = false;
  }
  // A process dies while it parses the first page.
  void Die(int signal) const {
    const pid_t pid = fork();
    if (pid == 0) {
      const auto store = Store::Open(db_);
      store->NoteParsing(1);
      raise(signal);
      _exit(0);
    }
    int status = 0;
    waitpid(pid, &status, 0);
    EXPECT_TRUE(WIFSIGNALED(status));
  }
  std::vector<std::string> Judged() {
    return Rows("SELECT url_id, state, reason, lone_deaths FROM urls");
  }
};

TEST_F(ParsingDeathTest, TheThirdKillOfOnePageQuarantinesIt) {
  BeginCrawl();
  for (int i = 0; i < 2; ++i) {
    Die(SIGKILL);
    BeginCrawl();
  }
  EXPECT_THAT(Judged(), ElementsAre("1|pending|the program was killed while parsing it|2",
                                    "2|pending|NULL|0"));
  Die(SIGKILL);
  Crawl();
  EXPECT_THAT(
      Judged(),
      ElementsAre(
          "1|skipped|quarantined: the program was killed while parsing it, again and again|3",
          "2|done|NULL|0"));
  EXPECT_EQ(fetcher_.Count("http://x.test/a"), 0);
}

TEST_F(ParsingDeathTest, KillsCountUntilThePageIsParsed) {
  Crawl();
  for (int i = 0; i < 4; ++i) {
    Die(SIGKILL);
    Crawl();
    EXPECT_THAT(Judged(), ElementsAre("1|done|NULL|0", "2|done|NULL|0"));
  }
}

TEST_F(ParsingDeathTest, TheSecondCrashOfOnePageQuarantinesIt) {
  BeginCrawl();
  Die(SIGSEGV);
  BeginCrawl();
  EXPECT_THAT(Judged(),
              ElementsAre("1|pending|the program crashed while parsing it|2", "2|pending|NULL|0"));
  Die(SIGSEGV);
  Crawl();
  EXPECT_THAT(
      Judged(),
      ElementsAre("1|skipped|quarantined: the program crashed while parsing it, again and again|4",
                  "2|done|NULL|0"));
}

}  // namespace
}  // namespace thresh
