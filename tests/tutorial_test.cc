// What tutorials on multiprocessing teach, as docs/multiprocessing.md sets it beside Python's form.
// Each of these fails without the primitive that it is about. The pool's are in
// tutorial_pool_test.cc.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <fstream>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "fetcher/pool/process/event.h"
#include "fetcher/pool/process/joinable_queue.h"
#include "fetcher/pool/process/mutex.h"
#include "fetcher/pool/process/process.h"
#include "fetcher/pool/process/queue.h"
#include "fetcher/pool/process/semaphore.h"
#include "fetcher/pool/process/shared_array.h"
#include "fetcher/pool/process/shared_map.h"

namespace thresh::pool {
namespace {

using namespace std::chrono_literals;
using ::testing::UnorderedElementsAre;

constexpr auto kLong = 10s;  // nothing waits for so long that works

// Starts `count` processes of body(0), body(1), … and waits for all.
void RunAll(int count, const std::function<void(int)>& body) {
  std::vector<Process> processes;
  for (int i = 0; i < count; ++i) processes.push_back(Process::Start([&, i] { body(i); }));
  for (Process& process : processes) ASSERT_TRUE(process.Join().clean());
}

// --- A lock: ten buyers, five tickets

// Looks, thinks, buys.
void Buy(SharedArray<int>& left, SharedArray<int>& sold, const std::function<void()>& think) {
  if (left[0] == 0) return;
  think();
  std::atomic_ref(left[0]).fetch_sub(1);
  std::atomic_ref(sold[0]).fetch_add(1);
}

TEST(TutorialTest, TenBuyersWithoutALockGetMoreThanTheFiveTickets) {
  SharedArray<int> left(1), sold(1), looked(1);
  left[0] = 5;
  Event all_looked;
  RunAll(10, [&](int) {
    Buy(left, sold, [&] {
      if (std::atomic_ref(looked[0]).fetch_add(1) + 1 == 10) all_looked.Set();
      all_looked.Wait(kLong);
    });
  });
  EXPECT_EQ(sold[0], 10);
}

TEST(TutorialTest, TenBuyersWithALockGetFiveTickets) {
  SharedArray<int> left(1), sold(1);
  left[0] = 5;
  Mutex mutex;
  RunAll(10, [&](int) {
    const std::lock_guard lock(mutex);
    Buy(left, sold, [] { std::this_thread::sleep_for(2ms); });
  });
  EXPECT_EQ(sold[0], 5);
  EXPECT_EQ(left[0], 0);
}

// --- A semaphore: thirteen guests, four rooms

TEST(TutorialTest, ThirteenGuestsShareFourRooms) {
  Semaphore rooms(4);
  SharedArray<int> inside(1), most(1);
  Event four_at_once;
  RunAll(13, [&](int) {
    const auto room = rooms.Hold();
    const int now = std::atomic_ref(inside[0]).fetch_add(1) + 1;
    if (now > 4) most[0] = now;
    if (now == 4) four_at_once.Set();
    four_at_once.Wait(kLong);  // nobody leaves before
    std::this_thread::sleep_for(1ms);
    std::atomic_ref(inside[0]).fetch_sub(1);
  });
  EXPECT_TRUE(four_at_once.IsSet());
  EXPECT_EQ(most[0], 0) << "guests at once";
}

// --- An event: a traffic light and cars

TEST(TutorialTest, CarsWaitForTheGreenLight) {
  Event green;
  Queue<int> arrived, passed;
  const auto drive = [&](int car) {
    arrived.Put(car);
    green.Wait();
    passed.Put(car);
  };
  std::vector<Process> cars;
  const auto send = [&](int first, int last) {
    for (int car = first; car <= last; ++car) {
      cars.push_back(Process::Start([&, car] { drive(car); }));
    }
    for (int car = first; car <= last; ++car) EXPECT_TRUE(arrived.Get(kLong));
  };
  send(1, 5);
  EXPECT_FALSE(passed.Get(20ms)) << "a car passed at red";
  green.Set();
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(passed.Get(kLong));
  send(6, 6);
  EXPECT_EQ(passed.Get(kLong), 6);  // still green
  green.Clear();
  send(7, 7);
  EXPECT_FALSE(passed.Get(20ms)) << "a car passed at red";
  green.Set();
  EXPECT_EQ(passed.Get(kLong), 7);
}

// --- A lock for order: one printer

TEST(TutorialTest, PagesOfAPrintJobStayTogether) {
  Mutex printer;
  Queue<int> paper;
  RunAll(6, [&](int job) {
    const std::lock_guard lock(printer);
    for (int page = 0; page < 4; ++page) {
      paper.Put(job);
      std::this_thread::sleep_for(500us);
    }
  });
  std::map<int, int> pages;
  for (int printed = 0; printed < 24; printed += 4) {
    const auto job = paper.TryGet();
    ASSERT_TRUE(job);
    for (int page = 1; page < 4; ++page) EXPECT_EQ(paper.TryGet(), job);
    EXPECT_EQ(++pages[*job], 1);
  }
}

// --- Producers and consumers

TEST(TutorialTest, ConsumersEndAtTheirMarkers) {
  using Bun = std::optional<std::string>;  // nothing: no more
  Queue<Bun> counter({.items = 3});
  SharedMap<std::string, int> eaten;
  std::vector<Process> consumers;
  for (int c = 0; c < 2; ++c) {
    consumers.push_back(Process::Start([&] {
      while (const Bun bun = counter.Get().value()) eaten.Update(*bun, [](int& n) { ++n; });
    }));
  }
  RunAll(3, [&](int baker) {
    for (int i = 0; i < 10; ++i) counter.Put("bun of " + std::to_string(baker));
  });
  for (size_t c = 0; c < consumers.size(); ++c) counter.Put(std::nullopt);
  for (Process& consumer : consumers) EXPECT_TRUE(consumer.Join(kLong));
  EXPECT_THAT(eaten.Items(),
              UnorderedElementsAre(std::pair("bun of 0", 10), std::pair("bun of 1", 10),
                                   std::pair("bun of 2", 10)));
}

TEST(TutorialTest, JoinableQueueWithDaemonsNeedsNoMarkers) {
  JoinableQueue<int> counter({.items = 3});
  SharedArray<int> eaten(1);
  {
    std::vector<Process> consumers;
    for (int c = 0; c < 2; ++c) {
      consumers.push_back(Process::Start(
          [&] {
            for (;;) {
              counter.Get();
              std::atomic_ref(eaten[0]).fetch_add(1);
              counter.TaskDone();
            }
          },
          {.daemon = true}));
    }
    RunAll(3, [&](int) {
      for (int i = 0; i < 10; ++i) counter.Put(i);
      counter.Join();
    });
    EXPECT_EQ(eaten[0], 30);
  }  // here the daemons end
  EXPECT_EQ(waitpid(-1, nullptr, WNOHANG), -1);
}

// --- Each process has its own memory

TEST(TutorialTest, VariablesAreCopiedAndSharedMemoryIsShared) {
  int money = 100;
  SharedArray<int> shared_money(1);
  shared_money[0] = 100;
  Process spender = Process::Start([&] {
    money = 0;
    shared_money[0] = 0;
    return money;
  });
  EXPECT_TRUE(spender.Join().clean());
  EXPECT_EQ(money, 100);
  EXPECT_EQ(shared_money[0], 0);
}

// --- Daemons, orphans and zombies

// Letter of the process's state (proc(5)); nothing when there is no such process.
std::optional<char> StateOf(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  std::string line;
  if (!std::getline(file, line)) return std::nullopt;
  return line[line.rfind(')') + 2];
}

// Makes orphans fall to this process, as they would to init.
class OrphanageTest : public ::testing::Test {
 protected:
  OrphanageTest() { prctl(PR_SET_CHILD_SUBREAPER, 1); }
  ~OrphanageTest() override {
    while (waitpid(-1, nullptr, 0) > 0) {
    }
    prctl(PR_SET_CHILD_SUBREAPER, 0);
  }

