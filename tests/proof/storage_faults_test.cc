// A database that cannot be used: the exit code, the words, and that nothing is lost by it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/capability.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <fstream>

#include "storage/database.h"
#include "tests/proof/crawl_checks.h"
#include "tests/proof/synthetic_site.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/thresh_program.h"

namespace thresh {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;

// Root writes what it may not, unless this is taken from it.
void ObeyPermissions() { prctl(PR_CAPBSET_DROP, CAP_DAC_OVERRIDE); }

class StorageFaultsTest : public testing::Test {
 protected:
  static constexpr uint64_t kSeed = 7;

  std::string Config(const std::string& last = "") {
    const std::string config =
        SyntheticSite::Config(site_.Url("/p/0"), "delay = '0s'\nparallel = 4\n");
    return folder_.Write("site.toml", config + last).string();
  }
  ProgramResult Crawl(const std::function<void()>& prepare = {}) {
    return ThreshProgram({"crawl", Config()}, "", prepare).Wait();
  }
  void ExpectExit5(const ProgramResult& result, const std::string& words) {
    EXPECT_EQ(result.exit_code, 5);
    EXPECT_THAT(result.errors, HasSubstr("site.db"));
    EXPECT_THAT(result.errors, HasSubstr(words));
    EXPECT_EQ(std::count(result.errors.begin(), result.errors.end(), '\n'), 1) << result.errors;
  }

  SyntheticSite pages_{kSeed, 150};
  MeasuredSite site_{
      [this](const std::string&, const std::string& target) { return pages_.Answer(target); }};
  TemporaryFolder folder_;
  const std::filesystem::path db_ = folder_ / "site.db";
};

TEST_F(StorageFaultsTest, AFileThatMayNotGrowIsExitCode5AndTheCrawlGoesOnLater) {
  // The soft limit: under the hard one workers have no memory, either.
  const auto limit = [](rlim_t bytes) {
    return [bytes] {
      const rlimit files{bytes, RLIM_INFINITY};
      setrlimit(RLIMIT_FSIZE, &files);
    };
  };
  for (const rlim_t bytes : {0u, 50'000u, 100'000u, 200'000u}) {
    SCOPED_TRACE(bytes);
    const ProgramResult result = Crawl(limit(bytes));
    EXPECT_EQ(result.exit_code, 5) << result.errors;
  }
  EXPECT_EQ(Crawl().exit_code, 0);
  ExpectUndisturbed(db_, pages_);
}

TEST_F(StorageFaultsTest, AFullDiskIsExitCode5AndTheCrawlGoesOnLater) {
  const auto disk = folder_ / "disk";
  std::filesystem::create_directory(disk);
  if (mount("none", disk.c_str(), "tmpfs", 0, "size=400k") != 0) {
    GTEST_SKIP() << "nothing can be mounted here: " << strerror(errno);
  }
  const std::string config = Config("[store]\ndb = 'disk/site.db'\n");
  const auto crawl = [&] { return RunThresh({"crawl", config}); };
  const auto filler = disk / "filler";
  std::ofstream(filler) << std::string(1 << 20, 'x');
  ExpectExit5(crawl(), "");  // not a byte is left
  std::filesystem::remove(filler);
  ExpectExit5(crawl(), "full");
  ExpectExit5(crawl(), "full");
  EXPECT_EQ(mount("none", disk.c_str(), "tmpfs", MS_REMOUNT, "size=64m"), 0);
  EXPECT_EQ(crawl().exit_code, 0);
  ExpectUndisturbed(disk / "site.db", pages_);
  umount(disk.c_str());
}

TEST_F(StorageFaultsTest, AReadOnlyDatabaseIsExitCode5) {
  EXPECT_EQ(Crawl().exit_code, 0);
  const size_t requests = site_.request_count();
  chmod(db_.c_str(), 0444);
  ExpectExit5(Crawl(ObeyPermissions), "cannot be written");
  chmod(db_.c_str(), 0644);
  chmod(folder_.path().c_str(), 0555);
  const ProgramResult result =
      ThreshProgram({"crawl", (folder_ / "site.toml").string()}, "", ObeyPermissions).Wait();
  ExpectExit5(result, "folder");
  chmod(folder_.path().c_str(), 0755);
  EXPECT_EQ(site_.request_count(), requests) << "what cannot be kept was fetched";
}

TEST_F(StorageFaultsTest, ADamagedDatabaseIsExitCode5) {
  EXPECT_EQ(Crawl().exit_code, 0);
  {
    std::fstream file(db_, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(4096);
    const std::string noise(std::filesystem::file_size(db_) - 4096, '\xa5');
    file.write(noise.data(), static_cast<std::streamsize>(noise.size()));
  }
  ExpectExit5(Crawl(), "damaged");
}

TEST_F(StorageFaultsTest, AForeignFileIsExitCode5AndStaysAsItWas) {
  folder_.Write("site.db", "Dear diary, " + std::string(5000, '.'));
  ExpectExit5(Crawl(), "");
  EXPECT_EQ(std::filesystem::file_size(db_), 5012u);
}

TEST_F(StorageFaultsTest, AnotherProgramsLockIsWaitedFor) {
  EXPECT_EQ(Crawl().exit_code, 0);
  Database other(db_.string(), "other", Database::Mode::kCreate, milliseconds(0));
  other.Execute("BEGIN EXCLUSIVE");
  ThreshProgram program({"crawl", Config()});
  usleep(700'000);
  EXPECT_FALSE(program.HasEnded());
  other.Execute("COMMIT");
  EXPECT_EQ(program.Wait().exit_code, 0);
}

// SQLite's own lock, which is not another crawl's: 5 and not 75.
TEST_F(StorageFaultsTest, AnotherProgramsLockThatStaysIsExitCode5) {
  EXPECT_EQ(Crawl().exit_code, 0);
  Database other(db_.string(), "other", Database::Mode::kCreate, milliseconds(0));
  other.Execute("BEGIN EXCLUSIVE");
  const auto start = std::chrono::steady_clock::now();
  ExpectExit5(Crawl(), "lock");
  EXPECT_GE(std::chrono::steady_clock::now() - start, milliseconds(5000)) << "it did not wait";
}

}  // namespace
}  // namespace thresh
