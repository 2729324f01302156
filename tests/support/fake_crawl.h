// Crawls of a fake site in a time that stands still, with a real database.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "pipeline/crawl.h"
#include "tests/support/fake_clock.h"
#include "tests/support/fake_fetcher.h"
#include "tests/support/sql.h"
#include "tests/support/temporary_folder.h"

namespace thresh {

class FakeCrawlTest : public testing::Test {
 protected:
  FakeCrawlTest() : fetcher_(clock_) {}

  // Crawls with `config` (its root keys; a record of <h1> is added), as one process would.
  SiteReport Crawled(const std::string& config, CrawlOptions options = {}) {
    const auto reports = CrawledFolder({config}, options);
    return reports.empty() ? SiteReport() : reports.front();
  }
  // The same for several sites in one database.
  std::vector<SiteReport> CrawledFolder(const std::vector<std::string>& texts,
                                        CrawlOptions options = {}) {
    std::vector<Config> configs;
    for (const std::string& text : texts) {
      const std::string name = texts.size() == 1 ? "site" : fmt::format("site{}", configs.size());
      const auto path = folder_.Write(name + ".toml", text + R"(
[[record]]
table = "heading"
scope = '<h1>.*?</h1>'
[record.fields]
text = '<h1>(.*?)</h1>'
)");
      std::vector<Diagnostic> diagnostics;
      auto loaded = LoadConfig(path, {}, {}, &diagnostics);
      if (!loaded) {
        ADD_FAILURE() << ToString(diagnostics.front());
        return {};
      }
      loaded->store.db = db_;
      configs.push_back(*std::move(loaded));
    }
    const auto store = Store::Open(db_);
    Crawl crawl(std::move(configs), options, *store, *fetches_, clock_, *listener_);
    if (stop_at_once_) crawl.Stop();
    auto reports = crawl.Run();
    store->Close();
    return reports;
  }
  std::vector<std::string> Rows(std::string_view sql) { return Sql(db_, sql); }
  std::vector<std::string> Urls() {
    return Rows("SELECT url, state, reason FROM urls ORDER BY url_id");
  }

  TemporaryFolder folder_;
  const std::filesystem::path db_ = folder_ / "site.db";
  FakeClock clock_;
  FakeFetcher fetcher_;
  Fetcher* fetches_ = &fetcher_;  // for the crawl
  CrawlListener deaf_;
  CrawlListener* listener_ = &deaf_;
  bool stop_at_once_ = false;
};

}  // namespace thresh
