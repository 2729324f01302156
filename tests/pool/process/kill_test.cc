// Processes are killed at every place of what they do to what they share, and the others go on.
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "fetcher/pool/process/event.h"
#include "fetcher/pool/process/joinable_queue.h"
#include "fetcher/pool/process/mutex.h"
#include "fetcher/pool/process/process.h"
#include "fetcher/pool/process/queue.h"
#include "fetcher/pool/process/semaphore.h"
#include "fetcher/pool/process/shared_array.h"
#include "fetcher/pool/process/shared_map.h"
#include "tests/pool/process/kill_at_step.h"

namespace thresh::pool {
namespace {

using namespace std::chrono_literals;

constexpr auto kLong = 10s;  // long enough for any machine; nothing waits for it that works

std::vector<std::string> Drain(Queue<std::string>& queue) {
  std::vector<std::string> items;
  while (auto item = queue.TryGet()) items.push_back(std::move(*item));
  return items;
}

// --- One instruction after the other

struct LockWorld {
  SharedArray<int> pair{2};  // equal, unless their owner died between

  void Act() {
    const std::lock_guard lock(pair.mutex());
    ++pair[0];
    ++pair[1];
  }
  void Check() {
    ASSERT_TRUE(pair.mutex().try_lock_for(kLong));
    EXPECT_TRUE(pair[0] == pair[1] || pair.mutex().owner_died());
    pair.mutex().unlock();
    EXPECT_TRUE(pair.mutex().try_lock());
    EXPECT_FALSE(pair.mutex().owner_died());
    pair.mutex().unlock();
  }
};
TEST(KillTest, InMutex) { KillEverywhere<LockWorld>(); }

struct HoldWorld {
  Semaphore rooms{2};

  void Act() { const auto room = rooms.Hold(); }
  void Check() {
    const auto first = rooms.Hold(kLong);
    const auto second = rooms.Hold(kLong);
    EXPECT_TRUE(first && second);
    EXPECT_FALSE(rooms.Hold(0ms));
  }
};
TEST(KillTest, InSemaphoreHold) { KillEverywhere<HoldWorld>(); }

struct AcquireWorld {
  Semaphore permits{2};

  void Act() {
    permits.Acquire();
    permits.Release();
  }
  void Check() {
    EXPECT_TRUE(permits.Acquire(kLong));  // the other one may be gone with the dead
    permits.Release();
    EXPECT_TRUE(permits.available() == 1 || permits.available() == 2) << permits.available();
  }
};
TEST(KillTest, InSemaphoreAcquireAndRelease) { KillEverywhere<AcquireWorld>(); }

struct EventWorld {
  Event event;

  void Act() {
    event.Set();
    event.Clear();
  }
  void Check() {
    event.Set();
    EXPECT_TRUE(event.Wait(kLong));
    event.Clear();
    EXPECT_FALSE(event.Wait(0ms));
  }
};
TEST(KillTest, InEvent) { KillEverywhere<EventWorld>(); }

struct PutWorld {
  Queue<std::string> queue{{.items = 3, .bytes = 30}};
  PutWorld() { queue.Put("first"); }

  void Act() { queue.Put("second"); }
  void Check() {
    EXPECT_TRUE(queue.Put("third", kLong));
    const std::vector<std::string> items = Drain(queue);
    EXPECT_TRUE(items == std::vector<std::string>({"first", "third"}) ||
                items == std::vector<std::string>({"first", "second", "third"}));
  }
};
TEST(KillTest, InQueuePut) { KillEverywhere<PutWorld>(); }

struct GetWorld {
  Queue<std::string> queue{{.items = 3, .bytes = 30}};
  GetWorld() {
    queue.Put("first");
    queue.Put("second");
  }

  void Act() { queue.Get(); }
  void Check() {
    EXPECT_TRUE(queue.Put("third", kLong));
    const std::vector<std::string> items = Drain(queue);
    EXPECT_TRUE(items == std::vector<std::string>({"second", "third"}) ||
                items == std::vector<std::string>({"first", "second", "third"}));
  }
};
TEST(KillTest, InQueueGet) { KillEverywhere<GetWorld>(); }

struct CloseWorld {
  Queue<std::string> queue;
  CloseWorld() { queue.Put("first"); }

