// What the database is told of hosts.
#include <algorithm>
#include <vector>

#include "pipeline/crawl.h"

namespace thresh {
namespace {

// A host's clock moves with every request; alone it is saved so often at most. A crawl that is
// killed loses nothing by that: the next one leaves every host alone for its delay first.
constexpr Milliseconds kClockSavedEvery = std::chrono::seconds(1);

}  // namespace

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
