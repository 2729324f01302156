#include "pipeline/scope.h"

#include <utility>

#include "parser/url_shape.h"

namespace thresh {
namespace {

// What `follow` refuses is listed up to so many a host, then counted.
constexpr int kListedPerHost = 1000;

}  // namespace

Scope::Scope(const Config& config)
    : limits_(config.limits),
      follow_(config.follow),
      budget_(config.limits.per_shape, config.limits.per_domain) {
  for (const std::string& host : limits_.host_list) admitted_hosts_.insert(host);
  ForEachSeedOrigin(config.seeds, [this](const Url& url) { AddSeedHost(url.host(), true); });
}

void Scope::AddSeedHost(std::string_view host, bool named) {
  if (named) seed_hosts_.emplace(host);
  if (limits_.hosts == LimitsConfig::Hosts::kSeeds) admitted_hosts_.emplace(host);
}

bool Scope::HostIsInside(std::string_view host) const {
  return limits_.hosts == LimitsConfig::Hosts::kAny || admitted_hosts_.contains(std::string(host));
}

ScopeDecision Scope::Ask(const Url& url, int depth) {
  using Verdict = ScopeDecision::Verdict;
  if (ScopeDecision host = AskHost(url); host.verdict != Verdict::kAdmit) return host;
  const FollowRules::Decision rule = follow_.Ask(url);
  if (!rule.admits) return Refused(url, follow_.Reason(rule));
  if (limits_.depth && depth > *limits_.depth) return {Verdict::kCount, "too deep (limits.depth)"};
  if (PathRepeats(url.path()) > limits_.repeat) {
    return {Verdict::kCount, "its path goes in circles (limits.repeat)"};
  }
  const ShapeBudget::Verdict budget = budget_.Admit(url);
  if (budget == ShapeBudget::Verdict::kAdmit) return {};
  return {Verdict::kCount, std::string(Describe(budget)), true};
}

ScopeDecision Scope::AskHost(const Url& url) const {
  if (HostIsInside(url.host())) return {};
  return {ScopeDecision::Verdict::kCount, std::string(kHostReason)};
}

ScopeDecision Scope::Refused(const Url& url, std::string reason) {
  const bool listed = ++listed_[std::string(url.host())] <= kListedPerHost;
  return {listed ? ScopeDecision::Verdict::kList : ScopeDecision::Verdict::kCount,
          std::move(reason)};
}

}  // namespace thresh
