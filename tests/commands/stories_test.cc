// why, status, runs, prune and robots, as a shell sees them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/support/loopback_site.h"
#include "tests/support/sql.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/thresh_program.h"

namespace thresh {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class StoriesTest : public testing::Test {
 protected:
  StoriesTest() {
    site_.Add("/robots.txt", "User-agent: *\nDisallow: /private\nAllow: /book\n", "text/plain");
    site_.Add("/",
              "<a href=/list>l</a><a href=/old>o</a><a href=/private>p</a><a href='/list?sort=1'>s"
              "</a><a href=http://other.test/>t</a><a href=/missing>m</a>");
    site_.Add("/list", "<a href=/book/17>b</a>");
    site_.Add("/book/17", "<h1>A book</h1><h1>A sequel</h1>");
    site_.AddRedirect("/old", "/moved?utm_source=x");
    site_.Add("/moved", "moved");
  }
  std::string Config(const std::string& extra = "") {
    return folder_
        .Write("site.toml", "seeds = ['" + site_.Url("/") + "']\n" + extra + R"(
follow = ['-[?&]sort=', '+/book/', '+^http://127']
[limits]
failed = "50%"
[fetch]
strip = ['utm_.*']
[host."*"]
delay = "0s"
[[record]]
table = "heading"
url = '/book/'
match = '<h1>(?P<text>.*?)</h1>'
)")
        .string();
  }
  std::string Db() const { return (folder_ / "site.db").string(); }
  ProgramResult Why(const std::string& target) {
    return RunThresh({"why", Db(), site_.Url(target)});
  }

  LoopbackSite site_;
  TemporaryFolder folder_;
};

TEST_F(StoriesTest, WhyTellsTheWayTheRuleTheRobotsAndTheRows) {
  RunThresh({"crawl", Config()});
  const ProgramResult why = Why("/book/17#top");
  EXPECT_EQ(why.exit_code, 0);
  EXPECT_THAT(why.output, StartsWith(site_.Url("/book/17") + "\n"));
  EXPECT_THAT(why.output, HasSubstr("found     seed " + site_.Url("/") + "\n            link to " +
                                    site_.Url("/list") + "\n            link to here, at depth 2"));
  EXPECT_THAT(why.output, HasSubstr("rule      let in: follow rule +/book/\n"));
  EXPECT_THAT(why.output, HasSubstr("robots    allowed by \"Allow: /book\"; fetched "));
  EXPECT_THAT(why.output, HasSubstr("state     done, status 200\n"));
  EXPECT_THAT(why.output, HasSubstr("due       when a crawl runs\n"));
  EXPECT_THAT(why.output, HasSubstr("attempts  1\n"));
  EXPECT_THAT(why.output, HasSubstr("  run 1  status 200, "));
  EXPECT_THAT(why.output, HasSubstr("rows      heading: 2\n"));
}

TEST_F(StoriesTest, WhyTellsRedirectsAsSuch) {
  RunThresh({"crawl", Config()});
  EXPECT_THAT(Why("/old").output, HasSubstr(", to " + site_.Url("/moved?utm_source=x") + "\n"));
  EXPECT_THAT(Why("/moved").output,
              HasSubstr("link to " + site_.Url("/old") + "\n            redirected here\n"));
}

TEST_F(StoriesTest, WhyTellsWhatKeptAUrlOut) {
  RunThresh({"crawl", Config()});
  EXPECT_THAT(Why("/list?sort=1").output,
              AllOf(HasSubstr("rule      kept out: follow rule -[?&]sort="),
                    HasSubstr("due       never, unless the config changes")));
  EXPECT_THAT(Why("/private").output,
              AllOf(HasSubstr("let in: follow rule +^http://127"),
                    HasSubstr("disallowed by \"Disallow: /private\""),
                    HasSubstr("state     skipped: robots.txt: Disallow: /private")));
  EXPECT_THAT(Why("/missing").output, HasSubstr("state     failed: status 404\n"));
  const ProgramResult other = RunThresh({"why", Db(), "http://other.test/"});
  EXPECT_EQ(other.exit_code, 0);
  EXPECT_THAT(other.output, HasSubstr("found     and dropped: another host (limits.hosts)"));
}

TEST_F(StoriesTest, WhyJudgesAUrlThatWasNeverSeenByTheStoredConfig) {
  RunThresh({"crawl", Config()});
  const ProgramResult inside = Why("/book/99");
  EXPECT_EQ(inside.exit_code, 1);
  EXPECT_THAT(inside.output, HasSubstr("would be let in: follow rule +/book/"));
  const ProgramResult refused = Why("/x?sort=2");
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.output, HasSubstr("would be kept out: follow rule -[?&]sort="));
  EXPECT_THAT(RunThresh({"why", Db(), "http://never.test/"}).output,
              HasSubstr("would be kept out: another host (limits.hosts)"));
  EXPECT_EQ(RunThresh({"why", Db(), "mailto:x@y.test"}).exit_code, 2);
}

