#include "storage/store.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

#include "gmock/gmock.h"
#include "tests/storage/plain_sqlite.h"
#include "tests/storage/times.h"
#include "tests/support/temporary_folder.h"

namespace thresh {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::UnorderedElementsAre;

constexpr std::string_view kFrame = "\x28\xb5\x2f\xfd frame";

class StoreTest : public testing::Test {
 protected:
  inline static const std::vector<std::string> kSites = {"s"};
  TemporaryFolder folder_;
  std::filesystem::path path_ = folder_ / "crawl.db";

  std::string Rows(const std::string& sql) { return thresh::Rows(path_, sql); }

  // Adds a fetched page of a new URL.
  static PageId AddFetched(Store& store, RunId run, const std::string& url) {
    const UrlId id = store.AddUrl("s", {.url = url, .host = "https://x.test"});
    PageRecord page;
    page.url_id = id;
    page.fetched_at = At(1);
    page.status = 200;
    page.bytes = 10;
    const PageId page_id = store.AddPage(run, page);
    store.UpdateUrl(id, run, {.state = UrlState::kDone, .last_status = 200});
    return page_id;
  }
};

TEST_F(StoreTest, LeavesOneFileAfterACleanEnd) {
  auto store = Store::Open(path_);
  store->StartRun("s", "h", "text", At(0));
  EXPECT_THAT(folder_.Files(), testing::Contains("crawl.db-wal"));
  store->Close();
  store.reset();
  EXPECT_THAT(folder_.Files(), ElementsAre("crawl.db"));
  EXPECT_EQ(Rows("PRAGMA journal_mode"), "delete");
  EXPECT_EQ(Rows("PRAGMA integrity_check"), "ok");
  EXPECT_EQ(Rows("PRAGMA application_id"), std::to_string(0x74687273));
}

TEST_F(StoreTest, WritesNoMoreOnceItsFilesAreGone) {
  for (const char* file : {"crawl.db", "crawl.db-lock"}) {
    SCOPED_TRACE(file);
    const auto store = Store::Open(path_);
    store->StartRun("s", "h", "text", At(0));
    std::filesystem::remove(folder_ / file);
    EXPECT_THROW(store->Commit(), StorageError);
  }
}

// SQLite would take a log that stays beside it for its own.
TEST_F(StoreTest, WhatTookItsFilesPlaceIsNotDamagedAndTheFileIsWhole) {
  Store::Open(path_)->Close();
  std::filesystem::copy(path_, folder_ / "backup.db");
  EXPECT_EQ(thresh::Rows(folder_ / "backup.db",
                         "CREATE TABLE mine AS SELECT * FROM sqlite_schema; VACUUM"),
            "");
  auto store = Store::Open(path_);
  const RunId run = store->StartRun("s", "h", "text", At(0));
  for (int i = 0; i < 1000; ++i) AddFetched(*store, run, "https://x.test/" + std::to_string(i));
  store->Commit();
  std::filesystem::rename(path_, folder_ / "moved.db");
  std::filesystem::rename(folder_ / "backup.db", path_);
  AddFetched(*store, run, "https://x.test/");
  EXPECT_THROW(store->Commit(), StorageError);
  store.reset();
  EXPECT_EQ(Rows("PRAGMA integrity_check"), "ok");
  EXPECT_EQ(Rows("SELECT count(*) > 0 FROM mine"), "1");
  EXPECT_EQ(thresh::Rows(folder_ / "moved.db", "SELECT count(*) FROM urls"), "1000");
}

TEST_F(StoreTest, ForgetsWhatOneSitesPagesWereValidatedBy) {
  const auto store = Store::Open(path_);
  const RunId run = store->StartRun("s", "h", "", At(0));
  std::vector<UrlId> ids;
  for (const char* site : {"s", "other"}) {
    ids.push_back(store->AddUrl(site, {.url = "https://x.test/", .host = "https://x.test"}));
    store->UpdateUrl(ids.back(), run, {.last_status = 200, .etag = "e", .last_modified = "m"});
  }
  store->ForgetValidators(kSites);
  store->Commit();
  EXPECT_EQ(Rows("SELECT site, etag, last_modified, last_status, state FROM urls"),
            "s|NULL|NULL|200|done / other|e|m|200|done");
}

TEST_F(StoreTest, NoRunHasTheIdOfOneThatPeopleTookOut) {
  auto store = Store::Open(path_);
  const RunId run = store->StartRun("s", "h", "", At(0));
  AddFetched(*store, run, "https://x.test/a");
  store->Close();
  store.reset();
  Rows("DELETE FROM runs");
  EXPECT_GT(Store::Open(path_)->StartRun("s", "h", "", At(1)), run);
}

TEST_F(StoreTest, ContinuesAnUnfinishedRun) {
  {
    auto store = Store::Open(path_);
    EXPECT_FALSE(store->UnfinishedRun("s"));
    const RunId run = store->StartRun("s", "h1", "one", At(0));
    AddFetched(*store, run, "https://x.test/a");
    store->Commit();
    AddFetched(*store, run, "https://x.test/lost");
  }
  auto store = Store::Open(path_);
  const auto run = store->UnfinishedRun("s");
  ASSERT_TRUE(run);
  EXPECT_EQ(run->config_hash, "h1");
  EXPECT_EQ(run->started_at, At(0));
  EXPECT_EQ(store->ReadTotals(run->id).pages, 1);
  EXPECT_FALSE(store->UnfinishedRun("other"));
  std::vector<std::string> urls;
  store->ForEachUrl(kSites, [&](const KnownUrl& url) {
    urls.push_back(std::string(url.url) + ' ' + std::string(Name(url.state)));
    EXPECT_EQ(url.settled_in, run->id);
  });
  EXPECT_THAT(urls, ElementsAre("https://x.test/a done"));
  store->FinishRun(run->id, RunOutcome::kComplete, 0, At(9));
  EXPECT_FALSE(store->UnfinishedRun("s"));
  EXPECT_EQ(store->LastRun("s")->id, run->id);
}

TEST_F(StoreTest, KeepsAllThatAUrlNeeds) {
  auto store = Store::Open(path_);
  const UrlId seed = store->AddUrl("s", {.url = "https://x.test/search",
                                         .method = "POST",
                                         .request_body = std::string_view("q=\0lamp", 7),
                                         .request_headers = "Accept: application/json",
                                         .host = "https://x.test"});
  const UrlId link = store->AddUrl("s", {.url = "https://x.test/1",
                                         .host = "https://x.test",
                                         .depth = 1,
                                         .found_on = seed,
                                         .seed = seed});
  const RunId run = store->StartRun("s", "h", "", At(0));
  store->UpdateUrl(link, run,
                   {.state = UrlState::kPending,
                    .reason = "server error 500",
                    .attempts = 2,
                    .next_at = At(60),
                    .last_status = 500,
                    .etag = "\"e\"",
                    .last_modified = "Mon",
                    .interval = std::chrono::hours(36),
                    .lone_deaths = 2});
  store->Commit();

  const UrlDetails first = store->ReadUrl(seed);
  EXPECT_EQ(first.method, "POST");
  EXPECT_EQ(first.request_body, std::string("q=\0lamp", 7));
  EXPECT_EQ(first.request_headers, "Accept: application/json");
  EXPECT_EQ(first.seed_url, "https://x.test/search");
  EXPECT_EQ(first.found_on, 0);
  const UrlDetails second = store->ReadUrl(link);
  EXPECT_EQ(second.seed_url, "https://x.test/search");
  EXPECT_EQ(second.seed, seed);
  EXPECT_EQ(second.found_on, seed);
  EXPECT_EQ(second.depth, 1);
  EXPECT_EQ(second.attempts, 2);
  EXPECT_EQ(second.etag, "\"e\"");
  EXPECT_EQ(second.interval, std::chrono::hours(36));
  EXPECT_EQ(second.lone_deaths, 2);
  EXPECT_EQ(first.interval, std::nullopt);
  EXPECT_EQ(first.lone_deaths, 0);
  store->ForEachUrl(kSites, [&](const KnownUrl& url) {
    EXPECT_EQ(url.site, "s");
    EXPECT_EQ(url.settled_in, 0) << "both are pending";
    EXPECT_EQ(url.next_at, url.id == link ? std::optional(At(60)) : std::nullopt);
    EXPECT_EQ(url.body_hash,
              url.id == seed ? RequestBodyHash(std::string_view("q=\0lamp", 7)) : "");
  });
  EXPECT_THROW(store->ReadUrl(99), StorageError);
}

TEST_F(StoreTest, RemembersHosts) {
  HostRecord host;
  host.host = "https://x.test";
  host.next_at = At(5);
  host.delay = std::chrono::milliseconds(1500);
  host.failures = 3;
  host.robots_at = At(1);
  host.robots_status = 200;
  host.robots_text = "User-agent: *";
  {
    auto store = Store::Open(path_);
    store->SaveHost({.host = "https://x.test", .failures = 9});
    store->SaveHost(host);
    store->Commit();
  }
  const auto hosts = Store::Open(path_)->LoadHosts();
  ASSERT_EQ(hosts.size(), 1u);
  EXPECT_EQ(hosts[0].next_at, At(5));
  EXPECT_EQ(hosts[0].delay, std::chrono::milliseconds(1500));
  EXPECT_EQ(hosts[0].failures, 3);
  EXPECT_EQ(hosts[0].robots_at, At(1));
  EXPECT_EQ(hosts[0].robots_text, "User-agent: *");
}

TEST_F(StoreTest, CountsWhatIsDroppedWithTwentyExamples) {
  auto store = Store::Open(path_);
  for (int i = 0; i < 50; ++i) {
    store->CountDropped("s", "x.test", "calendar", 2, "https://x.test/" + std::to_string(i % 30));
    if (i % 7 == 0) store->Commit();
  }
  store->Close();
  EXPECT_EQ(Rows("SELECT count, json_array_length(examples), json_extract(examples, '$[0]') "
                 "FROM dropped"),
            "100|20|https://x.test/0");
}

TEST_F(StoreTest, WritesOneRowOfProgress) {
  auto store = Store::Open(path_);
  store->WriteProgress({.done = 1}, At(1));
  store->WriteProgress({.done = 2, .queued = 7}, At(2));
  store->Close();
  EXPECT_EQ(Rows("SELECT done, queued FROM progress"), "2|7");
}

TEST_F(StoreTest, ATemporaryOneHasTheSameTables) {
  auto store = Store::Temporary();
  const RunId run = store->StartRun("s", "h", "", At(0));
  AddFetched(*store, run, "https://x.test/");
  store->Commit();
  EXPECT_EQ(store->ReadTotals(run).pages, 1);
  store->Close();
}

// A file that has a name no more, as /proc shows it.
bool HasATemporaryFileOpen() {
  for (const auto& descriptor : std::filesystem::directory_iterator("/proc/self/fd")) {
    std::error_code ignored;
    const auto target = std::filesystem::read_symlink(descriptor.path(), ignored).string();
    if (target.find("etilqs") != std::string::npos && target.ends_with("(deleted)")) return true;
  }
  return false;
}

TEST_F(StoreTest, ATemporaryOneDoesNotGrowInMemory) {
  auto store = Store::Temporary();
  const RunId run = store->StartRun("s", "h", "", At(0));
  EXPECT_FALSE(HasATemporaryFileOpen());
  for (int i = 0; i < 40; ++i) {
    const std::string url = "https://x.test/" + std::to_string(i);
    PageRecord page;
    page.url_id = store->AddUrl("s", {.url = url, .host = "https://x.test"});
    page.fetched_at = At(i);
    page.status = 200;
    const std::string body(1 << 20, static_cast<char>('A' + i));
    page.body_hash = url;
    page.stored_body = body;
    store->AddPage(run, page);
  }
  store->Commit();
  EXPECT_TRUE(HasATemporaryFileOpen());
  EXPECT_EQ(store->ReadTotals(run).pages, 40);
}

}  // namespace
}  // namespace thresh
