// Collects what checking one record finds, and compiles its patterns on the way.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "parser/matcher.h"
#include "parser/rule_problem.h"

namespace thresh {

// Belongs to one call of Extractor::Compile; `problems` must outlive it.
class RuleProblems {
 public:
  RuleProblems(size_t record, std::vector<RuleProblem>* problems)
      : record_(record), problems_(problems) {}

  void Error(std::string key, std::string message, std::optional<size_t> offset = {});
  void Warn(std::string key, std::string message, std::optional<size_t> offset = {});
  bool has_errors() const { return has_errors_; }

  // The pattern that stands at `key`, if it stands there; its faults become errors, advice on it
  // warnings.
  std::optional<Pattern> Compile(const std::string& key, std::string_view regex);
  // Likewise, and an error when it matches the empty string.
  std::optional<Pattern> CompileForRows(const std::string& key, std::string_view regex);

 private:
  size_t record_;
  std::vector<RuleProblem>* problems_;
  bool has_errors_ = false;
};

}  // namespace thresh
