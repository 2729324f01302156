// query, cat, url, check, crawl and help, as a shell sees them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/support/loopback_site.h"
#include "tests/support/sql.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/thresh_program.h"

namespace thresh {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

class CommandsTest : public testing::Test {
 protected:
  CommandsTest() {
    site_.Add("/", "<h1>Start</h1><a href=/a>a</a><a href=/missing>m</a>");
    site_.Add("/a", "<h1>A</h1>");
  }
  // A config for the site, with no delay.
  std::filesystem::path Config(const std::string& extra = "") {
    return folder_.Write("site.toml", "seeds = ['" + site_.Url("/") + "']\n" + extra + R"(
[limits]
failed = "50%"
[host."*"]
delay = "0s"
[[record]]
table = "heading"
match = '<h1>(?P<text>.*?)</h1>'
)");
  }

  LoopbackSite site_;
  TemporaryFolder folder_;
};

TEST_F(CommandsTest, CrawlIsSilentAndItsRowsAreThere) {
  const ProgramResult crawl = RunThresh({"crawl", Config().string()});
  EXPECT_EQ(crawl.exit_code, 0);
  EXPECT_EQ(crawl.output + crawl.errors, "");
  const ProgramResult query = RunThresh(
      {"query", (folder_ / "site.db").string(), "SELECT text FROM heading ORDER BY text"});
  EXPECT_EQ(query.output, "{\"text\":\"A\"}\n{\"text\":\"Start\"}\n");
}

TEST_F(CommandsTest, WarningsAreForWhoLooksOn) {
  const std::string config = Config().string();
  std::ofstream(config, std::ios::app) << "[[record]]\ntable = 'word'\nmatch = '<i>(?P<w>\\w+)'\n";
  site_.Add("/", "<h1>Start</h1><i>word</i>");
  EXPECT_THAT(RunThresh({"check", config}).errors, HasSubstr("warning"));
  const ProgramResult crawl = RunThresh({"crawl", config});
  EXPECT_EQ(crawl.exit_code, 0);
  EXPECT_EQ(crawl.output + crawl.errors, "");
}

TEST_F(CommandsTest, AfterACleanEndTheDatabaseIsOneFile) {
  RunThresh({"crawl", Config().string()});
  EXPECT_FALSE(std::filesystem::exists(folder_ / "site.db-wal"));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "site.db-shm"));
}

TEST_F(CommandsTest, AConfigStandsForItsDatabase) {
  const std::string config = Config().string();
  RunThresh({"crawl", config});
  EXPECT_EQ(RunThresh({"query", config, "SELECT count(*) AS n FROM heading"}).output,
            "{\"n\":2}\n");
}

TEST_F(CommandsTest, CatPrintsAPageAsItCame) {
  RunThresh({"crawl", Config().string()});
  const ProgramResult cat = RunThresh({"cat", (folder_ / "site.db").string(), site_.Url("/a")});
  EXPECT_EQ(cat.output, "<h1>A</h1>");
  const ProgramResult headers =
      RunThresh({"cat", (folder_ / "site.db").string(), site_.Url("/a"), "--headers"});
  EXPECT_THAT(headers.output, StartsWith("status: 200\n"));
  EXPECT_THAT(headers.output, HasSubstr("content-type: text/html"));
  const ProgramResult none = RunThresh({"cat", (folder_ / "site.db").string(), site_.Url("/no")});
  EXPECT_EQ(none.exit_code, 1);
  EXPECT_THAT(none.errors, HasSubstr("was not fetched"));
}

TEST_F(CommandsTest, UrlNormalisesEachAndSaysWhichIsNone) {
  const ProgramResult result = RunThresh(
      {"url", "--base", "http://x.test/dir/", "a?b#c", "javascript:x", "//Y.test:80/%7e"});
  EXPECT_EQ(result.output, "http://x.test/dir/a?b\nhttp://y.test/~\n");
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.errors, HasSubstr("javascript:x"));
}

TEST_F(CommandsTest, ADatabaseThatIsNotThereIsSaidInOneWay) {
  const std::string config = Config().string();
  for (const char* command : {"query", "diff", "runs", "status", "report", "reparse"}) {
    const ProgramResult result = RunThresh({command, config});
    EXPECT_EQ(result.exit_code, 5) << command;
    EXPECT_THAT(result.errors, HasSubstr("site.db: there is no such database; crawl first"))
        << command;
  }
}

