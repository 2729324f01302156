#include "parser/link_rules.h"

#include <nlohmann/json.hpp>
#include <unordered_set>
#include <utility>

#include "parser/clean.h"
#include "parser/entities.h"
#include "parser/json.h"
#include "parser/matcher.h"
#include "parser/rule_problems.h"
#include "parser/url_template.h"

namespace thresh {

using Json = nlohmann::ordered_json;

struct LinkRules::Rule {
  std::optional<Pattern> url;
  std::optional<std::string> json;
  std::optional<Pattern> re;
  int group = 0;  // "value" of `re`
  std::optional<UrlTemplate> to;
};

namespace {

// What a set takes for a URL beside its text.
constexpr size_t kBytesOfSeen = 96;

// The number of the group "value"; an error when there is none.
int ValueGroup(const Pattern& pattern, RuleProblems& problems) {
  const auto& groups = pattern.re().NamedCapturingGroups();
  const auto group = groups.find("value");
  if (group != groups.end()) return group->second;
  problems.Error("re", "the regex needs a group of the name value: (?P<value>…)");
  return 0;
}

std::optional<UrlTemplate> CompileTemplate(const LinkRule& rule, RuleProblems& problems) {
  if (rule.to.empty()) return std::nullopt;
  UrlTemplateError fault;
  std::optional<UrlTemplate> to = UrlTemplate::Parse(rule.to, &fault);
  if (!to) {
    problems.Error("to", "the template " + fault.message, fault.offset);
  } else if (!to->has_value()) {
    problems.Error("to", "there is no {value} in it, so that every link would be the same");
  }
  return to;
}

void CheckPointer(const std::string& pointer, RuleProblems& problems) {
  std::string fault;
  size_t offset = 0;
  if (!CheckJsonPointer(pointer, &fault, &offset)) problems.Error("json", fault, offset);
}

}  // namespace

LinkRules::LinkRules() = default;
LinkRules::~LinkRules() = default;

std::unique_ptr<LinkRules> LinkRules::Compile(const std::vector<LinkRule>& rules,
                                              std::vector<RuleProblem>* problems) {
  std::vector<RuleProblem> found;
  std::unique_ptr<LinkRules> result(new LinkRules());
  bool failed = false;
  for (size_t i = 0; i < rules.size(); ++i) {
    const LinkRule& rule = rules[i];
    RuleProblems faults(i, &found);
    Rule compiled;
    compiled.url = faults.Compile("url", rule.url);
    compiled.json = rule.json;
    compiled.re = faults.Compile("re", rule.re);
    compiled.to = CompileTemplate(rule, faults);
    if (rule.json.has_value() != rule.re.empty()) {
      faults.Error(rule.json ? "re" : "json",
                   "a link's value is found by json or by re: one of them, not both");
    }
    if (rule.json) CheckPointer(*rule.json, faults);
    if (compiled.re) compiled.group = ValueGroup(*compiled.re, faults);
    failed |= faults.has_errors();
    result->rules_.push_back(std::move(compiled));
  }
  if (problems != nullptr) problems->insert(problems->end(), found.begin(), found.end());
  if (failed) return nullptr;
  return result;
}

// The search of one page.
class LinkRules::Search {
 public:
  Search(const PageView& page, const ExtractionBudget& budget, size_t max_links)
      : page_(page),
        base_(page),
        matcher_(budget, nullptr, page.text.size()),
        max_links_(max_links) {}

  void Run(const Rule& rule) {
    const std::string_view url = page_.url == nullptr ? "" : std::string_view(page_.url->href());
    if (rule.url && !matcher_.Matches(*rule.url, url)) return;
    if (rule.re) {
      FindByRegex(rule);
    } else {
      FindByPointer(rule);
    }
  }

  RuleLinks Finish() {
    links_.cut_short = matcher_.cut_short();
    return std::move(links_);
  }

 private:
  void FindByRegex(const Rule& rule) {
    MatchWalk walk(matcher_, *rule.re, page_.text);
    while (walk.Next()) {
      const re2::StringPiece value = walk.groups()[static_cast<size_t>(rule.group)];
      Add(rule, DecodeEntities({value.data(), value.size()}, EntityContext::kAttribute));
    }
  }

  void FindByPointer(const Rule& rule) {
    if (!document_) document_ = FirstJson(page_.text);
    const Json* named = *document_ ? ResolveJsonPointer(**document_, *rule.json) : nullptr;
    if (named == nullptr) return;
    if (!named->is_array()) return AddJson(rule, *named);
    for (const Json& element : *named) AddJson(rule, element);
  }

  void AddJson(const Rule& rule, const Json& value) {
    if (value.is_string() || value.is_number()) Add(rule, JsonText(value));
  }

  void Add(const Rule& rule, const std::string& found) {
    const std::string_view value = TrimSpace(found);
    if (value.empty() || matcher_.stopped()) return;
    const std::string reference = rule.to ? rule.to->Expand(value) : std::string(value);
    UrlError error = UrlError::kNone;
    std::optional<Url> url = Url::Parse(reference, base_.Get(), &error);
    if (!url) {
      ++(error == UrlError::kOtherScheme ? links_.other_scheme : links_.invalid);
    } else if (!IsNew(url->href())) {
      return;
    } else if (links_.urls.size() >= max_links_) {
      ++links_.beyond_limit;
    } else {
      links_.urls.push_back(std::move(*url));
    }
  }

  // False, too, when the budget has no room to remember it.
  bool IsNew(const std::string& href) {
    return seen_.insert(href).second && matcher_.Hold(kBytesOfSeen + href.size());
  }

  const PageView& page_;
  PageBase base_;
  Matcher matcher_;
  size_t max_links_;
  std::optional<std::optional<Json>> document_;
  std::unordered_set<std::string> seen_;
  RuleLinks links_;
};

RuleLinks LinkRules::Find(const PageView& page, const ExtractionBudget& budget,
                          size_t max_links) const {
  Search search(page, budget, max_links);
  for (const Rule& rule : rules_) search.Run(rule);
  return search.Finish();
}

}  // namespace thresh
