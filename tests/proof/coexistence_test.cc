// A crawl among other programs: signals, a second crawl, readers, closed outputs.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>

#include "tests/proof/crawl_checks.h"
#include "tests/proof/synthetic_site.h"
#include "tests/support/process_group.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/thresh_program.h"

namespace thresh {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;
using testing::StartsWith;

class CoexistenceTest : public testing::Test {
 protected:
  static constexpr uint64_t kSeed = 11;

  std::string Config(const std::string& host = "delay = '4ms'\n") {
    return folder_.Write("site.toml", SyntheticSite::Config(site_.Url("/p/0"), host)).string();
  }
  void WaitForPages(size_t count) {
    ASSERT_TRUE(site_.WaitForRequests(site_.request_count() + count, seconds(30)));
  }
  MeasuredSite::Answer Respond(const std::string& target) {
    MeasuredSite::Answer answer = pages_.Answer(target);
    if (hangs_) answer.think = seconds(60);
    return answer;
  }

  SyntheticSite pages_{kSeed, 150};
  std::atomic<bool> hangs_ = false;
  MeasuredSite site_{
      [this](const std::string&, const std::string& target) { return Respond(target); }};
  TemporaryFolder folder_;
  const std::filesystem::path db_ = folder_ / "site.db";
};

TEST_F(CoexistenceTest, EachSignalSavesEndsWith130AndIsContinuedFrom) {
  const std::string config = Config();
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    SCOPED_TRACE(signal);
    ThreshProgram program({"crawl", config});
    const pid_t group = program.pid();
    WaitForPages(20);
    program.Kill(signal);
    const ProgramResult result = program.Wait();
    EXPECT_EQ(result.exit_code, 130);
    EXPECT_TRUE(WaitUntilGone(group, milliseconds(1000)));
    EXPECT_EQ(Values(db_, "SELECT outcome FROM runs"), std::multiset<std::string>{"interrupted"});
    EXPECT_FALSE(std::filesystem::exists(db_.string() + "-wal")) << "a clean end is one file";
  }
  EXPECT_EQ(RunThresh({"crawl", config}).exit_code, 0);
  ExpectUndisturbed(db_, pages_);
  EXPECT_LE(site_.request_count(), 1 + pages_.page_count() + 6)
      << "what was under way at a signal is saved, not fetched again";
}

// What went on before a signal counts as well: the last pages alone have no rows, and one of three
// fails.
TEST(ContinuedRunTest, IsJudgedAsAWhole) {
  MeasuredSite site([](const std::string&, const std::string& target) {
    const int page = std::atoi(target.c_str() + 1);
    if (target == "/robots.txt" || page > 20) return MeasuredSite::Answer{.status = 404};
    const std::string row = page < 15 ? "<b>row</b>" : "";
    return MeasuredSite::Answer{.body = row + "<a href=/" + std::to_string(page + 1) + ">n</a>"};
  });
  TemporaryFolder folder;
  const std::string config =
      folder
          .Write("site.toml", "seeds = ['" + site.Url("/0") + "']\n[host.'*']\ndelay = '20ms'\n" +
                                  "[[record]]\ntable = 'b'\nmatch = '<b>(?P<b>[a-z]+)'\n")
          .string();
  ThreshProgram program({"crawl", config});
  ASSERT_TRUE(site.WaitForRequests(20, seconds(30)));
  program.Kill(SIGTERM);
  EXPECT_EQ(program.Wait().exit_code, 130);
  const ProgramResult rest = RunThresh({"crawl", config});
  EXPECT_EQ(rest.exit_code, 0) << rest.errors;
  EXPECT_EQ(
      Values(folder / "site.db", "SELECT pages || ' ' || failed || ' ' || exit_code FROM runs"),
      std::multiset<std::string>{"22 1 0"});
}

TEST_F(CoexistenceTest, WhatHangsIsWaitedForFiveSeconds) {
  const std::string config = Config();
  ThreshProgram program({"crawl", config});
  WaitForPages(10);
  hangs_ = true;
  WaitForPages(1);
  const auto start = std::chrono::steady_clock::now();
  program.Kill(SIGTERM);
  EXPECT_EQ(program.Wait().exit_code, 130);
  EXPECT_LT(std::chrono::steady_clock::now() - start, seconds(8));
  hangs_ = false;
  EXPECT_EQ(RunThresh({"crawl", config}).exit_code, 0);
  ExpectUndisturbed(db_, pages_);
}

