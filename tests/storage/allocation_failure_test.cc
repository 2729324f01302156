// SQLite's memory runs out at any one allocation, or for good from it on.
#include <sqlite3.h>

#include <random>

#include "gmock/gmock.h"
#include "tests/storage/faulty_vfs.h"
#include "tests/storage/little_crawl.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/test_environment.h"

namespace thresh {
namespace {

// The allocator of SQLite, whose Nth allocation fails.
class FailingAllocator {
 public:
  FailingAllocator() {
    sqlite3_shutdown();
    sqlite3_config(SQLITE_CONFIG_GETMALLOC, &real_);
    sqlite3_mem_methods methods = real_;
    methods.xMalloc = [](int bytes) { return Fails() ? nullptr : real_.xMalloc(bytes); };
    methods.xRealloc = [](void* block, int bytes) {
      return Fails() ? nullptr : real_.xRealloc(block, bytes);
    };
    sqlite3_config(SQLITE_CONFIG_MALLOC, &methods);
    sqlite3_initialize();
  }
  ~FailingAllocator() {
    sqlite3_shutdown();
    sqlite3_config(SQLITE_CONFIG_MALLOC, &real_);
    sqlite3_initialize();
  }
  FailingAllocator(const FailingAllocator&) = delete;
  FailingAllocator& operator=(const FailingAllocator&) = delete;

  // The `call`th allocation from now on fails, and with `for_good` all after it; 0: none.
  static void FailAt(int64_t call, bool for_good) {
    fail_at_ = call;
    for_good_ = for_good;
    calls_ = 0;
    failed_ = false;
  }
  static bool failed() { return failed_; }

 private:
  static bool Fails() {
    ++calls_;
    if (fail_at_ == 0 || calls_ < fail_at_ || (calls_ > fail_at_ && !for_good_)) return false;
    failed_ = true;
    return true;
  }

  inline static sqlite3_mem_methods real_{};
  inline static int64_t calls_ = 0, fail_at_ = 0;
  inline static bool for_good_ = false, failed_ = false;
};

class AllocationFailureTest : public testing::TestWithParam<bool> {};

TEST_P(AllocationFailureTest, TheDatabaseIsOldOrNew) {
  const FailingAllocator memory;
  const FaultyVfs disk;  // never fails, and waits for no real disk
  // THRESH_TEST_STRIDE=1 tries every allocation; the suite tries one of some, others each time.
  const int64_t stride = std::max(1, NumberFromEnvironment("THRESH_TEST_STRIDE", 97));
  const int64_t first = 1 + static_cast<int64_t>(RandomSeed() % stride);
  bool untouched = false;
  int64_t call = first;
  for (; !untouched && !HasFailure(); call += stride) {
    SCOPED_TRACE("allocation " + std::to_string(call));
    const TemporaryFolder folder;
    LittleCrawl crawl(folder / "crawl.db", 4);
    FailingAllocator::FailAt(call, GetParam());
    EndsWell([&] { crawl.Run(); });
    untouched = !FailingAllocator::failed();
    FailingAllocator::FailAt(0, false);
    crawl.ExpectOldOrNew();
  }
  EXPECT_GT(call, 1000) << "hardly an allocation was made";
}

INSTANTIATE_TEST_SUITE_P(OnceAndForGood, AllocationFailureTest, testing::Bool(),
                         [](const auto& what) { return what.param ? "ForGood" : "Once"; });

}  // namespace
}  // namespace thresh
