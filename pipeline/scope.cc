#include "pipeline/scope.h"

#include <utility>

namespace thresh {
namespace {

// What `follow` refuses is listed up to so many a host, then counted.
constexpr int kListedPerHost = 1000;

}  // namespace

Scope::Scope(const Config& config) : limits_(config.limits) {
  for (const FollowRule& rule : config.follow) {
    rules_.push_back(
        {CompileRegex(rule.re, nullptr), rule.allow, (rule.allow ? "+" : "-") + rule.re});
    has_allow_rule_ = has_allow_rule_ || rule.allow;
  }
  for (const std::string& host : limits_.host_list) admitted_hosts_.insert(host);
  for (const SeedConfig& seed : config.seeds) {
    if (const auto url = Url::Parse(seed.url)) {
      seed_hosts_.emplace(url->host());
      AddSeedHost(url->host());
    }
  }
}

void Scope::AddSeedHost(std::string_view host) {
  if (limits_.hosts == LimitsConfig::Hosts::kSeeds) admitted_hosts_.emplace(host);
}

bool Scope::HostIsInside(std::string_view host) const {
  return limits_.hosts == LimitsConfig::Hosts::kAny || admitted_hosts_.contains(std::string(host));
}

// Which follow rule keeps `url` out; nothing when it is let in.
std::optional<std::string> Scope::RefusingRule(const Url& url) const {
  for (const Rule& rule : rules_) {
    if (!re2::RE2::PartialMatch(url.href(), *rule.re)) continue;
    if (rule.allow) return std::nullopt;
    return "follow rule " + rule.text;
  }
  if (has_allow_rule_) return "no follow rule lets it in";
  return std::nullopt;
}

ScopeDecision Scope::Ask(const Url& url, int depth) {
  using Verdict = ScopeDecision::Verdict;
  if (!HostIsInside(url.host())) return {Verdict::kCount, "another host (limits.hosts)"};
  if (auto reason = RefusingRule(url)) return Refused(url, std::move(*reason));
  if (limits_.depth && depth > *limits_.depth) return {Verdict::kCount, "too deep (limits.depth)"};
  return {};
}

ScopeDecision Scope::Refused(const Url& url, std::string reason) {
  const bool listed = ++listed_[std::string(url.host())] <= kListedPerHost;
  return {listed ? ScopeDecision::Verdict::kList : ScopeDecision::Verdict::kCount,
          std::move(reason)};
}

}  // namespace thresh