  void Act() { queue.Close(); }
  void Check() {
    queue.Close();
    EXPECT_THROW(queue.Put("second"), ClosedError);
    EXPECT_EQ(queue.Get(), "first");
    EXPECT_EQ(queue.Get(), std::nullopt);
  }
};
TEST(KillTest, InQueueClose) { KillEverywhere<CloseWorld>(); }

struct TaskWorld {
  JoinableQueue<std::string> tasks;
  TaskWorld() {
    tasks.Put("first");
    tasks.Put("second");
  }

  void Act() {
    tasks.Get();
    tasks.TaskDone();
  }
  void Check() {
    size_t left = 0;
    while (tasks.TryGet()) {
      ++left;
      tasks.TaskDone();
    }
    EXPECT_TRUE(left == 1 || left == 2) << left;
    EXPECT_TRUE(tasks.Join(kLong));
    EXPECT_LE(tasks.undone(), 2 - left);
  }
};
TEST(KillTest, InJoinableQueueGetAndTaskDone) { KillEverywhere<TaskWorld>(); }

struct JoinWorld {
  JoinableQueue<std::string> tasks;
  JoinWorld() {
    tasks.Put("first");
    tasks.Get();
  }

  void Act() { tasks.Join(0ms); }
  void Check() {
    tasks.TaskDone();
    EXPECT_TRUE(tasks.Join(kLong));
  }
};
TEST(KillTest, InJoinableQueueJoin) { KillEverywhere<JoinWorld>(); }

struct MapWorld {
  SharedMap<std::string, std::string> map{{.entries = 4, .bytes = 200}};
  MapWorld() {
    map.Set("old", "1");
    map.Set("same", "1");
    map.Set("erased", "1");
  }

  void Act() {
    map.Set("old", "2");
    map.Set("new", "2");
    map.Erase("erased");
  }
  void Check() {
    const size_t entries = map.Items().size();
    EXPECT_EQ(map.size(), entries);
    EXPECT_EQ(map.Get("same"), "1");
    // The steps are in their order, and each is whole.
    const bool set = map.Get("old") == "2";
    const bool added = map.Contains("new");
    const bool erased = !map.Contains("erased");
    EXPECT_TRUE(set || map.Get("old") == "1");
    EXPECT_TRUE(!added || (set && map.Get("new") == "2"));
    EXPECT_TRUE(!erased || added);
    map.Erase("erased");
    map.Set("new", "3");
    map.Set("last", "3");
    EXPECT_THROW(map.Set("too many", "3"), std::length_error);
    EXPECT_EQ(map.size(), 4u);
  }
};
TEST(KillTest, InSharedMap) { KillEverywhere<MapWorld>(); }

struct CompactWorld {
  static constexpr int kWrites = 4;  // beyond what the log holds
  SharedMap<int, std::string> map{{.entries = 3, .bytes = 200}};
  CompactWorld() {
    for (int key : {0, 1, 2}) map.Set(key, Value(0));
  }
  static std::string Value(int number) { return std::string(50, static_cast<char>('a' + number)); }

