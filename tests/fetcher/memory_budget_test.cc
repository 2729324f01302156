#include "fetcher/memory_budget.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstring>

namespace thresh {
namespace {

// Shared memory as the pool makes it.
class Memory {
 public:
  Memory() : fd_(memfd_create("budget_test", MFD_CLOEXEC)) {
    if (ftruncate(fd_, kBytes) != 0) ADD_FAILURE();
    base_ = mmap(nullptr, kBytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd_, 0);
    std::memset(base_, 1, kBytes);
  }
  ~Memory() {
    munmap(base_, kBytes);
    close(fd_);
  }

  std::span<const std::byte> bytes() const { return {static_cast<std::byte*>(base_), kBytes}; }
  void GiveBack() { fallocate(fd_, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, kBytes); }

 private:
  static constexpr size_t kBytes = 64 * 1024;
  int fd_;
  void* base_;
};

TEST(MemoryBudgetTest, OnlyTheOldestGoesOnWhenAllIsUsed) {
  MemoryBudget budget(100, 10);
  budget.Begin(7);
  budget.Begin(3);
  budget.Received(3, 99);
  EXPECT_TRUE(budget.MayReceive(3));
  budget.Received(3, 1);
  EXPECT_FALSE(budget.MayReceive(3));
  EXPECT_TRUE(budget.MayReceive(7));
}

TEST(MemoryBudgetTest, SmallBodiesStopCountingWhenDelivered) {
  const Memory memory;
  MemoryBudget budget(100, 10);
  budget.Begin(0);
  budget.Received(0, 10);
  budget.Delivered(0, memory.bytes());
  EXPECT_EQ(budget.bytes_in_use(), 0u);
}

TEST(MemoryBudgetTest, LargeBodiesCountUntilTheirMemoryIsGivenBack) {
  Memory memory;
  MemoryBudget budget(100, 10);
  budget.Begin(0);
  budget.Received(0, 49);
  budget.Begin(1);
  budget.Begin(2);
  budget.Received(2, 51);
  budget.Delivered(0, memory.bytes());
  budget.CollectFreed();
  EXPECT_EQ(budget.bytes_in_use(), 100u);
  EXPECT_TRUE(budget.MayReceive(1)) << "the oldest of those that receive";
  EXPECT_FALSE(budget.MayReceive(2));

  memory.GiveBack();
  budget.CollectFreed();
  EXPECT_EQ(budget.bytes_in_use(), 51u);
  EXPECT_TRUE(budget.MayReceive(2));
}

TEST(MemoryBudgetTest, NoneGoesOnWhileDeliveredBodiesHoldHalf) {
  Memory memory;
  MemoryBudget budget(100, 10);
  budget.Begin(0);
  budget.Received(0, 50);
  budget.Delivered(0, memory.bytes());
  budget.Begin(1);
  EXPECT_TRUE(budget.MayReceive(1));
  budget.Received(1, 50);
  EXPECT_FALSE(budget.MayReceive(1));

  memory.GiveBack();
  budget.CollectFreed();
  EXPECT_TRUE(budget.MayReceive(1));
  budget.Received(1, 60);
  EXPECT_TRUE(budget.MayReceive(1)) << "what was given back counts no more";
}

TEST(MemoryBudgetTest, ASlotThatIsUsedAgainWasFree) {
  const Memory memory;
  MemoryBudget budget(100, 10);
  budget.Begin(0);
  budget.Received(0, 200);
  budget.Delivered(0, memory.bytes());
  budget.Begin(0);
  EXPECT_EQ(budget.bytes_in_use(), 0u);
}

}  // namespace
}  // namespace thresh
