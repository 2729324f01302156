#include "pipeline/frontier.h"

#include "pipeline/politeness.h"

namespace thresh {

HostId Frontier::AddHost(std::string_view name, size_t parallel) {
  const auto [found, added] = ids_.try_emplace(std::string(name), HostId(hosts_.size()));
  if (added) {
    HostQueue& host = hosts_.emplace_back();
    host.name = name;
    host.parallel = parallel;
  }
  return found->second;
}

bool Frontier::LimitParallel(HostId id, size_t parallel) {
  HostQueue& host = hosts_[id];
  if (parallel >= host.parallel) return false;
  ahead_ -= host.in_flight > host.parallel ? host.in_flight - host.parallel : 0;
  host.parallel = parallel;
  ahead_ += host.in_flight > host.parallel ? host.in_flight - host.parallel : 0;
  return true;
}

void Frontier::Add(HostId host, FrontierItem item) {
  hosts_[host].items.push_back(item);
  Schedule(host);
}

void Frontier::AddFirst(HostId id, FrontierItem item) {
  HostQueue& host = hosts_[id];
  if (host.head > 0) {
    host.items[--host.head] = item;
  } else {
    host.items.insert(host.items.begin(), item);
  }
  Schedule(id);
}

void Frontier::AddLater(HostId host, FrontierItem item, SteadyTime due) {
  later_.push({due, host, item});
}

std::optional<HandOut> Frontier::Next(SteadyTime now) {
  WakeLater(now);
  WakeWaiting(now);
  while (!ready_.empty()) {
    const HostId id = ready_.front();
    HostQueue& host = hosts_[id];
    ready_.pop_front();
    host.place = Place::kIdle;
    if (!MayServe(host)) continue;
    if (host.not_before > now) {
      Schedule(id);
      continue;
    }
    const FrontierItem item = Take(host);
    if (++host.in_flight > host.parallel) ++ahead_;
    Schedule(id);
    return HandOut{id, item};
  }
  return std::nullopt;
}

bool Frontier::TryTake(HostId id, SteadyTime now) {
  HostQueue& host = hosts_[id];
  if (host.in_flight >= host.parallel || host.not_before > now) return false;
  ++host.in_flight;
  return true;
}

std::optional<SteadyTime> Frontier::TakeDue(HostId id) const {
  const HostQueue& host = hosts_[id];
  if (host.in_flight >= host.parallel) return std::nullopt;
  return host.not_before;
}

void Frontier::Release(HostId id) {
  HostQueue& host = hosts_[id];
  if (host.in_flight-- > host.parallel) --ahead_;
  Schedule(id);
}

void Frontier::NotBefore(HostId id, SteadyTime time) {
  HostQueue& host = hosts_[id];
  if (time > host.not_before) host.not_before = time;
}

void Frontier::SetAhead(HostId id, size_t ahead) {
  hosts_[id].ahead = ahead;
  Schedule(id);
}

void Frontier::Hold(HostId id) { ++hosts_[id].holds; }

void Frontier::Unhold(HostId id) {
  --hosts_[id].holds;
  Schedule(id);
}

std::optional<SteadyTime> Frontier::NextDue() const {
  if (!ready_.empty()) return SteadyTime{};
  std::optional<SteadyTime> due;
  if (!waiting_.empty()) due = waiting_.top().due;
  if (!later_.empty() && (!due || later_.top().due < *due)) due = later_.top().due;
  return due;
}

Frontier::HostLook Frontier::Look(HostId id) const {
  const HostQueue& host = hosts_[id];
  return {host.items.size() - host.head, host.parallel, host.holds > 0};
}

bool Frontier::MayServe(const HostQueue& host) const {
  if (host.head == host.items.size() || host.holds > 0) return false;
  if (host.in_flight < host.parallel) return true;
  return host.in_flight < host.parallel + host.ahead && ahead_ < kMostRequestsAhead;
}

// Puts a host that may serve among the waiting, or the ready when it never had to wait.
void Frontier::Schedule(HostId id) {
  HostQueue& host = hosts_[id];
  if (host.place != Place::kIdle || !MayServe(host)) return;
  if (host.not_before == SteadyTime{}) {
    host.place = Place::kReady;
    ready_.push_back(id);
  } else {
    host.place = Place::kWaiting;
    waiting_.push({host.not_before, id});
  }
}

void Frontier::WakeLater(SteadyTime now) {
  while (!later_.empty() && later_.top().due <= now) {
    const Later later = later_.top();
    later_.pop();
    Add(later.host, later.item);
  }
}

void Frontier::WakeWaiting(SteadyTime now) {
  while (!waiting_.empty() && waiting_.top().due <= now) {
    const HostId id = waiting_.top().host;
    waiting_.pop();
    hosts_[id].place = Place::kReady;
    ready_.push_back(id);
  }
}

FrontierItem Frontier::Take(HostQueue& host) {
  const FrontierItem item = host.items[host.head++];
  if (host.head == host.items.size()) {
    host.items.clear();
    host.head = 0;
  } else if (host.head >= 1024 && host.head * 2 >= host.items.size()) {
    host.items.erase(host.items.begin(), host.items.begin() + static_cast<ptrdiff_t>(host.head));
    host.head = 0;
  }
  return item;
}

}  // namespace thresh
