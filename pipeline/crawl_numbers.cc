#include "pipeline/crawl_numbers.h"

#include <algorithm>

namespace thresh {
namespace {

// Before this a rate says nothing about the rest.
constexpr Milliseconds kTooEarly{3000};

struct Work {
  int64_t settled = 0;
  int64_t left = 0;  // within the budgets of pages
};

Work WorkOf(const CrawlLook& look) {
  Work work;
  for (const SiteLook& site : look.sites) {
    work.settled += site.settled;
    if (site.stopped) continue;
    work.left += site.pages_left ? std::min(*site.pages_left, site.pending) : site.pending;
  }
  return work;
}

// The time that all sites have; nothing when one has no end.
std::optional<Milliseconds> TimeBudget(const CrawlLook& look) {
  std::optional<Milliseconds> longest;
  for (const SiteLook& site : look.sites) {
    if (site.stopped || site.pending == 0) continue;
    if (!site.time_left) return std::nullopt;
    longest = std::max(longest.value_or(Milliseconds(0)), *site.time_left);
  }
  return longest;
}

}  // namespace

CrawlNumbers NumberKeeper::At(const CrawlLook& look) {
  const Work work = WorkOf(look);
  done_.Add(look.now, work.settled);
  bytes_.Add(look.now, look.progress.bytes);
  queued_.Add(look.now, look.progress.queued);
  CrawlNumbers numbers;
  numbers.look = look;
  numbers.elapsed = std::chrono::floor<Milliseconds>(look.now - begin_);
  numbers.pages_per_second = done_.PerSecond();
  numbers.bytes_per_second = bytes_.PerSecond();
  for (auto& [name, table] : tables_) {
    table.meter.Add(look.now, table.rows);
    numbers.tables.push_back({name, table.rows, table.meter.PerSecond()});
  }
  std::stable_sort(numbers.tables.begin(), numbers.tables.end(),
                   [](const TableRows& a, const TableRows& b) { return a.rows > b.rows; });
  if (work.settled + work.left > 0) {
    numbers.share =
        static_cast<double>(work.settled) / static_cast<double>(work.settled + work.left);
  }
  if (numbers.elapsed >= kTooEarly) numbers.left = EstimateLeft(look, work.left);
  return numbers;
}

// What is queued takes as long as it did until now, and no less than the hosts' delays ask for. A
// budget of time ends it at any rate.
std::optional<TimeLeft> NumberKeeper::EstimateLeft(const CrawlLook& look, int64_t urls_left) const {
  const auto budget = TimeBudget(look);
  if (urls_left == 0) return std::nullopt;
  TimeLeft left;
  left.time = urls_left < look.progress.queued ? Milliseconds(0) : look.politeness_time;
  const double rate = done_.PerSecond();
  if (rate > 0) {
    const double seconds = std::min(static_cast<double>(urls_left) / rate, 1e9);
    left.time = std::max(left.time, Milliseconds(static_cast<int64_t>(seconds * 1000)));
  }
  left.at_least = queued_.PerSecond() > 0 && urls_left == look.progress.queued;
  if (budget && (left.at_least || left.time == Milliseconds(0) || *budget < left.time)) {
    return TimeLeft{*budget, false};
  }
  if (left.time == Milliseconds(0)) return std::nullopt;
  return left;
}

}  // namespace thresh