// A config in the place of the database says what would hold from now on.
TEST_F(StoriesTest, WhyAsksTheConfigThatItIsGiven) {
  RunThresh({"crawl", Config()});
  std::filesystem::rename(folder_ / "site.toml", folder_ / "before.toml");
  const auto config =
      folder_.Write("site.toml", "seeds = ['" + site_.Url("/") + "']\nfollow = ['-/book/9']\n");
  EXPECT_THAT(RunThresh({"why", config.string(), site_.Url("/book/99")}).output,
              HasSubstr("would be kept out: follow rule -/book/9"));
}

TEST_F(StoriesTest, WhyFindsAUrlWithoutWhatIsStripped) {
  RunThresh({"crawl", Config()});
  const ProgramResult why = Why("/moved?utm_source=mail");
  EXPECT_EQ(why.exit_code, 0);
  EXPECT_THAT(why.output, AllOf(HasSubstr("fetch.strip"), HasSubstr("redirected here")));
}

TEST_F(StoriesTest, WhyKnowsWhatIsStrippedWhereTheConfigDoesNotSay) {
  const auto config =
      folder_.Write("site.toml", "seeds = ['" + site_.Url("/") + "']\n[host.'*']\ndelay = '0s'\n");
  RunThresh({"crawl", config.string()});
  EXPECT_THAT(Why("/list?gclid=1").output, HasSubstr("fetch.strip"));
}

TEST_F(StoriesTest, ARobotsFileThatIsRefusedIsToldByItsStatus) {
  site_.AddStatus("/robots.txt", 403);
  const ProgramResult crawl = RunThresh({"crawl", Config()});
  EXPECT_THAT(crawl.errors, HasSubstr(": robots.txt: status 403\n"));
  const std::string why = Why("/").output;
  EXPECT_THAT(why, HasSubstr("robots    disallowed by its status; fetched "));
  EXPECT_THAT(why, HasSubstr("state     skipped: robots.txt: status 403\n"));
}

// What a link has in it is a page's to choose.
TEST_F(StoriesTest, NothingFromAPageReachesTheTerminalAsACommand) {
  site_.Add("/", "<a href=/list>l</a>");
  site_.AddRedirect("/list",
                    "/evil\xC2\x9B"
                    "2J\xE2\x80\xAE");
  RunThresh({"crawl", Config()});
  const std::string output = Why("/list").output;
  EXPECT_THAT(output, HasSubstr("status 302"));
  EXPECT_THAT(output, Not(HasSubstr("\xC2\x9B")));
  EXPECT_THAT(output, Not(HasSubstr("\xE2\x80\xAE")));
}

TEST_F(StoriesTest, StatusSaysWhatIsDueAndHowTheLastRunEnded) {
  RunThresh({"crawl", Config()});
  const ProgramResult status = RunThresh({"status", Db()});
  EXPECT_EQ(status.exit_code, 0);
  EXPECT_THAT(status.output, StartsWith("site\n  run       none is unfinished"));
  EXPECT_THAT(status.output, HasSubstr("urls      8: 5 done, 0 pending, 1 failed, 2 skipped\n"));
  EXPECT_THAT(status.output, HasSubstr("due       6 now: 0 pending, 6 to be asked for again\n"));
  EXPECT_THAT(status.output, HasSubstr("failed          1  status 404\n"));
  EXPECT_THAT(status.output, HasSubstr("1  robots.txt: Disallow: /private\n"));
  EXPECT_THAT(status.output, HasSubstr("dropped         1  another host (limits.hosts)\n"));
  EXPECT_THAT(status.output, HasSubstr("last run  1, ended "));
  EXPECT_THAT(status.output, HasSubstr(": complete\n"));
}

TEST_F(StoriesTest, StatusTellsARunThatIsAtWorkFromOneThatWasKilled) {
  const std::string config = Config();
  site_.Add("/robots.txt", "User-agent: *\nCrawl-delay: 3600\n", "text/plain");
  ThreshProgram crawl({"crawl", config, "--set", "limits.wait='2h'"});
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  const auto rests = [&] {
    return std::filesystem::exists(Db()) &&
           RunThresh({"query", Db(), "SELECT 1 FROM hosts WHERE delay_ms > 1000"}).output != "";
  };
  while (!rests() && std::chrono::steady_clock::now() < end) std::this_thread::yield();
  EXPECT_THAT(RunThresh({"status", Db()}).output,
              AllOf(HasSubstr("a crawl is at work: "), HasSubstr("waits for 127.0.0.1 until ")));
  crawl.Kill(SIGKILL);
  crawl.Wait();
  EXPECT_THAT(RunThresh({"status", Db()}).output,
              AllOf(HasSubstr("it was killed, or the disk was full: a crawl continues it"),
                    Not(HasSubstr("a crawl is at work"))));
}

