// A crawl that is killed at random instants, again and again, until it gets through. The long form:
// tests/kill_loop.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <iostream>
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

constexpr size_t kPages = 400;
constexpr size_t kKillsOfASite = 25;  // then its crawl is left to end
constexpr size_t kParallel = 4;
// What may be fetched and not yet committed at a kill: a batch, and what is under way.
constexpr size_t kMostUnacknowledged = 50 + kParallel;

// One site, crawled to its end through kills.
class KilledCrawl {
 public:
  explicit KilledCrawl(uint64_t seed)
      : random_(seed),
        pages_(seed, kPages),
        site_([this](const std::string&, const std::string& target) {
          return pages_.Answer(target);
        }),
        config_(folder_.Write("site.toml", SyntheticSite::Config(site_.Url("/p/0"),
                                                                 "delay = '3ms'\nparallel = 4\n"))),
        db_(folder_ / "site.db") {}

  // Gives how often it was killed, at most `most` times.
  size_t Run(size_t most) {
    most = std::min(most, kKillsOfASite);
    while (kills_ < most && !testing::Test::HasFailure()) {
      if (!RunUntilKilled() || IsComplete()) return kills_;
      CheckNothingIsLost();
    }
    const ProgramResult last = RunThresh({"crawl", config_.string()});
    EXPECT_EQ(last.exit_code, 0) << last.errors;
    EXPECT_EQ(last.output + last.errors, "");
    return kills_;
  }

  void Check() {
    ExpectUndisturbed(db_, pages_);
    CheckRequests();
  }

 private:
  // False when the crawl has ended by itself before.
  bool RunUntilKilled() {
    const milliseconds time(3 + random_() % 400);
    const size_t requests = site_.request_count() + 1 + random_() % 60;
    ThreshProgram program({"crawl", config_.string()});
    const pid_t group = program.pid();
    const auto end = std::chrono::steady_clock::now() + time;
    while (!program.HasEnded() && std::chrono::steady_clock::now() < end &&
           !site_.WaitForRequests(requests, milliseconds(2))) {
    }
    usleep(static_cast<useconds_t>(random_() % 3000));  // not always at a request
    program.Kill(SIGKILL);
    const ProgramResult result = program.Wait();
    EXPECT_TRUE(WaitUntilGone(group, milliseconds(1000))) << "a worker outlives its parent";
    if (result.exit_code != -1) {
      EXPECT_EQ(result.exit_code, 0) << result.errors;
      return false;
    }
    ++kills_;
    return true;
  }

  // Whether the kill came between the end of the run and that of the process: the next crawl would
  // be another run. Where that cannot be, the database is not looked at.
  bool IsComplete() {
    std::set<std::string> asked;
    for (const MeasuredSite::Request& request : site_.requests()) asked.insert(request.target);
    if (asked.size() < kPages) return false;
    return Values(db_, "SELECT outcome FROM runs") == std::multiset<std::string>{"complete"};
  }

  // What an earlier kill left acknowledged was not asked for since, and is still there. Only
  // sometimes: a look at the database must not be what mends it.
  void CheckNothingIsLost() {
    if (random_() % 2 == 0) return;
    const auto requests = site_.requests();
    for (size_t i = seen_requests_; i < requests.size(); ++i) {
      EXPECT_EQ(acknowledged_.count(requests[i].target), 0u)
          << requests[i].target << " was committed, and was fetched again";
    }
    seen_requests_ = requests.size();
    auto now = Acknowledged(db_);
    EXPECT_TRUE(std::includes(now.begin(), now.end(), acknowledged_.begin(), acknowledged_.end()))
        << "what was committed is gone";
    acknowledged_ = std::move(now);
  }

  // Every request gave a page, but for those that a kill overtook.
  void CheckRequests() {
    std::map<std::string, size_t> asked;
    for (const MeasuredSite::Request& request : site_.requests()) ++asked[request.target];
    EXPECT_LE(asked.extract("/robots.txt").mapped(), kills_ + 1);
    size_t repeated = 0;
    for (const auto& [target, count] : asked) {
      const size_t needed = 1 + pages_.BadAnswers(target);
      EXPECT_LE(count, kills_ + needed) << target;
      repeated += count - std::min(needed, count);
    }
    EXPECT_LE(repeated, kills_ * kMostUnacknowledged);
  }

  std::mt19937_64 random_;
  SyntheticSite pages_;
  MeasuredSite site_;
  TemporaryFolder folder_;
  const std::filesystem::path config_, db_;
  size_t kills_ = 0;
  size_t seen_requests_ = 0;
  std::multiset<std::string> acknowledged_;
};

TEST(KillTest, WhateverInstantTheParentIsKilledNothingIsLostAndNothingIsThereTwice) {
  const uint64_t seed = RandomSeed();
  const size_t wanted = static_cast<size_t>(NumberFromEnvironment("THRESH_TEST_KILLS", 15));
  size_t kills = 0;
  for (uint64_t round = 0; kills < wanted && !HasFailure(); ++round) {
    SCOPED_TRACE("seed " + std::to_string(seed) + ", site " + std::to_string(round));
    KilledCrawl crawl(seed + round);
    kills += crawl.Run(wanted - kills);
    crawl.Check();
    if (wanted > kKillsOfASite) std::cout << kills << " kills" << std::endl;
  }
}

}  // namespace
}  // namespace thresh
