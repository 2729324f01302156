#include "pipeline/seed_config.h"

#include <algorithm>
#include <cstdint>
#include <unordered_map>

#include "parser/url_host.h"

namespace thresh {
namespace {

constexpr uint32_t kNone = UINT32_MAX;

// URLs of one origin that stand side by side in a seed, and what comes after them.
struct Stretch {
  uint32_t seed;
  uint32_t at, end;
  uint32_t next = kNone;
};

// The URLs of one origin, in their order.
struct Queue {
  uint32_t head, tail;
};

class SeedQueues {
 public:
  explicit SeedQueues(const std::vector<SeedConfig>& seeds) {
    for (uint32_t i = 0; i < seeds.size(); ++i) Add(seeds[i], i);
    queue_of_ = {};
  }

  bool empty() const { return queues_.empty(); }

  // Takes one of each queue.
  template <typename Visit>
  void TakeTurn(const Visit& visit) {
    for (Queue& queue : queues_) {
      Stretch& stretch = stretches_[queue.head];
      visit(stretch.seed, stretch.at);
      if (++stretch.at == stretch.end) queue.head = stretch.next;
    }
    std::erase_if(queues_, [](const Queue& queue) { return queue.head == kNone; });
  }

 private:
  void Add(const SeedConfig& seed, uint32_t number) {
    if (seed.kind == SeedConfig::Kind::kList) return Append(seed.file, {number, 0, 1});
    const auto origins = static_cast<uint32_t>(seed.origin_count());
    const auto urls = static_cast<uint32_t>(seed.url_count());
    for (uint32_t i = 0; i < origins; ++i) {
      const uint32_t end = origins == 1 ? urls : i + 1;
      Append(std::string(seed.UrlAt(i).origin()), {number, i, end});
    }
  }

  void Append(const std::string& origin, Stretch stretch) {
    const auto place = static_cast<uint32_t>(stretches_.size());
    stretches_.push_back(stretch);
    const auto queue_number = static_cast<uint32_t>(queues_.size());
    const auto [known, added] = queue_of_.try_emplace(origin, queue_number);
    if (added) {
      queues_.push_back({place, place});
      return;
    }
    Queue& queue = queues_[known->second];
    stretches_[queue.tail].next = place;
    queue.tail = place;
  }

  std::vector<Stretch> stretches_;
  std::vector<Queue> queues_;
  std::unordered_map<std::string, uint32_t> queue_of_;
};

}  // namespace

std::string SeedConfig::RequestHeaders() const {
  std::string lines;
  for (const std::string& line : headers) lines += line + "\n";
  return lines;
}

size_t SeedConfig::origin_count() const {
  const std::string_view prefix = urls.prefix();
  const std::string_view origin = OriginOf(prefix);
  const bool one = origin.size() < prefix.size() && Url::Parse(origin);
  return one ? std::min<size_t>(url_count(), 1) : url_count();
}

void ForEachSeedOrigin(const std::vector<SeedConfig>& seeds,
                       const std::function<void(const Url&)>& visit) {
  for (const SeedConfig& seed : seeds) {
    const size_t origins = seed.origin_count();
    for (size_t i = 0; i < origins; ++i) visit(seed.UrlAt(i));
  }
}

void ForEachSeedInTurns(const std::vector<SeedConfig>& seeds,
                        const std::function<void(const SeedConfig&, size_t)>& visit) {
  SeedQueues queues(seeds);
  while (!queues.empty()) {
    queues.TakeTurn([&](uint32_t seed, uint32_t index) { visit(seeds[seed], index); });
  }
}

}  // namespace thresh
