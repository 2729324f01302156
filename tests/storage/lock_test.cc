#include "storage/lock.h"

#include <gtest/gtest.h>

#include "tests/storage/child.h"
#include "tests/support/temporary_folder.h"

namespace thresh {
namespace {

TEST(LockTest, WhetherItIsHeldIsSeenFromOutsideAndInside) {
  const TemporaryFolder folder;
  const auto path = LockPath(folder / "crawl.db");
  EXPECT_FALSE(IsLocked(path));
  {
    Child holder([&](const auto& ready) {
      const LockFile lock(path);
      ready();
      pause();
    });
    ASSERT_TRUE(holder.WaitReady());
    EXPECT_TRUE(IsLocked(path));
  }
  EXPECT_TRUE(std::filesystem::exists(path));  // it was killed
  EXPECT_FALSE(IsLocked(path));
  const LockFile own(path);
  EXPECT_TRUE(IsLocked(path));
}

TEST(LockTest, AskingDoesNotDropALockOfOnesOwn) {
  const TemporaryFolder folder;
  const auto path = LockPath(folder / "crawl.db");
  const LockFile own(path);
  EXPECT_TRUE(IsLocked(path));
  Child other([&](const auto& ready) {
    if (IsLocked(path)) ready();
  });
  EXPECT_TRUE(other.WaitReady());
}

}  // namespace
}  // namespace thresh
