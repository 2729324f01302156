// A small crawl against a Store, and what may be there after it was broken off at any instant.
#pragma once

#include <gtest/gtest.h>

#include <exception>
#include <filesystem>
#include <string>

#include "storage/store.h"
#include "tests/storage/plain_sqlite.h"
#include "tests/storage/times.h"

namespace thresh {

// Pages are committed two by two, each with a body, two rows of a keyed table and one of another.
class LittleCrawl {
 public:
  // `acknowledged`: the pages that are surely there already.
  explicit LittleCrawl(std::filesystem::path path, int pages = 6, int acknowledged = 0)
      : path_(std::move(path)), pages_(pages), acknowledged_(acknowledged) {}

  // Opens or creates the database, goes on where the last Run ended, closes it. Throws what the
  // Store throws.
  void Run() {
    const auto store = Store::Open(path_, std::chrono::milliseconds(0));
    store->PrepareTables("s", {kKeyed, kLines}, true);
    const auto unfinished = store->UnfinishedRun("s");
    const RunId run = unfinished ? unfinished->id : store->StartRun("s", "h", "config", At(0));
    store->Commit();
    const int first = static_cast<int>(store->ReadTotals(run).pages);
    acknowledged_ = first;
    for (int page = first; page < first + pages_; ++page) {
      AddPage(*store, run, page);
      if (page % 2 == 0) continue;
      store->Commit();
      acknowledged_ = page + 1;
    }
    store->Close();
  }

  int acknowledged() const { return acknowledged_; }  // pages, by Run's last words

  // What is there is whole, and nothing of what was acknowledged is missing.
  void ExpectOldOrNew() const { ExpectOldOrNew(acknowledged_); }
  // The same, where another one was told what was acknowledged.
  void ExpectOldOrNew(int acknowledged) const {
    if (acknowledged == 0 && !std::filesystem::exists(path_)) return;
    ASSERT_NO_THROW(Store::Open(path_, std::chrono::milliseconds(0))->Close());
    EXPECT_EQ(Rows(path_, "PRAGMA integrity_check"), "ok");
    EXPECT_EQ(Rows(path_, "PRAGMA foreign_key_check"), "");
    const int pages = CountOf("pages");
    EXPECT_GE(pages, acknowledged);
    EXPECT_LE(pages, acknowledged + 2);
    EXPECT_EQ(pages % 2, 0) << "half a commit";
    EXPECT_EQ(CountOf("urls"), pages);
    EXPECT_EQ(CountOf("bodies"), pages);
    if (pages == 0) return;
    EXPECT_EQ(CountOf("book"), 2 * pages);
    EXPECT_EQ(CountOf("line"), pages);
    EXPECT_EQ(Rows(path_, "SELECT sum(pages) FROM runs"), std::to_string(pages));
  }

 private:
  void AddPage(Store& store, RunId run, int number) {
    const std::string url = "https://x.test/" + std::to_string(number);
    const UrlId id = store.AddUrl("s", {.url = url, .host = "https://x.test"});
    const std::string hash = "hash of " + std::to_string(number);
    const std::string body = url + std::string(6000, 'x');  // more than a database page
    PageRecord page;
    page.url_id = id;
    page.fetched_at = At(number);
    page.status = 200;
    page.body_hash = hash;
    page.stored_body = body;
    const PageId page_id = store.AddPage(run, page);
    const auto apply = [&](const TableSchema& schema, std::vector<Row> rows) {
      RecordExtraction found;
      found.applies = true;
      found.rows = std::move(rows);
      found.fields.resize(schema.columns.size());
      store.ApplyRows("s", run, id, page_id, schema, found, At(number));
    };
    apply(kKeyed, {{"a" + url, 1.5}, {"b" + url, 2.5}});
    apply(kLines, {{"line"}});
    store.UpdateUrl(id, run, {.state = UrlState::kDone});
  }

  // 0 while there is no such table.
  int CountOf(const std::string& table) const {
    if (!std::filesystem::exists(path_)) return 0;
    const std::string count = Rows(path_, "SELECT count(*) FROM " + table);
    return count.starts_with("error") ? 0 : std::stoi(count);
  }

  const TableSchema kKeyed{"book", {{"sku"}, {"price", ValueType::kReal}}, {"sku"}, "rule1"};
  const TableSchema kLines{"line", {{"text"}}, {}, "rule2"};
  const std::filesystem::path path_;
  const int pages_;
  int acknowledged_;
};

// Runs `act`. True when it came to its end; when it did not, it must have said so as a StorageError
// of one line. Out of memory may also be std::bad_alloc.
template <typename Act>
bool EndsWell(const Act& act) {
  try {
    act();
    return true;
  } catch (const StorageError& error) {
    const std::string words = error.what();
    EXPECT_FALSE(words.empty());
    EXPECT_EQ(words.find('\n'), std::string::npos) << words;
  } catch (const std::bad_alloc&) {
  } catch (const std::exception& error) {
    ADD_FAILURE() << "another exception: " << error.what();
  }
  return false;
}

}  // namespace thresh
