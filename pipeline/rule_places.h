// Where in a config the part of a rule stands that its compiler found fault with.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "parser/rule_problem.h"
#include "pipeline/config_node.h"

namespace thresh {

struct RulePlace {
  Place place;
  bool exact = false;  // what `key` names is written there; else the nearest table around it
};

// `key` is a RuleProblem's: "match", "fields.price.re[1]". `offset` counts bytes of that string's
// value. A field in its short form ("price = '…'") stands for its "re".
RulePlace FindRulePlace(const ConfigNode& record, std::string_view key,
                        std::optional<size_t> offset);

// Reports `problem` where it stands in `record`; `otherwise` (may be nullptr) stands for what is
// not written there.
void ReportRuleProblem(const RuleProblem& problem, const ConfigNode& record, DiagnosticSink* sink,
                       const ConfigNode* otherwise = nullptr);

}  // namespace thresh
