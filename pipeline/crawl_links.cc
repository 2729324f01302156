// The URLs that a page leads to: links, redirects, the entries of a sitemap.
#include <fmt/format.h>

#include <algorithm>

#include "parser/sitemap.h"
#include "pipeline/crawl.h"
#include "pipeline/stored_page.h"

namespace thresh {
namespace {

constexpr size_t kMaxSitemapEntries = 50'000;  // sitemaps.org
constexpr std::string_view kNoUrl = "not a URL that can be fetched";

}  // namespace

void Crawl::CountDropped(const SiteRun& site, const PageFetch& fetch, std::string_view reason,
                         size_t count) {
  if (count == 0) return;
  store_.CountDropped(site.config.name, fetch.url.host(), reason, static_cast<int64_t>(count),
                      fetch.details.url);
  listener_.OnDropped({site.config.name, fetch.details.url, reason, count});
}

void Crawl::AddLinks(SiteRun& site, const PageFetch& fetch, const ParsedPage& parsed) {
  const PageLinks& links = parsed.links;
  CountDropped(site, fetch, kNoUrl, links.invalid + parsed.rule_links.invalid);
  CountDropped(site, fetch, "more links on a page than limits.links_per_page",
               links.beyond_limit + parsed.rule_links.beyond_limit);
  for (const Url& url : parsed.rule_links.urls) AddLink(site, fetch, url);
  if (links.meta_nofollow) return CountDropped(site, fetch, "nofollow", links.links.size());
  size_t nofollow = 0;
  for (const Link& link : links.links) {
    if (link.nofollow) {
      ++nofollow;
    } else {
      AddLink(site, fetch, link.url);
    }
  }
  CountDropped(site, fetch, "nofollow", nofollow);
}

void Crawl::AddLink(SiteRun& site, const PageFetch& fetch, const Url& found) {
  const Url url = site.Stripped(found);
  if (!site.seen.Insert(UrlFingerprint("GET", url.href(), ""))) return;
  const int depth = fetch.details.depth + 1;
  AddFound(site, fetch, url, {.depth = depth}, site.scope.Ask(url, depth));
}

// A redirect's target is a link of the same depth; a seed's target counts as a seed. After ten in a
// row the fetch has failed.
void Crawl::AddRedirect(SiteRun& site, const PageFetch& fetch, FetchVerdict* verdict) {
  const UrlDetails& from = fetch.details;
  const Url url = site.Stripped(*verdict->target);
  NewUrl next;
  const std::string lines = LinesAfterRedirect(from.request_headers, fetch.url, url);
  next.request_headers = lines;
  if (verdict->keeps_method) {
    next.method = from.method;
    next.request_body = from.request_body;
  }
  const uint64_t fingerprint = NoteRedirect(site, fetch.id(), from, *verdict);
  if (!site.seen.Insert(fingerprint)) return LeadBack(site, fetch, url, fingerprint, verdict);
  if (RedirectsBefore(fetch).size() > kMaxRedirects) {
    verdict->kind = FetchVerdict::Kind::kFail;
    verdict->reason = fmt::format("more than {} redirects in a row", kMaxRedirects);
    return;
  }
  next.depth = from.depth;
  if (from.depth > 0) return AddFound(site, fetch, url, next, site.scope.Ask(url, from.depth));
  site.scope.AddSeedHost(url.host());
  AddFound(site, fetch, url, next, ScopeDecision{});
}

// Gives the UrlFingerprint of what it leads to.
uint64_t Crawl::NoteRedirect(SiteRun& site, UrlId id, const UrlDetails& from,
                             const FetchVerdict& redirect) {
  const std::string target = site.Stripped(*redirect.target).href();
  const uint64_t fingerprint =
      redirect.keeps_method
          ? UrlFingerprint(from.method, target, RequestBodyHash(from.request_body))
          : UrlFingerprint("GET", target, "");
  if (from.depth == 0) {
    site.seed_redirects.push_back({site.IsSeed(id) ? 0 : FingerprintOf(from), fingerprint});
  }
  return fingerprint;
}

// Those that this run met when it was another process's, as far as its seeds are judged.
void Crawl::RestoreRedirects(SiteRun& site) {
  const RunOutcome outcome = OutcomeOf(site);
  if (outcome == RunOutcome::kInterrupted || outcome == RunOutcome::kBudget) return;
  for (const UrlId id : site.known_redirects) {
    const UrlDetails from = store_.ReadUrl(id);
    const FetchVerdict verdict = JudgeFetch(ParseStoredUrl(from.url), LastAnswer(id, from));
    if (verdict.kind == FetchVerdict::Kind::kRedirect) NoteRedirect(site, id, from, verdict);
  }
}

// Sitemaps are what the config names so, what those redirect to and, in an index, lead to: all at
// depth 0, while the pages that they list are at 1.
bool Crawl::IsSitemap(const SiteRun& site, const PageFetch& fetch) const {
  const UrlId seed = fetch.details.seed != 0 ? fetch.details.seed : fetch.id();
  return fetch.details.depth == 0 && site.sitemaps.contains(seed);
}

// What a config names as a sitemap and has no entry, an error page with status 200 say, has failed.
void Crawl::AddSitemap(SiteRun& site, const PageFetch& fetch, std::string_view text,
                       FetchVerdict* verdict) {
  if (ReadSitemap(site, fetch, text) > 0 || fetch.details.seed != 0) return;
  verdict->kind = FetchVerdict::Kind::kFail;
  verdict->reason = "not a sitemap: it lists no URL";
}

// Gives how many entries it has.
size_t Crawl::ReadSitemap(SiteRun& site, const PageFetch& fetch, std::string_view text) {
  const auto add = [&](std::string_view location, bool is_sitemap) {
    const auto url = Url::Parse(location, &fetch.url);
    if (!url) return CountDropped(site, fetch, kNoUrl, 1);
    if (!is_sitemap) return AddLink(site, fetch, *url);
    if (!site.seen.Insert(UrlFingerprint("GET", url->href(), ""))) return;
    AddFound(site, fetch, *url, {}, site.scope.AskHost(*url));
  };
  if (fetch.url.path() == "/robots.txt") {
    const auto rules = RobotsRules::Parse(text, site.UserAgent(site.Settings(fetch.url)));
    for (const std::string& sitemap : rules.sitemaps()) add(sitemap, true);
    return rules.sitemaps().size();
  }
  SitemapReader reader(kMaxSitemapEntries,
                       [&](const SitemapEntry& entry) { add(entry.loc, entry.is_sitemap); });
  reader.Feed(text);
  reader.Finish();
  CountDropped(site, fetch, "more than 50,000 entries in a sitemap", reader.beyond_limit());
  return reader.entries();
}

void Crawl::AddFound(SiteRun& site, const PageFetch& fetch, const Url& url, NewUrl added,
                     const ScopeDecision& decision) {
  using Verdict = ScopeDecision::Verdict;
  if (decision.by_budget) ++site.kept_out_by_budget;
  listener_.OnFound({site.config.name, url.href(), fetch.details.url, added.depth, decision.verdict,
                     decision.reason});
  if (decision.verdict == Verdict::kCount) {
    store_.CountDropped(site.config.name, url.host(), decision.reason, 1, url.href());
    return;
  }
  added.url = url.href();
  added.host = url.host();
  added.found_on = fetch.id();
  added.seed = fetch.details.seed != 0 ? fetch.details.seed : added.found_on;
  added.state = decision.verdict == Verdict::kAdmit ? UrlState::kPending : UrlState::kSkipped;
  added.reason = decision.reason;
  const UrlId id = store_.AddUrl(site.config.name, added);
  if (added.depth == 0) site.found_at_depth_0.push_back(id);
  if (added.state == UrlState::kPending) {
    Queue(site, url, id, std::nullopt);
  }
}

// A redirect to a known URL. To one that it was reached from it is a circle, unless there are other
// cookies by now that may lead out of it, as where a site asks for consent first.
void Crawl::LeadBack(SiteRun& site, const PageFetch& fetch, const Url& url, uint64_t fingerprint,
                     FetchVerdict* verdict) {
  if (site.cookies.size() > 0) site.redirected[fetch.id()].cookies = fetch.cookies;
  const UrlId back = ReachedFrom(fetch, fingerprint);
  const auto itself = site.redirected.find(fetch.id());
  const bool led_back_here =
      itself != site.redirected.end() && itself->second.through == fingerprint;
  if (back == 0 && !led_back_here) return;
  if (back != 0 && MayLeadOut(site, back, url)) return AskOnceMore(site, fetch, back, url, verdict);
  verdict->kind = FetchVerdict::Kind::kFail;
  verdict->reason = url == *verdict->target ? "redirects in a circle"
                                            : "redirects in a circle (by what fetch.strip takes)";
}

// The one of the URLs that redirected to this one which has `fingerprint`; 0: none.
UrlId Crawl::ReachedFrom(const PageFetch& fetch, uint64_t fingerprint) {
  for (const UrlId id : RedirectsBefore(fetch)) {
    if (FingerprintOf(store_.ReadUrl(id)) == fingerprint) return id;
  }
  return 0;
}

bool Crawl::MayLeadOut(SiteRun& site, UrlId id, const Url& url) const {
  const auto asked = site.redirected.find(id);
  if (asked == site.redirected.end()) return site.cookies.size() > 0;  // it was asked without
  const uint64_t cookies = HashOf(site.CookiesFor(url, clock_.Wall()));
  return asked->second.cookies != cookies && asked->second.times_again < kMaxRedirects;
}

void Crawl::AskOnceMore(SiteRun& site, const PageFetch& fetch, UrlId id, const Url& url,
                        FetchVerdict* verdict) {
  SiteRun::Redirected& asked = site.redirected[id];
  asked.through = FingerprintOf(fetch.details);
  ++asked.times_again;
  if (id == fetch.id()) {
    verdict->kind = FetchVerdict::Kind::kAgain;
    verdict->reason = "redirects to itself, with other cookies now";
    return;
  }
  UrlUpdate update = AsItIs(store_.ReadUrl(id));
  if (update.state != UrlState::kDone) return;
  update.state = UrlState::kPending;
  store_.UpdateUrl(id, site.run, update);
  --site.settled;
  --progress_.done;
  Queue(site, url, id, std::nullopt);
}

// The URLs that redirected to this one, itself first, each to the one before it. At most one more
// than may be in a row.
std::vector<UrlId> Crawl::RedirectsBefore(const PageFetch& fetch) {
  std::vector<UrlId> chain = {fetch.id()};
  for (UrlId id = fetch.details.found_on; id != 0 && chain.size() <= kMaxRedirects;) {
    const UrlDetails before = store_.ReadUrl(id);
    if (before.last_status < 300 || before.last_status >= 400) break;
    chain.push_back(id);
    id = before.found_on;
  }
  return chain;
}

}  // namespace thresh
