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

size_t RequestsAheadOf(const HostConfig& host) {
  const bool quick = host.delay == std::chrono::milliseconds(0);
  return quick ? RequestsAhead(host.parallel.value_or(1)) : 0;
}

// How many transfers the seeds' hosts may have at a time, since all may go to one process, and
// those that wait for them. Where other hosts may be found, too, twice as many.
size_t TransfersFor(const Config& config) {
  std::set<std::string, std::less<>> hosts;
  size_t transfers = 0;
  size_t ahead = 0;
  ForEachSeedOrigin(config.seeds, [&](const Url& url) {
    if (transfers >= kMostTransfers || !hosts.emplace(url.host()).second) return;
    const HostConfig host_config = config.ForHost(std::string(url.host()));
    transfers += host_config.parallel.value_or(1);
    ahead += RequestsAheadOf(host_config);
  });
  if (transfers >= kMostTransfers) return kMostTransfers;
  if (config.limits.hosts != LimitsConfig::Hosts::kSeeds) transfers *= 2;
  return transfers + std::min(ahead, kMostRequestsAhead);
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
      if (seed.kind != SeedConfig::Kind::kSitemap) continue;
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
