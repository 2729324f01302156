// The disk fails at any one call, for good from any call on, or is full from then on. FAULTS
// 76, 84. The power goes away at any call. FAULTS 83.
#include <cstdlib>
#include <filesystem>
#include <random>

#include "gmock/gmock.h"
#include "storage/read_access.h"
#include "tests/storage/faulty_vfs.h"
#include "tests/storage/little_crawl.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/test_environment.h"

namespace thresh {
namespace {

class IoFailureTest : public testing::Test {
 protected:
  // Runs a crawl whose Nth call fails, for every N until one passes untouched. `prepare` makes the
  // database that it begins with, and gives how many pages that has.
  template <typename Prepare>
  void FailEveryCall(FaultyVfs::Mode mode, const Prepare& prepare) {
    for (int64_t call = 1;; ++call) {
      SCOPED_TRACE("call " + std::to_string(call));
      const TemporaryFolder folder;
      const auto path = folder / "crawl.db";
      LittleCrawl crawl(path, 4, prepare(path));
      FaultyVfs disk;
      disk.FailAt(call, mode);
      EndsWell([&] { crawl.Run(); });
      const bool untouched = !disk.failed();
      disk.FailAt(0, mode);
      crawl.ExpectOldOrNew();
      if (HasFailure() || untouched) {
        EXPECT_GT(call, 40) << "hardly a call reached the disk";
        return;
      }
    }
  }
};

TEST_F(IoFailureTest, ANewDatabaseIsOldOrNewWhicheverCallFails) {
  FailEveryCall(FaultyVfs::Mode::kOnce, [](const auto&) { return 0; });
}

TEST_F(IoFailureTest, ANewDatabaseIsOldOrNewWhenTheDiskDies) {
  FailEveryCall(FaultyVfs::Mode::kFromThen, [](const auto&) { return 0; });
}

TEST_F(IoFailureTest, AFullDiskLeavesTheOldOrTheNew) {
  FailEveryCall(FaultyVfs::Mode::kFull, [](const auto& path) {
    LittleCrawl(path, 2).Run();
    return 2;
  });
}

// A crawl that was broken off is continued: there is a log to recover from.
TEST_F(IoFailureTest, ADatabaseWithALogIsOldOrNewWhicheverCallFails) {
  const TemporaryFolder before;
  LittleCrawl broken_off(before / "crawl.db", 40);
  {
    FaultyVfs disk;
    disk.FailAt(500, FaultyVfs::Mode::kFromThen);
    EXPECT_FALSE(EndsWell([&] { broken_off.Run(); }));
  }
  ASSERT_GT(broken_off.acknowledged(), 0);
  ASSERT_GT(std::filesystem::file_size(before / "crawl.db-wal"), 10'000u);
  FailEveryCall(FaultyVfs::Mode::kOnce, [&](const std::filesystem::path& path) {
    for (const std::string& name : before.Files()) {
      if (name.ends_with("-lock")) continue;
      std::filesystem::copy_file(before / name, path.parent_path() / name);
    }
    return broken_off.acknowledged();
  });
}

TEST_F(IoFailureTest, AReaderTellsTheTruthOrSaysThatItCannot) {
  const TemporaryFolder folder;
  const auto path = folder / "crawl.db";
  LittleCrawl(path, 6).Run();
  bool untouched = false;
  for (int64_t call = 1; !untouched && !HasFailure(); ++call) {
    SCOPED_TRACE("call " + std::to_string(call));
    FaultyVfs disk;
    disk.FailAt(call, FaultyVfs::Mode::kOnce);
    EndsWell([&] {
      ReadAccess access(path);
      Statement count(access.database(), "SELECT count(*), sum(length(body)) > 30000 FROM bodies");
      auto rows = count.Start();
      ASSERT_TRUE(rows.Next());
      EXPECT_EQ(rows.Int(0), 6);
      EXPECT_EQ(rows.Int(1), 1);
    });
    untouched = !disk.failed();
  }
}

// What no test can do, a power cut, as closely as can be: all that was not synced may be there, in
// part or not at all, in any order.
TEST_F(IoFailureTest, WhatWasAcknowledgedSurvivesAPowerCut) {
  std::mt19937_64 random(RandomSeed());
  bool untouched = false;
  for (int64_t call = 1; !untouched && !HasFailure();
       call += 1 + static_cast<int64_t>(random() % 3)) {
    SCOPED_TRACE("call " + std::to_string(call));
    const TemporaryFolder folder;
    const TemporaryFolder after;
    LittleCrawl crawl(folder / "crawl.db", 8);
    FaultyVfs disk;
    disk.FailAt(call, FaultyVfs::Mode::kFromThen);
    EndsWell([&] { crawl.Run(); });
    untouched = !disk.failed();
    disk.FailAt(0, FaultyVfs::Mode::kOnce);
    disk.RestoreAfterPowerCut(after.path(), random);
    LittleCrawl(after / "crawl.db").ExpectOldOrNew(crawl.acknowledged());
  }
}

}  // namespace
}  // namespace thresh
