// How a crawl begins: hosts as they were left, runs continued or started, known URLs.
#include <fmt/format.h>

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
namespace {

// A time from the database as one of this process; the wall clock may have jumped since.
SteadyTime FromWall(Timestamp time, Timestamp wall, SteadyTime now) {
  return now + std::clamp(time - wall, Milliseconds(0), kLongestWait);
}

// Takes a URL that the config names as a seed for one, with these headers, wherever it was found.
// Says whether it was none, or had others, and notes it then.
bool MakeSeed(const std::string& headers, KnownUrl* url,
              std::vector<std::pair<UrlId, std::string>>* made) {
  if (url->found_on == 0 && url->request_headers == headers) return false;
  url->found_on = url->seed = 0;
  url->depth = 0;
  made->emplace_back(url->id, headers);
  return true;
}

}  // namespace

void Crawl::Start() {
  const SteadyTime now = clock_.Steady();
  next_progress_ = now;
  AccountForDeath();
  std::vector<std::string> changed;
  for (const auto& site : sites_) {
    OpenRun(*site);
    if (site->rules_changed) changed.push_back(site->config.name);
  }
  if (!changed.empty()) store_.ForgetValidators(changed);  // every page must come whole
  LoadHosts();
  options_.seeds_only ? LoadSeeds() : LoadUrls();
  for (SiteIndex i = 0; i < sites_.size(); ++i) {
    SiteRun& site = *sites_[i];
    AddSeeds(site, i);
    LogIn(site, i);
    listener_.OnRun({.site = site.config.name,
                     .run = site.run,
                     .continued = site.continued,
                     .first = site.first,
                     .queued = site.pending});
  }
  for (const auto& site : sites_) {
    site->max_pages = options_.max_pages ? options_.max_pages : site->config.limits.pages;
    const auto time = options_.time ? options_.time : site->config.limits.time;
    if (time) site->deadline = now + *time;
  }
  Commit();
}

// A page that crashed this program counts as two processes that died of its URL, so that the second
// time puts it into quarantine, see JudgeLoss. A kill counts as one: the kernel may have wanted the
// memory that the page takes, and if it was somebody else, the page is not the one that is parsed
// the next time, too, and the time after. Once it is parsed, the count begins anew.
void Crawl::AccountForDeath() {
  const Death death = store_.DiedParsing();
  if (death.at == 0) return;
  const UrlDetails details = store_.ReadUrl(death.at);
  UrlUpdate update = AsItIs(details);
  update.lone_deaths += death.crashed ? 2 : 1;
  const bool again = update.lone_deaths < kLoneDeaths;
  update.state = again ? UrlState::kPending : UrlState::kSkipped;
  update.reason =
      fmt::format("{}the program {} while parsing it{}",
                  again ? "" : "quarantined: ", death.crashed ? "crashed" : "was killed",
                  again ? "" : ", again and again");
  store_.UpdateUrl(death.at, 0, update);
}

// What an earlier process knew of hosts, for when they are asked for something.
void Crawl::LoadHosts() {
  const Timestamp wall = clock_.Wall();
  for (HostRecord& record : store_.LoadHosts()) {
    robots_.Restore(record, wall);
    record.robots_text.clear();
    const std::string origin = record.host;
    earlier_hosts_.emplace(origin, std::move(record));
  }
}

// Leaves the host as an earlier process left it, if one did. It rests its delay from now on: its
// last request may not have been committed.
bool Crawl::RestoreHost(HostId id, const std::string& origin) {
  const auto earlier = earlier_hosts_.extract(origin);
  if (earlier.empty()) return false;
  const HostRecord& record = earlier.mapped();
  const Timestamp wall = clock_.Wall();
  const SteadyTime now = clock_.Steady();  // after the other, or rests would end too early
  HostState& host = hosts_[id];
  host.politeness.Restore(record.added, record.failures);
  frontier_.NotBefore(id, now + host.politeness.delay());
  if (record.next_at && *record.next_at > wall) {
    const SteadyTime until = FromWall(*record.next_at, wall, now);
    frontier_.NotBefore(id, until);
    host.rest = WaitReason::kEarlier;
    host.rest_until = until;
  }
  // The clock was set back: what it is cut to is saved, or every run would begin a day anew.
  if (record.next_at && *record.next_at - wall > kLongestWait) MarkChanged(id);
  return true;
}

