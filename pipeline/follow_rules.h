// The rules of `follow`: which links' URLs they let in, and why.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "parser/regex.h"
#include "parser/url.h"
#include "pipeline/config.h"

namespace thresh {

class FollowRules {
 public:
  struct Decision {
    bool admits = true;
    // The rule that decided, with its sign, as long as the FollowRules live; empty when none
    // matched.
    std::string_view rule;
  };

  // `rules` have been checked: they compile.
  explicit FollowRules(const std::vector<FollowRule>& rules);

  // The first rule that matches decides. A URL that none matches is let in unless some rule lets
  // URLs in.
  Decision Ask(const Url& url) const;
  // Why, for people: "follow rule -/login" or "no follow rule lets it in".
  std::string Reason(const Decision& decision) const;
  // Whether a reason that is stored is one of these.
  static bool IsReason(std::string_view reason);

 private:
  struct Rule {
    std::unique_ptr<re2::RE2> re;
    bool allow;
    std::string text;
  };
  std::vector<Rule> rules_;
  bool has_allow_rule_ = false;
};

}  // namespace thresh
