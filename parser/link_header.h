// The Link header of HTTP (RFC 8288 §3): how an API that answers in JSON names its next page.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace thresh {

struct HeaderLink {
  std::string target;  // as written: resolve it against the response's URL
  bool next = false;   // rel=next; the others are rel=prev
  bool nofollow = false;
};

// The links of one Link header's value whose relation is "next" or "prev" ("previous" is taken for
// it), in their order, at most `max_links`: the same relations that links in a page's <link> are
// followed for. Those with an "anchor" are left out, being another resource's (§3.2). Broken input
// gives what stands before the break. Linear.
std::vector<HeaderLink> ParseLinkHeader(std::string_view value, size_t max_links);

}  // namespace thresh
