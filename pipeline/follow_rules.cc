#include "pipeline/follow_rules.h"

namespace thresh {
namespace {

constexpr std::string_view kByRule = "follow rule ";
constexpr std::string_view kByNone = "no follow rule lets it in";

}  // namespace

FollowRules::FollowRules(const std::vector<FollowRule>& rules) {
  for (const FollowRule& rule : rules) {
    rules_.push_back(
        {CompileRegex(rule.re, nullptr), rule.allow, (rule.allow ? "+" : "-") + rule.re});
    has_allow_rule_ = has_allow_rule_ || rule.allow;
  }
}

FollowRules::Decision FollowRules::Ask(const Url& url) const {
  for (const Rule& rule : rules_) {
    if (re2::RE2::PartialMatch(url.href(), *rule.re)) return {rule.allow, rule.text};
  }
  return {!has_allow_rule_, {}};
}

std::string FollowRules::Reason(const Decision& decision) const {
  if (!decision.rule.empty()) return std::string(kByRule).append(decision.rule);
  if (!decision.admits) return std::string(kByNone);
  return rules_.empty() ? "there are no follow rules" : "no follow rule keeps it out";
}

bool FollowRules::IsReason(std::string_view reason) {
  return reason.starts_with(kByRule) || reason == kByNone;
}

}  // namespace thresh
