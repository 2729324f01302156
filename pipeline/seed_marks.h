// What a config says of seeds, by which they are known again.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "pipeline/seen_set.h"
#include "pipeline/site_run.h"

namespace thresh {

// What a site's config says of its seeds, by their UrlFingerprint.
struct SeedMarks {
  // Reads lists, too.
  explicit SeedMarks(const SiteRun& site);

  // As NewUrl::request_headers has them; empty: none of its own.
  const std::string& HeadersOf(uint64_t fingerprint) const;

  SeenSet seeds;
  std::unordered_set<uint64_t> logins;
  std::unordered_set<uint64_t> sitemaps;
  std::unordered_map<uint64_t, std::string> headers;
};

}  // namespace thresh
