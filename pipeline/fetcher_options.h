// The fetcher processes that a set of sites needs.
#pragma once

#include <vector>

#include "fetcher/fetcher.h"
#include "pipeline/config.h"

namespace thresh {

// The largest of what the sites' configs ask for; the sandbox is on unless one turns it off.
FetcherOptions FetcherOptionsFor(const std::vector<Config>& configs);

}  // namespace thresh
