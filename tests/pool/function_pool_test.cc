#include "fetcher/pool/function_pool.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "tests/pool/plain_functions.h"

namespace thresh::pool {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// --- Apply

TEST_F(FunctionPoolTest, ArgumentsAndResultsOfManyKindsCross) {
  FunctionPool& pool = Open({.workers = 2});
  EXPECT_EQ(pool.Apply<&Square>(21), 441);
  EXPECT_EQ(pool.Apply<&Join>("left", "right"), "left+right");
  EXPECT_EQ(pool.Apply<&Length>(Point{1.5, 2}), 3.5);
  EXPECT_THAT(pool.Apply<&Split>("abc"), ElementsAre("a", "b", "c"));
  EXPECT_EQ(pool.Apply<&Half>(8), 4);
  EXPECT_EQ(pool.Apply<&Half>(7), std::nullopt);
  EXPECT_EQ(pool.Apply<[](int x) { return x + 1; }>(1), 2);
  pool.Apply<&DoNothing>();
  EXPECT_NE(pool.Apply<&Pid>(), getpid());
}

TEST_F(FunctionPoolTest, LargeArgumentsAndResultsGoThroughTheSlot) {
  FunctionPool& pool = Open({.workers = 1, .slot_bytes = 3'000'000});
  for (size_t size : {0u, 60'000u, 65'000u, 65'536u, 70'000u, 2'000'000u}) {
    EXPECT_EQ(pool.Apply<&Size>(std::string(size, 'x')), size);
    EXPECT_EQ(pool.Apply<&Make>(size), std::string(size, 'm'));
  }
}

TEST_F(FunctionPoolTest, WhatDoesNotFitIntoASlotIsAnError) {
  FunctionPool& pool = Open({.workers = 1, .slot_bytes = 100'000});
  EXPECT_THROW(pool.Apply<&Size>(std::string(200'000, 'x')), std::length_error);
  try {
    pool.Apply<&Make>(200'000u);
    FAIL();
  } catch (const RemoteError& error) {
    EXPECT_THAT(error.what(), HasSubstr("does not fit into a slot of 100000"));
  }
  EXPECT_EQ(pool.Apply<&Square>(2), 4);
}

TEST_F(FunctionPoolTest, RemoteExceptionsKeepTypeAndWords) {
  FunctionPool& pool = Open({.workers = 1});
  try {
    pool.Apply<&Throw>(13);
    FAIL();
  } catch (const RemoteError& error) {
    EXPECT_STREQ(error.what(), "thirteen");
    EXPECT_EQ(error.type(), "std::out_of_range");
  }
  try {
    pool.Apply<&ThrowInt>(1);
    FAIL();
  } catch (const RemoteError& error) {
    EXPECT_EQ(error.type(), "int");
  }
  EXPECT_EQ(pool.workers_lost(), 0u);
}

TEST_F(FunctionPoolTest, LostWorkerBecomesAnException) {
  FunctionPool& pool = Open({.workers = 1});
  try {
    pool.Apply<&Die>(SIGSEGV);
    FAIL();
  } catch (const WorkerLostError& error) {
    EXPECT_EQ(error.exit().signal, SIGSEGV);
  }
  EXPECT_EQ(pool.Apply<&Square>(3), 9);
}

TEST_F(FunctionPoolTest, TaskThatTakesTooLongIsKilled) {
  FunctionPool& pool = Open({.workers = 1, .task_limit = 100ms});
  EXPECT_THROW(pool.Apply<&Nap>(100'000), WorkerLostError);
  EXPECT_EQ(pool.Apply<&Nap>(1), 1);
}

// --- ApplyAsync

TEST_F(FunctionPoolTest, CallbacksRunOnceEachInThisThread) {
  FunctionPool& pool = Open({.workers = 2});
  std::map<int, int> values, errors;
  const auto here = std::this_thread::get_id();
  for (int i = 0; i < 100; ++i) {
    pool.ApplyAsync<&Throw>(
        {i},
        [&, i](int value) {
          EXPECT_EQ(value, i);
          EXPECT_EQ(std::this_thread::get_id(), here);
          ++values[i];
        },
        [&, i](const TaskError& error) {
          EXPECT_STREQ(error.what(), "thirteen");
          ++errors[i];
        });
  }
  pool.Close();
  pool.Join();
  EXPECT_EQ(values.size(), 99u);
  EXPECT_TRUE(std::all_of(values.begin(), values.end(), [](auto& v) { return v.second == 1; }));
  EXPECT_THAT(errors, ElementsAre(std::pair(13, 1)));
}

TEST_F(FunctionPoolTest, ResultsCanBeAskedForLaterAndTwice) {
  FunctionPool& pool = Open({.workers = 2, .tasks_per_worker = 8});
  std::vector<AsyncResult<int>> results;
  for (int i = 0; i < 10; ++i) results.push_back(pool.ApplyAsync<&Throw>({i + 4}));
  for (int i = 0; i < 9; ++i) EXPECT_EQ(results[static_cast<size_t>(i)].Get(), i + 4);
  EXPECT_EQ(results[0].Get(), 4);
  EXPECT_TRUE(results[0].Successful());
  EXPECT_THROW(results[9].Get(), RemoteError);
  EXPECT_THROW(results[9].Get(), RemoteError);
  EXPECT_FALSE(results[9].Successful());
}

TEST_F(FunctionPoolTest, WaitAndGetKeepTheirTimeouts) {
  FunctionPool& pool = Open({.workers = 1});
  const auto result = pool.ApplyAsync<&Nap>({150});
  EXPECT_FALSE(result.Ready());
  EXPECT_THROW(result.Successful(), std::logic_error);
  EXPECT_FALSE(result.Wait(1ms));
  EXPECT_THROW(result.Get(1ms), TimeoutError);
  EXPECT_TRUE(result.Wait(10s));
  EXPECT_EQ(result.Get(0ms), 150);
}

TEST_F(FunctionPoolTest, FullPoolWaitsAndTryApplyAsyncSaysNo) {
  FunctionPool& pool = Open({.workers = 1, .tasks_per_worker = 2});
  int done = 0;
  size_t most = 0;
  for (int i = 0; i < 50; ++i) {
    pool.ApplyAsync<&Square>({i}, [&](int) { ++done; });
    most = std::max(most, pool.in_flight());
  }
  EXPECT_LE(most, 2u);
  EXPECT_GE(done, 48);
  while (pool.HasRoom()) pool.ApplyAsync<&Nap>({20});
  EXPECT_FALSE(pool.TryApplyAsync<&Square>({1}));
  while (!pool.HasRoom()) pool.Poll(10s);
  EXPECT_TRUE(pool.TryApplyAsync<&Square>({1}));
}

TEST_F(FunctionPoolTest, CallbackMayGoOnWithTryApplyAsync) {
  FunctionPool& pool = Open({.workers = 1, .tasks_per_worker = 1});
  int last = 0;
  std::function<void(int)> next = [&](int value) {
    last = value;
    if (value < 1000) {
      EXPECT_TRUE(pool.TryApplyAsync<&Square>({value}, next));
    }
  };
  pool.ApplyAsync<&Square>({2}, next);
  while (pool.in_flight() > 0) pool.Poll(10s);
  EXPECT_EQ(last, 65'536);
}

TEST_F(FunctionPoolTest, WaitingInsideACallbackIsAnError) {
  FunctionPool& pool = Open({.workers = 1, .tasks_per_worker = 1});
  int errors = 0;
  pool.ApplyAsync<&Square>({1}, [&](int) {
    const auto inner = pool.TryApplyAsync<&Nap>({1});
    ASSERT_TRUE(inner);
    try {
      inner->Get();
    } catch (const std::logic_error&) {
      ++errors;
    }
    try {
      pool.ApplyAsync<&Square>({2});
    } catch (const std::logic_error&) {
      ++errors;
    }
  });
  while (pool.in_flight() > 0) pool.Poll(10s);
  EXPECT_EQ(errors, 2);
}

TEST_F(FunctionPoolTest, TerminateCompletesWhatWasOutstanding) {
  FunctionPool& pool = Open({.workers = 2});
  std::vector<AsyncResult<int>> results;
  int cancelled = 0;
  for (int i = 0; i < 4; ++i) {
    results.push_back(pool.ApplyAsync<&Nap>({100'000}, {}, [&](const TaskError& error) {
      cancelled += dynamic_cast<const CancelledError*>(&error) != nullptr;
    }));
  }
  pool.Terminate();
  EXPECT_EQ(cancelled, 4);
  pool_.reset();
  for (const auto& result : results) EXPECT_THROW(result.Get(), CancelledError);
}

TEST_F(FunctionPoolTest, ClosedPoolTakesNothing) {
  FunctionPool& pool = Open({.workers = 1});
  pool.Close();
  EXPECT_THROW(pool.Apply<&Square>(1), std::logic_error);
  EXPECT_THROW(pool.TryApplyAsync<&Square>({1}), std::logic_error);
  EXPECT_THROW(pool.Map<&Square>(Numbers(3)), std::logic_error);
  pool.Join();
}

// --- Workers

TEST_F(FunctionPoolTest, InitializerRunsInEveryWorkerAndItsReplacement) {
  FunctionPool& pool =
      Open({.workers = 2, .initializer = InitializerCall<&SetGreeting>({"hello ", 2})});
  EXPECT_EQ(pool.Apply<&Greeting>(), "hello hello ");
  EXPECT_THROW(pool.Apply<&Die>(SIGKILL), WorkerLostError);
  for (int i = 0; i < 4; ++i) EXPECT_EQ(pool.Apply<&Greeting>(), "hello hello ");
  EXPECT_EQ(g_greeting, "not initialized");
}

TEST_F(FunctionPoolTest, InitializerThatThrowsEndsThePoolWithItsWords) {
  FunctionPool& pool = Open({.workers = 1, .initializer = InitializerCall<&FailToStart>()});
  try {
    for (;;) pool.Poll(10s);
  } catch (const std::runtime_error& error) {
    EXPECT_THAT(error.what(), HasSubstr("no licence"));
  }
}

TEST_F(FunctionPoolTest, MaxTasksPerChildGivesNewProcesses) {
  FunctionPool& pool = Open({.workers = 1, .max_tasks_per_child = 2});
  std::set<pid_t> pids;
  for (int i = 0; i < 8; ++i) pids.insert(pool.Apply<&Pid>());
  EXPECT_EQ(pids.size(), 4u);
}

TEST_F(FunctionPoolTest, HundredThousandSmallTasksPass) {
  FunctionPool& pool = Open({.workers = 2, .tasks_per_worker = 64});
  int64_t sum = 0;
  for (int i = 0; i < 100'000; ++i) pool.ApplyAsync<&Square>({2}, [&](int four) { sum += four; });
  pool.Close();
  pool.Join();
  EXPECT_EQ(sum, 400'000);
}

// What a worker that was taken over could answer.
void LyingLoop(WorkerChannel& channel, std::string_view) {
  WorkerChannel::Task task;
  for (int lie = 0; channel.Receive(&task, 1h) == WorkerChannel::Received::kTask; ++lie) {
    Writer message;
    if (lie == 0) Write(message, ResultHeader{uint64_t{1} << 40});  // beyond the slot
    if (lie == 1) Write(message, ResultHeader{0});                  // no result at all
    if (lie == 2) message.Bytes("x", 1);                            // no header
    if (lie == 3) {
      channel.Fail(task.id, "no words of an exception");
    } else {
      channel.Complete(task.id, message.bytes());
    }
  }
}

TEST_F(FunctionPoolTest, AnswersThatAreNoneAreErrors) {
  const auto liars = ForkServer::Start(LyingLoop);
  FunctionPool pool(*liars, {.workers = 1});
  for (int lie = 0; lie < 4; ++lie)
    EXPECT_THROW(pool.Apply<&Square>(3), MalformedAnswerError) << lie;
}

}  // namespace
}  // namespace thresh::pool
