#include "fetcher/pool/process/mutex.h"

#include <gtest/gtest.h>
#include <signal.h>

#include <memory>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

#include "fetcher/pool/process/process.h"
#include "fetcher/pool/process/shared_array.h"

namespace thresh::pool {
namespace {

using namespace std::chrono_literals;

TEST(MutexTest, OneProcessAtATime) {
  SharedArray<int> counter(1);
  std::vector<Process> adders;
  for (int i = 0; i < 4; ++i) {
    adders.push_back(Process::Start([&] {
      for (int n = 0; n < 5000; ++n) {
        const std::lock_guard lock(counter.mutex());
        counter[0] = counter[0] + 1;
      }
    }));
  }
  for (Process& adder : adders) EXPECT_TRUE(adder.Join().clean());
  EXPECT_EQ(counter[0], 20'000);
}

TEST(MutexTest, TryLockSaysNoWhileAnotherHoldsIt) {
  Mutex mutex;
  const std::lock_guard lock(mutex);
  Process other = Process::Start([&] {
    if (mutex.try_lock()) return 1;
    if (mutex.try_lock_for(10ms)) return 2;
    return 0;
  });
  EXPECT_EQ(other.Join().code, 0);
}

TEST(MutexTest, WaitsUntilItIsFree) {
  Mutex mutex;
  mutex.lock();
  Process other = Process::Start([&] { return mutex.try_lock_for(10s) ? 0 : 1; });
  std::this_thread::sleep_for(20ms);  // it may or may not wait by now; both must do
  mutex.unlock();
  EXPECT_EQ(other.Join().code, 0);
}

TEST(MutexTest, SurvivesItsOwnersDeathAndTellsTheNextOnce) {
  Mutex mutex;
  Process owner = Process::Start([&] {
    mutex.lock();
    raise(SIGKILL);
  });
  EXPECT_EQ(owner.Join().signal, SIGKILL);
  ASSERT_TRUE(mutex.try_lock_for(10s));
  EXPECT_TRUE(mutex.owner_died());
  mutex.unlock();
  const std::lock_guard lock(mutex);
  EXPECT_FALSE(mutex.owner_died());
}

TEST(MutexTest, ThreadThatEndsIsAnOwnerThatDied) {
  Mutex mutex;
  std::thread([&] { mutex.lock(); }).join();
  ASSERT_TRUE(mutex.try_lock());
  EXPECT_TRUE(mutex.owner_died());
  mutex.unlock();
}

TEST(MutexTest, WhoWaitsGetsItWhenTheOwnerIsKilled) {
  Mutex mutex;
  Process owner = Process::Start([&] {
    mutex.lock();
    for (;;) pause();
  });
  while (mutex.try_lock()) mutex.unlock();  // until it has got it
  Process heir = Process::Start([&] {
    mutex.lock();
    return mutex.owner_died() ? 0 : 1;
  });
  owner.Kill();
  ASSERT_TRUE(heir.Join(10s));
  EXPECT_EQ(heir.Join().code, 0);
}

TEST(MutexTest, OneOfManyWaitersMayBeKilled) {
  Mutex mutex;
  mutex.lock();
  std::vector<Process> waiters;
  for (int i = 0; i < 6; ++i) {
    waiters.push_back(Process::Start([&] { const std::lock_guard lock(mutex); }));
  }
  std::this_thread::sleep_for(20ms);  // most of them wait by now
  for (int i = 0; i < 6; i += 2) waiters[static_cast<size_t>(i)].Kill();
  mutex.unlock();
  for (Process& waiter : waiters) EXPECT_TRUE(waiter.Join(10s));
}

TEST(MutexTest, DestroyedByItsHolderItLeavesNoTrace) {
  auto first = std::make_unique<Mutex>();
  first->lock();
  first.reset();
  Mutex second;  // would be linked to the first one, whose memory is gone
  const std::lock_guard lock(second);
}

TEST(MutexTest, MisuseThrows) {
  Mutex mutex;
  EXPECT_THROW(mutex.unlock(), std::system_error);
  mutex.lock();
  EXPECT_THROW(mutex.lock(), std::system_error);
  EXPECT_FALSE(mutex.try_lock());
  Process other = Process::Start([&] {
    try {
      mutex.unlock();
    } catch (const std::system_error& error) {
      return error.code().value() == EPERM ? 0 : 1;
    }
    return 2;
  });
  EXPECT_EQ(other.Join().code, 0);
  mutex.unlock();
}

}  // namespace
}  // namespace thresh::pool
