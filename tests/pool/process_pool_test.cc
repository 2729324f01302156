#include "fetcher/pool/process_pool.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/time.h>

#include <set>

#include "tests/pool/scripted_worker.h"

namespace thresh::pool {
namespace {

using ::testing::HasSubstr;
using ProcessPoolTest = ScriptedPoolTest;

TEST_F(ProcessPoolTest, ResultsAndErrorsCross) {
  Open({.workers = 2});
  EXPECT_EQ(Do("echo hello").message, "hello");
  const Told failed = Do("fail no such page");
  EXPECT_EQ(failed.outcome, TaskOutcome::kFailed);
  EXPECT_EQ(failed.message, "no such page");
  EXPECT_NE(failed.worker, getpid());
}

TEST_F(ProcessPoolTest, LargestMessagesCrossAndLargerOnesAreRefused) {
  Open({.workers = 1});
  EXPECT_EQ(Do("size" + std::string(kMaxMessageBytes - 4, ' ')).message,
            std::to_string(kMaxMessageBytes));
  EXPECT_EQ(Do("grow " + std::to_string(kMaxMessageBytes)).message.size(), kMaxMessageBytes);
  EXPECT_THROW(Submit(std::string(kMaxMessageBytes + 1, 'x')), std::length_error);
  EXPECT_EQ(pool_->in_flight(), 0u);
}

TEST_F(ProcessPoolTest, CallsBackEachTaskOnceInThisThread) {
  Open({.workers = 3});
  std::map<int, int> calls;
  const auto here = std::this_thread::get_id();
  for (int i = 0; i < 500; ++i) {
    const auto callback = [&calls, i, here](const TaskResult& result) {
      EXPECT_EQ(std::this_thread::get_id(), here);
      EXPECT_EQ(result.message, std::to_string(i));
      ++calls[i];
    };
    while (!pool_->TrySubmit("echo " + std::to_string(i), kAnyWorker, callback)) pool_->Poll(10s);
  }
  PollAll();
  EXPECT_EQ(pool_->Poll(0ms), 0u);
  ASSERT_EQ(calls.size(), 500u);
  for (const auto& [task, count] : calls) EXPECT_EQ(count, 1) << task;
}

TEST_F(ProcessPoolTest, FullSaysNoAndKeepsNothing) {
  Open({.workers = 2, .tasks_per_worker = 3});
  for (int i = 0; i < 6; ++i) EXPECT_TRUE(Submit("hang"));
  EXPECT_FALSE(pool_->HasRoom());
  for (int i = 0; i < 1000; ++i) EXPECT_FALSE(Submit("echo late"));
  EXPECT_EQ(pool_->in_flight(), 6u);
  pool_->Terminate();
  EXPECT_EQ(told_.size(), 6u);
}

TEST_F(ProcessPoolTest, CallbackMayHandInTheNextTaskEvenInTheSmallestPool) {
  Open({.workers = 1, .tasks_per_worker = 1});
  int left = 100;
  TaskCallback again = [&](const TaskResult&) {
    if (--left > 0) {
      EXPECT_TRUE(pool_->TrySubmit("echo x", kAnyWorker, again));
    }
  };
  ASSERT_TRUE(pool_->TrySubmit("echo x", kAnyWorker, again));
  PollAll();
  EXPECT_EQ(left, 0);
}

TEST_F(ProcessPoolTest, BulkGoesThroughTheSlotBothWays) {
  Open({.workers = 1, .slot_bytes = 300'000});
  const std::string bulk(300'000, 'b');
  ASSERT_TRUE(pool_->TrySubmit("read-slot 5", bulk, kAnyWorker, Keep(&told_)));
  PollAll();
  EXPECT_EQ(told_[0].message, "bbbbb");
  size_t filled = 0;
  pool_->TrySubmit("fill-slot z", kAnyWorker, [&](const TaskResult& result) {
    filled = std::count(result.slot.begin(), result.slot.end(), std::byte{'z'});
    EXPECT_EQ(result.slot.size(), 300'000u);
  });
  PollAll();
  EXPECT_EQ(filled, 300'000u);
  EXPECT_THROW(pool_->TrySubmit("x", bulk + "b", kAnyWorker, {}), std::length_error);
}

TEST_F(ProcessPoolTest, AKeyHasOneWorkerAtATime) {
  Open({.workers = 3, .tasks_per_worker = 4});
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 4; ++i) ASSERT_TRUE(Submit("pid", 77));
    EXPECT_FALSE(Submit("pid", 77)) << "its worker is full";
    EXPECT_TRUE(Submit("echo x", 78)) << "others are not";
    PollAll();
  }
  EXPECT_EQ(TasksByMessage().size(), 1u + 1u) << "the same worker each time, and the echoes";
}

// A worker that is full of other tasks is not waited for.
TEST_F(ProcessPoolTest, AKeyGoesElsewhereWhenNobodyHoldsItsTasks) {
  Open({.workers = 3, .tasks_per_worker = 4});
  const auto worker_of = [this](uint64_t key) {
    EXPECT_TRUE(Submit("pid", key));
    PollAll();
    return pool_->last_worker();
  };
  const pid_t own = worker_of(77);
  uint64_t other = 78;
  while (worker_of(other) != own) ++other;
  for (int i = 0; i < 4; ++i) ASSERT_TRUE(Submit("hang", other));
  EXPECT_TRUE(Submit("hang", 77));
  EXPECT_NE(pool_->last_worker(), own);
}

TEST_F(ProcessPoolTest, AKeyMayHaveSeveralWorkersInEqualParts) {
  Open({.workers = 3, .tasks_per_worker = 4});
  for (int i = 0; i < 8; ++i) ASSERT_TRUE(Submit("pid", {77, 2})) << i;
  EXPECT_FALSE(Submit("pid", {77, 2}));
  EXPECT_TRUE(pool_->HasRoom());
  PollAll();
  const auto tasks = TasksByMessage();
  ASSERT_EQ(tasks.size(), 2u);
  for (const auto& [pid, count] : tasks) EXPECT_EQ(count, 4) << pid;
}

TEST_F(ProcessPoolTest, AKeyWhoseWorkerDiedHasAnother) {
  Open({.workers = 2, .tasks_per_worker = 2});
  for (int i = 0; i < 2; ++i) ASSERT_TRUE(Submit("hang", 77));
  ASSERT_FALSE(Submit("pid", 77));
  kill(pool_->last_worker(), SIGKILL);
  PollAll();
  EXPECT_EQ(CountToldAs(TaskOutcome::kWorkerLost), 2u);
  for (int i = 0; i < 2; ++i) EXPECT_TRUE(Submit("pid", 77));
}

TEST_F(ProcessPoolTest, TasksWithoutAffinitySpreadOverAllWorkers) {
  Open({.workers = 3, .tasks_per_worker = 2});
  for (int i = 0; i < 6; ++i) ASSERT_TRUE(Submit("pid"));
  PollAll();
  const auto tasks = TasksByMessage();
  ASSERT_EQ(tasks.size(), 3u);
  for (const auto& [pid, count] : tasks) EXPECT_EQ(count, 2);
}

TEST_F(ProcessPoolTest, CloseAndJoinDeliverAllThatWasAccepted) {
  Open({.workers = 2});
  for (int i = 0; i < 32; ++i) ASSERT_TRUE(Submit("nap 2"));
  pool_->Close();
  EXPECT_FALSE(Submit("echo late"));
  pool_->Join();
  EXPECT_EQ(CountToldAs(TaskOutcome::kDone), 32u);
  EXPECT_EQ(pool_->workers(), 0u);
  EXPECT_EQ(pool_->workers_lost(), 0u);
}

TEST_F(ProcessPoolTest, JoinComesAfterClose) {
  Open({.workers = 1});
  EXPECT_THROW(pool_->Join(), std::logic_error);
  pool_->Close();
  pool_->Join();
  pool_->Join();
  EXPECT_EQ(pool_->Poll(1h), 0u);
}

TEST_F(ProcessPoolTest, TerminateCancelsWhatIsOutstandingOnce) {
  Open({.workers = 2, .tasks_per_worker = 5});
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(Submit("hang"));
  pool_->Terminate();
  EXPECT_EQ(CountToldAs(TaskOutcome::kCancelled), 10u);
  EXPECT_EQ(pool_->in_flight(), 0u);
  EXPECT_EQ(pool_->workers(), 0u);
  pool_->Terminate();
  pool_->Join();
  EXPECT_EQ(told_.size(), 10u);
}

TEST_F(ProcessPoolTest, TerminateInsideACallbackCancelsTheOthersAfterIt) {
  Open({.workers = 1, .tasks_per_worker = 4});
  std::vector<std::string> order;
  pool_->TrySubmit("echo x", kAnyWorker, [&](const TaskResult&) {
    pool_->Terminate();
    order.push_back("first returns");
  });
  for (int i = 0; i < 3; ++i) {
    pool_->TrySubmit("echo y", kAnyWorker, [&](const TaskResult& result) {
      order.push_back(result.outcome == TaskOutcome::kCancelled ? "cancelled" : "done");
    });
  }
  EXPECT_EQ(pool_->Poll(10s), 4u);
  EXPECT_THAT(order,
              ::testing::ElementsAre("first returns", "cancelled", "cancelled", "cancelled"));
}

TEST_F(ProcessPoolTest, DestroyingThePoolCancelsWhatIsOutstanding) {
  Open({.workers = 2});
  for (int i = 0; i < 4; ++i) ASSERT_TRUE(Submit("hang"));
  pool_.reset();
  EXPECT_EQ(CountToldAs(TaskOutcome::kCancelled), 4u);
}

TEST_F(ProcessPoolTest, PollAndJoinInsideACallbackAreErrors) {
  Open({.workers = 1});
  int errors = 0;
  pool_->TrySubmit("echo x", kAnyWorker, [&](const TaskResult&) {
    try {
      pool_->Poll(0ms);
    } catch (const std::logic_error&) {
      ++errors;
    }
    try {
      pool_->Join();
    } catch (const std::logic_error&) {
      ++errors;
    }
  });
  PollAll();
  EXPECT_EQ(errors, 2);
}

TEST_F(ProcessPoolTest, ThrowingCallbackLosesNoOther) {
  Open({.workers = 1});
  for (int i = 0; i < 10; ++i) {
    pool_->TrySubmit("echo x", kAnyWorker, [this](const TaskResult&) {
      told_.push_back({});
      throw std::runtime_error("thrown by a callback");
    });
  }
  int thrown = 0;
  while (pool_->in_flight() > 0) {
    try {
      pool_->Poll(10s);
    } catch (const std::runtime_error& error) {
      EXPECT_STREQ(error.what(), "thrown by a callback");
      ++thrown;
    }
  }
  EXPECT_EQ(thrown, 10);
  EXPECT_EQ(told_.size(), 10u);
  EXPECT_EQ(Do("echo on").message, "on");
}

TEST_F(ProcessPoolTest, ThrowingCallbacksOfALostWorkerAreAllRun) {
  Open({.workers = 1});
  const pid_t worker = WorkerPid();
  kill(worker, SIGSTOP);  // until it holds all
  ASSERT_TRUE(Submit("hang"));
  int calls = 0;
  for (int i = 0; i < 3; ++i) {
    pool_->TrySubmit(i == 0 ? "exit 3" : "hang", kAnyWorker, [&](const TaskResult&) {
      ++calls;
      throw 1;
    });
  }
  kill(worker, SIGCONT);
  while (pool_->in_flight() > 0) {
    try {
      pool_->Poll(10s);
    } catch (int) {
    }
  }
  EXPECT_EQ(calls, 3);
  EXPECT_EQ(told_.size(), 1u);
}

TEST_F(ProcessPoolTest, MaxTasksPerChildRecyclesWithoutLoss) {
  Open({.workers = 2, .tasks_per_worker = 2, .max_tasks_per_child = 3});
  std::map<std::string, int> tasks;
  for (int i = 0; i < 30; ++i) ++tasks[Do("pid").message];
  EXPECT_GE(tasks.size(), 10u);
  for (const auto& [pid, count] : tasks) EXPECT_LE(count, 3) << pid;
  EXPECT_EQ(pool_->workers_lost(), 0u);
}

ProcessPool* g_pool_to_wake = nullptr;

TEST_F(ProcessPoolTest, WakeEndsPollAlsoFromASignalHandler) {
  Open({.workers = 1});
  pool_->Wake();
  EXPECT_EQ(pool_->Poll(1h), 0u);
  g_pool_to_wake = pool_.get();
  const auto previous = signal(SIGALRM, [](int) { g_pool_to_wake->Wake(); });
  const itimerval soon{{0, 0}, {0, 20'000}};
  setitimer(ITIMER_REAL, &soon, nullptr);
  EXPECT_EQ(pool_->Poll(1h), 0u);
  signal(SIGALRM, previous);
}

TEST_F(ProcessPoolTest, PollWaitsNoLongerThanItsTimeout) {
  Open({.workers = 1});
  ASSERT_TRUE(Submit("hang"));
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(pool_->Poll(30ms), 0u);
  EXPECT_GE(std::chrono::steady_clock::now() - start, 30ms);
  EXPECT_EQ(pool_->Poll(0ms), 0u);
}

TEST_F(ProcessPoolTest, HundredThousandSmallTasksPass) {
  Open({.workers = 2});
  size_t right = 0;
  for (int sent = 0; sent < 100'000;) {
    const bool accepted = pool_->TrySubmit("echo hello", kAnyWorker, [&](const TaskResult& result) {
      right += result.message == "hello";
    });
    accepted ? void(++sent) : void(pool_->Poll(10s));
  }
  pool_->Close();
  pool_->Join();
  EXPECT_EQ(right, 100'000u);
}

TEST_F(ProcessPoolTest, SenselessOptionsAreRefused) {
  EXPECT_THROW(Open({.tasks_per_worker = 0}), std::invalid_argument);
  EXPECT_THROW(Open({.tasks_per_worker = 65'535}), std::invalid_argument);
  EXPECT_THROW(Open({.watchdog = -1ms}), std::invalid_argument);
  EXPECT_THROW(Open({.setup = std::string(kMaxSetupBytes + 1, 's')}), std::invalid_argument);
  EXPECT_THROW(Open({.tasks_per_worker = 60'000, .slot_bytes = SIZE_MAX / 2}), std::length_error);
}

}  // namespace
}  // namespace thresh::pool
