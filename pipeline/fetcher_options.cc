#include "pipeline/fetcher_options.h"

#include <algorithm>

namespace thresh {

FetcherOptions FetcherOptionsFor(const std::vector<Config>& configs) {
  FetcherOptions options;
  options.memory_bytes = 0;
  for (const Config& config : configs) {
    options.processes = std::max(options.processes, config.fetch.processes);
    options.memory_bytes = std::max(options.memory_bytes, config.fetch.memory_bytes);
    options.max_body_bytes = std::max(options.max_body_bytes, config.limits.max_body_bytes);
    for (const SeedConfig& seed : config.seeds) {
      if (!seed.url.starts_with(kSitemapSeed)) continue;
      options.max_body_bytes = std::max(options.max_body_bytes, kMaxSitemapBytes);
    }
    options.sandbox = options.sandbox && config.fetch.sandbox;
  }
  return options;
}

}  // namespace thresh