// Continues the site's unfinished run, or starts one. With another config than the last run's, what
// is pending or was skipped is asked by the new rules again.
void Crawl::OpenRun(SiteRun& site) {
  const Config& config = site.config;
  store_.PrepareTables(config.name, config.extractor->schemas(), config.store.history);
  const auto last = store_.LastRun(config.name);
  const auto unfinished = store_.UnfinishedRun(config.name);
  site.first = !last;
  site.continued = unfinished && !options_.fresh;
  site.rules_changed = last && last->config_hash != config.hash;
  if (site.continued) {
    site.run = unfinished->id;
    site.pages = store_.ReadTotals(site.run).pages;
    store_.ContinueRun(site.run, config.hash, config.text);
  } else {
    if (unfinished) store_.FinishRun(unfinished->id, RunOutcome::kCrashed, 1, clock_.Wall());
    site.run = store_.StartRun(config.name, config.hash, config.text, clock_.Wall());
  }
}

// Queues what is pending, then what its site's run has not fetched yet, longest unfetched first:
// also what robots.txt refused, which says so for a day at most (RFC 9309 §2.4). Seeds are what the
// config names today: what it names no more is a page like others.
void Crawl::LoadUrls() {
  struct Known {
    RunId settled_in;
    FrontierItem item;
    HostId host;
  };
  const Timestamp wall = clock_.Wall();
  std::vector<std::string> names;
  std::unordered_map<std::string_view, SiteIndex> indexes;
  std::vector<std::optional<SeedMarks>> all_marks(sites_.size());  // of sites with known URLs
  for (SiteIndex i = 0; i < sites_.size(); ++i) {
    names.push_back(sites_[i]->config.name);
    indexes.emplace(sites_[i]->config.name, i);
  }
  std::vector<Known> again;
  std::vector<FrontierItem> ask;
  std::vector<std::pair<UrlId, std::string>> made_seeds;  // with their headers
  store_.ForEachUrl(names, [&](KnownUrl known) {
    const SiteIndex index = indexes.at(known.site);
    SiteRun& site = *sites_[index];
    const uint64_t fingerprint = UrlFingerprint(known.method, known.url, known.body_hash);
    site.seen.Insert(fingerprint);
    if (!all_marks[index]) all_marks[index].emplace(site);
    const SeedMarks& marks = *all_marks[index];
    const bool is_seed = marks.seeds.Contains(fingerprint);
    const bool is_made_seed =
        is_seed && MakeSeed(marks.HeadersOf(fingerprint), &known, &made_seeds);
    if (is_seed) {
      site.NoteSeed(known.id);
      if (marks.sitemaps.contains(fingerprint)) site.sitemaps.insert(known.id);
    } else if (known.depth == 0 && known.found_on != 0) {
      site.found_at_depth_0.push_back(known.id);
    }
    if (known.depth == 0) site.scope.AddSeedHost(known.host);
    const bool pending = known.state == UrlState::kPending;
    const bool kept_out = known.state == UrlState::kSkipped && !known.refused_by_robots;
    const bool open = pending || known.refused_by_robots;
    if (kept_out || (open && site.rules_changed && known.depth > 0)) {
      if (site.rules_changed || is_made_seed) ask.emplace_back(index, known.id);
      return;
    }
    const Url url = ParseStoredUrl(known.url);
    site.scope.Count(url);
    const bool settled = known.settled_in >= site.run;
    if (settled && known.depth == 0 && known.redirects) site.known_redirects.push_back(known.id);
    const bool may_log_in = marks.logins.contains(fingerprint) ||
                            (known.depth == 0 && known.found_on != 0 && known.redirects);
    if (known.state == UrlState::kDone && may_log_in) {
      site.logins.push_back({known.id, settled, IsDue(site, known, wall)});
      return;
    }
    if (!open && settled) {
      ++site.settled;
      if (known.state == UrlState::kFailed && !known.gone_again) ++site.failed;
      return;
    }
    if (!open && !IsDue(site, known, wall)) return;
    if (open) {
      Queue(site, index, url, known.id, known.next_at);
    } else {
      again.push_back({known.settled_in, FrontierItem(index, known.id), HostOf(site, url)});
    }
  });
  for (const auto& [id, headers] : made_seeds) store_.MakeSeed(id, headers);
  std::stable_sort(again.begin(), again.end(),
                   [](const Known& a, const Known& b) { return a.settled_in < b.settled_in; });
  for (const Known& known : again) {
    frontier_.Add(known.host, known.item);
    ++sites_[known.item.site]->pending;
  }
  for (const FrontierItem& item : ask) AskAgain(item);
}

