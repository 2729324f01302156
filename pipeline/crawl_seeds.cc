// The seeds that a config names, and nobody knows yet.
#include <fstream>
#include <optional>
#include <string>
#include <vector>

#include "pipeline/crawl.h"
#include "pipeline/url_list.h"

namespace thresh {
namespace {

constexpr size_t kLinesPerCommit = 65'536;  // of a list of seeds

}  // namespace

// In turns, so that the rows of URLs that are fetched at the same time lie side by side in the
// database, and a commit writes few pages of it.
void Crawl::AddSeeds(SiteRun& site) {
  ForEachSeedInTurns(site.config.seeds, [&](const SeedConfig& seed, size_t number) {
    if (seed.kind == SeedConfig::Kind::kList) {
      AddSeedList(site, seed.file);
    } else {
      AddSeed(site, seed, seed.UrlAt(number));
    }
  });
}

// A long list is committed in parts, so that the log that the database writes ahead stays small:
// the next run adds what this one does not come to.
void Crawl::AddSeedList(SiteRun& site, const std::string& path) {
  const SeedConfig seed;  // a page, as a link is one
  std::ifstream file(path);
  bool has_urls = false;
  UrlList list(file);
  for (size_t lines = 1; list.Next(); ++lines) {
    if (lines % kLinesPerCommit == 0) {
      store_.Commit();
      if (stop_.load() && site.pending > 0) return;  // which leaves the run unfinished
    }
    if (const auto url = list.url()) {
      has_urls = true;
      site.scope.AddSeedHost(url->host(), true);
      AddSeed(site, seed, *url);
    } else {
      store_.CountDropped(site.config.name, "", "a line of a seed list that is not a URL", 1, path);
    }
  }
  if (!has_urls) site.empty_lists.push_back(path);
}

void Crawl::AddSeed(SiteRun& site, const SeedConfig& seed, const Url& named) {
  const Url url = site.Stripped(named);
  site.NameOrigin(url);
  const std::string body_hash = RequestBodyHash(seed.body);
  if (!site.seen.Insert(UrlFingerprint(seed.method, url.href(), body_hash))) return;
  const std::string headers = seed.RequestHeaders();
  NewUrl added;
  added.url = url.href();
  added.method = seed.method;
  added.request_body = seed.body;
  added.request_headers = headers;
  added.host = url.host();
  const UrlId id = store_.AddUrl(site.config.name, added);
  site.NoteSeed(id);
  if (seed.kind == SeedConfig::Kind::kSitemap) site.sitemaps.insert(id);
  Queue(site, url, id, std::nullopt);
}

}  // namespace thresh
