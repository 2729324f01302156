#include "pipeline/fetcher_options.h"

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <set>
#include <string>

#include "parser/url.h"
#include "pipeline/politeness.h"

namespace thresh {

namespace {

// Enough for a thousand in all where there are two processes, and for their descriptors.
constexpr size_t kMostTransfers = 512;

size_t TransfersOf(const HostConfig& host) {
  const size_t parallel = host.parallel.value_or(1);
  const bool spaced = host.delay != std::chrono::milliseconds(0);
  return parallel + (spaced ? 0 : RequestsAhead(parallel));
}

// How many transfers the seeds' hosts may have at a time; each host's go to one process as long as
// that has room. Where other hosts may be found, too, as many again.
size_t TransfersFor(const Config& config) {
  std::set<std::string, std::less<>> hosts;
  size_t transfers = 0;
  for (const SeedConfig& seed : config.seeds) {
    const bool is_sitemap = seed.url.starts_with(kSitemapSeed);
    const auto url = Url::Parse(is_sitemap ? seed.url.substr(kSitemapSeed.size()) : seed.url);
    if (!url || !hosts.emplace(url->host()).second) continue;
    transfers += TransfersOf(config.ForHost(std::string(url->host())));
    if (transfers >= kMostTransfers) return kMostTransfers;
  }
  return config.limits.hosts == LimitsConfig::Hosts::kSeeds ? transfers : 2 * transfers;
}

}  // namespace

FetcherOptions FetcherOptionsFor(const std::vector<Config>& configs) {
  FetcherOptions options;
  options.memory_bytes = 0;
  size_t transfers = 0;
  for (const Config& config : configs) {
    transfers += TransfersFor(config);
    options.processes = std::max(options.processes, config.fetch.processes);
    options.memory_bytes = std::max(options.memory_bytes, config.fetch.memory_bytes);
    options.max_body_bytes = std::max(options.max_body_bytes, config.limits.max_body_bytes);
    for (const SeedConfig& seed : config.seeds) {
      if (!seed.url.starts_with(kSitemapSeed)) continue;
      options.max_body_bytes = std::max(options.max_body_bytes, kMaxSitemapBytes);
    }
    options.sandbox = options.sandbox && config.fetch.sandbox;
  }
  // One request at a time needs one process: half the start-up of a scrape.
  if (options.processes == 0 && transfers <= 1) options.processes = 1;
  if (const char* bundle = std::getenv("SSL_CERT_FILE")) options.ca_file = bundle;
  options.transfers_per_process =
      std::clamp(transfers, options.transfers_per_process, kMostTransfers);
  return options;
}

}  // namespace thresh
