#include "pipeline/crawl.h"

#include <algorithm>
#include <sstream>
#include <string>
#include <utility>

#include "pipeline/diagnostic.h"
#include "pipeline/fetcher_options.h"
#include "pipeline/stored_page.h"

namespace thresh {
namespace {

// A transaction is open for at most so long.
constexpr Milliseconds kLongestUncommitted{50};
// Under load, commits take at most one part in so many of the time.
constexpr int kCommitShare = 20;
constexpr Milliseconds kProgressEvery = std::chrono::seconds(1);
constexpr Milliseconds kDrainTime = std::chrono::seconds(5);

bool WasPage(const UrlDetails& url) {
  return (url.last_status >= 200 && url.last_status < 300) || url.last_status == 304;
}

}  // namespace

Crawl::Crawl(std::vector<Config> configs, CrawlOptions options, Store& store, Fetcher& fetcher,
             const Clock& clock, CrawlListener& listener)
    : options_(std::move(options)),
      store_(store),
      log_(configs.front().store.db),
      fetcher_(fetcher),
      clock_(clock),
      listener_(listener),
      random_(std::random_device{}()) {
  for (Config& config : configs) {
    sites_.push_back(std::make_unique<SiteRun>(std::move(config)));
    sites_.back()->index = static_cast<SiteIndex>(sites_.size() - 1);
  }
}

void Crawl::Stop() {
  stop_.store(true);
  fetcher_.Wake();
}

std::vector<SiteReport> Crawl::Run() {
  Start();
  while (!stop_.load()) {
    CheckBudgets(clock_.Steady());
    Dispatch();  // first: the processes download while this one stores and parses
    CommitIfDue(clock_.Steady());
    HandleArrivals();
    const SteadyTime now = clock_.Steady();
    if (IsFinished(now)) break;
    fetcher_.Poll(WaitTime(now));
  }
  Drain();
  return Finish();
}

// Nothing is under way, and nothing that may still be handed out is due within limits.wait.
bool Crawl::IsFinished(SteadyTime now) const {
  if (fetcher_.in_flight() > 0 || !arrivals_.empty()) return false;
  Milliseconds wait{0};
  bool active = false;
  for (const auto& site : sites_) {
    if (site->stopped || site->pending == 0) continue;
    active = true;
    wait = std::max(wait, site->config.limits.wait);
  }
  if (!active) return true;
  for (const RobotsFetch& fetch : robots_fetches_) {
    const auto due = frontier_.TakeDue(fetch.host);
    if (due && *due - now <= wait) return false;
  }
  const auto due = frontier_.NextDue();
  return !due || *due - now > wait;
}

Milliseconds Crawl::WaitTime(SteadyTime now) const {
  if (!arrivals_.empty()) return Milliseconds(0);
  Milliseconds wait = Until(std::min(next_progress_, listener_.NextLook()), now);
  if (uncommitted_since_)
    wait = std::min(wait, Until(*uncommitted_since_ + kLongestUncommitted, now));
  if (!fetcher_.HasRoom()) return wait;
  if (const auto due = frontier_.NextDue()) wait = std::min(wait, Until(*due, now));
  for (const RobotsFetch& fetch : robots_fetches_) {
    if (fetch.in_flight) continue;
    if (const auto due = frontier_.TakeDue(fetch.host)) wait = std::min(wait, Until(*due, now));
  }
  return wait;
}

void Crawl::CheckBudgets(SteadyTime now) {
  for (const auto& site : sites_) {
    if (site->stopped) continue;
    if (site->deadline && now >= *site->deadline) site->stopped = RunOutcome::kBudget;
    if (site->max_pages && site->pages >= *site->max_pages) site->stopped = RunOutcome::kBudget;
  }
}

void Crawl::Dispatch() {
  const SteadyTime now = clock_.Steady();
  DispatchRobots(now);
  Refill(now);
}

void Crawl::Refill(SteadyTime now) {
  while (fetcher_.HasRoom()) {
    const auto next = frontier_.Next(now);
    if (!next) break;
    HandleHandOut(*next, now);
  }
  fetcher_.Flush();
}

void Crawl::HandleHandOut(const HandOut& next, SteadyTime now) {
  SiteRun& site = *sites_[next.item.site()];
  if (site.stopped || !site.HasPagesLeft()) {
    frontier_.Release(next.host);  // it stays pending in the database, for the next run
    if (!site.stopped && site.in_flight == 0) site.stopped = RunOutcome::kBudget;
    return;
  }
  const UrlId id = next.item.url();
  UrlDetails details = store_.ReadUrl(id);
  if (options_.seeds_only) AskAnew(site, id, &details);
  Url url = ParseStoredUrl(details.url);
  if (!IsInItsQueue(next, url, now) || !RobotsLetIn(next, details, url, now)) return;
  StartFetch(next, std::move(details), std::move(url), now);
}

// Asks robots.txt about a URL that was handed out. If it may not be fetched now, it has been put
// where it belongs.
bool Crawl::RobotsLetIn(const HandOut& next, UrlDetails& details, const Url& url, SteadyTime now) {
  using Answer = RobotsCache::Answer;
  SiteRun& site = *sites_[next.item.site()];
  if (!site.config.fetch.robots) return true;
  const RobotsCache::Decision decision = robots_.Ask(
      url.origin(), site.UserAgent(site.Settings(url)), url.path_and_query(), now, clock_.Wall());
  if (decision.answer == Answer::kAllowed) {
    return !WaitsForCrawlDelay(next, decision.crawl_delay, now);
  }
  if (decision.answer == Answer::kUnknown) {
    frontier_.AddFirst(next.host, next.item);
    AskForRobots(next, url);
    return false;
  }
  if (decision.answer == Answer::kDisallowed) {
    KeepOut(next, details, decision.why);
  } else {
    WaitForRobots(next, details, url, decision, now);
  }
  NoteWritten(now);
  frontier_.Release(next.host);
  return false;
}

// What was kept out by the same line before is not written and told again.
void Crawl::KeepOut(const HandOut& next, const UrlDetails& details, const std::string& why) {
  SiteRun& site = *sites_[next.item.site()];
  UrlUpdate update = AsItIs(details);
  update.state = UrlState::kSkipped;
  update.reason = why;
  CountSettled(site, next.item.url(), update);
  if (details.depth > 0 && WasPage(details) && site.kept_out_pages++ == 0)
    site.kept_out_page = details.url;
  if (details.state == update.state && details.reason == why) return;
  store_.UpdateUrl(next.item.url(), site.run, update);
  listener_.OnRefused({site.config.name, details.url, why});
}

// Its whole host waits, unless another origin of it may answer.
void Crawl::WaitForRobots(const HandOut& next, const UrlDetails& details, const Url& url,
                          const RobotsCache::Decision& decision, SteadyTime now) {
  SiteRun& site = *sites_[next.item.site()];
  UrlUpdate update = AsItIs(details);
  update.reason = decision.why;
  const bool others = OthersMayAnswer(next.host, url.origin());
  if (others && decision.given_up) {
    update.state = UrlState::kFailed;
    CountSettled(site, next.item.url(), update);
    TellFailed(site, details, decision.why);
  } else {
    update.state = UrlState::kPending;
    update.next_at = clock_.Wall() + Until(decision.retry_at, now);
    if (others) {
      frontier_.AddLater(next.host, next.item, decision.retry_at);
    } else {
      frontier_.AddFirst(next.host, next.item);
      frontier_.NotBefore(next.host, decision.retry_at);
      NoteRest(next.host, WaitReason::kRobotsUnreachable, Until(decision.retry_at, now), now);
    }
  }
  store_.UpdateUrl(next.item.url(), site.run, update);
}

// Whether robots.txt asks this site's agent for a longer delay than was known; then the host rests.
bool Crawl::WaitsForCrawlDelay(const HandOut& next, std::optional<Milliseconds> delay,
                               SteadyTime now) {
  Politeness& politeness = hosts_[next.host].politeness;
  if (!delay || !politeness.SetCrawlDelay(*delay)) return false;
  SetAhead(next.host);
  frontier_.AddFirst(next.host, next.item);
  frontier_.NotBefore(next.host, now + politeness.delay());
  frontier_.Release(next.host);
  return true;
}

void Crawl::StartFetch(const HandOut& next, UrlDetails details, Url url, SteadyTime now) {
  SiteRun& site = *sites_[next.item.site()];
  auto fetch =
      std::make_shared<PageFetch>(PageFetch{next, std::move(details), std::move(url), now});
  fetch->conditional = fetch->details.method == "GET" &&
                       !(fetch->details.etag.empty() && fetch->details.last_modified.empty());
  fetch->alone = fetch->details.lone_deaths > 0 || site.suspects.contains(fetch->id());
  const bool accepted =
      Submit(next.host, MakePageJob(site, *fetch), now,
             [this, fetch](FetchResult result) { OnFetched(fetch, std::move(result)); });
  if (accepted) {
    ++site.in_flight;
    NoteStarted(*fetch);
  } else {
    PutBack(next, fetch->alone, now);
  }
}

// The fetcher has no room for it. Others of its host wait, too, unless it is one that goes alone.
void Crawl::PutBack(const HandOut& next, bool alone, SteadyTime now) {
  if (alone) {
    frontier_.AddLater(next.host, next.item, now + kNoRoomRest);
  } else {
    frontier_.AddFirst(next.host, next.item);
    frontier_.NotBefore(next.host, now + kNoRoomRest);
  }
  frontier_.Release(next.host);
}

// The job of a page's fetch: the host's headers, then the seed's own, cookies, and what asks for
// changes only.
FetchJob Crawl::MakePageJob(SiteRun& site, PageFetch& fetch) const {
  FetchJob job = MakeJob(site, fetch.url);
  job.method = fetch.details.method;
  job.body = fetch.details.request_body;
  job.alone = fetch.alone;
  if (!fetch.details.request_headers.empty()) {
    std::istringstream own(fetch.details.request_headers);
    for (std::string line; std::getline(own, line);) job.headers.push_back(line);
  }
  const std::string cookies = site.CookiesFor(fetch.url, clock_.Wall());
  fetch.cookies = HashOf(cookies);
  if (!cookies.empty()) job.headers.push_back("Cookie: " + cookies);
  if (fetch.conditional && !fetch.details.etag.empty()) {
    job.headers.push_back("If-None-Match: " + fetch.details.etag);
  } else if (fetch.conditional) {
    job.headers.push_back("If-Modified-Since: " + fetch.details.last_modified);
  }
  if (IsSitemap(site, fetch)) {
    job.unpack_gzip = true;
    job.max_body_bytes = std::max(job.max_body_bytes, kMaxSitemapBytes);
  }
  return job;
}

FetchJob Crawl::MakeJob(const SiteRun& site, const Url& url) const {
  FetchJob job = site.JobFor(url);
  if (!addresses_.empty()) job.addresses = addresses_.AddressesOf(url.host());
  job.keep_body = site.config.store.bodies != StoreConfig::Bodies::kNone;
  return job;
}

// Gives a job to the fetcher, and the host its rest until the next one may start. A host is saved
// before its first request: killed now, the next process must know that it has to wait. The others
// that are not saved yet go along, so that a thousand hosts do not wait for the disk one by one.
bool Crawl::Submit(HostId host, FetchJob job, SteadyTime now, Fetcher::Callback callback) {
  if (!hosts_[host].saved) {
    for (const HostId unsaved : unsaved_hosts_) MarkChanged(unsaved);
    unsaved_hosts_.clear();
    Commit();
  }
  job.max_connections_per_host = frontier_.parallel(host);
  if (!Fetch(host, std::move(job), std::move(callback))) return false;
  frontier_.NotBefore(host, now + hosts_[host].politeness.delay());
  MarkUsed(host);
  return true;
}

// Gives a job to the fetcher. The callback is not called after this object's end.
bool Crawl::Fetch(HostId host, FetchJob job, Fetcher::Callback callback) {
  auto call_back = [alive = std::weak_ptr(alive_),
                    callback = std::move(callback)](FetchResult result) {
    if (!alive.expired()) callback(std::move(result));
  };
  return fetcher_.TryFetch(std::move(job), host, std::move(call_back));
}

void Crawl::TellProgress(SteadyTime now) {
  next_progress_ = now + kProgressEvery;
  progress_.queued = 0;
  for (const auto& site : sites_) progress_.queued += site->pending;
  progress_.in_flight = UnderWay();
  store_.WriteProgress(progress_, clock_.Wall());
  listener_.OnProgress(progress_);
  TellTrouble();
  NoteWritten(now);
}

// What slows the crawl down or fills the disk, and is for somebody to mend. Processes that are only
// being replaced are back by the next look.
void Crawl::TellTrouble() {
  if (!store_.has_uncommitted() && log_.IsLarge()) {
    store_.EmptyLog();
    const std::string large_log = log_.Look();
    if (!large_log.empty()) listener_.OnTrouble(large_log);
  }
  const std::string shortage = fetcher_.Shortage();
  shortage_looks_ = shortage.empty() ? 0 : shortage_looks_ + 1;
  if (shortage_looks_ < 2 || std::exchange(said_shortage_, true)) return;
  listener_.OnTrouble("fewer processes than fetch.processes says: " + shortage);
}

void Crawl::CommitIfDue(SteadyTime now) {
  if (now >= next_progress_) TellProgress(now);
  if (now >= listener_.NextLook()) ShowTo(listener_, CrawlPhase::kCrawling);
  if (CommitIsWorthIt(now)) Commit();
}

// A commit waits for the disk, some 0.1 to 10 ms, however many pages are in it.
bool Crawl::CommitIsWorthIt(SteadyTime now) const {
  if (!uncommitted_since_) return false;
  const auto age = now - *uncommitted_since_;
  if (age >= kLongestUncommitted) return true;
  return uncommitted_pages_ >= kPagesPerCommit && age >= kCommitShare * commit_time_;
}

// Something that the next commit makes durable.
void Crawl::NoteWritten(SteadyTime now) {
  if (!uncommitted_since_) uncommitted_since_ = now;
}

void Crawl::Commit() {
  const SteadyTime begin = clock_.Steady();
  SaveHosts(HostsToSave::kThoseDue);
  store_.Commit();
  commit_time_ = clock_.Steady() - begin;
  uncommitted_pages_ = 0;
  uncommitted_since_.reset();
}

// Lets what is in flight finish, within bounds.
void Crawl::Drain() {
  const SteadyTime end = clock_.Steady() + kDrainTime;
  for (HostId id = 0; frontier_.ahead() > 0 && id < hosts_.size(); ++id) fetcher_.Recall(id);
  while (!arrivals_.empty() || (fetcher_.in_flight() > 0 && clock_.Steady() < end)) {
    HandleArrivals();
    CommitIfDue(clock_.Steady());
    const Milliseconds left = Until(end, clock_.Steady());
    fetcher_.Poll(arrivals_.empty() ? std::min(kLongestUncommitted, left) : Milliseconds(0));
  }
  TellProgress(clock_.Steady());
  ShowTo(listener_, CrawlPhase::kFinishing);
}

}  // namespace thresh