  void Act() {
    for (int number = 1; number <= kWrites; ++number) map.Set(0, Value(number));
  }
  void Check() {
    const std::string value = map.Get(0).value_or("");
    ASSERT_EQ(value.size(), 50u);
    EXPECT_EQ(value, std::string(50, value[0]));
    EXPECT_EQ(map.Get(1), Value(0));
    EXPECT_EQ(map.Get(2), Value(0));
    for (int number = 0; number < 20; ++number) map.Set(1, Value(number));
    EXPECT_EQ(map.Get(0), value);
    EXPECT_EQ(map.Get(1), Value(19));
    EXPECT_EQ(map.size(), 3u);
  }
};
TEST(KillTest, WhileASharedMapMakesRoom) { KillEverywhere<CompactWorld>(5); }

// --- In the middle of a call, for sure

struct Deadly {
  bool kills = false;
};

}  // namespace

template <>
struct Codec<Deadly> {
  static void Write(Writer& writer, const Deadly& item) { pool::Write(writer, item.kills); }
  static Deadly Read(Reader& reader) {
    const Deadly item{.kills = pool::Read<bool>(reader)};
    if (item.kills) raise(SIGKILL);
    return item;
  }
};

namespace {

TEST(KillTest, OneThatDiesReadingAnItemLeavesItAndTheLock) {
  JoinableQueue<Deadly> queue;
  queue.Put({.kills = true});
  queue.Put({.kills = false});
  for (size_t deaths = 0; deaths < 3; ++deaths) {
    Process victim = Process::Start([&] { queue.Get(); });
    EXPECT_EQ(victim.Join().signal, SIGKILL);
    EXPECT_EQ(queue.size(), 2 + deaths);
    EXPECT_TRUE(queue.Put({}, kLong));
    EXPECT_FALSE(queue.Join(0ms));
    EXPECT_EQ(queue.undone(), 0u);
  }
}

TEST(KillTest, OneThatDiesInAnUpdateHasChangedNothing) {
  SharedMap<int, int> map;
  map.Set(1, 1);
  Process victim = Process::Start([&] {
    map.Update(1, [](int& value) {
      value = 2;
      raise(SIGKILL);
    });
  });
  EXPECT_EQ(victim.Join().signal, SIGKILL);
  EXPECT_EQ(map.Get(1), 1);
  map.Update(1, [](int& value) { value += 10; });
  EXPECT_EQ(map.Get(1), 11);
}

// --- Others wait at that moment

struct WaitingGetWorld {
  Queue<std::string> queue;
  Queue<std::string> got;
  Event ready;
  Process waiter = Process::Start(
      [this] {
        ready.Set();
        while (const auto item = queue.Get()) got.Put(*item);
      },
      {.daemon = true});
  WaitingGetWorld() { ready.Wait(); }

  void Act() { queue.Put("victim's"); }
  void Check() {
    queue.Put("next");
    auto item = got.Get(kLong);
    if (item == "victim's") item = got.Get(kLong);
    EXPECT_EQ(item, "next");
  }
};
TEST(KillTest, InPutWhileAnotherWaitsForTheItem) { KillEverywhere<WaitingGetWorld>(8); }

struct WaitingPutWorld {
  Queue<std::string> queue{{.items = 1}};
  Event ready;
  Process waiter = Process::Start(
      [this] {
        queue.Put("first");
        ready.Set();
        queue.Put("second");
      },
      {.daemon = true});
  WaitingPutWorld() { ready.Wait(); }

  void Act() { queue.Get(); }
  void Check() {
    auto item = queue.Get(kLong);
    if (item == "first") item = queue.Get(kLong);
    EXPECT_EQ(item, "second");
  }
};
TEST(KillTest, InGetWhileAnotherWaitsForRoom) { KillEverywhere<WaitingPutWorld>(8); }

struct WaitingEventWorld {
  Event event;
  Process waiter = Process::Start([this] { return event.Wait(kLong) ? 0 : 1; }, {.daemon = true});

  void Act() { event.Set(); }
  void Check() {
    if (!event.IsSet()) event.Set();  // as one would who has seen nothing
    EXPECT_EQ(waiter.Join().code, 0);
  }
};
TEST(KillTest, InSetWhileAnotherWaits) { KillEverywhere<WaitingEventWorld>(8); }

struct WaitingHoldWorld {
  Semaphore rooms{1};
  Event done;
  Process waiter = Process::Start(
      [this] {
        for (int i = 0; i < 3; ++i) {
          const auto room = rooms.Hold(kLong);
          if (!room) return 1;
        }
        return 0;
      },
      {.daemon = true});

  void Act() { const auto room = rooms.Hold(); }
  void Check() { EXPECT_EQ(waiter.Join().code, 0); }
};
TEST(KillTest, InHoldWhileAnotherWaits) { KillEverywhere<WaitingHoldWorld>(8); }

}  // namespace
}  // namespace thresh::pool
