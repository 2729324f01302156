// The fetcher alone: a list of URLs by a config's rules, each body handed over and dropped. What a
// crawl of the same pages takes longer is what finding links and rows and storing them costs.
//
//   fetch_list CONFIG URLS
//
// URLS has one a line, all of the host of the config's seed.
#include <fstream>
#include <iostream>
#include <stdexcept>
#include <utility>

#include "fetcher/fetcher.h"
#include "fetcher/pool/fork_server.h"
#include "pipeline/config.h"
#include "pipeline/fetcher_options.h"
#include "pipeline/page_memory.h"
#include "pipeline/site_run.h"

namespace thresh {
namespace {

constexpr uint64_t kQueue = 1;

// Every URL is fetched once; gives how many pages did not come.
size_t FetchAll(std::istream& urls, const SiteRun& site, Fetcher& fetcher) {
  size_t failed = 0;
  const auto count = [&](const FetchResult& result) {
    if (result.error != FetchError::kNone || result.status != 200) ++failed;
  };
  for (std::string line; std::getline(urls, line);) {
    const auto url = Url::Parse(line);
    if (!url) throw std::runtime_error("not a URL: " + line);
    while (!fetcher.TryFetch(site.JobFor(*url), kQueue, count)) {
      fetcher.Poll(std::chrono::seconds(1));
    }
  }
  while (fetcher.in_flight() > 0) fetcher.Poll(std::chrono::seconds(1));
  return failed;
}

int Run(const char* config_path, const char* list) {
  const auto server = StartFetcherServer();
  std::vector<Diagnostic> diagnostics;
  auto config = LoadConfig(config_path, {}, {}, &diagnostics);
  if (!config) throw std::runtime_error(ToString(diagnostics.front()));
  std::ifstream urls(list);
  if (!urls) throw std::runtime_error(std::string("there is no ") + list);
  std::vector<Config> configs;
  configs.push_back(*std::move(config));
  const auto fetcher = MakeProcessFetcher(*server, FetcherOptionsFor(configs));
  SiteRun site(std::move(configs.front()));
  const size_t failed = FetchAll(urls, site, *fetcher);
  if (failed > 0) std::cerr << "fetch_list: " << failed << " pages did not come\n";
  return failed > 0 ? 1 : 0;
}

}  // namespace
}  // namespace thresh

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: fetch_list CONFIG URLS\n";
    return 2;
  }
  thresh::KeepMemoryOfPages();
  try {
    return thresh::Run(argv[1], argv[2]);
  } catch (const std::exception& error) {
    std::cerr << "fetch_list: " << error.what() << '\n';
    return 2;
  }
}
