#include "fetcher/pool/shared_memory.h"

#include <errno.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>
#include <stdexcept>
#include <system_error>

namespace thresh::pool {
namespace {

constexpr size_t kSlotBytes = 8u << 20;
constexpr size_t kKept = 4u << 20;

size_t BytesInUse(const SharedMemory& memory) {
  struct stat status {};
  fstat(memory.fd(), &status);
  return static_cast<size_t>(status.st_blocks) * 512;
}

void Fill(const SharedMemory& memory, size_t slot, size_t bytes) {
  std::memset(memory.Slot(slot).data(), 'x', bytes);
}

TEST(SharedMemoryTest, SlotsAreApartAndAsLongAsAsked) {
  SharedMemory memory(3, 5000);
  for (size_t slot = 0; slot < 3; ++slot) {
    ASSERT_EQ(memory.Slot(slot).size(), 5000u);
    std::memset(memory.Slot(slot).data(), static_cast<int>('a' + slot), 5000);
  }
  for (size_t slot = 0; slot < 3; ++slot) {
    EXPECT_EQ(memory.Slot(slot)[0], std::byte('a' + slot));
    EXPECT_EQ(memory.Slot(slot)[4999], std::byte('a' + slot));
  }
  EXPECT_EQ(memory.heartbeat(), 0u);
  EXPECT_THROW(memory.Slot(3), std::out_of_range);
}

TEST(SharedMemoryTest, BothSidesSeeTheSame) {
  SharedMemory ours(2, 4096);
  SharedMemory theirs(UniqueFd(dup(ours.fd())), ours.bytes(), 4096);
  theirs.CloseFd();
  theirs.Slot(1)[7] = std::byte{42};
  theirs.Beat();
  EXPECT_EQ(ours.Slot(1)[7], std::byte{42});
  EXPECT_EQ(ours.heartbeat(), 1u);
}

TEST(SharedMemoryTest, CannotBeResizedByEitherSide) {
  SharedMemory memory(1, 4096);
  EXPECT_EQ(ftruncate(memory.fd(), 0), -1);
  EXPECT_EQ(errno, EPERM);
  EXPECT_EQ(ftruncate(memory.fd(), 1 << 20), -1);
  EXPECT_EQ(fcntl(memory.fd(), F_ADD_SEALS, F_SEAL_WRITE), -1);
}

TEST(SharedMemoryTest, UntouchedSlotsCostNothing) {
  SharedMemory memory(1000, kSlotBytes);
  EXPECT_EQ(BytesInUse(memory), 0u);
}

TEST(SharedMemoryTest, FreedSlotsKeepTheirMemoryUpToALimit) {
  SharedMemory memory(4, kSlotBytes);
  Fill(memory, 0, 3 << 20);
  memory.Release(0, kKept);
  Fill(memory, 1, 900'000);
  memory.Release(1, kKept);
  EXPECT_GT(BytesInUse(memory), 3'900'000u) << "less than may be kept";
  EXPECT_EQ(memory.Slot(0)[0], std::byte{'x'});
}

TEST(SharedMemoryTest, AboveTheLimitWhatIsMoreThanASlotsShareGoesBack) {
  SharedMemory memory(4, kSlotBytes);
  for (size_t slot = 0; slot < 4; ++slot) Fill(memory, slot, slot == 0 ? 900'000 : 2 << 20);
  for (size_t slot = 0; slot < 4; ++slot) memory.Release(slot, kKept);
  EXPECT_EQ(memory.Slot(0)[0], std::byte{'x'}) << "less than a quarter of it";
  EXPECT_EQ(memory.Slot(1)[0], std::byte{0});
  EXPECT_EQ(memory.Slot(2)[0], std::byte{0}) << "4.9 MB were there";
  EXPECT_EQ(memory.Slot(3)[0], std::byte{'x'}) << "the others have left it room";
}

// Bodies larger than all that may be kept come in whatever slots are free, again and again.
TEST(SharedMemoryTest, FreeSlotsNeverHaveMoreThanTheLimitAndTheirShares) {
  SharedMemory memory(4, kSlotBytes);
  for (size_t round = 0; round < 40; ++round) {
    Fill(memory, round % 4, (round * 7 % 8 + 1) << 20);
    memory.Release(round % 4, kKept);
    ASSERT_LE(BytesInUse(memory), 2 * kKept) << round;
  }
}

TEST(SharedMemoryTest, CountsPagesThatLieApart) {
  SharedMemory memory(1, kSlotBytes);
  std::memset(memory.Slot(0).data(), 'x', kKept / 2 + 4096);
  std::memset(memory.Slot(0).data() + kSlotBytes - kKept / 2, 'x', kKept / 2);
  memory.Release(0, kKept);
  EXPECT_EQ(BytesInUse(memory), 0u);
}

TEST(SharedMemoryTest, MoreThanTheAddressSpaceIsRefused) {
  EXPECT_THROW(SharedMemory(2, SIZE_MAX), std::length_error);
  EXPECT_THROW(SharedMemory(SIZE_MAX / 4096, 8192), std::length_error);
}

}  // namespace
}  // namespace thresh::pool
