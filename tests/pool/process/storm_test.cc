// Many processes at once, killed at random moments while they sleep, run and fight for the locks.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <mutex>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "fetcher/pool/process/joinable_queue.h"
#include "fetcher/pool/process/mutex.h"
#include "fetcher/pool/process/process.h"
#include "fetcher/pool/process/queue.h"
#include "fetcher/pool/process/semaphore.h"
#include "fetcher/pool/process/shared_array.h"
#include "fetcher/pool/process/shared_map.h"
#include "tests/support/test_environment.h"

namespace thresh::pool {
namespace {

using namespace std::chrono_literals;

constexpr auto kPatience = 10s;  // long enough for any machine; nothing waits for it that works

class StormTest : public ::testing::Test {
 protected:
  // Has one process for each of `bodies`, and for `duration` kills one after the other and begins
  // it anew. Then kills all.
  void Storm(const std::vector<std::function<void()>>& bodies, std::chrono::milliseconds duration) {
    std::vector<Process> processes;
    for (const auto& body : bodies) processes.push_back(Process::Start(body, {.daemon = true}));
    const auto end = std::chrono::steady_clock::now() + duration;
    while (std::chrono::steady_clock::now() < end) {
      std::this_thread::sleep_for(std::chrono::microseconds(random_() % 3000));
      const size_t victim = random_() % processes.size();
      processes[victim].Kill();
      processes[victim] = Process::Start(bodies[victim], {.daemon = true});
    }
  }

  std::mt19937_64 random_{RandomSeed()};
};

std::string Item(unsigned number) {
  return std::to_string(number) + std::string(number % 50, static_cast<char>('a' + number % 26));
}

TEST_F(StormTest, QueueLosesNothingButWhatTheDeadHadTaken) {
  Queue<std::string> queue({.items = 5, .bytes = 200});
  SharedArray<unsigned> next(1);
  SharedArray<size_t> bad(2);
  const auto put = [&] {
    for (;;) queue.Put(Item(std::atomic_ref(next[0]).fetch_add(1)));
  };
  const auto get = [&] {
    while (const auto item = queue.Get()) {
      const bool whole = *item == Item(static_cast<unsigned>(std::stoul(*item)));
      std::atomic_ref(bad[whole ? 1 : 0]).fetch_add(1);
    }
  };
  Storm({put, put, put, get, get, get}, 300ms);
  while (const auto item = queue.TryGet()) {
    EXPECT_EQ(*item, Item(static_cast<unsigned>(std::stoul(*item))));
  }
  EXPECT_EQ(bad[0], 0u);
  EXPECT_GT(bad[1], 100u);
  EXPECT_TRUE(queue.Put("1b", kPatience));
  EXPECT_EQ(queue.Get(kPatience), "1b");
}

TEST_F(StormTest, JoinAlwaysEnds) {
  JoinableQueue<int> tasks({.items = 8}, 4);
  const auto work = [&] {
    while (tasks.Get()) tasks.TaskDone();
  };
  const auto put = [&] {
    for (;;) {
      tasks.Put(1);
      tasks.Join(1ms);
    }
  };
  Storm({work, work, put, put}, 300ms);
  Process last = Process::Start(work, {.daemon = true});
  EXPECT_TRUE(tasks.Join(kPatience));
  EXPECT_TRUE(tasks.empty());
}

TEST_F(StormTest, PermitsAllComeBackAndAreNeverTooMany) {
  Semaphore rooms(2);
  Mutex doors[2];  // of the rooms
  SharedArray<int> crowded(1);
  const auto visit = [&] {
    for (;;) {
      const auto room = rooms.Hold();
      std::unique_lock first(doors[0], std::try_to_lock);
      std::unique_lock second(doors[1], std::defer_lock);
      if (!first && !second.try_lock()) crowded[0] = 1;
    }
  };
  Storm({visit, visit, visit, visit, visit}, 300ms);
  EXPECT_EQ(crowded[0], 0);
  const auto first = rooms.Hold(kPatience);
  const auto second = rooms.Hold(kPatience);
  EXPECT_TRUE(first && second);
  EXPECT_EQ(rooms.available(), 0u);
}

TEST_F(StormTest, MapStaysWhole) {
  SharedMap<int, std::string> map({.entries = 8, .bytes = 500});
  const auto write = [&] {
    for (unsigned i = 0;; ++i) {
      map.Set(static_cast<int>(i % 8), Item(i));
      if (i % 5 == 0) map.Erase(static_cast<int>(i % 8));
    }
  };
  Storm({write, write, write}, 300ms);
  EXPECT_EQ(map.size(), map.Items().size());
  for (const auto& [key, value] : map.Items()) {
    const unsigned number = static_cast<unsigned>(std::stoul(value));
    EXPECT_EQ(value, Item(number));
    EXPECT_EQ(static_cast<int>(number % 8), key);
  }
  for (int key = 0; key < 8; ++key) map.Set(key, "1b");
  EXPECT_EQ(map.size(), 8u);
}

}  // namespace
}  // namespace thresh::pool
