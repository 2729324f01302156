// What a config says of seeds, by which they are known again.
#pragma once

#include <cstdint>
#include <unordered_set>

#include "pipeline/site_run.h"

namespace thresh {

// The UrlFingerprint of each seed that is not only in a list.
std::unordered_set<uint64_t> SeedFingerprints(const SiteRun& site);

// What a site's config says of its seeds beyond their URLs.
struct SeedMarks {
  explicit SeedMarks(const SiteRun& site);

  std::unordered_set<uint64_t> logins;    // by UrlFingerprint
  std::unordered_set<uint64_t> sitemaps;  // likewise
};

}  // namespace thresh
