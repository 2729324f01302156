// What a crawl knows of hosts: from the database, by what they answer, and what is saved of it.
#include <algorithm>
#include <utility>
#include <vector>

#include "pipeline/crawl.h"

namespace thresh {
namespace {

// A host's clock moves with every request; alone it is saved so often at most. A crawl that is
// killed loses nothing by that: the next one leaves every host alone for its delay first.
constexpr Milliseconds kClockSavedEvery = std::chrono::seconds(1);

// A time from the database as one of this process; the wall clock may have jumped since.
SteadyTime FromWall(Timestamp time, Timestamp wall, SteadyTime now) {
  return now + std::clamp(time - wall, Milliseconds(0), kLongestWait);
}

}  // namespace

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

void Crawl::Queue(SiteRun& site, const Url& url, UrlId id, std::optional<Timestamp> not_before) {
  const HostId host = HostOf(site, url);
  const FrontierItem item(site.index, id);
  const Timestamp wall = clock_.Wall();
  if (not_before && *not_before > wall) {
    frontier_.AddLater(host, item, FromWall(*not_before, wall, clock_.Steady()));
  } else {
    frontier_.Add(host, item);
  }
  ++site.pending;
}

// Whether that origin of the host has not answered yet, a port that is closed, say, while another
// one does or was not asked: what the first one does not do then says nothing of the host.
bool Crawl::OthersMayAnswer(HostId id, std::string_view name) const {
  bool others = false;
  for (const HostState::Origin& origin : hosts_[id].origins) {
    if (origin.name == name && origin.answers) return false;
    others = others || (origin.name != name && !origin.in_trouble);
  }
  return others;
}

void Crawl::AccountForHost(HostId id, const Url& url, const FetchVerdict& verdict,
                           const FetchResult& result, SteadyTime started) {
  for (HostState::Origin& origin : hosts_[id].origins) {
    if (origin.name != url.origin()) continue;
    origin.answers |= result.error == FetchError::kNone;
    origin.in_trouble = verdict.host_failed;
  }
  const SteadyTime now = clock_.Steady();
  Politeness& politeness = hosts_[id].politeness;
  const auto before = std::pair(politeness.delay(), politeness.failures());
  Milliseconds rest{0};
  WaitReason why = WaitReason::kCircuit;
  if (verdict.pushback) {
    const auto retry_after = ParseRetryAfter(result.Header("retry-after"), clock_.Wall());
    why = retry_after ? WaitReason::kRetryAfter : WaitReason::kPushback;
    rest = politeness.OnPushback(retry_after, started, now, random_());
  } else if (verdict.host_failed && !OthersMayAnswer(id, url.origin())) {
    rest = politeness.OnFailure(random_());
  } else if (result.error == FetchError::kNone) {
    rest = politeness.OnSuccess();
  }
  frontier_.NotBefore(id, now + rest);
  if (rest > Milliseconds(0)) NoteRest(id, why, rest, now);
  // The host's delay runs from when the request was sent: a worker that was new, or had to connect
  // first, sent it later than it got it.
  const SteadyTime sent = std::clamp(now - result.since_request, started, now);
  frontier_.NotBefore(id, sent + politeness.delay());
  const bool as_before = before == std::pair(politeness.delay(), politeness.failures());
  if (!as_before) SetAhead(id);
  rest == Milliseconds(0) && as_before ? MarkUsed(id) : MarkChanged(id);
}

// Something that must outlive this process: it is saved with the next commit.
void Crawl::MarkChanged(HostId id) {
  HostState& host = hosts_[id];
  if (host.unsaved == HostState::Unsaved::kNothing) changed_hosts_.push_back(id);
  host.unsaved = HostState::Unsaved::kAll;
}

// It was asked for something, and waits its delay.
void Crawl::MarkUsed(HostId id) {
  HostState& host = hosts_[id];
  if (host.unsaved != HostState::Unsaved::kNothing) return;
  changed_hosts_.push_back(id);
  host.unsaved = HostState::Unsaved::kClock;
}

void Crawl::SaveHosts(HostsToSave which) {
  const SteadyTime now = clock_.Steady();
  const Timestamp wall = clock_.Wall();
  std::erase_if(changed_hosts_, [&](HostId id) {
    HostState& host = hosts_[id];
    const bool due = host.unsaved == HostState::Unsaved::kAll || which == HostsToSave::kAll ||
                     now - host.saved_at >= kClockSavedEvery;
    if (due) SaveHost(id, now, wall);
    return due;
  });
}

void Crawl::SaveHost(HostId id, SteadyTime now, Timestamp wall) {
  HostState& host = hosts_[id];
  host.unsaved = HostState::Unsaved::kNothing;
  host.saved = true;
  host.saved_at = now;
  for (const HostState::Origin& origin : host.origins) {
    HostRecord record;
    record.host = origin.name;
    record.next_at = wall + Until(frontier_.not_before(id), now);
    record.delay = host.politeness.delay();
    record.added = host.politeness.added();
    record.failures = host.politeness.failures();
    robots_.Save(&record);
    store_.SaveHost(record);
  }
}

}  // namespace thresh
