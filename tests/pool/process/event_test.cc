#include "fetcher/pool/process/event.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "fetcher/pool/process/process.h"

namespace thresh::pool {
namespace {

using namespace std::chrono_literals;

TEST(EventTest, IsSetUntilItIsCleared) {
  Event event;
  EXPECT_FALSE(event.IsSet());
  EXPECT_FALSE(event.Wait(0ms));
  EXPECT_FALSE(event.Wait(10ms));
  event.Set();
  event.Set();
  EXPECT_TRUE(event.IsSet());
  EXPECT_TRUE(event.Wait(0ms));
  event.Wait();
  event.Clear();
  event.Clear();
  EXPECT_FALSE(event.IsSet());
}

TEST(EventTest, LetsAllGoOn) {
  Event event;
  std::vector<Process> waiters;
  for (int i = 0; i < 5; ++i) {
    waiters.push_back(Process::Start([&] { return event.Wait(10s) ? 0 : 1; }));
  }
  event.Set();
  for (Process& waiter : waiters) EXPECT_EQ(waiter.Join().code, 0);
}

TEST(EventTest, WhoWaitsMissesNoPulse) {
  Event ready;
  Event event;
  Process waiter = Process::Start([&] {
    ready.Set();
    return event.Wait(10s) ? 0 : 1;
  });
  ASSERT_TRUE(ready.Wait(10s));
  std::this_thread::sleep_for(20ms);  // now it waits
  event.Set();
  event.Clear();
  EXPECT_EQ(waiter.Join().code, 0);
  EXPECT_FALSE(event.IsSet());
}

TEST(EventTest, ChildSetsForItsParent) {
  Event event;
  Process child = Process::Start([&] { event.Set(); });
  EXPECT_TRUE(event.Wait(10s));
}

}  // namespace
}  // namespace thresh::pool
