#include "pipeline/robots_cache.h"

#include <algorithm>

#include "pipeline/politeness.h"

namespace thresh {
namespace {

constexpr auto kHolds = std::chrono::hours(24);

RobotsRules RulesOf(int status, std::string_view text, std::string_view agent) {
  if (status >= 200 && status < 300) return RobotsRules::Parse(text, agent);
  if (status == 401 || status == 403) return RobotsRules::DisallowAll();
  return RobotsRules::AllowAll();
}

}  // namespace

void RobotsCache::Restore(const HostRecord& record, Timestamp wall) {
  if (!record.robots_at || *record.robots_at > wall || wall - *record.robots_at > kHolds) return;
  Origin& origin = origins_[record.host];
  origin.fetched_at = record.robots_at;
  origin.status = record.robots_status;
  origin.text = record.robots_text;
}

RobotsCache::Decision RobotsCache::Ask(std::string_view name, std::string_view agent,
                                       std::string_view path_and_query, SteadyTime now,
                                       Timestamp wall) {
  const auto found = origins_.find(name);
  if (found == origins_.end()) return {Answer::kUnknown, {}};
  Origin& origin = found->second;
  if (origin.failures > 0 && origin.retry_at > now) {
    return {.answer = Answer::kUnreachable,
            .why = std::string(kRobotsReason) + origin.failure,
            .retry_at = origin.retry_at,
            .given_up = origin.given_up};
  }
  if (!origin.fetched_at || wall - *origin.fetched_at > kHolds) return {Answer::kUnknown, {}};
  const RobotsRules& rules = RulesFor(origin, agent);
  if (rules.Allows(path_and_query)) {
    return {.answer = Answer::kAllowed, .crawl_delay = rules.crawl_delay()};
  }
  const std::string_view line = rules.DecidingRule(path_and_query);
  if (!line.empty()) return {Answer::kDisallowed, std::string(kRobotsReason).append(line)};
  return {Answer::kDisallowed,
          std::string(kRobotsReason) + "status " + std::to_string(origin.status)};
}

std::optional<Milliseconds> RobotsCache::CrawlDelay(std::string_view name, std::string_view agent) {
  const auto found = origins_.find(name);
  if (found == origins_.end() || !found->second.fetched_at) return std::nullopt;
  return RulesFor(found->second, agent).crawl_delay();
}

void RobotsCache::OnResponse(std::string_view name, int status, std::string text, Timestamp wall) {
  Origin origin;
  origin.fetched_at = wall;
  origin.status = status;
  origin.text = std::move(text);
  origins_.insert_or_assign(std::string(name), std::move(origin));
}

void RobotsCache::OnFailure(std::string_view name, std::string_view why, int retries,
                            SteadyTime now, uint64_t random) {
  Origin& origin = origins_[std::string(name)];
  ++origin.failures;
  origin.failure = why;
  origin.given_up = origin.failures > retries;
  origin.retry_at =
      now + RetryBackoff(origin.given_up ? RetryClass::kLong : RetryClass::kSoon,
                         origin.given_up ? origin.failures - retries : origin.failures, random);
}

void RobotsCache::Save(HostRecord* record) const {
  const auto found = origins_.find(record->host);
  if (found == origins_.end()) return;
  record->robots_at = found->second.fetched_at;
  record->robots_status = found->second.status;
  record->robots_text = found->second.text;
}

const RobotsRules& RobotsCache::RulesFor(Origin& origin, std::string_view agent) const {
  for (const auto& [name, rules] : origin.rules) {
    if (name == agent) return rules;
  }
  return origin.rules.emplace_back(agent, RulesOf(origin.status, origin.text, agent)).second;
}

}  // namespace thresh