  // Starts a parent that starts a child and is killed when that one runs; gives the child's pid.
  pid_t KillTheParentOf(const std::function<void()>& child, bool daemon) {
    Queue<pid_t> pids;
    Process parent = Process::Start([&] {
      const Process started = Process::Start(
          [&] {
            pids.Put(getpid());
            child();
          },
          {.daemon = daemon});
      for (;;) pause();
    });
    const pid_t pid = pids.Get(kLong).value_or(-1);
    parent.Kill();
    EXPECT_EQ(parent.Join().signal, SIGKILL);
    return pid;
  }
};

TEST_F(OrphanageTest, DaemonDiesWithItsParent) {
  const pid_t pid = KillTheParentOf(
      [] {
        for (;;) pause();
      },
      /*daemon=*/true);
  int status = 0;
  ASSERT_EQ(waitpid(pid, &status, 0), pid);
  EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

TEST_F(OrphanageTest, OrphanGoesOnAndIsAdopted) {
  Event parent_died;
  Queue<pid_t> parents;
  const pid_t orphan = KillTheParentOf(
      [&] {
        parent_died.Wait();
        parents.Put(getppid());
      },
      /*daemon=*/false);
  EXPECT_NE(StateOf(orphan), 'Z');
  parent_died.Set();
  EXPECT_EQ(parents.Get(kLong), getpid());
  int status = 0;
  ASSERT_EQ(waitpid(orphan, &status, 0), orphan);  // whoever has adopted it reaps it
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

TEST_F(OrphanageTest, ZombieIsAChildThatNobodyHasAskedFor) {
  Process child = Process::Start([] {});
  const pid_t pid = child.pid();
  pollfd entry{child.exit_fd(), POLLIN, 0};
  ASSERT_EQ(poll(&entry, 1, 10'000), 1);
  EXPECT_EQ(StateOf(pid), 'Z');  // it has ended, and its exit code waits for us
  EXPECT_TRUE(child.Join().clean());
  EXPECT_EQ(StateOf(pid), std::nullopt);
}

TEST_F(OrphanageTest, ZombieThatItsParentNeverReapsGoesWithTheParent) {
  Queue<pid_t> pids;
  Process negligent = Process::Start([&] {
    const pid_t zombie = fork();
    if (zombie == 0) _exit(0);
    siginfo_t info{};
    waitid(P_PID, static_cast<id_t>(zombie), &info, WEXITED | WNOWAIT);
    pids.Put(zombie);
    for (;;) pause();
  });
  const pid_t zombie = pids.Get(kLong).value_or(-1);
  EXPECT_EQ(StateOf(zombie), 'Z');
  negligent.Terminate();
  EXPECT_EQ(negligent.Join().signal, SIGTERM);
  waitpid(zombie, nullptr, 0);  // its new parent reaps it: init, or here we
  EXPECT_EQ(StateOf(zombie), std::nullopt);
}

}  // namespace
}  // namespace thresh::pool
