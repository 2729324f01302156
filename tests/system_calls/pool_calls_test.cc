// The Nth system call of the pool fails, for every N until a run passes untouched: every task is
// called back once or an exception says why not, and no process and no descriptor is left.
#include <dirent.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <exception>
#include <memory>
#include <string>

#include "fetcher/pool/process_pool.h"
#include "tests/system_calls/failing_calls.h"

namespace thresh::pool {
namespace {

using namespace std::chrono_literals;

constexpr int kTasks = 6;

void Echo(WorkerChannel& channel, std::string_view) {
  WorkerChannel::Task task;
  while (true) {
    const auto received = channel.Receive(&task, 20ms);
    if (received == WorkerChannel::Received::kClosed) return;
    if (received == WorkerChannel::Received::kTask) channel.Complete(task.id, task.payload);
  }
}

size_t OpenDescriptors() {
  size_t count = 0;
  DIR* folder = opendir("/proc/self/fd");
  while (readdir(folder) != nullptr) ++count;
  closedir(folder);
  return count;
}

// What became of one use of a pool.
struct Use {
  std::string exception;
  int accepted = 0;
  int called_back = 0;
};

// Submits tasks, waits for them and closes the pool.
void Run(ProcessPool& pool, Use* use) {
  const auto end = std::chrono::steady_clock::now() + 20s;
  while (use->accepted < kTasks) {
    ASSERT_LT(std::chrono::steady_clock::now(), end) << "no room ever";
    if (pool.TrySubmit("task", std::string(5000, 'b'), kAnyWorker,
                       [use](const TaskResult&) { ++use->called_back; })) {
      ++use->accepted;
    } else {
      pool.Poll(10ms);
    }
  }
  while (pool.in_flight() > 0) {
    ASSERT_LT(std::chrono::steady_clock::now(), end) << "a task is never called back";
    pool.Poll(10ms);
  }
  pool.Close();
  pool.Join();
}

Use UsePool() {
  Use use;
  try {
    const auto server = ForkServer::Start(Echo);
    ProcessPool pool(*server, {.workers = 2,
                               .tasks_per_worker = 2,
                               .slot_bytes = 8192,
                               .kept_bytes = 4096,
                               .watchdog = 1000ms,
                               .exit_grace = 500ms});
    Run(pool, &use);
  } catch (const std::exception& error) {
    use.exception = error.what();
    EXPECT_FALSE(use.exception.empty());
  }
  return use;
}

class PoolCallsTest : public ::testing::TestWithParam<std::pair<CallsOf, CallFailure>> {};

TEST_P(PoolCallsTest, WhicheverFailsNothingHangsAndNothingIsLeft) {
  const auto [whose, failure] = GetParam();
  UsePool();  // what is made once a process is there now
  const size_t descriptors = OpenDescriptors();
  bool untouched = false;
  int64_t call = 1;
  for (; !untouched && !HasFailure() && call < 5000; ++call) {
    const FailingCalls calls(call, whose, failure);
    const Use use = UsePool();
    untouched = !calls.failed();
    SCOPED_TRACE("call " + std::to_string(call) + ", " + calls.name() + ": " + use.exception);
    EXPECT_EQ(use.called_back, use.accepted);
    if (use.exception.empty()) {
      EXPECT_EQ(use.accepted, kTasks);
    }
    EXPECT_EQ(waitpid(-1, nullptr, WNOHANG), -1);
    EXPECT_EQ(errno, ECHILD) << "a process is left";
    EXPECT_EQ(OpenDescriptors(), descriptors);
  }
  EXPECT_GT(call, 10) << "hardly a call was made";
}

INSTANTIATE_TEST_SUITE_P(
    All, PoolCallsTest,
    ::testing::Values(std::pair(CallsOf::kParent, CallFailure::kRefused),
                      std::pair(CallsOf::kParent, CallFailure::kInterrupted),
                      std::pair(CallsOf::kChildren, CallFailure::kRefused),
                      std::pair(CallsOf::kChildren, CallFailure::kInterrupted)),
    [](const auto& what) {
      return std::string(what.param.first == CallsOf::kParent ? "OfTheParent" : "OfItsChildren") +
             (what.param.second == CallFailure::kRefused ? "" : "Interrupted");
    });

}  // namespace
}  // namespace thresh::pool
