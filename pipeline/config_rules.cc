// Follow rules and link rules.
#include <fmt/format.h>
#include <re2/re2.h>

#include <unordered_map>

#include "parser/link_rules.h"
#include "parser/regex.h"
#include "pipeline/config_reader.h"
#include "pipeline/config_sections.h"
#include "pipeline/rule_places.h"

namespace thresh {
namespace {

using Kind = ConfigNode::Kind;

// Whether `re` matches every URL, as far as that is plain to see: it matches within "http://" and
// within "https://", and nothing in it looks at what follows. Never true of one that does not.
bool MatchesEverything(std::string re) {
  for (const std::string_view tail : {".*$", ".+$"}) {
    if (re.ends_with(tail)) re.pop_back();
  }
  for (const std::string_view looks_ahead : {"$", "\\z", "\\b", "\\B"}) {
    if (re.find(looks_ahead) != std::string::npos) return false;
  }
  const auto compiled = CompileRegex(re, nullptr);
  return compiled && re2::RE2::PartialMatch("http://", *compiled) &&
         re2::RE2::PartialMatch("https://", *compiled);
}

}  // namespace

void ReadFollow(const ConfigNode* array, DiagnosticSink* sink, std::vector<FollowRule>* follow) {
  if (!array) return;
  std::unordered_map<std::string, size_t> first;  // rule of that regex, from 1
  size_t catch_all = 0;                           // from 1; 0: none yet
  for (const ConfigNode& item : array->items) {
    if (!item.Is(Kind::kString)) {
      sink->Error(item.place, fmt::format("\"follow\" is a list of regexes, and this is {}",
                                          Describe(item.kind)));
      continue;
    }
    const bool has_sign = item.string.starts_with('-') || item.string.starts_with('+');
    follow->push_back(
        {.re = item.string.substr(has_sign ? 1 : 0), .allow = !item.string.starts_with('-')});
    const std::string& re = follow->back().re;
    if (!CheckRegex(item, has_sign ? 1 : 0, sink)) continue;
    const auto [same, is_new] = first.try_emplace(re, follow->size());
    if (catch_all > 0) {
      sink->Error(item.place, fmt::format("this rule can never be reached: rule {} matches every "
                                          "URL",
                                          catch_all));
    } else if (!is_new) {
      sink->Error(item.place, fmt::format("this rule can never be reached: rule {} has the same "
                                          "regex",
                                          same->second));
    } else if (MatchesEverything(re)) {
      catch_all = follow->size();
    }
  }
}

std::shared_ptr<const LinkRules> ReadLinks(const ConfigNode* array, DiagnosticSink* sink) {
  if (!array) return nullptr;
  std::vector<LinkRule> links;
  std::vector<const ConfigNode*> tables;
  for (const ConfigNode& item : array->items) {
    if (!item.Is(Kind::kTable)) {
      sink->Error(item.place, "\"links\" is a list of tables: write [[links]], and its keys below");
      continue;
    }
    const TableReader reader(item, Section::kLinks, sink);
    LinkRule rule;
    Set(&rule.url, reader.String("url"));
    Set(&rule.json, reader.String("json"));
    Set(&rule.re, reader.String("re"));
    Set(&rule.to, reader.String("to"));
    links.push_back(std::move(rule));
    tables.push_back(&item);
  }
  std::vector<RuleProblem> problems;
  std::shared_ptr<const LinkRules> rules = LinkRules::Compile(links, &problems);
  for (const RuleProblem& problem : problems)
    ReportRuleProblem(problem, *tables[problem.record], sink);
  return rules;
}

}  // namespace thresh
