// A crawl whose workers are killed or stopped at random, and which itself is left alone.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>

#include "tests/proof/crawl_checks.h"
#include "tests/proof/synthetic_site.h"
#include "tests/support/process_group.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/test_environment.h"
#include "tests/support/thresh_program.h"

namespace thresh {
namespace {

using std::chrono::milliseconds;

constexpr size_t kSitePages = 300;
constexpr char kWorker[] = "pool-worker";

// One crawl of a synthetic site, and what is done to its workers.
class WorkerKillTest : public testing::Test {
 protected:
  WorkerKillTest() : seed_(RandomSeed()), random_(seed_), pages_(seed_, kSitePages) {}

  std::filesystem::path Config(const std::string& host) {
    return folder_.Write("site.toml", SyntheticSite::Config(site_.Url("/p/0"), host));
  }

  // The living processes of that name that are not stopped.
  static std::vector<pid_t> Named(const std::string& name, pid_t group) {
    std::vector<pid_t> pids;
    for (const ProcessEntry& entry : LivingProcessesOf(group)) {
      if (entry.name == name && entry.state != 'T') pids.push_back(entry.pid);
    }
    return pids;
  }

  // Sends `signal` to one of them; gives which, 0: there is none.
  pid_t Hit(const ThreshProgram& program, int signal, const std::string& name = kWorker) {
    const auto pids = Named(name, program.pid());
    if (pids.empty()) return 0;
    const pid_t hit = pids[random_() % pids.size()];
    kill(hit, signal);
    return hit;
  }

  // Notes the zombies of the program; one that stays for two seconds is a failure.
  void WatchZombies(pid_t group) {
    const auto now = std::chrono::steady_clock::now();
    std::map<pid_t, std::chrono::steady_clock::time_point> still;
    for (const ProcessEntry& entry : ProcessesOf(group)) {
      if (entry.state != 'Z' || entry.pid == group) continue;
      const auto since = zombies_.contains(entry.pid) ? zombies_.at(entry.pid) : now;
      EXPECT_LT(now - since, milliseconds(2000)) << entry.name << " is not reaped";
      still[entry.pid] = since;
    }
    zombies_ = std::move(still);
  }

  void ExpectComplete(ThreshProgram& program) {
    const pid_t group = program.pid();
    const ProgramResult result = program.Wait();
    EXPECT_EQ(result.exit_code, 0) << result.errors;
    EXPECT_TRUE(WaitUntilGone(group, milliseconds(1000))) << "a worker outlives its parent";
    ExpectUndisturbed(folder_ / "site.db", pages_);
  }

  const uint64_t seed_;
  std::mt19937_64 random_;
  SyntheticSite pages_;
  MeasuredSite site_{
      [this](const std::string&, const std::string& target) { return pages_.Answer(target); }};
  TemporaryFolder folder_;
  std::map<pid_t, std::chrono::steady_clock::time_point> zombies_;
};

TEST_F(WorkerKillTest, KilledWorkersAreReplacedAndEveryPageIsThereOnce) {
  const size_t wanted = static_cast<size_t>(NumberFromEnvironment("THRESH_TEST_KILLS", 20));
  ThreshProgram program({"crawl", Config("delay = '5ms'\nparallel = 4\n").string()});
  size_t hits = 0, wait_for = 1;
  while (!program.HasEnded()) {
    WatchZombies(program.pid());
    const bool due = site_.WaitForRequests(wait_for, milliseconds(20));
    if (!due || hits >= std::min<size_t>(wanted, kSitePages / 8)) continue;
    usleep(static_cast<useconds_t>(random_() % 2000));
    if (Hit(program, SIGKILL) != 0) ++hits;
    wait_for = site_.request_count() + 3 + random_() % 10;
  }
  EXPECT_GT(hits, 5u);
  ExpectComplete(program);
}

TEST_F(WorkerKillTest, StoppedWorkersThatGoOnHurtNothing) {
  ThreshProgram program({"crawl", Config("delay = '5ms'\nparallel = 4\n").string()});
  size_t hits = 0;
  while (!program.HasEnded()) {
    WatchZombies(program.pid());
    const pid_t stopped = Hit(program, SIGSTOP);
    hits += stopped != 0;
    usleep(static_cast<useconds_t>(1000 + random_() % 60'000));
    if (stopped != 0) kill(stopped, SIGCONT);
    usleep(static_cast<useconds_t>(random_() % 60'000));
  }
  EXPECT_GT(hits, 3u);
  ExpectComplete(program);
}

TEST_F(WorkerKillTest, WhatEndsWithTheForkServerIsGoneOnWithByTheNextCrawl) {
  const std::string config = Config("delay = '5ms'\nparallel = 4\n");
  ThreshProgram first({"crawl", config});
  site_.WaitForRequests(20, milliseconds(10'000));
  ASSERT_NE(Hit(first, SIGKILL, "fork-server"), 0);
  while (!first.HasEnded()) {
    Hit(first, SIGKILL);
    usleep(10'000);
  }
  const ProgramResult ended = first.Wait();
  EXPECT_EQ(ended.exit_code, 1);
  EXPECT_THAT(ended.errors, testing::HasSubstr("crawl again, and it goes on"));
  ThreshProgram second({"crawl", config});
  ExpectComplete(second);
}

// The watchdog needs its twenty seconds.
TEST_F(WorkerKillTest, AWorkerThatStaysStoppedIsKilledAndReplaced) {
  if (NumberFromEnvironment("THRESH_TEST_KILLS", 0) == 0) {
    GTEST_SKIP() << "takes half a minute: tests/kill_loop runs it";
  }
  ThreshProgram program({"crawl", Config("delay = '20ms'\n").string()});
  site_.WaitForRequests(20, milliseconds(10'000));
  const pid_t stopped = Hit(program, SIGSTOP);
  ASSERT_NE(stopped, 0);
  ExpectComplete(program);
  EXPECT_NE(kill(stopped, 0), 0) << "it is still there";
}

}  // namespace
}  // namespace thresh