TEST_F(CommandsTest, CatFindsAUrlWithoutWhatIsStripped) {
  RunThresh({"crawl", Config().string()});
  const ProgramResult cat =
      RunThresh({"cat", (folder_ / "site.db").string(), site_.Url("/a?PHPSESSID=77&utm_id=1")});
  EXPECT_EQ(cat.exit_code, 0);
  EXPECT_EQ(cat.output, "<h1>A</h1>");
  EXPECT_THAT(cat.errors, HasSubstr("stored without the parameters that fetch.strip names: " +
                                    site_.Url("/a")));
}

// As a crawl whose config does not say what to strip.
TEST_F(CommandsTest, UrlStripsWhatACrawlDoes) {
  EXPECT_EQ(RunThresh({"url", "http://x.test/?utm_source=a&id=1"}).output, "http://x.test/?id=1\n");
}

TEST_F(CommandsTest, ArgumentsInBracketsAreNoLists) {
  EXPECT_EQ(RunThresh({"url", "--base", "http://x.test/", "[a]", "[b,c]"}).output,
            "http://x.test/[a]\nhttp://x.test/[b,c]\n");
  EXPECT_THAT(RunThresh({"check", "[s]"}).errors, HasSubstr("[s]: "));
  EXPECT_THAT(RunThresh({"scrape", "[x,y]", "-r", "z"}).errors, HasSubstr("[x,y]: "));
}

TEST_F(CommandsTest, QueryWithoutSqlListsTheTablesOfRecordsFirst) {
  const std::string config = Config().string();
  RunThresh({"crawl", config});
  EXPECT_THAT(RunThresh({"query", config, "-f", "tsv"}).output,
              StartsWith("name\ttype\nheading\ttable\nheading_v\tview\nbad_pages\ttable\n"));
}

TEST_F(CommandsTest, SqlErrorsSayWhere) {
  RunThresh({"crawl", Config().string()});
  const std::string db = (folder_ / "site.db").string();
  const ProgramResult result = RunThresh({"query", db, "SELECT nothing FROM heading"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.errors, HasSubstr("nothing"));
  const ProgramResult write = RunThresh({"query", db, "DELETE FROM heading"});
  EXPECT_EQ(write.exit_code, 2);
  EXPECT_THAT(Sql(db, "SELECT count(*) FROM heading"), ElementsAre("2"));
}

TEST_F(CommandsTest, ADatabaseThatIsNoneIsExitCode5) {
  const auto file =
      folder_.Write("not.db", "this is no database, but long enough to look like one");
  const ProgramResult result = RunThresh({"query", file.string(), "SELECT 1"});
  EXPECT_EQ(result.exit_code, 5);
  EXPECT_THAT(result.errors, HasSubstr("not.db"));
}

TEST_F(CommandsTest, ASecondCrawlOnADatabaseIsExitCode75) {
  const std::string config = Config().string();
  site_.Add("/robots.txt", "User-agent: *\nCrawl-delay: 30\n", "text/plain");
  ThreshProgram first({"crawl", config});
  while (site_.requests().empty()) std::this_thread::yield();
  const ProgramResult second = RunThresh({"crawl", config});
  EXPECT_EQ(second.exit_code, 75);
  first.Kill(SIGTERM);
  EXPECT_EQ(first.Wait().exit_code, 130);
  const auto outcome = Sql(folder_ / "site.db", "SELECT outcome FROM runs");
  EXPECT_THAT(outcome, ElementsAre("interrupted"));
}

TEST_F(CommandsTest, ADatabaseThatIsNoneKeepsNoOtherFromItsCrawl) {
  const std::string config = Config().string();
  const auto none = folder_.Write("none.db", std::string(9000, 'x'));
  const std::string other = folder_ / "other.toml";
  std::filesystem::copy_file(config, other);
  std::ofstream(other, std::ios::app) << "[store]\ndb = '" << none.string() << "'\n";
  const ProgramResult crawl = RunThresh({"crawl", other, config});
  EXPECT_EQ(crawl.exit_code, 5);
  EXPECT_THAT(crawl.errors, StartsWith("thresh: " + none.string() + ": is not a database"));
  EXPECT_THAT(Sql(folder_ / "site.db", "SELECT count(*) FROM heading"), ElementsAre("2"));
}

TEST_F(CommandsTest, AConfigWithAnErrorKeepsNoOtherFromItsCrawl) {
  const std::string config = Config().string();
  const std::string wrong = folder_.Write("wrong.toml", "seeds = []\n");
  const ProgramResult crawl = RunThresh({"crawl", wrong, config});
  EXPECT_EQ(crawl.exit_code, 2);
  EXPECT_THAT(crawl.errors, StartsWith(wrong + ":1:9: error: there are no seeds"));
  EXPECT_THAT(crawl.errors, HasSubstr("the others are crawled"));
  EXPECT_THAT(Sql(folder_ / "site.db", "SELECT count(*) FROM heading"), ElementsAre("2"));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "wrong.db"));
}

