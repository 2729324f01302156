// Whether a URL may enter a site's crawl.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "parser/url.h"
#include "pipeline/config.h"
#include "pipeline/follow_rules.h"
#include "pipeline/shape_budget.h"

namespace thresh {

// Why a URL of a host that is outside is refused.
inline constexpr std::string_view kHostReason = "another host (limits.hosts)";

struct ScopeDecision {
  enum class Verdict : uint8_t {
    kAdmit,
    kList,   // refused by a rule of the user's: a row of `urls` says so
    kCount,  // refused by a limit: counted in `dropped`
  };
  Verdict verdict = Verdict::kAdmit;
  std::string reason{};    // for people; empty when admitted
  bool by_budget = false;  // refused by limits.per_shape or per_domain: people want to know
};

// One site's hosts, follow rules and depth, and how often each refused. Pure but for its counts.
class Scope {
 public:
  // `config` has been checked: its regexes compile.
  explicit Scope(const Config& config);

  // A seed's host, or the host that a seed redirects to, is inside when limits.hosts is "seeds".
  // `named`: a seed itself is on it.
  void AddSeedHost(std::string_view host, bool named = false);
  // Whether a seed names that very host: such a host may have a private address.
  bool IsSeedHost(std::string_view host) const { return seed_hosts_.contains(std::string(host)); }

  // Asks hosts, follow rules and depth about a link found at `depth`; seeds, at 0, are not asked.
  ScopeDecision Ask(const Url& url, int depth);
  // Counts a link that is in already against the budgets of its shape and domain. Seeds, which are
  // not asked, are not counted.
  void Count(const Url& url) { budget_.Count(url); }
  const FollowRules& follow() const { return follow_; }
  // Asks only whether the host is inside: for sitemaps, which no follow rule is meant for.
  ScopeDecision AskHost(const Url& url) const;

 private:
  bool HostIsInside(std::string_view host) const;
  ScopeDecision Refused(const Url& url, std::string reason);

  const LimitsConfig limits_;
  const FollowRules follow_;
  std::unordered_set<std::string> seed_hosts_;
  std::unordered_set<std::string> admitted_hosts_;  // seeds' and their redirects', or the list's
  ShapeBudget budget_;
  std::unordered_map<std::string, int> listed_;  // refused by follow and listed, a host
};

}  // namespace thresh
