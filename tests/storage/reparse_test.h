// A crawl whose rows are made anew, for the tests of that.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "storage/reparse.h"
#include "storage/timestamp.h"
#include "tests/storage/lone_reparse.h"
#include "tests/storage/plain_sqlite.h"
#include "tests/storage/times.h"
#include "tests/support/temporary_folder.h"

namespace thresh {

// Pages are lines of "NAME VALUE" ("-" is NULL), and their rules read these.
class ReparseTest : public testing::Test {
 protected:
  using Rule = std::function<Row(const std::string& name, const Value& value)>;

  TemporaryFolder folder_;
  std::filesystem::path path_ = folder_ / "crawl.db";
  std::unique_ptr<Store> store_ = Store::Open(path_);
  RunId run_ = 0;
  int now_ = 0;
  std::map<std::string, UrlId> urls_;
  bool keep_bodies_ = true;
  bool all_bodies_ = false;

  const TableSchema line_{"line", {{"name"}, {"value"}}, {}, "rule1"};
  const TableSchema book_{"book", {{"sku"}, {"price"}}, {"sku"}, "rule1"};
  const Rule plain_ = [](const std::string& name, const Value& value) -> Row {
    return {name, value};
  };
  const Rule upper_ = [](const std::string& name, const Value& value) -> Row {
    const auto* text = std::get_if<std::string>(&value);
    return {name, text == nullptr ? value : Value("!" + *text)};
  };

  static RecordExtraction Parse(std::string_view body, const Rule& rule) {
    RecordExtraction found;
    found.applies = true;
    std::istringstream lines{std::string(body)};
    for (std::string name, value; lines >> name >> value;) {
      Row row = rule(name, value == "-" ? Value() : Value(value));
      if (!row.empty()) found.rows.push_back(std::move(row));
    }
    return found;
  }

  void StartRun() {
    now_ += 1000;
    if (run_ != 0) store_->FinishRun(run_, RunOutcome::kComplete, 0, At(now_));
    run_ = store_->StartRun("s", "h", "", At(now_));
  }

  void Fetch(const std::string& path, const std::string& body, std::vector<TableSchema> schemas,
             const std::string& site = "s") {
    UrlId& url = urls_[path];
    if (url == 0) url = store_->AddUrl(site, {.url = path, .host = "https://x.test"});
    const std::string body_hash = body + "#";
    PageRecord page;
    page.url_id = url;
    page.fetched_at = At(++now_);
    page.status = 200;
    page.final_url = path;
    page.charset = "utf-8";
    page.body_hash = body_hash;
    page.keep_all_bodies = all_bodies_;
    if (keep_bodies_) page.stored_body = body;
    const PageId id = store_->AddPage(run_, page);
    for (const TableSchema& schema : schemas) {
      store_->ApplyRows(site, run_, url, id, schema, Parse(body, plain_), At(now_));
    }
    store_->Commit();
  }

  // The page leads elsewhere now, for the third time.
  void Move(const std::string& path, const std::vector<TableSchema>& schemas) {
    for (int times = 0; times < 3; ++times) {
      StartRun();
      const PageRecord page{.url_id = urls_.at(path), .fetched_at = At(++now_), .status = 301};
      const PageId id = store_->AddPage(run_, page);
      for (const TableSchema& schema : schemas) {
        store_->ApplyRows("s", run_, page.url_id, id, schema, {}, At(now_), 3);
      }
      store_->MarkGone({{"s", run_}}, At(++now_));
    }
    store_->Commit();
  }

  // The page is not found any more, for the third time.
  void Lose(const std::string& path) {
    store_->UpdateUrl(urls_.at(path), run_,
                      {.state = UrlState::kFailed, .attempts = 3, .last_status = 404});
    store_->MarkGone({{"s", run_}}, At(++now_));
    store_->Commit();
  }

  LoneReparse Replay(const std::vector<TableSchema>& schemas, const std::vector<Rule>& rules) {
    LoneReparse reparse(store_.get(), schemas, std::nullopt, At(100'000));
    reparse->ForEachPage([&](const StoredPageView& page) {
      Extraction found;
      for (const Rule& rule : rules) found.records.push_back(Parse(page.body, rule));
      reparse->Apply(page, found);
    });
    return reparse;
  }
  ReparseTotals Remake(const std::vector<TableSchema>& schemas, const std::vector<Rule>& rules) {
    const auto reparse = Replay(schemas, rules);
    const ReparseTotals totals = reparse->Compare({});
    reparse->Finish();
    return totals;
  }

  static TableSchema Changed(TableSchema schema) {
    schema.rule = "rule2";
    return schema;
  }
  std::string Rows(const std::string& sql) { return thresh::Rows(path_, sql); }
  std::string Lines() { return Rows("SELECT name, value FROM line ORDER BY _url_id, _ordinal"); }
  std::string Books() { return Rows("SELECT sku, price FROM book ORDER BY sku"); }
};

}  // namespace thresh
