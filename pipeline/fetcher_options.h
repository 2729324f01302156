// The fetcher processes that a set of sites needs.
#pragma once

#include <vector>

#include "fetcher/fetcher.h"
#include "pipeline/config.h"

namespace thresh {

// The largest sitemap that is read, unpacked: sitemaps.org allows 50 MB.
inline constexpr size_t kMaxSitemapBytes = 50u << 20;

// The largest of what the sites' configs ask for; the sandbox is on unless one turns it off. The
// environment's SSL_CERT_FILE, as OpenSSL and curl know it, names other certificates to trust than
// the system's.
FetcherOptions FetcherOptionsFor(const std::vector<Config>& configs);

}  // namespace thresh
