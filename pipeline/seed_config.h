// What a config's `seeds` have.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "parser/seed_pattern.h"
#include "parser/url.h"

namespace thresh {

// One entry of `seeds`: pages or sitemaps by one URL or a pattern, or a file of URLs.
struct SeedConfig {
  enum class Kind : uint8_t { kPage, kSitemap, kList };

  Kind kind = Kind::kPage;
  SeedPattern urls{};  // each is one that Url::Parse takes; of a list none
  std::string file{};  // of a list, as it can be opened
  std::string method = "GET";
  std::vector<std::string> headers{};  // whole lines
  std::string body{};                  // of form, json or body

  size_t url_count() const { return kind == Kind::kList ? 0 : urls.count(); }
  Url UrlAt(size_t index) const { return Url::Parse(urls.At(index)).value(); }
  // As NewUrl::request_headers has them.
  std::string RequestHeaders() const;
  // So many URLs from the first on have all origins: one, unless a pattern stands in the host.
  size_t origin_count() const;
  // Whether it is sent as a link is.
  bool IsPlainGet() const { return method == "GET" && headers.empty() && body.empty(); }
  // Whether it may log in: one request that sends something.
  bool MayLogIn() const { return method != "GET" && url_count() == 1; }
};

// Calls `visit` with a URL of each origin that is not only in a list, some more than once.
void ForEachSeedOrigin(const std::vector<SeedConfig>& seeds,
                       const std::function<void(const Url&)>& visit);

// Calls `visit` with every seed and the index of each of its URLs, and once with a list. Hosts take
// turns: every host's first comes first, then every host's second, … Each host's keep their order.
void ForEachSeedInTurns(const std::vector<SeedConfig>& seeds,
                        const std::function<void(const SeedConfig&, size_t)>& visit);

}  // namespace thresh
