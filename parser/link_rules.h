// Links that stand in a page's data rather than in its <a href>: the config's [[links]].
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "parser/extraction_budget.h"
#include "parser/page_view.h"
#include "parser/rule_problem.h"
#include "parser/url.h"

namespace thresh {

// One rule as it is written. Empty strings mean "not said".
struct LinkRule {
  std::string url;                  // a regex: on which pages, by final URL
  std::optional<std::string> json;  // an RFC 6901 pointer to the value, or to an array of them, or
  std::string re;                   // a regex whose group "value" is it
  std::string to;  // the link made of it: {value} percent-encoded, {+value} as it is; not said: the
                   // value is the link
};

struct RuleLinks {
  std::vector<Url> urls;    // in the order of rules and page, each once
  size_t other_scheme = 0;  // not http or https
  size_t invalid = 0;       // gave no URL that could be fetched
  size_t beyond_limit = 0;  // above `max_links`
  bool cut_short = false;   // a budget ended it
};

// The rules of one site, compiled. Immutable; one may serve any number of pages.
class LinkRules {
 public:
  // Nullptr when there is an error; `problems` gets errors and warnings either way, `record` being
  // the index into `rules`.
  static std::unique_ptr<LinkRules> Compile(const std::vector<LinkRule>& rules,
                                            std::vector<RuleProblem>* problems);
  ~LinkRules();

  // The links that `page` has by the rules. A value that is null, empty, an object or a boolean
  // gives none; character references in what a regex found are decoded.
  RuleLinks Find(const PageView& page, const ExtractionBudget& budget, size_t max_links) const;

 private:
  struct Rule;
  class Search;
  LinkRules();
  std::vector<Rule> rules_;
};

}  // namespace thresh
