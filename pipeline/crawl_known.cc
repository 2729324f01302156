// How a crawl takes up the URLs that the database knows.
#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "pipeline/crawl.h"
#include "pipeline/seed_marks.h"
#include "pipeline/stored_page.h"

namespace thresh {

// What LoadUrls has to know of the sites, and what it keeps until it has seen all their URLs.
struct Crawl::KnownUrls {
  struct Again {
    RunId settled_in;
    FrontierItem item;
    HostId host;
  };

  Timestamp wall;
  std::vector<std::optional<SeedMarks>> marks{};       // of sites with known URLs
  std::vector<Again> again{};                          // what was fetched before and is due
  std::vector<FrontierItem> ask{};                     // what the rules have to be asked about
  std::vector<std::pair<UrlId, std::string>> seeds{};  // that were none, or had other headers
};

// Queues what is pending, then what its site's run has not fetched yet, longest unfetched first:
// also what robots.txt refused, which says so for a day at most (RFC 9309 §2.4). Seeds are what the
// config names today: what it names no more is a page like others.
void Crawl::LoadUrls() {
  KnownUrls all{.wall = clock_.Wall()};
  all.marks.resize(sites_.size());
  std::vector<std::string> names;
  std::unordered_map<std::string_view, SiteRun*> sites;
  for (const auto& site : sites_) {
    names.push_back(site->config.name);
    sites.emplace(site->config.name, site.get());
  }
  store_.ForEachUrl(names,
                    [&](const KnownUrl& known) { LoadUrl(known, *sites.at(known.site), &all); });
  for (const auto& [id, headers] : all.seeds) store_.MakeSeed(id, headers);
  std::stable_sort(all.again.begin(), all.again.end(),
                   [](const auto& a, const auto& b) { return a.settled_in < b.settled_in; });
  for (const KnownUrls::Again& known : all.again) {
    frontier_.Add(known.host, known.item);
    ++sites_[known.item.site()]->pending;
  }
  for (const FrontierItem& item : all.ask) AskAgain(item);
}

void Crawl::LoadUrl(const KnownUrl& known, SiteRun& site, KnownUrls* all) {
  const uint64_t fingerprint = UrlFingerprint(known.method, known.url, known.body_hash);
  site.seen.Insert(fingerprint);
  std::optional<SeedMarks>& marks = all->marks[site.index];
  if (!marks) marks.emplace(site);
  const bool is_seed = marks->seeds.Contains(fingerprint);
  const bool is_new_seed = is_seed && LoadSeed(known, fingerprint, *marks, &site, all);
  const bool is_start = is_seed || known.depth == 0;
  const bool was_led_to = !is_seed && known.depth == 0 && known.found_on != 0;  // by a seed
  if (was_led_to) site.found_at_depth_0.push_back(known.id);
  if (is_start) site.scope.AddSeedHost(known.host);
  const bool open = known.state == UrlState::kPending || known.refused_by_robots;
  const bool kept_out = known.state == UrlState::kSkipped && !known.refused_by_robots;
  if (kept_out || (open && site.rules_changed && !is_start)) {
    if (site.rules_changed || is_new_seed) all->ask.emplace_back(site.index, known.id);
    return;
  }
  const Url url = ParseStoredUrl(known.url);
  if (!is_start) site.scope.Count(url);
  const bool settled = known.settled_in >= site.run;
  if (settled && is_start && known.redirects) site.known_redirects.push_back(known.id);
  const bool may_log_in = marks->logins.contains(fingerprint) || (was_led_to && known.redirects);
  if (known.state == UrlState::kDone && may_log_in) {
    site.logins.push_back({known.id, settled, IsDue(site, known, all->wall)});
  } else if (open) {
    Queue(site, url, known.id, known.next_at);
  } else if (settled) {
    ++site.settled;
    if (known.state == UrlState::kFailed && !known.gone_again) {
      CountFailed(site, known.id, known.gone);
    }
  } else if (IsDue(site, known, all->wall)) {
    all->again.push_back({known.settled_in, FrontierItem(site.index, known.id), HostOf(site, url)});
  }
}

// A URL that the config names is a seed wherever it was found: says whether it was none, or had
// other headers.
bool Crawl::LoadSeed(const KnownUrl& known, uint64_t fingerprint, const SeedMarks& marks,
                     SiteRun* site, KnownUrls* all) {
  site->NoteSeed(known.id);
  if (marks.sitemaps.contains(fingerprint)) site->sitemaps.insert(known.id);
  const std::string& headers = marks.HeadersOf(fingerprint);
  if (known.found_on == 0 && known.request_headers == headers) return false;
  all->seeds.emplace_back(known.id, headers);
  return true;
}

// Queues what is known of the seeds, and of what was found from them, if the rules let it in today.
void Crawl::LoadSeeds() {
  for (const auto& loaded : sites_) {
    SiteRun& site = *loaded;
    if (site.first) continue;  // nothing is known
    const SeedMarks marks(site);
    const std::vector<std::string> name = {site.config.name};
    store_.ForEachUrl(name, [&](const KnownUrl& known) {
      const uint64_t fingerprint = UrlFingerprint(known.method, known.url, known.body_hash);
      site.seen.Insert(fingerprint);
      const bool is_seed = marks.seeds.Contains(fingerprint);
      if (!is_seed && !site.named.contains(known.seed)) return;
      if (is_seed) {
        site.NoteSeed(known.id);
        site.named.insert(known.id);
        site.scope.AddSeedHost(known.host);
      } else if (known.depth == 0) {
        site.found_at_depth_0.push_back(known.id);
      }
      const Url url = ParseStoredUrl(known.url);
      const bool is_start = is_seed || known.depth == 0;
      if (!is_start && site.scope.Ask(url, known.depth).verdict != ScopeDecision::Verdict::kAdmit) {
        return;
      }
      Queue(site, url, known.id, std::nullopt);
    });
  }
}

// A seed is one, wherever it was found before, and comes whole.
void Crawl::AskAnew(const SiteRun& site, UrlId id, UrlDetails* details) {
  details->etag = details->last_modified = "";
  if (!site.named.contains(id)) return;
  details->depth = 0;
  details->seed = 0;
  details->seed_url = details->url;
}

// Asks the rules of a changed config about a URL that waits or was kept out.
void Crawl::AskAgain(const FrontierItem& item) {
  const UrlId id = item.url();
  SiteRun& site = *sites_[item.site()];
  const UrlDetails details = store_.ReadUrl(id);
  const Url url = ParseStoredUrl(details.url);
  const ScopeDecision decision =
      details.depth == 0 ? ScopeDecision{} : site.scope.Ask(url, details.depth);
  const bool admitted = decision.verdict == ScopeDecision::Verdict::kAdmit;
  UrlUpdate update = AsItIs(details);
  update.state = admitted ? UrlState::kPending : UrlState::kSkipped;
  update.reason = decision.reason;
  store_.UpdateUrl(id, site.run, update);
  if (admitted) Queue(site, url, id, std::nullopt);
}

// Whether a URL that was fetched before is to be fetched in this run: once a run, and with
// recrawl.max not before its time, which a clock that was wrong may have set too far away.
bool Crawl::IsDue(const SiteRun& site, const KnownUrl& known, Timestamp wall) const {
  if (known.settled_in >= site.run) return false;
  const auto longest = site.config.recrawl.max;
  if (!longest || !known.next_at) return true;
  if (*known.next_at <= wall || *known.next_at > wall + *longest) return true;
  return site.IsAlwaysDue(known.url);
}

}  // namespace thresh
