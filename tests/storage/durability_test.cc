// What a Store promises when the machine, the disk or a person is against it.
#include <fcntl.h>
#include <sys/resource.h>

#include <fstream>
#include <random>
#include <set>

#include "gmock/gmock.h"
#include "storage/store.h"
#include "tests/storage/child.h"
#include "tests/storage/plain_sqlite.h"
#include "tests/storage/times.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/test_environment.h"

namespace thresh {
namespace {

using testing::HasSubstr;

class DurabilityTest : public testing::Test {
 protected:
  TemporaryFolder folder_;
  std::filesystem::path path_ = folder_ / "crawl.db";

  std::string Rows(const std::string& sql) { return thresh::Rows(path_, sql); }

  // What Open says when it fails.
  template <typename Error>
  std::string OpenError(std::chrono::milliseconds busy_timeout = std::chrono::milliseconds(10)) {
    try {
      Store::Open(path_, busy_timeout);
    } catch (const Error& error) {
      return error.what();
    }
    return "no error";
  }

  // One page with a body and its URL.
  static void AddPage(Store& store, RunId run, int number) {
    const std::string url = "https://x.test/" + std::to_string(number);
    const UrlId id = store.AddUrl("s", {.url = url, .host = "https://x.test"});
    const std::string body = "body " + std::to_string(number) + std::string(2000, 'x');
    PageRecord page;
    page.url_id = id;
    page.fetched_at = At(number);
    page.status = 200;
    page.body_hash = url;
    page.stored_body = body;
    store.AddPage(run, page);
    store.UpdateUrl(id, run, {.state = UrlState::kDone});
  }
};

TEST_F(DurabilityTest, NothingCommittedIsLostByAKill) {
  std::mt19937 random(RandomSeed());
  std::set<int64_t> acknowledged;
  int next = 0;
  for (int kill = 0; kill < 8; ++kill) {
    int acknowledgements[2];
    ASSERT_EQ(pipe(acknowledgements), 0);
    Child child([&](const std::function<void()>& ready) {
      auto store = Store::Open(path_);
      const auto unfinished = store->UnfinishedRun("s");
      const RunId run = unfinished ? unfinished->id : store->StartRun("s", "h", "", At(0));
      store->Commit();
      ready();
      for (int number = next;; ++number) {
        AddPage(*store, run, number);
        if (number % 3 != 0) continue;
        store->Commit();
        if (write(acknowledgements[1], &number, sizeof number) < 0) _exit(1);
      }
    });
    close(acknowledgements[1]);
    ASSERT_TRUE(child.WaitReady());
    // After a random number of commits, at whatever the child then does.
    int last = -1;
    for (auto commits = 1 + random() % 20; commits > 0; --commits) {
      ASSERT_EQ(read(acknowledgements[0], &last, sizeof last), static_cast<ssize_t>(sizeof last));
    }
    child.Kill();
    for (int number; read(acknowledgements[0], &number, sizeof number) > 0;) last = number;
    close(acknowledgements[0]);
    EXPECT_EQ(Rows("PRAGMA integrity_check"), "ok");
    const int64_t count = std::stoll(Rows("SELECT count(*) FROM urls"));
    EXPECT_GE(count, last + 1);
    next = static_cast<int>(count);
  }
  auto store = Store::Open(path_);
  EXPECT_EQ(store->ReadTotals(store->UnfinishedRun("s")->id).pages, next);
  store->Close();
  const std::string all = std::to_string(next);
  EXPECT_EQ(Rows("SELECT count(*), count(DISTINCT url), sum(state = 'done') FROM urls"),
            all + '|' + all + '|' + all);
  EXPECT_EQ(Rows("SELECT count(*), count(DISTINCT url_id) FROM pages"), all + '|' + all);
  EXPECT_EQ(Rows("SELECT count(*), sum(uses) FROM bodies"), all + '|' + all);
  EXPECT_EQ(Rows("SELECT count(*) FROM runs"), "1");
}

TEST_F(DurabilityTest, ASecondCrawlIsRefusedUntilTheFirstIsGone) {
  int test_is_over[2];
  ASSERT_EQ(pipe(test_is_over), 0);
  Child first([&](const std::function<void()>& ready) {
    auto store = Store::Open(path_);
    // A child of the crawl that outlives it does not hold the lock.
    if (fork() == 0) {
      close(test_is_over[1]);
      char byte;
      _exit(static_cast<int>(read(test_is_over[0], &byte, 1)));
    }
    ready();
    pause();
  });
  close(test_is_over[0]);
  ASSERT_TRUE(first.WaitReady());
  EXPECT_THAT(OpenError<StoreLocked>(), HasSubstr("another crawl holds the database (process " +
                                                  std::to_string(first.pid())));
  first.Kill();
  Store::Open(path_)->Close();
  EXPECT_THAT(folder_.Files(), testing::ElementsAre("crawl.db"));
  close(test_is_over[1]);
}

TEST_F(DurabilityTest, TheLockHoldsWithinAProcessAndThroughLinks) {
  auto store = Store::Open(path_);
  EXPECT_THAT(OpenError<StoreLocked>(), HasSubstr("another crawl"));
  std::filesystem::create_symlink("crawl.db", folder_ / "link.db");
  EXPECT_THROW(Store::Open(folder_ / "link.db"), StoreLocked);
  Child other([&](const std::function<void()>&) { Store::Open(path_); });
  EXPECT_EQ(other.Wait(), 1) << "it is still held";
  store.reset();
  Store::Open(folder_ / "link.db");
}

TEST_F(DurabilityTest, TheLockHoldsWhereALinkLedToNoFileYet) {
  std::filesystem::create_symlink("second.db", folder_ / "first.db");
  std::filesystem::create_symlink("crawl.db", folder_ / "second.db");
  auto store = Store::Open(folder_ / "first.db");
  EXPECT_THROW(Store::Open(folder_ / "first.db"), StoreLocked);
  EXPECT_THAT(OpenError<StoreLocked>(), HasSubstr("another crawl"));
}

TEST_F(DurabilityTest, OfManyWhoWantTheLockOneHasIt) {
  std::vector<std::unique_ptr<Child>> children;
  for (int i = 0; i < 6; ++i) {
    children.push_back(std::make_unique<Child>([&](const std::function<void()>&) {
      for (int round = 0; round < 15; ++round) {
        try {
          auto store = Store::Open(path_);
          // Only the holder may see this file.
          const int fd = open((folder_ / "inside").c_str(), O_CREAT | O_EXCL, 0600);
          if (fd < 0) _exit(3);
          close(fd);
          unlink((folder_ / "inside").c_str());
          store->Close();
        } catch (const StoreLocked&) {
        }
      }
    }));
  }
  for (const auto& child : children) EXPECT_EQ(child->Wait(), 0);
}

TEST_F(DurabilityTest, SaysWhenAnotherProgramHoldsSqlitesLock) {
  Store::Open(path_)->Close();
  PlainSqlite other(path_);
  other.Rows("BEGIN EXCLUSIVE");
  EXPECT_THAT(OpenError<StorageError>(), HasSubstr("another program holds a lock"));
  other.Rows("COMMIT");
  Store::Open(path_);
}

TEST_F(DurabilityTest, AReaderInTheWayOfACleanEndCostsNothing) {
  auto store = Store::Open(path_);
  AddPage(*store, store->StartRun("s", "h", "", At(0)), 1);
  store->Commit();
  auto reader = std::make_unique<PlainSqlite>(path_);
  EXPECT_EQ(reader->Rows("BEGIN; SELECT count(*) FROM urls"), "1");
  store->Close();
  store.reset();
  EXPECT_EQ(reader->Rows("SELECT count(*) FROM urls; COMMIT"), "1");
  EXPECT_EQ(Rows("SELECT count(*) FROM pages"), "1");
  reader.reset();
  Store::Open(path_)->Close();
  EXPECT_EQ(Rows("PRAGMA journal_mode"), "delete");
  EXPECT_THAT(folder_.Files(), testing::ElementsAre("crawl.db"));
}

TEST_F(DurabilityTest, RefusesWhatIsNotItsDatabase) {
  std::ofstream(path_) << std::string(5000, 'x');
  EXPECT_THAT(OpenError<StorageError>(), HasSubstr("is not a database"));
  std::filesystem::remove(path_);
  Rows("CREATE TABLE other (a); INSERT INTO other VALUES (1)");
  EXPECT_THAT(OpenError<StorageError>(), HasSubstr("another program"));
  EXPECT_EQ(Rows("SELECT group_concat(name) FROM sqlite_schema"), "other") << "and left alone";
  EXPECT_EQ(Rows("PRAGMA journal_mode"), "delete");
  std::filesystem::remove(path_);
  std::filesystem::create_directory(path_);
  EXPECT_NE(OpenError<StorageError>(), "no error");
  path_ = folder_ / "no" / "crawl.db";
  EXPECT_THAT(OpenError<StorageError>(), HasSubstr("No such file or directory"));
}

TEST_F(DurabilityTest, SaysWhenItIsNoFile) {
  path_ = "/dev/null";
  EXPECT_THAT(OpenError<StorageError>(), HasSubstr("/dev/null: is not a file"));
  path_ = folder_.path();
  EXPECT_THAT(OpenError<StorageError>(), HasSubstr("is not a file"));
}

TEST_F(DurabilityTest, SaysWhenTheDatabaseIsDamaged) {
  {
    auto store = Store::Open(path_);
    const RunId run = store->StartRun("s", "h", "", At(0));
    for (int i = 0; i < 200; ++i) AddPage(*store, run, i);
    store->Close();
  }
  // All but the first page is noise.
  std::fstream file(path_, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(4096);
  const std::string noise(std::filesystem::file_size(path_) - 4096, '\xa5');
  file << noise;
  file.close();
  std::string message = "no error";
  try {
    auto store = Store::Open(path_);
    store->ForEachUrl(std::vector<std::string>{"s"}, [](const KnownUrl&) {});
  } catch (const StorageError& error) {
    message = error.what();
  }
  EXPECT_THAT(message, HasSubstr("damaged"));
  EXPECT_THAT(message, HasSubstr(path_.string()));
}

TEST_F(DurabilityTest, SaysWhenItMayNotWrite) {
  Store::Open(path_)->Close();
  const auto fails_with = [&](const char* text) {
    Child child([&](const std::function<void()>&) {
      if (geteuid() == 0 && setuid(65534) != 0) _exit(2);
      const std::string error = OpenError<StorageError>();
      if (error.find(text) == std::string::npos) {
        fprintf(stderr, "%s\n", error.c_str());
        _exit(1);
      }
    });
    return child.Wait() == 0;
  };
  std::filesystem::permissions(folder_.path(), std::filesystem::perms(0555));
  EXPECT_TRUE(fails_with("able to write the database's folder"));
  std::filesystem::permissions(folder_.path(), std::filesystem::perms(0777));
  std::filesystem::permissions(path_, std::filesystem::perms(0444));
  EXPECT_TRUE(fails_with("cannot be written"));
}

TEST_F(DurabilityTest, AFullDiskCostsOnlyWhatWasNotCommitted) {
  {
    auto store = Store::Open(path_);
    AddPage(*store, store->StartRun("s", "h", "", At(0)), 0);
    store->Close();
  }
  Child child([&](const std::function<void()>&) {
    auto store = Store::Open(path_);
    const RunId run = store->UnfinishedRun("s")->id;
    signal(SIGXFSZ, SIG_IGN);
    const struct rlimit limit = {600'000, 600'000};
    setrlimit(RLIMIT_FSIZE, &limit);
    try {
      for (int i = 1; i < 10'000; ++i) {
        AddPage(*store, run, i);
        if (i % 10 == 0) store->Commit();
      }
    } catch (const StorageError& error) {
      if (std::string(error.what()).find("disk is full") == std::string::npos) throw;
      try {
        AddPage(*store, run, 99'999);
      } catch (const StorageError&) {
        _exit(7);  // it is only good for destruction
      }
    }
    _exit(8);
  });
  EXPECT_EQ(child.Wait(), 7);
  EXPECT_EQ(Rows("PRAGMA integrity_check"), "ok");
  EXPECT_EQ(Rows("SELECT count(*) % 10, count(*) > 20 FROM urls"), "1|1");
  auto store = Store::Open(path_);
  AddPage(*store, store->UnfinishedRun("s")->id, 99'999);
  store->Close();
  EXPECT_EQ(Rows("SELECT count(*) FROM urls WHERE url LIKE '%/99999'"), "1");
}

}  // namespace
}  // namespace thresh
