#include "fetcher/pool/process/semaphore.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <thread>
#include <utility>
#include <vector>

#include "fetcher/pool/process/event.h"
#include "fetcher/pool/process/process.h"

namespace thresh::pool {
namespace {

using namespace std::chrono_literals;

TEST(SemaphoreTest, GivesSoManyPermitsAndNoMore) {
  Semaphore semaphore(2);
  semaphore.Acquire();
  EXPECT_TRUE(semaphore.TryAcquire());
  EXPECT_FALSE(semaphore.TryAcquire());
  EXPECT_FALSE(semaphore.Acquire(10ms));
  EXPECT_FALSE(semaphore.Hold(0ms));
  EXPECT_EQ(semaphore.available(), 0u);
  semaphore.Release();
  EXPECT_EQ(semaphore.available(), 1u);
  EXPECT_TRUE(semaphore.Hold(0ms));
}

TEST(SemaphoreTest, AnybodyMayRelease) {
  Semaphore items(0);
  Process producer = Process::Start([&] {
    for (int i = 0; i < 1000; ++i) items.Release();
  });
  for (int i = 0; i < 1000; ++i) ASSERT_TRUE(items.Acquire(10s)) << i;
  EXPECT_TRUE(producer.Join().clean());
  EXPECT_EQ(items.available(), 0u);
}

TEST(SemaphoreTest, PermitComesBackAtTheEndOfItsScope) {
  Semaphore semaphore(1);
  {
    Semaphore::Permit first = semaphore.Hold();
    const Semaphore::Permit permit = std::move(first);
    EXPECT_EQ(semaphore.available(), 0u);
  }
  EXPECT_EQ(semaphore.available(), 1u);
}

TEST(SemaphoreTest, PermitThatIsHeldComesBackWithItsHoldersDeath) {
  Semaphore rooms(2);
  Event inside;
  for (int i = 0; i < 5; ++i) {  // more deaths than rooms
    inside.Clear();
    Process guest = Process::Start([&] {
      const auto room = rooms.Hold();
      const auto another = rooms.Hold();
      inside.Set();
      for (;;) pause();
    });
    ASSERT_TRUE(inside.Wait(10s));
    EXPECT_EQ(rooms.available(), 0u);
    Process next = Process::Start([&] { return rooms.Hold(10s) ? 0 : 1; });
    guest.Kill();
    EXPECT_EQ(next.Join().code, 0);
  }
  EXPECT_EQ(rooms.available(), 2u);
}

TEST(SemaphoreTest, PermitThatWasAcquiredStaysTakenWhenItsTakerIsKilled) {
  Semaphore semaphore(2);
  Process taker = Process::Start([&] {
    semaphore.Acquire();
    raise(SIGKILL);
  });
  taker.Join();
  EXPECT_EQ(semaphore.available(), 1u);
}

TEST(SemaphoreTest, CopyInAChildGivesNothingBack) {
  Semaphore semaphore(1);
  std::vector<Semaphore::Permit> permits;
  permits.push_back(semaphore.Hold());
  Process child = Process::Start([&] { permits.clear(); });
  EXPECT_TRUE(child.Join().clean());
  EXPECT_EQ(semaphore.available(), 0u);
}

TEST(SemaphoreTest, EveryWaiterGoesOnAsSoonAsThereArePermits) {
  Semaphore semaphore(0);
  std::vector<Process> waiters;
  for (int i = 0; i < 5; ++i) {
    waiters.push_back(Process::Start([&] {
      semaphore.Acquire();
      for (;;) pause();  // releases nothing that could wake the next
    }));
  }
  std::this_thread::sleep_for(20ms);  // most of them wait by now
  for (int i = 0; i < 5; ++i) semaphore.Release();
  const auto deadline = std::chrono::steady_clock::now() + 10s;
  while (semaphore.available() > 0 && std::chrono::steady_clock::now() < deadline) usleep(100);
  EXPECT_EQ(semaphore.available(), 0u);
  for (Process& waiter : waiters) waiter.Kill();
}

}  // namespace
}  // namespace thresh::pool