TEST_F(CoexistenceTest, ASecondSignalLeavesAtOnceAndLosesNothing) {
  const std::string config = Config();
  ThreshProgram program({"crawl", config});
  const pid_t group = program.pid();
  WaitForPages(10);
  hangs_ = true;
  WaitForPages(1);
  program.Kill(SIGINT);
  usleep(300'000);
  EXPECT_FALSE(program.HasEnded()) << "it waits for what is under way";
  const auto start = std::chrono::steady_clock::now();
  program.Kill(SIGINT);
  EXPECT_EQ(program.Wait().exit_code, 130);
  EXPECT_LT(std::chrono::steady_clock::now() - start, seconds(2));
  EXPECT_TRUE(WaitUntilGone(group, milliseconds(1000)));
  hangs_ = false;
  EXPECT_EQ(RunThresh({"crawl", config}).exit_code, 0);
  ExpectUndisturbed(db_, pages_);
}

TEST_F(CoexistenceTest, TheLockIsGoneWithItsHolderHoweverThatDied) {
  const std::string config = Config("delay = '20ms'\n");
  ThreshProgram first({"crawl", config});
  WaitForPages(5);
  const ProgramResult second = RunThresh({"crawl", config});
  EXPECT_EQ(second.exit_code, 75);
  EXPECT_THAT(second.errors, HasSubstr("another crawl"));
  first.Kill(SIGKILL);
  first.Wait();
  EXPECT_EQ(RunThresh({"crawl", Config("delay = '0s'\n"), "--max-pages", "40"}).exit_code, 0);
}

TEST_F(CoexistenceTest, ACrawlWaitsForAnotherWhenAsked) {
  const std::string config = Config("delay = '20ms'\n");
  ThreshProgram first({"crawl", config});
  WaitForPages(5);
  ThreshProgram second({"crawl", config, "--wait", "60s", "--max-pages", "1"});
  usleep(300'000);
  EXPECT_FALSE(second.HasEnded());
  first.Kill(SIGTERM);
  EXPECT_EQ(first.Wait().exit_code, 130);
  EXPECT_EQ(second.Wait().exit_code, 0);
}

TEST_F(CoexistenceTest, QueriesReadWhileACrawlWrites) {
  const std::string config = Config("delay = '5ms'\n");
  ThreshProgram program({"crawl", config});
  WaitForPages(5);
  int64_t last = 0;
  int queries = 0;
  for (; !program.HasEnded(); ++queries) {
    const ProgramResult query =
        RunThresh({"query", db_.string(), "-f", "csv", "SELECT count(*) FROM pages"});
    ASSERT_EQ(query.exit_code, 0) << query.errors;
    const int64_t count = std::stoll(query.output.substr(query.output.find('\n') + 1));
    EXPECT_GE(count, last);
    last = count;
  }
  EXPECT_GT(queries, 2);
  EXPECT_EQ(program.Wait().exit_code, 0);
  ExpectUndisturbed(db_, pages_);
}

// A database in descriptor 2 would take the messages for pages.
TEST_F(CoexistenceTest, ACrawlWithoutStandardDescriptorsIsACrawl) {
  const auto closed = [] {
    for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) close(fd);
  };
  EXPECT_EQ(ThreshProgram({"crawl", Config("delay = '0s'\n")}, "", closed).Wait().exit_code, 0);
  ExpectUndisturbed(db_, pages_);
}

// nohup, say.
TEST_F(CoexistenceTest, AnIgnoredSignalStaysIgnored) {
  const auto ignore = [] { signal(SIGHUP, SIG_IGN); };
  ThreshProgram program({"crawl", Config()}, "", ignore);
  WaitForPages(20);
  program.Kill(SIGHUP);
  EXPECT_EQ(program.Wait().exit_code, 0);
  ExpectUndisturbed(db_, pages_);
}

TEST_F(CoexistenceTest, AFullLogStopsNothing) {
  const auto full = [] { dup2(open("/dev/full", O_WRONLY), STDERR_FILENO); };
  const std::string config = Config("delay = '0s'\n");
  EXPECT_EQ(ThreshProgram({"crawl", config, "-v"}, "", full).Wait().exit_code, 0);
  ExpectUndisturbed(db_, pages_);
  EXPECT_EQ(ThreshProgram({"crawl", "none.toml"}, "", full).Wait().exit_code, 2);
  EXPECT_EQ(ThreshProgram({"query", "none.db", "SELECT 1"}, "", full).Wait().exit_code, 5);
}

TEST_F(CoexistenceTest, AReaderThatHasGoneIsNoError) {
  const auto nobody_reads = [] {
    int ends[2];
    if (pipe(ends) != 0) _exit(127);
    dup2(ends[1], STDOUT_FILENO);
    close(ends[0]);
  };
  const std::string endless =
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n";
  RunThresh({"crawl", Config("delay = '0s'\n"), "--max-pages", "3"});
  const ProgramResult query =
      ThreshProgram({"query", db_.string(), endless}, "", nobody_reads).Wait();
  EXPECT_EQ(query.exit_code, 0) << query.errors;
  EXPECT_EQ(query.errors, "");
}

}  // namespace
}  // namespace thresh
