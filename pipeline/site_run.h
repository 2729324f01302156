// One site in a crawl: its config made ready, what it knows and what its run has come to.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "fetcher/fetch.h"
#include "parser/links.h"
#include "parser/regex.h"
#include "parser/url.h"
#include "pipeline/clock.h"
#include "pipeline/config.h"
#include "pipeline/cookie_jar.h"
#include "pipeline/frontier.h"
#include "pipeline/scope.h"
#include "pipeline/seen_set.h"
#include "storage/store.h"

namespace thresh {

// To tell one Cookie header from another.
inline uint64_t HashOf(const std::string& cookies) { return std::hash<std::string>()(cookies); }

// What holds for the requests to one host.
struct HostSettings {
  std::string key;  // of [host]: "*", "x.test" or "x.test:8080"
  HostConfig config;
  std::vector<std::string> header_lines;         // without a secret
  std::vector<std::string> secret_lines;         // of the host's own table
  std::vector<std::string> common_secret_lines;  // of [host."*"]
  std::vector<std::unique_ptr<re2::RE2>> reject;

  // Whether a page is one that the config's `reject` takes for no page.
  bool Rejects(std::string_view text) const;

  Milliseconds delay() const { return config.delay.value_or(std::chrono::seconds(1)); }
  size_t parallel() const { return config.parallel.value_or(1); }
};

// A redirect that was met at depth 0.
struct SeedRedirect {
  uint64_t from = 0;  // UrlFingerprint; 0: a seed
  uint64_t to = 0;    // UrlFingerprint
};

// Owned by its Crawl, which does with the members what their comments say.
class SiteRun {
 public:
  explicit SiteRun(Config site_config);

  const HostSettings& Settings(const Url& url) const;
  // The header lines of a request to `url`. Those with a secret go to the origins that seeds name;
  // those of the host's own table also to the ports that [host] names, and by https to the usual
  // one. So no redirect and no link takes a secret to another scheme or port.
  std::vector<std::string> HeadersFor(const Url& url) const;
  // The cookies of the config, to which the same applies.
  const std::vector<std::string>& FixedCookiesFor(const Url& url) const;
  // A seed is there: what is meant for its host is meant for this origin.
  void NameOrigin(const Url& seed) { seed_origins_.emplace(seed.origin()); }
  // Takes over what an answer of `url` says of cookies.
  void TakeCookies(const Url& url, const FetchResult& result, Timestamp now);
  // The Cookie header of a request to `url`; empty: none is sent.
  std::string CookiesFor(const Url& url, Timestamp now) {
    return cookies.Header(url, FixedCookiesFor(url), now);
  }
  const std::string& UserAgent(const HostSettings& settings) const;
  // A plain request for `url` by the config's rules.
  FetchJob JobFor(const Url& url) const;
  // Whether requests to its host are spaced with those to all hosts of the same address. A proxy's
  // address says nothing.
  bool IsSpacedByAddress(const Url& url) const;
  // `url` without the query parameters of fetch.strip.
  Url Stripped(const Url& url) const;
  bool MayHavePrivateAddress(const Url& url) const;
  // Whether `url` is due every run, whatever its interval (recrawl.always).
  bool IsAlwaysDue(std::string_view url) const;

  // Seeds come in the order of their ids.
  void NoteSeed(UrlId id);
  // Whether it was noted as one.
  bool IsSeed(UrlId id) const;

  // Whether one more fetch stays within `max_pages` (limits.pages, --max-pages).
  bool HasPagesLeft() const { return !max_pages || pages + in_flight < *max_pages; }

  const Config config;
  SiteIndex index = 0;  // in its crawl
  Scope scope;
  SeenSet seen;
  KnownLinks known_links{
      [this](std::string_view href) { return seen.Contains(UrlFingerprint("GET", href, "")); }};
  CookieJar cookies;
  RunId run = 0;
  bool first = false;          // no run was before it
  bool continued = false;      // it was unfinished
  bool rules_changed = false;  // the config is not the last run's
  std::optional<int64_t> max_pages;
  std::optional<SteadyTime> deadline;  // limits.time, --time
  std::optional<RunOutcome> stopped;   // why nothing more is handed out

  int64_t pending = 0;  // URLs to be fetched in this run, those in flight among them
  int64_t in_flight = 0;
  int64_t pages = 0;                         // finished fetches of the run
  int64_t settled = 0;                       // URLs that came to a final state in this run
  int64_t failed = 0;                        // of them, failed, but not those known to be gone
  int64_t newly_gone = 0;                    // of these, gone (404, 410), and there before
  int64_t kept_out_pages = 0;                // by robots.txt, that were fetched before
  std::string kept_out_page;                 // one of them
  int64_t kept_out_by_budget = 0;            // by limits.per_shape or per_domain, in this process
  std::vector<UrlRange> seeds;               // what the config names
  std::unordered_set<UrlId> named;           // with CrawlOptions::seeds_only: seeds that were known
  std::vector<std::string> empty_lists;      // files of seeds without a URL
  std::vector<UrlId> found_at_depth_0;       // by redirects of seeds, and in indexes of sitemaps
  std::vector<UrlId> known_redirects;        // at depth 0, that this run met in another process
  std::vector<SeedRedirect> seed_redirects;  // of this run
  std::unordered_set<UrlId> sitemaps;        // of them, those that the config names "sitemap:"
  // A seed that may log in, or what a seed led to and redirects, and that did well when it was
  // asked last.
  struct Login {
    UrlId id = 0;
    bool settled = false;  // in this run
    bool due = false;
  };
  std::vector<Login> logins;  // in the order of their ids, not queued yet
  // A URL that redirected in this process, kept where servers have set cookies.
  struct Redirected {
    uint64_t cookies = 0;  // with which it was asked last, as a hash
    uint64_t through = 0;  // UrlFingerprint of what led back to it, so that it was asked again
    int times_again = 0;
  };
  std::unordered_map<UrlId, Redirected> redirected;
  std::unordered_set<UrlId> suspects;  // were in flight when a worker died: fetched alone now

 private:
  void LoadCookieFiles();
  bool IsSeedOrigin(const Url& url) const;
  bool MaySendSecrets(const HostSettings& settings, const Url& url) const;

  std::map<std::string, HostSettings, std::less<>> settings_;
  std::set<std::string, std::less<>> seed_origins_;
  std::vector<std::unique_ptr<re2::RE2>> always_;
};

}  // namespace thresh
