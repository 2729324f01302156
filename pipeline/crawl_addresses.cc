// Requests spaced by address (per = "address"): hosts with a common address share a queue. So a
// host's address is asked for before anything is asked of the host, and the fetches keep to it.
#include <string>
#include <utility>

#include "pipeline/crawl.h"

namespace thresh {

// Whether a URL that was handed out stands in the queue that its host's address has. If not, it has
// been put where it belongs.
bool Crawl::IsInItsQueue(const HandOut& next, const Url& url, SteadyTime now) {
  const SiteRun& site = *sites_[next.item.site()];
  const bool known = KnowsAddress(site, url, now);
  if (known && addresses_.empty()) return true;
  const HostId right = HostOf(site, url);
  if (known && right == next.host) return true;
  known ? frontier_.Add(right, next.item) : frontier_.AddFirst(right, next.item);
  frontier_.Release(next.host);
  return false;
}

// False: it is being asked for, and the host's queue is held until the answer.
bool Crawl::KnowsAddress(const SiteRun& site, const Url& url, SteadyTime now) {
  if (!site.IsSpacedByAddress(url) || addresses_.Knows(url.host(), now)) return true;
  if (!asked_addresses_.emplace(url.host()).second) return false;
  const HostId held = HostOf(site, url);
  FetchJob job = site.JobFor(url);
  job.resolve_only = true;
  const bool accepted = Fetch(held, std::move(job), [this, held, &site, url](FetchResult result) {
    OnAddresses(site, url, held, std::move(result));
  });
  if (accepted) {
    frontier_.Hold(held);
  } else {
    asked_addresses_.erase(std::string(url.host()));
    frontier_.NotBefore(held, now + kNoRoomRest);
  }
  return false;
}

// What the host had to wait for, its address has to wait for now.
void Crawl::OnAddresses(const SiteRun& site, const Url& url, HostId held, FetchResult result) {
  std::string host(url.host());
  asked_addresses_.erase(host);
  frontier_.Unhold(held);
  if (result.error == FetchError::kCancelled || result.error == FetchError::kNotBegun) return;
  addresses_.Add(std::move(host), std::move(result.addresses), clock_.Steady());
  const HostId shared = HostOf(site, url);
  if (shared == held) return;
  frontier_.NotBefore(shared, frontier_.not_before(held));
  const Politeness& own = hosts_[held].politeness;
  hosts_[shared].politeness.Restore(own.added(), own.failures());
  SetAhead(shared);
}

}  // namespace thresh
