#include "storage/log_watch.h"

#include <filesystem>

#include "gmock/gmock.h"
#include "tests/storage/little_crawl.h"
#include "tests/support/temporary_folder.h"

namespace thresh {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

TEST(LogWatchTest, SaysWhenTheLogIsLargeAndEachTimeItHasDoubled) {
  const TemporaryFolder folder;
  LogWatch watch(folder / "crawl.db", 1 << 20);
  EXPECT_THAT(watch.Look(), IsEmpty()) << "there is none";
  const auto grow = [&](uint64_t bytes) {
    fclose(fopen((folder / "crawl.db-wal").c_str(), "a"));
    std::filesystem::resize_file(folder / "crawl.db-wal", bytes);
    return watch.Look();
  };
  EXPECT_THAT(grow(1000), IsEmpty());
  EXPECT_THAT(grow(3 << 20), HasSubstr("crawl.db-wal has grown to 3 MB"));
  EXPECT_THAT(grow(3 << 20), IsEmpty());
  EXPECT_THAT(grow(5 << 20), HasSubstr("5 MB"));
}

// FAULTS 85: a reader that never ends costs nothing but room, and that is said.
TEST(LogWatchTest, AReaderThatNeverEndsIsToldOfAndDoesNoOtherHarm) {
  const TemporaryFolder folder;
  const auto path = folder / "crawl.db";
  LittleCrawl(path, 2).Run();
  LogWatch watch(path, 256 << 10);
  PlainSqlite reader(path);
  {
    const auto store = Store::Open(path);
    EXPECT_EQ(reader.Rows("BEGIN; SELECT count(*) FROM pages"), "2");
  }
  LittleCrawl crawl(path, 40, 2);
  crawl.Run();
  EXPECT_THAT(watch.Look(), HasSubstr("never ends"));
  EXPECT_EQ(reader.Rows("SELECT count(*) FROM pages"), "2") << "it reads what it began with";
  EXPECT_EQ(reader.Rows("COMMIT; SELECT count(*) FROM pages"), "42");
  crawl.ExpectOldOrNew();
}

}  // namespace
}  // namespace thresh
