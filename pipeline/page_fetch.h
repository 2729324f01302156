// One page from the network, now: for commands that a person waits for.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "fetcher/fetcher.h"
#include "pipeline/clock.h"
#include "pipeline/config.h"
#include "pipeline/local_page.h"

namespace thresh {

struct FetchedPage {
  LoadedPage page;
  std::vector<std::string> notes;  // for people: redirects, patterns of `reject` that match
};

// Fetches `url` with what `config` says of its host, without asking robots.txt or waiting, and
// follows up to ten redirects. Where it is one of the config's seeds, the seed's method, headers
// and body are sent. Gives the page, or in words why there is none.
std::variant<FetchedPage, std::string> FetchPage(Fetcher& fetcher, Config config, const Url& url,
                                                 const Clock& clock);

}  // namespace thresh