TEST_F(StoriesTest, RunsAreListed) {
  const std::string config = Config();
  RunThresh({"crawl", config});
  RunThresh({"crawl", config});
  const ProgramResult runs = RunThresh({"runs", config, "-f", "csv"});
  EXPECT_EQ(runs.exit_code, 0);
  EXPECT_THAT(runs.output,
              StartsWith("run_id,site,started,took,outcome,exit_code,pages,unchanged,failed,"
                         "rows_added,rows_changed,rows_gone,bytes"));
  EXPECT_THAT(runs.output, HasSubstr("\n1,site,20"));
  EXPECT_THAT(runs.output, HasSubstr("\n2,site,20"));
  EXPECT_THAT(runs.output, HasSubstr(",complete,0,6,0,1,2,0,0,"));
}

TEST_F(StoriesTest, PruneForgetsOldPagesAndSaysSo) {
  const std::string config = Config();
  RunThresh({"crawl", config});
  RunThresh({"crawl", config});
  EXPECT_THAT(RunThresh({"prune", Db(), "--keep", "1h"}).output, HasSubstr(": 0 pages, 0 bodies"));
  const ProgramResult prune = RunThresh({"prune", config, "--keep", "0"});
  EXPECT_EQ(prune.exit_code, 0);
  EXPECT_THAT(prune.output, HasSubstr("site.db: 6 pages, "));
  EXPECT_THAT(Sql(Db(), "SELECT count(*), count(DISTINCT url_id) FROM pages"),
              ElementsAre(testing::EndsWith("|6")));
  EXPECT_THAT(Sql(Db(), "SELECT text FROM heading_v WHERE fetched_at IS NOT NULL"),
              testing::SizeIs(2));
}

TEST_F(StoriesTest, PruneMakesNoDatabaseAndWaitsForNoCrawl) {
  EXPECT_EQ(RunThresh({"prune", Db(), "--keep", "1d"}).exit_code, 5);
  EXPECT_FALSE(std::filesystem::exists(Db()));
  const std::string config = Config();
  site_.Add("/robots.txt", "User-agent: *\nCrawl-delay: 30\n", "text/plain");
  ThreshProgram crawl({"crawl", config});
  while (site_.requests().empty()) std::this_thread::yield();
  EXPECT_EQ(RunThresh({"prune", Db(), "--keep", "1d"}).exit_code, 75);
  EXPECT_EQ(RunThresh({"prune", Db()}).exit_code, 2);
  EXPECT_EQ(RunThresh({"prune", Db(), "--keep", "long"}).exit_code, 2);
}

TEST_F(StoriesTest, RobotsSaysWhichLineDecides) {
  const std::string file =
      folder_
          .Write("robots.txt",
                 "User-agent: *\nDisallow: /\n\nUser-agent: thresh\nAllow: /a\n"
                 "Disallow: /a/b\nDisallow: /\x1B[2J\n")
          .string();
  struct Case {
    const char *agent, *url, *output;
    int exit_code;
  };
  const Case cases[] = {
      {"thresh/1.0", "https://x.test/a/x", "allowed: Allow: /a\n", 0},
      {"thresh", "https://x.test/a/b?c#d", "disallowed: Disallow: /a/b\n", 1},
      {"thresh", "https://x.test", "allowed: no rule matches\n", 0},
      {"other", "https://x.test/a", "disallowed: Disallow: /\n", 1},
      {"thresh", "/a/b", "disallowed: Disallow: /a/b\n", 1},
      {"thresh", "/%1B[2J", "disallowed: Disallow: /\\u{1B}[2J\n", 1},
      {"thresh", "https://u:secret@x.test/", "", 2},
      {"thresh", "no url", "", 2},
  };
  for (const Case& c : cases) {
    const ProgramResult result = RunThresh({"robots", file, c.agent, c.url});
    EXPECT_EQ(result.output, c.output) << c.agent << ' ' << c.url;
    EXPECT_EQ(result.exit_code, c.exit_code) << c.agent << ' ' << c.url;
    EXPECT_THAT(result.errors, Not(HasSubstr("secret")));
  }
  const std::string text = "User-agent: *\nDisallow: /x\n";
  EXPECT_EQ(RunThresh({"robots", "-", "thresh", "http://x.test/x"}, text).exit_code, 1);
  EXPECT_EQ(RunThresh({"robots", "-", "thresh", "http://x.test/y"}, text).exit_code, 0);
  EXPECT_EQ(RunThresh({"robots", (folder_ / "none").string(), "a", "/"}).exit_code, 2);
}

}  // namespace
}  // namespace thresh
