// What answers say of hosts, and what the database is told of them.
#include <algorithm>
#include <utility>
#include <vector>

#include "pipeline/crawl.h"

namespace thresh {
namespace {

// A host's clock moves with every request; alone it is saved so often at most. A crawl that is
// killed loses nothing by that: the next one leaves every host alone for its delay first.
constexpr Milliseconds kClockSavedEvery = std::chrono::seconds(1);

}  // namespace

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
