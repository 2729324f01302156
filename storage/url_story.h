// What a database knows of one URL: what `thresh why` tells.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "storage/database.h"
#include "storage/store.h"

namespace thresh {

// A URL on the way from a seed to another.
struct FoundOn {
  UrlId id = 0;
  std::string url;
  int depth = 0;
  bool redirects = false;  // it led on by a redirect, not by a link
};

// A row of `pages`.
struct FetchAttempt {
  std::string fetched_at;  // ISO 8601
  RunId run = 0;
  int status = 0;
  std::string error;  // Name(FetchError); empty when a response came
  std::string flags;
  std::string redirect_headers;  // "name: value" lines, of a redirect only
  int64_t bytes = 0;
  int64_t elapsed_ms = 0;
};

// Rows of one table that name the URL as their page.
struct GivenRows {
  std::string table;
  int64_t present = 0;
  int64_t gone = 0;
};

// At most so many attempts are read, the latest.
inline constexpr int kMaxToldAttempts = 20;

struct UrlStory {
  UrlId id = 0;
  std::string site;
  std::string url;
  std::string method;
  bool sends_body = false;
  int depth = 0;
  UrlState state = UrlState::kPending;
  std::string reason;
  int failures = 0;  // in a row
  int last_status = 0;
  std::optional<Timestamp> next_at;
  RunId settled_in = 0;
  RunId last_run = 0;  // of its site
  bool last_run_is_unfinished = false;
  std::vector<FoundOn> path;           // from the seed on; empty: it is a seed
  std::vector<FetchAttempt> attempts;  // the latest, in the order of time
  int64_t attempts_in_all = 0;
  std::vector<GivenRows> rows;  // tables without rows of it are left out
};

// Links to a host that were counted rather than listed.
struct DroppedLinks {
  std::string site;
  std::string reason;
  int64_t count = 0;
  bool names_url = false;  // the URL that was asked about is among the examples
};

// A site, and the config of its last run.
struct SiteRules {
  std::string site;
  std::string config_text;
  bool has_seed_on_host = false;  // known when no story was found
};

struct UrlInquiry {
  std::vector<UrlStory> stories;      // one a site, method and body that the URL is listed with
  std::vector<DroppedLinks> dropped;  // of the URL's host, and those that have it as an example
  std::optional<HostRecord> origin;
  std::vector<SiteRules> sites;
};

// Asks about `url` (normalised) of `host` and `origin`, as Url gives them. Costs a look-up (see
// url_index.h), and about a second a million URLs where it is not listed.
UrlInquiry InquireUrl(Database& database, std::string_view url, std::string_view host,
                      std::string_view origin);

}  // namespace thresh
