#include "fetcher/pool/process/queue.h"

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <map>
#include <numeric>
#include <string>
#include <thread>
#include <tuple>
#include <vector>

#include "fetcher/pool/process/process.h"

namespace thresh::pool {
namespace {

using namespace std::chrono_literals;

TEST(QueueTest, FirstInFirstOut) {
  Queue<int> queue;
  EXPECT_TRUE(queue.empty());
  for (int i = 0; i < 10; ++i) queue.Put(i);
  EXPECT_EQ(queue.size(), 10u);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(queue.Get(), i);
  EXPECT_EQ(queue.TryGet(), std::nullopt);
  EXPECT_EQ(queue.Get(10ms), std::nullopt);
}

TEST(QueueTest, TakesWhatTheCodecKnows) {
  using Value = std::tuple<std::string, std::vector<double>, std::map<int, bool>>;
  Queue<Value> queue;
  const Value value{"a", {1.5, 2.5}, {{1, true}}};
  queue.Put(value);
  EXPECT_EQ(queue.Get(), value);
}

TEST(QueueTest, EmptyItemsAreItems) {
  Queue<std::string> queue({.items = 2, .bytes = 1});
  queue.Put("");
  queue.Put("");
  EXPECT_FALSE(queue.TryPut(""));
  EXPECT_EQ(queue.Get(), "");
  EXPECT_EQ(queue.Get(), "");
  EXPECT_EQ(queue.TryGet(), std::nullopt);
}

TEST(QueueTest, IsBoundedByItems) {
  Queue<int> queue({.items = 3, .bytes = 1000});
  for (int i = 0; i < 3; ++i) {
    EXPECT_FALSE(queue.full());
    EXPECT_TRUE(queue.TryPut(i));
  }
  EXPECT_TRUE(queue.full());
  EXPECT_FALSE(queue.TryPut(3));
  EXPECT_FALSE(queue.Put(3, 10ms));
  queue.Get();
  EXPECT_TRUE(queue.TryPut(3));
}

TEST(QueueTest, IsBoundedByBytes) {
  Queue<std::string> queue({.items = 100, .bytes = 10});
  EXPECT_TRUE(queue.TryPut("1234"));
  EXPECT_TRUE(queue.TryPut("5678"));
  EXPECT_FALSE(queue.TryPut("9012"));
  EXPECT_FALSE(queue.full());
  EXPECT_TRUE(queue.TryPut("90"));
  EXPECT_TRUE(queue.full());
  EXPECT_EQ(queue.Get(), "1234");
  EXPECT_TRUE(queue.TryPut("abcd"));
  EXPECT_THROW(queue.Put("12345678901"), std::length_error);
  EXPECT_EQ(queue.Get(), "5678");
  EXPECT_EQ(queue.Get(), "90");
  EXPECT_EQ(queue.Get(), "abcd");
}

TEST(QueueTest, WhatFitsIntoAnEmptyQueueAlwaysGoesIn) {
  Queue<std::string> queue({.items = 4, .bytes = 10});
  for (size_t size = 1; size <= 10; ++size) {
    for (size_t next = 1; next <= 10; ++next) {  // at whatever place of the ring
      ASSERT_TRUE(queue.TryPut(std::string(size, 'a')));
      ASSERT_EQ(queue.TryGet(), std::string(size, 'a'));
      ASSERT_TRUE(queue.TryPut(std::string(next, 'b')));
      ASSERT_EQ(queue.TryGet(), std::string(next, 'b'));
    }
  }
}

TEST(QueueTest, NoCapacityIsRefused) {
  EXPECT_THROW(Queue<int>({.items = 0}), std::invalid_argument);
  EXPECT_THROW(Queue<int>({.bytes = 0}), std::invalid_argument);
}

TEST(QueueTest, PutWaitsForRoomAndGetForAnItem) {
  Queue<int> queue({.items = 1});
  Process producer = Process::Start([&] {
    for (int i = 0; i < 2000; ++i) queue.Put(i);
  });
  for (int i = 0; i < 2000; ++i) ASSERT_EQ(queue.Get(10s), i);
  EXPECT_TRUE(producer.Join().clean());
}

TEST(QueueTest, ManyPutAndManyGet) {
  Queue<int> queue({.items = 7, .bytes = 64});
  Queue<int> sums;
  std::vector<Process> processes;
  for (int p = 0; p < 3; ++p) {
    processes.push_back(Process::Start([&, p] {
      for (int i = 0; i < 1000; ++i) queue.Put(p * 1000 + i);
    }));
  }
  for (int c = 0; c < 3; ++c) {
    processes.push_back(Process::Start([&] {
      int sum = 0;
      while (const auto item = queue.Get()) sum += *item;
      sums.Put(sum);
    }));
  }
  for (size_t p = 0; p < 3; ++p) EXPECT_TRUE(processes[p].Join().clean());
  queue.Close();
  int sum = 0;
  for (int c = 0; c < 3; ++c) sum += sums.Get(10s).value_or(-1'000'000);
  EXPECT_EQ(sum, 2999 * 3000 / 2);
}

TEST(QueueTest, EverySleeperIsWokenWhenThereIsEnoughForAll) {
  Queue<int> queue;
  Queue<int> taken;
  std::vector<Process> consumers;
  for (int c = 0; c < 4; ++c) {
    consumers.push_back(Process::Start(
        [&] {
          taken.Put(queue.Get().value_or(-1));
          for (;;) pause();  // takes no second one
        },
        {.daemon = true}));
  }
  std::this_thread::sleep_for(20ms);  // most of them sleep by now
  for (int i = 0; i < 4; ++i) queue.Put(i);
  for (int i = 0; i < 4; ++i) EXPECT_TRUE(taken.Get(10s));
}

TEST(QueueTest, LargeItemsComeThroughWhole) {
  Queue<std::string> queue({.items = 10, .bytes = 3'000'000});
  Process producer = Process::Start([&] {
    for (char c = 'a'; c <= 'z'; ++c) queue.Put(std::string(1'000'000, c));
    queue.Close();
  });
  char expected = 'a';
  while (const auto item = queue.Get()) EXPECT_EQ(*item, std::string(1'000'000, expected++));
  EXPECT_EQ(expected, 'z' + 1);
}

TEST(QueueTest, ClosedTakesNoMoreAndEndsWhenItIsEmpty) {
  Queue<int> queue({.items = 2});
  queue.Put(1);
  queue.Put(2);
  Process waiting = Process::Start([&] {
    try {
      queue.Put(3);
    } catch (const ClosedError&) {
      return 7;
    }
    return 0;
  });
  std::this_thread::sleep_for(20ms);  // it may or may not wait by now; both must do
  queue.Close();
  EXPECT_EQ(waiting.Join().code, 7);
  EXPECT_TRUE(queue.closed());
  EXPECT_THROW(queue.Put(3), ClosedError);
  EXPECT_EQ(queue.Get(), 1);
  EXPECT_EQ(queue.Get(), 2);
  EXPECT_EQ(queue.Get(), std::nullopt);
}

TEST(QueueTest, CloseEndsThoseWhoWaitForAnItem) {
  Queue<int> queue;
  Process waiting = Process::Start([&] { return queue.Get() ? 1 : 0; });
  std::this_thread::sleep_for(20ms);
  queue.Close();
  EXPECT_EQ(waiting.Join().code, 0);
}

struct Rejected {
  int value = 0;
};

}  // namespace

template <>
struct Codec<Rejected> {
  static void Write(Writer& writer, const Rejected& item) { pool::Write(writer, item.value); }
  static Rejected Read(Reader& reader) {
    const int value = pool::Read<int>(reader);
    if (value == 13) throw CodecError("thirteen");
    return {value};
  }
};

namespace {

TEST(QueueTest, ItemThatCannotBeReadStays) {
  Queue<Rejected> queue;
  queue.Put({13});
  EXPECT_THROW(queue.Get(), CodecError);
  EXPECT_EQ(queue.size(), 1u);
  EXPECT_THROW(queue.TryGet(), CodecError);
}

}  // namespace
}  // namespace thresh::pool
