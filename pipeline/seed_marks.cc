#include "pipeline/seed_marks.h"

#include <cstddef>
#include <fstream>

#include "pipeline/url_list.h"

namespace thresh {
namespace {

uint64_t FingerprintOf(const SiteRun& site, const SeedConfig& seed, const Url& named) {
  return UrlFingerprint(seed.method, site.Stripped(named).href(), RequestBodyHash(seed.body));
}

void InsertList(const SiteRun& site, const std::string& path, SeenSet* seeds) {
  const SeedConfig seed;
  std::ifstream file(path);
  UrlList list(file);
  while (list.Next()) {
    if (const auto url = list.url()) seeds->Insert(FingerprintOf(site, seed, *url));
  }
}

}  // namespace

// Of two that are the same one, the first counts.
SeedMarks::SeedMarks(const SiteRun& site) {
  for (const SeedConfig& seed : site.config.seeds) {
    if (seed.kind == SeedConfig::Kind::kList) InsertList(site, seed.file, &seeds);
    const std::string lines = seed.RequestHeaders();
    for (size_t i = 0; i < seed.url_count(); ++i) {
      const uint64_t fingerprint = FingerprintOf(site, seed, seed.UrlAt(i));
      if (!seeds.Insert(fingerprint)) continue;
      if (!lines.empty()) headers.emplace(fingerprint, lines);
      if (seed.MayLogIn()) logins.insert(fingerprint);
      if (seed.kind == SeedConfig::Kind::kSitemap) sitemaps.insert(fingerprint);
    }
  }
}

const std::string& SeedMarks::HeadersOf(uint64_t fingerprint) const {
  static const std::string kNone;
  const auto found = headers.find(fingerprint);
  return found == headers.end() ? kNone : found->second;
}

}  // namespace thresh
