#include "pipeline/seed_marks.h"

#include <cstddef>

#include "pipeline/seen_set.h"

namespace thresh {
namespace {

uint64_t FingerprintOf(const SiteRun& site, const SeedConfig& seed, size_t number) {
  return UrlFingerprint(seed.method, site.Stripped(seed.UrlAt(number)).href(),
                        RequestBodyHash(seed.body));
}

}  // namespace

std::unordered_set<uint64_t> SeedFingerprints(const SiteRun& site) {
  std::unordered_set<uint64_t> fingerprints;
  for (const SeedConfig& seed : site.config.seeds) {
    for (size_t i = 0; i < seed.url_count(); ++i) fingerprints.insert(FingerprintOf(site, seed, i));
  }
  return fingerprints;
}

SeedMarks::SeedMarks(const SiteRun& site) {
  for (const SeedConfig& seed : site.config.seeds) {
    if (seed.MayLogIn()) logins.insert(FingerprintOf(site, seed, 0));
    if (seed.kind != SeedConfig::Kind::kSitemap) continue;
    for (size_t i = 0; i < seed.url_count(); ++i) sitemaps.insert(FingerprintOf(site, seed, i));
  }
}

}  // namespace thresh
