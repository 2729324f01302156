// The parent's work of a crawl without processes and network: the pages of a folder through the
// same Crawl, Store and rules. What is measured is what stands in the way of downloading faster;
// for callgrind, since instruction counts do not depend on what else the machine does.
//
//   parent_path CONFIG FOLDER DATABASE [PAGES]
//
// The config's seed must be http://127.0.0.1:8000/index.html, which is FOLDER/index.html.
#include <fmt/format.h>
#include <time.h>

#include <cstdlib>
#include <deque>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <unordered_map>

#include "fetcher/fetcher.h"
#include "parser/charset.h"
#include "pipeline/clock.h"
#include "pipeline/config.h"
#include "pipeline/crawl.h"
#include "pipeline/page_memory.h"
#include "storage/store.h"

namespace thresh {
namespace {

constexpr std::string_view kOrigin = "http://127.0.0.1:8000/";
constexpr size_t kTransfers = 16;

std::string ReadFile(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// What a static file server says of every page.
HeaderList PageHeaders(size_t size) {
  return {{"server", "nginx/1.22.1"},
          {"date", "Sat, 21 Nov 2026 14:14:23 GMT"},
          {"content-type", "text/html"},
          {"content-length", std::to_string(size)},
          {"last-modified", "Tue, 21 Oct 2025 20:30:57 GMT"},
          {"connection", "keep-alive"},
          {"etag", "\"68f7ed11-55c4\""},
          {"accept-ranges", "bytes"}};
}

// Answers with the files of a folder, which it has read before.
class FolderFetcher : public Fetcher {
 public:
  explicit FolderFetcher(const std::filesystem::path& folder) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
      if (entry.path().extension() != ".html") continue;
      const std::string name = std::filesystem::relative(entry.path(), folder).generic_string();
      pages_.emplace(std::string(kOrigin) + name, ReadFile(entry.path()));
    }
  }

  bool TryFetch(FetchJob job, uint64_t, Callback callback) override {
    if (!HasRoom()) return false;
    flying_.emplace_back(std::move(job.url), std::move(callback));
    return true;
  }
  bool HasRoom() const override { return flying_.size() < kTransfers; }
  size_t in_flight() const override { return flying_.size(); }
  void Wake() override {}

  size_t Poll(std::chrono::milliseconds) override {
    const size_t count = flying_.size();
    for (size_t i = 0; i < count; ++i) {
      auto [url, callback] = std::move(flying_.front());
      flying_.pop_front();
      callback(Answer(url));
    }
    return count;
  }

 private:
  FetchResult Answer(const std::string& url) const {
    FetchResult result;
    const auto page = pages_.find(url);
    result.status = page == pages_.end() ? 404 : 200;
    if (page == pages_.end()) return result;
    result.headers = PageHeaders(page->second.size());
    result.text = CopyAsValidUtf8(page->second);
    result.charset = {"utf-8", CharsetSource::kMeta};
    result.body_bytes = page->second.size();
    result.body_hash = "0123456789abcdef0123456789abcdef";
    result.remote_address = "127.0.0.1";
    return result;
  }

  std::unordered_map<std::string, std::string> pages_;
  std::deque<std::pair<std::string, Callback>> flying_;
};

double ProcessorSeconds() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

int Run(const std::filesystem::path& config_path, const std::filesystem::path& folder,
        const std::filesystem::path& database, std::optional<int64_t> pages) {
  std::vector<Diagnostic> diagnostics;
  auto config = LoadConfig(config_path, {}, {}, &diagnostics);
  if (!config) {
    std::cerr << ToString(diagnostics.front()) << '\n';
    return 2;
  }
  FolderFetcher fetcher(folder);
  const auto store = Store::Open(database);
  const SystemClock clock;
  CrawlListener listener;
  CrawlOptions options;
  options.max_pages = pages;
  std::vector<Config> configs;
  configs.push_back(*std::move(config));
  Crawl crawl(std::move(configs), options, *store, fetcher, clock, listener);
  const double begin = ProcessorSeconds();
  const auto reports = crawl.Run();
  const double seconds = ProcessorSeconds() - begin;
  store->Close();
  fmt::print("{} pages, {:.1f} µs of processor time a page\n", reports.front().pages,
             seconds * 1e6 / static_cast<double>(std::max<int64_t>(reports.front().pages, 1)));
  return 0;
}

}  // namespace
}  // namespace thresh

int main(int argc, char** argv) {
  if (argc != 4 && argc != 5) {
    std::cerr << "usage: parent_path CONFIG FOLDER DATABASE [PAGES]\n";
    return 2;
  }
  std::optional<int64_t> pages;
  if (argc == 5) pages = std::atoll(argv[4]);
  thresh::KeepMemoryOfPages();
  return thresh::Run(argv[1], argv[2], argv[3], pages);
}
