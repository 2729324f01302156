// Which URL is fetched next.
//
// Every host has a queue of URLs. A host is *ready* when it has URLs, its delay has passed and it
// has a connection to spare; ready hosts take turns. Handing out a URL takes one of its host's
// connections, and Release gives it back: holding a host is politeness. Some may be handed out
// ahead of that, to wait for a connection elsewhere.
//
// The frontier holds ids only, eight bytes a URL; the texts are in the database. Handing out costs
// the logarithm of the number of waiting hosts, whatever the number of URLs.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <queue>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "pipeline/clock.h"
#include "storage/store.h"

namespace thresh {

using HostId = uint32_t;
using SiteIndex = uint32_t;

// A queued URL of one of the crawl's sites.
class FrontierItem {
 public:
  FrontierItem(SiteIndex site, UrlId url)
      : site_(site & 0xffff), url_(static_cast<uint64_t>(url) & 0xffff'ffff'ffff) {}
  SiteIndex site() const { return static_cast<SiteIndex>(site_); }
  UrlId url() const { return static_cast<UrlId>(url_); }

 private:
  uint64_t site_ : 16;
  uint64_t url_ : 48;
};
static_assert(sizeof(FrontierItem) == 8);

struct HandOut {
  HostId host;
  FrontierItem item;
};

class Frontier {
 public:
  // The host of that name; made with `parallel` connections when it is new.
  HostId AddHost(std::string_view name, size_t parallel);
  const std::string& HostName(HostId host) const { return hosts_[host].name; }
  size_t host_count() const { return hosts_.size(); }

  // The host has no more connections than these; says whether it had.
  bool LimitParallel(HostId host, size_t parallel);
  size_t parallel(HostId host) const { return hosts_[host].parallel; }

  // Queues a URL: at the end, at the front, or from `due` on.
  void Add(HostId host, FrontierItem item);
  void AddFirst(HostId host, FrontierItem item);
  void AddLater(HostId host, FrontierItem item, SteadyTime due);

  // The next URL that may be fetched now; it takes one of its host's connections. The caller says
  // with NotBefore how long the host is left alone then.
  std::optional<HandOut> Next(SteadyTime now);
  // Takes one of the host's connections if it may be asked for something now, whatever is queued
  // and though it be held: robots.txt goes first.
  bool TryTake(HostId host, SteadyTime now);
  // Gives a connection back.
  void Release(HostId host);
  // No URL of this host before `time`; an earlier time than what holds already changes nothing.
  void NotBefore(HostId host, SteadyTime time);
  // From now on so many more are handed out than the host has connections, as long as those of all
  // hosts are below kMostRequestsAhead; at first none.
  void SetAhead(HostId host, size_t ahead);
  // Nothing of this host is handed out until Unhold: its robots.txt or its address is being asked
  // for. Holds count.
  void Hold(HostId host);
  void Unhold(HostId host);

  // No request to this host before that time.
  SteadyTime not_before(HostId host) const { return hosts_[host].not_before; }
  // From when on TryTake succeeds; nothing while all of the host's connections are taken.
  std::optional<SteadyTime> TakeDue(HostId host) const;
  // When to call Next again after it had nothing, if nothing is released or added before. May be
  // too early, never too late. Nothing when all that is queued waits for a connection.
  std::optional<SteadyTime> NextDue() const;

  size_t ahead() const { return ahead_; }  // handed out, and without a connection

  // How a host's queue stands, and what waits for a time of its own: for who looks on.
  struct HostLook {
    size_t queued;
    size_t parallel;
    bool held;
  };
  HostLook Look(HostId host) const;
  size_t later() const { return later_.size(); }

 private:
  enum class Place : uint8_t { kIdle, kReady, kWaiting };
  struct HostQueue {
    std::string name;
    std::vector<FrontierItem> items;
    size_t head = 0;  // items before it were handed out
    SteadyTime not_before{};
    size_t parallel = 1;
    size_t ahead = 0;
    size_t in_flight = 0;
    uint32_t holds = 0;
    Place place = Place::kIdle;
  };
  struct Waiting {
    SteadyTime due;
    HostId host;
    bool operator>(const Waiting& other) const { return due > other.due; }
  };
  struct Later {
    SteadyTime due;
    HostId host;
    FrontierItem item;
    bool operator>(const Later& other) const { return due > other.due; }
  };
  template <typename T>
  using MinHeap = std::priority_queue<T, std::vector<T>, std::greater<>>;

  bool MayServe(const HostQueue& host) const;
  void Schedule(HostId id);
  void WakeLater(SteadyTime now);
  void WakeWaiting(SteadyTime now);
  FrontierItem Take(HostQueue& host);

  std::vector<HostQueue> hosts_;
  std::unordered_map<std::string, HostId> ids_;
  std::deque<HostId> ready_;  // each host at most once in ready_ and waiting_ together
  MinHeap<Waiting> waiting_;
  MinHeap<Later> later_;
  size_t ahead_ = 0;
};

}  // namespace thresh
