// Tasks that are submitted together go in one message: each still counts by itself.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "tests/pool/scripted_worker.h"

namespace thresh::pool {
namespace {

class GatheredTasksTest : public ScriptedPoolTest {
 protected:
  void Open(PoolOptions options) {
    options.gather_tasks = true;
    ScriptedPoolTest::Open(options);
  }
  // So large that some of them fill the channel.
  static std::string Large(int i) {
    return "echo " + std::to_string(i) + " " + std::string(40'000, 'l');
  }
  // Submits large tasks to the worker, which is stopped, until there is no room.
  size_t Fill(pid_t worker) {
    kill(worker, SIGSTOP);
    int accepted = 0;
    while (Submit(Large(accepted))) ++accepted;
    return static_cast<size_t>(accepted);
  }
  void ExpectAllDone(size_t tasks) const {
    EXPECT_EQ(told_.size(), tasks);
    EXPECT_EQ(CountToldAs(TaskOutcome::kDone), tasks);
    std::set<std::string> messages;
    for (const Told& told : told_) messages.insert(told.message);
    EXPECT_EQ(messages.size(), tasks);
  }
};

TEST_F(GatheredTasksTest, WaitForFlushWhereTheWorkerHoldsOthers) {
  Open({.workers = 1});
  const pid_t worker = WorkerPid();
  ASSERT_TRUE(Submit("hang"));
  ASSERT_TRUE(Submit("exit 7"));
  EXPECT_FALSE(EndsWithin(worker, 100ms));
  pool_->Flush();
  EXPECT_TRUE(EndsWithin(worker, 5s));
  PollAll();
  EXPECT_EQ(CountToldAs(TaskOutcome::kWorkerLost), 2u);
}

TEST_F(GatheredTasksTest, AnIdleWorkerHasItsTaskAtOnce) {
  Open({.workers = 1});
  const pid_t worker = WorkerPid();
  ASSERT_TRUE(Submit("exit 7"));
  EXPECT_TRUE(EndsWithin(worker, 5s));
}

TEST_F(GatheredTasksTest, ADeadWorkerThatHeldNoneTakesNone) {
  Open({.workers = 1});
  const pid_t worker = WorkerPid();
  kill(worker, SIGKILL);
  ASSERT_TRUE(EndsWithin(worker, 5s));
  EXPECT_FALSE(Submit("echo x"));
}

TEST_F(GatheredTasksTest, GoWithPoll) {
  Open({.workers = 2, .tasks_per_worker = 100});
  for (int i = 0; i < 200; ++i) ASSERT_TRUE(Submit("echo " + std::to_string(i)));
  EXPECT_FALSE(pool_->HasRoom());
  PollAll();
  ExpectAllDone(200);
}

TEST_F(GatheredTasksTest, ThatACallbackSubmitsGoWithThatPoll) {
  Open({.workers = 1, .tasks_per_worker = 4});
  const pid_t worker = WorkerPid();
  ASSERT_TRUE(Submit("hang"));
  ASSERT_TRUE(pool_->TrySubmit("echo first", kAnyWorker,
                               [this](const TaskResult&) { ASSERT_TRUE(Submit("exit 7")); }));
  EXPECT_EQ(pool_->Poll(10s), 1u);
  EXPECT_TRUE(EndsWithin(worker, 5s));
}

TEST_F(GatheredTasksTest, ThatFindTheChannelFullGoWhenItHasRoom) {
  Open({.workers = 1, .tasks_per_worker = 500});
  const pid_t worker = WorkerPid();
  const size_t accepted = Fill(worker);
  ASSERT_LT(accepted, 500u) << "the channel held all";
  EXPECT_EQ(pool_->Poll(0ms), 0u);
  EXPECT_FALSE(pool_->HasRoom());
  kill(worker, SIGCONT);
  PollAll();
  ExpectAllDone(accepted);
  EXPECT_EQ(Do("echo on").message, "on");
}

TEST_F(GatheredTasksTest, AreDoneBeforeAFullWorkerLeaves) {
  Open({.workers = 1, .tasks_per_worker = 500});
  const pid_t worker = WorkerPid();
  const size_t accepted = Fill(worker);
  pool_->Close();
  kill(worker, SIGCONT);
  pool_->Join();
  ExpectAllDone(accepted);
  EXPECT_EQ(pool_->workers_lost(), 0u);
}

TEST_F(GatheredTasksTest, AreDoneByWorkersThatDoSoMany) {
  Open({.workers = 2, .tasks_per_worker = 8, .max_tasks_per_child = 5});
  for (int i = 0; i < 100; ++i) {
    while (!Submit("echo " + std::to_string(i))) pool_->Poll(10s);
  }
  PollAll();
  ExpectAllDone(100);
  EXPECT_EQ(pool_->workers_lost(), 0u);
}

TEST_F(GatheredTasksTest, AreLostOnceWithTheirWorker) {
  Open({.workers = 1, .tasks_per_worker = 16});
  const pid_t worker = WorkerPid();
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(Submit("hang"));
  kill(worker, SIGKILL);
  ASSERT_TRUE(EndsWithin(worker, 5s));
  pool_->Flush();
  PollAll();
  EXPECT_EQ(told_.size(), 10u);
  EXPECT_EQ(CountToldAs(TaskOutcome::kWorkerLost), 10u);
  EXPECT_EQ(Do("echo again").message, "again");
}

}  // namespace
}  // namespace thresh::pool
