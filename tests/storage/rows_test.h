// A crawl in small verbs, for the tests of what becomes of rows.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "storage/rows.h"
#include "storage/store.h"
#include "tests/storage/plain_sqlite.h"
#include "tests/storage/times.h"
#include "tests/support/temporary_folder.h"

namespace thresh {

inline Value Text(const char* text) { return std::string(text); }

// Runs follow each other a day apart, fetches a second.
class RowsTest : public testing::Test {
 protected:
  static constexpr int kDay = 86'400;
  static inline const Value kNull;

  TemporaryFolder folder_;
  std::filesystem::path path_ = folder_ / "crawl.db";
  std::unique_ptr<Store> store_ = Store::Open(path_);
  RunId run_ = 0;
  int now_ = 0;
  std::map<std::string, UrlId> urls_;
  PageId page_ = 0;

  const TableSchema keyless_{"line", {{"a"}, {"b", ValueType::kInteger}}, {}, "rule1"};
  const TableSchema keyed_{
      "book", {{"sku"}, {"price", ValueType::kReal}, {"note"}}, {"sku"}, "rule1"};

  void StartRun() {
    now_ += kDay;
    if (run_ != 0) store_->FinishRun(run_, RunOutcome::kComplete, 0, At(now_));
    run_ = store_->StartRun("s", "h", "", At(now_));
  }

  UrlId Url(const std::string& url) {
    UrlId& id = urls_[url];
    if (id == 0) id = store_->AddUrl("s", {.url = url, .host = "https://x.test"});
    return id;
  }

  void Fetch(const std::string& url, int status = 200) {
    PageRecord page;
    page.url_id = Url(url);
    page.fetched_at = At(++now_);
    page.status = status;
    page_ = store_->AddPage(run_, page);
  }

  // Fetches `url`, where `schema`'s record finds `rows`.
  RowChanges Give(const std::string& url, const TableSchema& schema, std::vector<Row> rows,
                  const std::function<void(RecordExtraction*)>& adjust = nullptr) {
    Fetch(url);
    return Apply(url, schema, std::move(rows), adjust);
  }
  RowChanges Apply(const std::string& url, const TableSchema& schema, std::vector<Row> rows,
                   const std::function<void(RecordExtraction*)>& adjust = nullptr) {
    RecordExtraction found;
    found.applies = true;
    found.rows = std::move(rows);
    found.fields.resize(schema.columns.size());
    if (adjust) adjust(&found);
    const RowChanges changes =
        store_->ApplyRows("s", run_, Url(url), page_, schema, found, At(now_));
    store_->Commit();
    return changes;
  }

  std::string Rows(const std::string& sql) { return thresh::Rows(path_, sql); }
  std::string Lines() { return Rows("SELECT a, b FROM line ORDER BY _url_id, _ordinal"); }
  std::string Books() { return Rows("SELECT sku, price, note FROM book ORDER BY sku"); }
};

}  // namespace thresh