TEST_F(CommandsTest, AnInterruptionIsOneOfAllDatabases) {
  site_.Add("/robots.txt", "User-agent: *\nCrawl-delay: 30\n", "text/plain");
  const std::string config = Config().string();
  std::vector<std::string> arguments = {"crawl"};
  for (const std::string name : {"1-none", "2", "3"}) {
    const auto copy = folder_ / (name + ".toml");
    std::filesystem::copy_file(config, copy);
    arguments.push_back(copy);
  }
  folder_.Write("1-none.db", std::string(9000, 'x'));
  ThreshProgram crawl(arguments);
  while (site_.requests().empty()) std::this_thread::yield();
  crawl.Kill(SIGTERM);
  EXPECT_EQ(crawl.Wait().exit_code, 5);
  EXPECT_THAT(Sql(folder_ / "2.db", "SELECT outcome FROM runs"), ElementsAre("interrupted"));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "3.db"));
}

TEST_F(CommandsTest, CheckNamesTheLine) {
  const auto config = folder_.Write("bad.toml", "seeds = ['http://x.test/']\nfolow = ['a']\n");
  const ProgramResult result = RunThresh({"check", config.string()});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.errors, HasSubstr("bad.toml:2:1: error: "));
  EXPECT_THAT(result.errors, HasSubstr("follow"));
  EXPECT_EQ(RunThresh({"crawl", config.string()}).exit_code, 2);
}

TEST_F(CommandsTest, UsageErrorsAreExitCode2) {
  EXPECT_EQ(RunThresh({}).exit_code, 2);
  EXPECT_EQ(RunThresh({"crawl"}).exit_code, 2);
  EXPECT_EQ(RunThresh({"fly"}).exit_code, 2);
  EXPECT_THAT(RunThresh({"scrap"}).errors,
              HasSubstr("there is no command \"scrap\"; did you mean \"scrape\"?"));
  EXPECT_EQ(RunThresh({"help", "fly"}).exit_code, 2);
  EXPECT_EQ(RunThresh({"crawl", (folder_ / "none.toml").string()}).exit_code, 2);
}

TEST_F(CommandsTest, HelpAndVersionAreFine) {
  EXPECT_THAT(RunThresh({"--version"}).output, StartsWith("thresh "));
  EXPECT_THAT(RunThresh({"help"}).output, HasSubstr("scrape"));
  EXPECT_THAT(RunThresh({"help", "crawl"}).output, HasSubstr("--fresh"));
  EXPECT_EQ(RunThresh({"help"}).exit_code, 0);
}

TEST_F(CommandsTest, AKilledCrawlIsContinued) {
  for (int i = 0; i < 200; ++i) {
    const std::string next = "/n" + std::to_string(i + 1);
    site_.Add("/n" + std::to_string(i),
              "<h1>" + std::to_string(i) + "</h1><a href=" + next + ">next</a>");
  }
  site_.Add("/", "<h1>Start</h1><a href=/n0>n</a>");
  const std::string config = Config().string();
  ThreshProgram first({"crawl", config});
  while (site_.requests().size() < 60) std::this_thread::yield();
  first.Kill(SIGKILL);
  EXPECT_EQ(first.Wait().exit_code, -1);
  EXPECT_EQ(RunThresh({"crawl", config}).exit_code, 0);
  const auto db = folder_ / "site.db";
  EXPECT_THAT(Sql(db, "SELECT count(*), count(DISTINCT text) FROM heading"),
              ElementsAre("201|201"));
  EXPECT_THAT(Sql(db, "SELECT count(*) FROM runs"), ElementsAre("1"));
  EXPECT_THAT(
      Sql(db, "SELECT url FROM pages JOIN urls USING (url_id) GROUP BY url_id HAVING count(*) > 1"),
      IsEmpty());
}

}  // namespace
}  // namespace thresh
