// The links of an HTML page.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "parser/url.h"

namespace thresh {

struct Link {
  Url url;
  bool nofollow = false;  // rel=nofollow on every link to it
};

struct PageLinks {
  std::vector<Link> links;  // in the page's order, each URL once, the page itself left out
  // What <meta name="robots"> says ("none" is both).
  bool meta_nofollow = false;
  bool meta_noindex = false;
  // References that lead to no URL we could fetch, by why; equal ones are counted once.
  size_t other_scheme = 0;  // javascript:, mailto:, data:, tel:
  size_t invalid = 0;       // not a URL, with credentials, or too long
  size_t beyond_limit = 0;  // above `max_links`
};

// Takes <a href>, <area href>, <frame src>, <iframe src>, <link rel=next href> (and prev), and
// resolves them against `page_url` or the page's first <base href>, wherever it stands; one that is
// no http or https URL is as none (HTML §2.4.3). One pass over `html`, which is UTF-8; references
// that are equal but for their fragment are resolved once.
//
// Links to URLs of which `is_known` says so may be left out, for callers who would drop them: most
// links of a site's page lead to what is known. None is left out where the numbers of links would
// show it: on pages with nofollow, or with more references than `max_links`.
using IsKnownUrl = std::function<bool(std::string_view href)>;
PageLinks ExtractLinks(std::string_view html, const Url& page_url, size_t max_links,
                       const IsKnownUrl& is_known = nullptr);

}  // namespace thresh