// Asks the rules of a changed config about a URL that waits or was kept out.
void Crawl::AskAgain(const FrontierItem& item) {
  const UrlId id = static_cast<UrlId>(item.url);
  SiteRun& site = *sites_[item.site];
  const UrlDetails details = store_.ReadUrl(id);
  const Url url = ParseStoredUrl(details.url);
  const ScopeDecision decision =
      details.depth == 0 ? ScopeDecision{} : site.scope.Ask(url, details.depth);
  const bool admitted = decision.verdict == ScopeDecision::Verdict::kAdmit;
  UrlUpdate update = AsItIs(details);
  update.state = admitted ? UrlState::kPending : UrlState::kSkipped;
  update.reason = decision.reason;
  store_.UpdateUrl(id, site.run, update);
  if (admitted) Queue(site, item.site, url, id, std::nullopt);
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

// Where several sites ask one host, what is gentlest counts.
HostId Crawl::HostOf(const SiteRun& site, const Url& url) {
  const HostSettings& settings = site.Settings(url);
  const std::string_view address = addresses_.empty() ? "" : addresses_.QueueOf(url.host());
  const HostId id = frontier_.AddHost(address.empty() ? url.host() : address, settings.parallel());
  bool changed = id == hosts_.size();
  if (changed) hosts_.emplace_back(settings.delay());
  changed |= hosts_[id].politeness.SetConfigured(settings.delay());
  changed |= frontier_.LimitParallel(id, settings.parallel());
  const auto& origins = hosts_[id].origins;
  if (std::none_of(origins.begin(), origins.end(),
                   [&](const HostState::Origin& origin) { return origin.name == url.origin(); })) {
    AddOrigin(id, site, url);
    changed = true;
  }
  if (changed) SetAhead(id);
  return id;
}

void Crawl::AddOrigin(HostId id, const SiteRun& site, const Url& url) {
  HostState& host = hosts_[id];
  const std::string name(url.origin());
  host.origins.push_back({name});
  const auto delay = robots_.CrawlDelay(name, site.UserAgent(site.Settings(url)));
  if (delay) host.politeness.SetCrawlDelay(*delay);
  const bool restored = RestoreHost(id, name);
  if (restored && host.origins.size() == 1) host.saved = true;
  if (!restored) {
    host.saved = false;
    unsaved_hosts_.push_back(id);
  }
}

// To be called when the host's politeness has changed.
void Crawl::SetAhead(HostId id) {
  const bool quick = hosts_[id].politeness.NeedsNoCare();
  frontier_.SetAhead(id, quick ? RequestsAhead(frontier_.parallel(id)) : 0);
  if (!quick) fetcher_.Recall(id);
}

void Crawl::Queue(SiteRun& site, SiteIndex index, const Url& url, UrlId id,
                  std::optional<Timestamp> not_before) {
  const HostId host = HostOf(site, url);
  const FrontierItem item(index, id);
  const Timestamp wall = clock_.Wall();
  if (not_before && *not_before > wall) {
    frontier_.AddLater(host, item, FromWall(*not_before, wall, clock_.Steady()));
  } else {
    frontier_.Add(host, item);
  }
  ++site.pending;
}

}  // namespace thresh
