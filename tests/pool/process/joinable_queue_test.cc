#include "fetcher/pool/process/joinable_queue.h"

#include <gtest/gtest.h>
#include <signal.h>

#include <vector>

#include "fetcher/pool/process/event.h"
#include "fetcher/pool/process/process.h"

namespace thresh::pool {
namespace {

using namespace std::chrono_literals;

TEST(JoinableQueueTest, JoinWaitsUntilAllIsDone) {
  JoinableQueue<int> tasks;
  Queue<int> done;
  EXPECT_TRUE(tasks.Join(0ms));
  for (int i = 0; i < 50; ++i) tasks.Put(i);
  EXPECT_FALSE(tasks.Join(0ms));
  std::vector<Process> workers;
  for (int i = 0; i < 3; ++i) {
    workers.push_back(Process::Start(
        [&] {
          while (const auto task = tasks.Get()) {
            done.Put(*task);
            tasks.TaskDone();
          }
        },
        {.daemon = true}));
  }
  EXPECT_TRUE(tasks.Join(10s));
  EXPECT_EQ(done.size(), 50u);
  EXPECT_EQ(tasks.undone(), 0u);
}

TEST(JoinableQueueTest, TakenIsNotDone) {
  JoinableQueue<int> tasks;
  tasks.Put(1);
  tasks.Get();
  EXPECT_FALSE(tasks.Join(10ms));
  EXPECT_EQ(tasks.undone(), 1u);
  tasks.TaskDone();
  EXPECT_TRUE(tasks.Join(0ms));
}

TEST(JoinableQueueTest, OneTaskDoneTooManyIsAnError) {
  JoinableQueue<int> tasks;
  EXPECT_THROW(tasks.TaskDone(), std::logic_error);
  tasks.Put(1);
  tasks.Put(2);
  EXPECT_THROW(tasks.TaskDone(), std::logic_error);  // put, but not taken
  tasks.Get();
  tasks.TaskDone();
  EXPECT_THROW(tasks.TaskDone(), std::logic_error);
  tasks.Get();
  Process other = Process::Start([&] {  // whose task it is not
    try {
      tasks.TaskDone();
    } catch (const std::logic_error&) {
      return 7;
    }
    return 0;
  });
  EXPECT_EQ(other.Join().code, 7);
}

TEST(JoinableQueueTest, TaskOfAConsumerThatWasKilledIsLostAndJoinEnds) {
  JoinableQueue<int> tasks;
  for (int i = 0; i < 3; ++i) tasks.Put(i);
  Process worker = Process::Start([&] {
    tasks.Get();
    tasks.TaskDone();
    tasks.Get();
    tasks.Get();
    raise(SIGKILL);
  });
  ASSERT_TRUE(tasks.Join(10s));
  EXPECT_EQ(tasks.undone(), 2u);
  EXPECT_EQ(worker.Join().signal, SIGKILL);
}

TEST(JoinableQueueTest, JoinThatAlreadyWaitsLearnsOfTheDeath) {
  JoinableQueue<int> tasks;
  Event taken;
  tasks.Put(1);
  Process worker = Process::Start([&] {
    tasks.Get();
    taken.Set();
    for (;;) pause();
  });
  ASSERT_TRUE(taken.Wait(10s));
  Process joiner = Process::Start([&] { return tasks.Join(10s) ? 0 : 1; });
  worker.Kill();
  EXPECT_EQ(joiner.Join().code, 0);
}

TEST(JoinableQueueTest, SeatsOfTheDeadAreTakenAgain) {
  JoinableQueue<int> tasks({}, /*consumers=*/2);
  for (int i = 0; i < 10; ++i) {
    tasks.Put(i);
    Process::Start([&] { tasks.Get(); }).Join();
  }
  EXPECT_TRUE(tasks.Join(10s));
  EXPECT_EQ(tasks.undone(), 10u);
}

TEST(JoinableQueueTest, OneConsumerTooManyIsRefusedAndTheTaskStays) {
  JoinableQueue<int> tasks({}, /*consumers=*/1);
  tasks.Put(1);
  tasks.Put(2);
  tasks.Get();
  Process other = Process::Start([&] {
    try {
      tasks.Get();
    } catch (const std::runtime_error&) {
      return 7;
    }
    return 0;
  });
  EXPECT_EQ(other.Join().code, 7);
  EXPECT_EQ(tasks.size(), 1u);
}

TEST(JoinableQueueTest, WorkerThatPutsMoreBeforeItIsDoneIsWaitedFor) {
  JoinableQueue<int> tasks;
  Process worker = Process::Start(
      [&] {
        while (const auto depth = tasks.Get()) {
          if (*depth > 0) tasks.Put(*depth - 1);
          tasks.TaskDone();
        }
      },
      {.daemon = true});
  for (int i = 0; i < 20; ++i) {
    tasks.Put(50);
    ASSERT_TRUE(tasks.Join(10s));
    ASSERT_TRUE(tasks.empty());
  }
  EXPECT_EQ(tasks.undone(), 0u);
}

}  // namespace
}  // namespace thresh::pool
