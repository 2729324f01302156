#include "pipeline/politeness.h"

#include <algorithm>
#include <charconv>
#include <string>

#include "pipeline/http_date.h"

namespace thresh {
namespace {

// As many as a crawl parses in some milliseconds.
constexpr size_t kMostAhead = 32;
constexpr Milliseconds kFirstAddedDelay = std::chrono::seconds(1);
constexpr Milliseconds kLongestAddedDelay = std::chrono::minutes(10);
constexpr Milliseconds kFirstRest = std::chrono::seconds(30);
constexpr Milliseconds kLongestRest = std::chrono::hours(1);

// Between half of `time` and all of it.
Milliseconds Jittered(Milliseconds time, uint64_t random) {
  const int64_t half = time.count() / 2;
  return Milliseconds(half + static_cast<int64_t>(random % static_cast<uint64_t>(half + 1)));
}

Milliseconds Doubled(Milliseconds first, int times, Milliseconds longest) {
  const int shift = std::clamp(times, 0, 30);
  return std::min(Milliseconds(first.count() << shift), longest);
}

}  // namespace

std::optional<Milliseconds> ParseRetryAfter(std::string_view value, Timestamp now) {
  const size_t first = value.find_first_not_of(" \t");
  if (first == std::string_view::npos) return std::nullopt;
  value = value.substr(first, value.find_last_not_of(" \t") - first + 1);
  Milliseconds wait{0};
  if (value.find_first_not_of("0123456789") == std::string_view::npos) {
    uint64_t number = 0;
    const auto parsed = std::from_chars(value.data(), value.data() + value.size(), number);
    const uint64_t longest = std::chrono::duration_cast<std::chrono::seconds>(kLongestWait).count();
    wait = std::chrono::seconds(parsed.ec == std::errc() ? std::min(number, longest) : longest);
  } else if (const auto date = ParseHttpDate(std::string(value))) {
    wait = std::max(*date - now, Milliseconds(0));
  } else {
    return std::nullopt;
  }
  return std::min(wait, kLongestWait);
}

Milliseconds RetryBackoff(RetryClass retry, int attempts, uint64_t random) {
  const bool is_long = retry == RetryClass::kLong;
  const Milliseconds first =
      is_long ? Milliseconds(std::chrono::minutes(20)) : std::chrono::seconds(1);
  const Milliseconds longest = is_long ? kLongestWait : std::chrono::hours(1);
  return Jittered(Doubled(first, attempts - 1, longest), random);
}

size_t RequestsAhead(size_t parallel) {
  return parallel > 1 ? std::min(2 * parallel, kMostAhead) : 0;
}

bool Politeness::SetConfigured(Milliseconds delay) {
  const bool longer = delay > configured_;
  if (longer) configured_ = delay;
  return longer;
}

bool Politeness::SetCrawlDelay(Milliseconds delay) {
  const bool longer = std::min(delay, kLongestWait) > crawl_delay_;
  if (longer) crawl_delay_ = std::min(delay, kLongestWait);
  return longer;
}

Milliseconds Politeness::OnSuccess() {
  failures_ = 0;
  added_ = added_ < Milliseconds(50) ? Milliseconds(0) : added_ - added_ / 10;
  return Milliseconds(0);
}

Milliseconds Politeness::OnFailure(uint64_t random) {
  ++failures_;
  if (failures_ < kFailuresToOpen) return Milliseconds(0);
  return Jittered(Doubled(kFirstRest, failures_ - kFailuresToOpen, kLongestRest), random);
}

Milliseconds Politeness::OnPushback(std::optional<Milliseconds> retry_after, SteadyTime started,
                                    SteadyTime now, uint64_t random) {
  const bool known = pushed_back_at_ && started <= *pushed_back_at_;
  if (!known) {
    pushed_back_at_ = now;
    const Milliseconds doubled = std::max(kFirstAddedDelay, delay());
    added_ = std::min(added_ + doubled, kLongestAddedDelay);
  }
  if (retry_after) return *retry_after;
  return Jittered(delay(), random);
}

void Politeness::Restore(Milliseconds added, int failures) {
  added_ = std::max(added_, std::min(added, kLongestAddedDelay));
  failures_ = std::max(failures_, failures);
}

}  // namespace thresh
