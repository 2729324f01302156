// The links of an HTML page.
#pragma once

#include <cstdint>
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

// What is known of the URLs that a site's pages lead to. Most links of a page lead to what is
// known, and most of its references stand on many pages of one site or directory: those that led to
// a known URL are remembered, by hash, so that they need not be resolved again. Owned by who keeps
// the known URLs, of which there may only become more; at most 128 KB.
class KnownLinks {
 public:
  explicit KnownLinks(std::function<bool(std::string_view href)> is_known);
  KnownLinks(const KnownLinks&) = delete;
  KnownLinks& operator=(const KnownLinks&) = delete;

  bool HasUrl(std::string_view href) const { return is_known_(href); }
  // References are told apart by a hash of what is written and of where, with this seed.
  uint64_t seed() const { return seed_; }
  // To be called some time before HasReference, which often waits for memory otherwise.
  void Prefetch(uint64_t hash) const {
    if (!references_.empty()) __builtin_prefetch(&references_[Place(hash)]);
  }
  bool HasReference(uint64_t hash) const {
    return !references_.empty() && references_[Place(hash)] == hash;
  }
  void AddReference(uint64_t hash);

 private:
  size_t Place(uint64_t hash) const { return hash & (references_.size() - 1); }

  const std::function<bool(std::string_view href)> is_known_;
  const uint64_t seed_;
  std::vector<uint64_t> references_;  // each at its place, the latest one
  size_t added_ = 0;
};

// Takes <a href>, <area href>, <frame src>, <iframe src>, <link rel=next href> (and prev), and
// resolves them against `page_url` or the page's first <base href>, wherever it stands; one that is
// no http or https URL is as none (HTML §2.4.3). Queries are encoded in `charset`, what the page
// was in before it was UTF-8; empty: UTF-8. One pass over `html`; references that are equal but for
// their fragment are resolved once.
//
// Links to URLs that `known` has may be left out, for callers who would drop them. None is left out
// where the numbers of links would show it: on pages with a known link that has nofollow, or with
// more references than `max_links`.
PageLinks ExtractLinks(std::string_view html, const Url& page_url, size_t max_links,
                       KnownLinks* known = nullptr, std::string_view charset = {});

}  // namespace thresh
