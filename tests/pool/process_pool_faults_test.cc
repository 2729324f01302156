// What becomes of a pool whose workers, machine or parent misbehave.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include <set>

#include "tests/pool/scripted_worker.h"

namespace thresh::pool {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using PoolFaultsTest = ScriptedPoolTest;

// --- Deaths

TEST_F(PoolFaultsTest, KilledWorkerFailsOnlyItsTasksAndIsReplaced) {
  Open({.workers = 2, .tasks_per_worker = 2});
  const pid_t victim = WorkerPid();
  for (int i = 0; i < 4; ++i) ASSERT_TRUE(Submit("nap 100"));
  kill(victim, SIGKILL);
  PollAll();
  EXPECT_EQ(CountToldAs(TaskOutcome::kDone), 2u);
  EXPECT_EQ(CountToldAs(TaskOutcome::kWorkerLost), 2u);
  for (const Told& told : told_) {
    if (told.outcome != TaskOutcome::kWorkerLost) continue;
    EXPECT_EQ(told.worker, victim);
    EXPECT_EQ(told.exit.signal, SIGKILL);
    EXPECT_THAT(told.message, HasSubstr("was killed by signal 9 (Killed)"));
  }
  EXPECT_EQ(pool_->workers(), 2u);
  EXPECT_EQ(pool_->workers_lost(), 1u);
  EXPECT_EQ(Do("echo again").message, "again");
}

TEST_F(PoolFaultsTest, ExitStatusAndLastWordsAreKnown) {
  Open({.workers = 1});
  const Told left = Do("exit 7");
  EXPECT_EQ(left.outcome, TaskOutcome::kWorkerLost);
  EXPECT_EQ(left.exit.code, 7);
  EXPECT_EQ(left.exit.signal, 0);
  const Told threw = Do("throw the disk is made of cheese");
  EXPECT_EQ(threw.exit.code, 1);
  EXPECT_THAT(threw.message, AllOf(HasSubstr("exited with status 1"), HasSubstr("made of cheese")));
}

TEST_F(PoolFaultsTest, ResultsSentBeforeTheDeathCount) {
  Open({.workers = 1, .tasks_per_worker = 8});
  for (int i = 0; i < 7; ++i) ASSERT_TRUE(Submit("echo " + std::to_string(i)));
  ASSERT_TRUE(Submit("signal 9"));
  const pid_t victim = [&] {
    pid_t pid = 0;
    std::ifstream children("/proc/self/task/" + std::to_string(getpid()) + "/children");
    while (children >> pid) {
      if (pid != server_->pid()) break;
    }
    return pid;
  }();
  ASSERT_TRUE(EndsWithin(victim, 5s));  // dead before the pool has read anything
  PollAll();
  EXPECT_EQ(CountToldAs(TaskOutcome::kDone), 7u);
  EXPECT_EQ(CountToldAs(TaskOutcome::kWorkerLost), 1u);
}

TEST_F(PoolFaultsTest, AThousandCrashesLeaveNoZombieAndAWorkingPool) {
#ifdef __SANITIZE_ADDRESS__
  constexpr size_t kCrashes = 200;  // a fork has terabytes of shadow to copy the maps of
#else
  constexpr size_t kCrashes = 1000;
#endif
  Open({.workers = 2, .tasks_per_worker = 1});
  for (size_t i = 0; i < kCrashes; ++i) {
    while (!Submit("signal 9")) pool_->Poll(10s);
  }
  PollAll();
  EXPECT_EQ(CountToldAs(TaskOutcome::kWorkerLost), kCrashes);
  EXPECT_EQ(pool_->workers_lost(), kCrashes);
  EXPECT_EQ(Do("echo fine").message, "fine");
  int children = 0;
  std::ifstream list("/proc/self/task/" + std::to_string(getpid()) + "/children");
  for (pid_t pid; list >> pid;) ++children;
  EXPECT_EQ(children, 3);  // the server and two workers
}

TEST_F(PoolFaultsTest, SubmittingToADeadWorkerSaysNoUntilItIsReplaced) {
  Open({.workers = 1});
  const pid_t victim = WorkerPid();
  kill(victim, SIGKILL);
  ASSERT_TRUE(EndsWithin(victim, 5s));
  EXPECT_FALSE(Submit("echo x"));
  EXPECT_FALSE(pool_->HasRoom());
  EXPECT_EQ(pool_->in_flight(), 0u);
  pool_->Poll(10s);
  EXPECT_TRUE(pool_->HasRoom());
  EXPECT_NE(WorkerPid(), victim);
}

TEST_F(PoolFaultsTest, WorkersThatDieAtStartAreNotMadeForEver) {
  Open({.workers = 2, .setup = "throw at once"});
  try {
    for (;;) pool_->Poll(10s);
  } catch (const std::runtime_error& error) {
    EXPECT_THAT(error.what(), HasSubstr("cannot open the oracle"));
  }
  EXPECT_EQ(pool_->workers_lost(), 2 * 6u);
  EXPECT_EQ(pool_->workers(), 0u);
  EXPECT_FALSE(pool_->HasRoom());
  EXPECT_THROW(pool_->Poll(0ms), std::runtime_error);
  pool_->Close();
  pool_->Join();
}

TEST_F(PoolFaultsTest, TasksOfWorkersThatNeverAskedForThemAreCalledBack) {
  Open({.workers = 1, .setup = "leave unasked"});
  ASSERT_TRUE(Submit("echo x"));
  PollAll();
  EXPECT_EQ(CountToldAs(TaskOutcome::kWorkerLost), 1u);
  EXPECT_THAT(told_[0].message, HasSubstr("exited with status 0"));
}

TEST_F(PoolFaultsTest, CrashingTasksAreNotTakenForADeathAtStart) {
  Open({.workers = 1, .tasks_per_worker = 1});
  for (int i = 0; i < 20; ++i) EXPECT_EQ(Do("exit 1").outcome, TaskOutcome::kWorkerLost);
  EXPECT_EQ(Do("echo alive").message, "alive");
  EXPECT_THAT(pool_->shortage(), IsEmpty());
}

// --- Lies

class LyingWorkerTest : public PoolFaultsTest, public ::testing::WithParamInterface<const char*> {};

TEST_P(LyingWorkerTest, IsKilledAndItsTasksAreCalledBackOnce) {
  Open({.workers = 1});
  const pid_t liar = WorkerPid();
  kill(liar, SIGSTOP);  // until it holds both
  ASSERT_TRUE(Submit(std::string("lie ") + GetParam()));
  ASSERT_TRUE(Submit("echo behind"));
  kill(liar, SIGCONT);
  PollAll();
  ASSERT_EQ(told_.size(), 2u);
  EXPECT_EQ(told_[1].outcome, TaskOutcome::kWorkerLost);
  EXPECT_EQ(told_[1].exit.signal, SIGKILL);
  EXPECT_EQ(Do("echo honest").message, "honest");
  EXPECT_EQ(pool_->workers_lost(), 1u);
}

INSTANTIATE_TEST_SUITE_P(Lies, LyingWorkerTest,
                         ::testing::Values("short",      // less than a header
                                           "empty",      // looks like the end of the channel
                                           "oversized",  // cut off by the receiver
                                           "kind",       // not an enumerator
                                           "slot",       // far beyond the slots
                                           "number",     // the right slot, a task it never was
                                           "zero",       // the id of a free slot
                                           "twice",      // completed again
                                           "doubled",    // twice in one message
                                           "longer",     // says more than there is
                                           "shorter",    // something is left over
                                           "words",      // last words, twice
                                           "close"),     // lives on without a channel
                         [](const auto& lie) { return std::string(lie.param); });

// --- Silence

TEST_F(PoolFaultsTest, StoppedWorkerIsKilledByTheWatchdog) {
  Open({.workers = 1, .watchdog = 200ms});
  const pid_t victim = WorkerPid();
  kill(victim, SIGSTOP);
  const Told told = Do("echo x");
  EXPECT_EQ(told.outcome, TaskOutcome::kWorkerLost);
  EXPECT_EQ(told.exit.signal, SIGKILL);
  EXPECT_THAT(told.message, HasSubstr("no sign of life"));
  EXPECT_NE(WorkerPid(), victim);
}

TEST_F(PoolFaultsTest, WatchdogSparesAWorkerThatReceivesAndAnIdleOne) {
  Open({.workers = 1, .watchdog = 60ms});
  const pid_t first = WorkerPid();
  ASSERT_TRUE(Submit("hang"));  // held for long, but the loop goes on
  const auto end = std::chrono::steady_clock::now() + 300ms;
  while (std::chrono::steady_clock::now() < end) pool_->Poll(20ms);
  EXPECT_EQ(WorkerPid(), first);
  EXPECT_THAT(told_, IsEmpty());
}

TEST_F(PoolFaultsTest, BusyParentCondemnsNobodyWhoseAnswerIsWaiting) {
  Open({.workers = 1, .watchdog = 100ms});
  ASSERT_TRUE(Submit("nap 200"));
  std::this_thread::sleep_for(400ms);  // the parent is busy for longer than the watchdog's time
  PollAll();
  EXPECT_EQ(CountToldAs(TaskOutcome::kDone), 1u);
}

TEST_F(PoolFaultsTest, WorkerThatLingersAtTheEndIsKilled) {
  Open({.workers = 1, .exit_grace = 100ms, .setup = "linger"});
  Do("echo x");
  pool_->Close();
  pool_->Join();
  EXPECT_EQ(pool_->workers(), 0u);
}

// --- Shortages

TEST_F(PoolFaultsTest, WorkerThatDoesNotReadMakesThePoolFullAndLosesNothing) {
  Open({.workers = 1, .tasks_per_worker = 64});
  const pid_t sleeper = WorkerPid();
  kill(sleeper, SIGSTOP);
  const std::string large = "size" + std::string(kMaxMessageBytes - 4, ' ');
  size_t accepted = 0;
  while (Submit(large)) ++accepted;
  EXPECT_GT(accepted, 0u);
  EXPECT_LT(accepted, 64u);
  EXPECT_FALSE(pool_->HasRoom());
  kill(sleeper, SIGCONT);
  PollAll();
  EXPECT_EQ(CountToldAs(TaskOutcome::kDone), accepted);
  EXPECT_TRUE(Submit(large));
  PollAll();
}

TEST_F(PoolFaultsTest, ParentThatDoesNotReadLosesNothing) {
  Open({.workers = 1, .tasks_per_worker = 64});
  for (int i = 0; i < 64; ++i) ASSERT_TRUE(Submit("grow 65536"));
  std::this_thread::sleep_for(50ms);  // the worker waits for room to answer; any time will do
  PollAll();
  EXPECT_EQ(CountToldAs(TaskOutcome::kDone), 64u);
  for (const Told& told : told_) EXPECT_EQ(told.message.size(), 65'536u);
}

// A server that fails where a machine would.
class FailingServer : public ForkServer {
 public:
  FailingServer(ForkServer& real, int left) : real_(real), left_(left) {}
  Process Spawn(int channel, int memory, size_t bytes, size_t slot,
                std::string_view setup) override {
    if (left_-- <= 0) {
      throw std::system_error(EAGAIN, std::generic_category(), "a worker cannot be forked");
    }
    return real_.Spawn(channel, memory, bytes, slot, setup);
  }
  pid_t pid() const override { return real_.pid(); }
  void Recover() { left_ = 1000; }

 private:
  ForkServer& real_;
  int left_;
};

TEST_F(PoolFaultsTest, FewerWorkersWhenForkFailsAndMoreWhenItWorksAgain) {
  FailingServer failing(*server_, 2);
  ProcessPool pool(failing, {.workers = 4});
  EXPECT_EQ(pool.workers(), 2u);
  EXPECT_THAT(pool.shortage(), HasSubstr("a worker cannot be forked"));
  failing.Recover();
  while (pool.workers() < 4 || !pool.shortage().empty()) pool.Poll(100ms);
}

TEST_F(PoolFaultsTest, NotASingleWorkerIsAnError) {
  FailingServer failing(*server_, 0);
  EXPECT_THROW(ProcessPool(failing, {.workers = 2}), std::system_error);
}

TEST_F(PoolFaultsTest, FewerWorkersWhenDescriptorsRunOut) {
  rlimit before{};
  getrlimit(RLIMIT_NOFILE, &before);
  const int next = dup(0);
  close(next);
  // An epoll and an eventfd, then three descriptors a worker and one more while it is made: two
  // workers, or fewer where something else lies between.
  const rlimit tight{static_cast<rlim_t>(next) + 2 + 2 * 3 + 1, before.rlim_max};
  setrlimit(RLIMIT_NOFILE, &tight);
  Open({.workers = 8});
  EXPECT_GE(pool_->workers(), 1u);
  EXPECT_LE(pool_->workers(), 2u);
  EXPECT_THAT(pool_->shortage(), HasSubstr("Too many open files"));
  EXPECT_EQ(Do("echo small but alive").message, "small but alive");
  setrlimit(RLIMIT_NOFILE, &before);
}

TEST_F(PoolFaultsTest, PoolLivesOnItsWorkersWhenTheServerIsGone) {
  Open({.workers = 2});
  kill(server_->pid(), SIGKILL);
  EXPECT_EQ(Do("echo x").message, "x");
  EXPECT_EQ(Do("exit 1").outcome, TaskOutcome::kWorkerLost);
  EXPECT_EQ(Do("echo y").message, "y");
  EXPECT_THAT(pool_->shortage(), HasSubstr("fork server is gone"));
  EXPECT_EQ(Do("exit 1").outcome, TaskOutcome::kWorkerLost);
  EXPECT_THROW(while (true) pool_->Poll(10s), std::runtime_error);
}

TEST_F(PoolFaultsTest, StoppedServerIsMadeToGoOn) {
  Open({.workers = 1});
  kill(server_->pid(), SIGSTOP);
  Do("exit 1");
  EXPECT_EQ(Do("echo x").message, "x");
}

// --- What a worker has, and what it has not

TEST_F(PoolFaultsTest, WorkerHasNoDescriptorsButItsChannelAndTheStandardOnes) {
  const int leak = dup(0);  // not close-on-exec
  Open({.workers = 3});
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(Submit("descriptors"));
  PollAll();
  for (const Told& told : told_) EXPECT_EQ(told.message, "0 1 2 3");
  close(leak);
}

TEST_F(PoolFaultsTest, WorkersShareNoMemoryWithEachOther) {
  Open({.workers = 3});
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(Submit("memories"));
  PollAll();
  for (const Told& told : told_) EXPECT_EQ(told.message, "1");
}

TEST_F(PoolFaultsTest, ReplacementIsNoCopyOfTheParent) {
  Open({.workers = 1});
  g_secret = "the password";
  const long pages_before = std::stol(Do("mapped").message);
  const size_t heap_bytes = size_t{4} << 30;  // address space alone would show
  void* heap = mmap(nullptr, heap_bytes, PROT_READ | PROT_WRITE,
                    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  ASSERT_NE(heap, MAP_FAILED);
  Do("exit 1");
  EXPECT_EQ(std::stol(Do("mapped").message), pages_before);
  EXPECT_EQ(Do("secret").message, "none yet");
  munmap(heap, heap_bytes);
  g_secret = "none yet";
}

TEST_F(PoolFaultsTest, WorkerIgnoresWhatATerminalSendsToAll) {
  Open({.workers = 1});
  const pid_t worker = WorkerPid();
  for (int signal : {SIGINT, SIGTERM, SIGHUP}) {
    kill(worker, signal);
    kill(server_->pid(), signal);
  }
  EXPECT_EQ(WorkerPid(), worker);
  Do("exit 0");
  EXPECT_NE(WorkerPid(), worker);
}

}  // namespace
}  // namespace thresh::pool
