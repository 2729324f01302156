// What a crawl shows to who looks on.
#include <algorithm>

#include "pipeline/crawl.h"

namespace thresh {
namespace {

// What needs attention comes first, then what holds up the most.
bool IsToldBefore(const WaitingHost& a, const WaitingHost& b) {
  const bool a_is_usual = a.why == WaitReason::kDelay;
  const bool b_is_usual = b.why == WaitReason::kDelay;
  if (a_is_usual != b_is_usual) return b_is_usual;
  if (a.queued != b.queued) return a.queued > b.queued;
  return a.name < b.name;
}

}  // namespace

std::string_view Name(WaitReason reason) {
  switch (reason) {
    case WaitReason::kDelay:
      return "delay";
    case WaitReason::kRetryAfter:
      return "retry-after";
    case WaitReason::kPushback:
      return "pushback";
    case WaitReason::kCircuit:
      return "circuit";
    case WaitReason::kRobots:
      return "robots";
    case WaitReason::kRobotsUnreachable:
      return "robots-unreachable";
    case WaitReason::kEarlier:
      return "earlier";
  }
  return "";
}

void Crawl::NoteStarted(PageFetch& fetch) {
  fetch.worker = fetcher_.last_worker();
  fetch.place = running_.size();
  running_.push_back(&fetch);
  listener_.OnFetch({sites_[fetch.site()]->config.name, fetch.details.url, fetch.url.host(),
                     fetch.worker, fetch.details.attempts});
}

void Crawl::NoteEnded(const PageFetch& fetch) {
  running_.back()->place = fetch.place;
  running_[fetch.place] = running_.back();
  running_.pop_back();
}

void Crawl::NoteRest(HostId id, WaitReason why, Milliseconds rest, SteadyTime now) {
  HostState& host = hosts_[id];
  host.rest = why;
  host.rest_until = now + rest;
  listener_.OnRest(
      {frontier_.HostName(id), why, rest, host.politeness.delay(), host.politeness.failures()});
}

void Crawl::ShowTo(CrawlListener& listener, CrawlPhase phase) const {
  const bool stopping = phase == CrawlPhase::kCrawling && stop_.load();
  listener.OnLook(Look(stopping ? CrawlPhase::kStopping : phase, clock_.Steady()));
}

int64_t Crawl::UnderWay() const {
  return static_cast<int64_t>(fetcher_.in_flight()) - static_cast<int64_t>(frontier_.ahead());
}

CrawlLook Crawl::Look(CrawlPhase phase, SteadyTime now) const {
  CrawlLook look;
  look.phase = phase;
  look.now = now;
  look.progress = progress_;
  look.progress.queued = 0;
  look.progress.in_flight = UnderWay();
  for (const auto& site : sites_) {
    SiteLook& of_site = look.sites.emplace_back();
    of_site.site = site->config.name;
    of_site.settled = site->settled;
    of_site.failed = site->failed;
    of_site.pending = site->pending;
    of_site.stopped = site->stopped.has_value();
    if (site->max_pages) of_site.pages_left = std::max<int64_t>(*site->max_pages - site->pages, 0);
    if (site->deadline) of_site.time_left = Until(*site->deadline, now);
    look.progress.queued += site->pending;
  }
  for (const PageFetch* fetch : running_) {
    look.running.push_back({fetch->details.url,
                            std::chrono::floor<Milliseconds>(now - fetch->started), fetch->worker});
  }
  for (const RobotsFetch& fetch : robots_fetches_) {
    if (!fetch.in_flight) continue;
    look.running.push_back(
        {fetch.url.href(), std::chrono::floor<Milliseconds>(now - fetch.started), fetch.worker});
  }
  look.workers = fetcher_.workers();
  look.later = frontier_.later();
  LookAtHosts(now, &look);
  return look;
}

void Crawl::LookAtHosts(SteadyTime now, CrawlLook* look) const {
  look->hosts = frontier_.host_count();
  for (HostId id = 0; id < frontier_.host_count(); ++id) {
    const auto host = LookAtHost(id, now);
    if (!host) continue;
    const auto parallel = static_cast<int64_t>(std::max<size_t>(frontier_.Look(id).parallel, 1));
    const Milliseconds time =
        host->rest + host->delay * static_cast<int64_t>(host->queued) / parallel;
    look->politeness_time = std::max(look->politeness_time, time);
    if (host->rest == Milliseconds(0) && host->why != WaitReason::kRobots) continue;
    look->waiting.push_back(*host);
  }
  look->waiting_hosts = look->waiting.size();
  const size_t told = std::min(look->waiting.size(), kToldHosts);
  std::partial_sort(look->waiting.begin(), look->waiting.begin() + static_cast<ptrdiff_t>(told),
                    look->waiting.end(), IsToldBefore);
  look->waiting.resize(told);
}

// Nothing when nothing is queued there.
std::optional<WaitingHost> Crawl::LookAtHost(HostId id, SteadyTime now) const {
  const Frontier::HostLook queue = frontier_.Look(id);
  if (queue.queued == 0) return std::nullopt;
  const HostState& state = hosts_[id];
  const SteadyTime due = frontier_.not_before(id);
  WaitingHost host;
  host.name = frontier_.HostName(id);
  host.queued = queue.queued;
  host.rest = Until(due, now);
  host.delay = state.politeness.delay();
  host.failures = state.politeness.failures();
  if (queue.held) {
    host.why = WaitReason::kRobots;
  } else if (state.rest_until >= due) {
    host.why = state.rest;
  }
  return host;
}

}  // namespace thresh
