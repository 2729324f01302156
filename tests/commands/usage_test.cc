// What is said to who calls a command wrongly, and to who asks how.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/temporary_folder.h"
#include "tests/support/terminal_program.h"
#include "tests/support/thresh_program.h"

namespace thresh {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

TEST(UsageTest, AProblemIsOneLineAndSaysWhereToReadOn) {
  const struct {
    std::vector<std::string> arguments;
    const char* said;
  } cases[] = {
      {{"crawl"}, "thresh: crawl: CONFIG is required; see: thresh help crawl\n"},
      {{"crwl"}, "thresh: there is no command \"crwl\"; did you mean \"crawl\"?\n"},
      {{"help", "crwl"}, "thresh: there is no command \"crwl\"; did you mean \"crawl\"?\n"},
      {{"crawl", "--max-page", "3", "x"},
       "thresh: crawl: there is no flag --max-page; did you mean --max-pages?\n"},
      {{"crawl", "--max-page=3", "x"},
       "thresh: crawl: there is no flag --max-page; did you mean --max-pages?\n"},
      {{"crawl", "--max-pages", "0", "x"},
       "thresh: crawl: --max-pages: 0 is not a whole number from 1 on; see: thresh help crawl\n"},
      {{"crawl", "--max-pages", "9x", "x"},
       "thresh: crawl: --max-pages: 9x is not a whole number from 1 on; see: thresh help crawl\n"},
      {{"scrape", "--depth", "-1", "x"},
       "thresh: scrape: --depth: -1 is not a whole number from 0 on; see: thresh help scrape\n"},
      {{"crawl", "x", "--max-pages"},
       "thresh: crawl: --max-pages needs a value; see: thresh help crawl\n"},
      {{"crawl", "x", "--time", "soon"},
       "thresh: crawl: --time: soon is not a duration such as 90s; see: thresh help crawl\n"},
      {{"diff", "x.db", "1", "x"},
       "thresh: diff: RUN: x is not a whole number from 1 on; see: thresh help diff\n"},
      {{"crawl", "x.toml", "--db", ""},
       "thresh: crawl: --db: the value is empty; see: thresh help crawl\n"},
      {{"query", "", "select 1"},
       "thresh: query: DB: the value is empty; see: thresh help query\n"},
      {{"diff", "x.db", "1", "2", "3"},
       "thresh: diff: RUN is given too often; see: thresh help diff\n"},
      {{"query", "x.db", "-f", "csv", "-f", "json"},
       "thresh: query: --format is given more than once; see: thresh help query\n"},
      {{"query", "a", "b", "c"},
       "thresh: query: one argument too many: c; see: thresh help query\n"},
      {{"-x"}, "thresh: there is no flag -x; see: thresh help\n"},
  };
  for (const auto& test : cases) {
    const ProgramResult result = RunThresh(test.arguments);
    EXPECT_EQ(result.exit_code, 2) << test.said;
    EXPECT_EQ(result.errors, test.said);
    EXPECT_EQ(result.output, "") << test.said;
  }
}

TEST(UsageTest, ARuleIsNamedByItsFlag) {
  const TemporaryFolder folder;
  const auto config = folder.Write("a.toml", "seeds = ['https://x.test/']\n");
  const struct {
    std::vector<std::string> flags;
    const char* said;
  } cases[] = {
      {{"-r", "a", "-r", "b("}, "thresh: -r b(: this parenthesis is never closed"},
      {{"--element", "<li(", "--field", "a=b"}, "thresh: --element: this parenthesis is never"},
      {{"--rows", "items", "--field", "a=/a"}, "thresh: --rows: a JSON pointer is empty or begins"},
      {{"--field", "a=b", "--field", "c:real=("}, "thresh: --field c:real=(: this parenthesis"},
      {{"--field", "a=b", "--field", "a=c"},
       "thresh: --field a=c: there is a column 'a' already\n"},
      {{"--field", "a=b", "--field", "A=c"},
       "thresh: --field A=c: there is a column 'a' already: SQL does not tell upper and lower"},
      {{"-r", "a", "--record", "book"}, "thresh: --record book is a table of a config"},
      {{"-c", config.string(), "--element", "<li"}, "thresh: -c has its own rules: leave out"},
      {{"-i", "/nowhere", "-r", "a"}, "thresh: -i /nowhere: cannot be read: No such file"},
  };
  for (const auto& test : cases) {
    std::vector<std::string> arguments = {"scrape", "https://x.test/"};
    arguments.insert(arguments.end(), test.flags.begin(), test.flags.end());
    const ProgramResult result = RunThresh(arguments);
    EXPECT_EQ(result.exit_code, 2) << test.said;
    EXPECT_THAT(result.errors, StartsWith(test.said));
  }
}

TEST(UsageTest, WhoLooksOnIsWarnedOfARule) {
  const TemporaryFolder folder;
  const std::string page = folder.Write("page.html", "aab").string();
  TerminalProgram program({THRESH_PROGRAM, "scrape", page, "-r", "a{,3}b"}, 100, 24);
  EXPECT_TRUE(program.WaitForText("warning: -r a{,3}b: {,n} is no repetition in RE2"));
  EXPECT_EQ(RunThresh({"scrape", page, "-r", "a{,3}b"}).errors, "");
}

TEST(UsageTest, WithoutACommandAllAreNamed) {
  const ProgramResult result = RunThresh({});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_EQ(result.errors, RunThresh({"help"}).output);
  EXPECT_THAT(result.errors, HasSubstr("Crawl sites into a database"));
}

TEST(UsageTest, HelpIsForPeople) {
  const std::string help = RunThresh({"help", "crawl"}).output;
  EXPECT_EQ(help, RunThresh({"crawl", "--help"}).output);
  EXPECT_THAT(help, HasSubstr("Usage: thresh crawl [OPTION...] CONFIG...\n"));
  EXPECT_THAT(help, HasSubstr("      --max-pages N "));
  EXPECT_THAT(help, HasSubstr("Examples:\n  thresh crawl books.toml\n"));
  for (const char* word : {"TEXT", "REQUIRED", "INT", "POSITIVE", "SUBCOMMAND", "Excludes"}) {
    EXPECT_THAT(help, Not(HasSubstr(word)));
  }
  EXPECT_THAT(RunThresh({"help", "diff"}).output,
              HasSubstr("thresh diff [OPTION...] DB [RUN...]\n"));
}

}  // namespace
}  // namespace thresh
