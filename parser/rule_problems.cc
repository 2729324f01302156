#include "parser/rule_problems.h"

#include <utility>

#include "parser/regex.h"

namespace thresh {

void RuleProblems::Error(std::string key, std::string message, std::optional<size_t> offset) {
  has_errors_ = true;
  problems_->push_back(
      {RuleProblem::Severity::kError, record_, std::move(key), offset, std::move(message)});
}

void RuleProblems::Warn(std::string key, std::string message, std::optional<size_t> offset) {
  problems_->push_back(
      {RuleProblem::Severity::kWarning, record_, std::move(key), offset, std::move(message)});
}

std::optional<Pattern> RuleProblems::Compile(const std::string& key, std::string_view regex) {
  if (regex.empty()) return std::nullopt;
  RegexError fault;
  std::unique_ptr<re2::RE2> compiled = CompileRegex(regex, &fault);
  if (compiled == nullptr) {
    Error(key, std::move(fault.message), fault.offset);
    return std::nullopt;
  }
  for (RegexAdvice& advice : AdviseOnRegex(regex)) {
    Warn(key, std::move(advice.message), advice.offset);
  }
  return Pattern(regex, std::move(compiled));
}

std::optional<Pattern> RuleProblems::CompileForRows(const std::string& key,
                                                    std::string_view regex) {
  std::optional<Pattern> pattern = Compile(key, regex);
  if (pattern && pattern->re().Match("", 0, 0, re2::RE2::ANCHOR_BOTH, nullptr, 0)) {
    Error(key,
          "matches the empty text, which is a row between any two characters: let something "
          "in it be required");
  }
  return pattern;
}

}  // namespace thresh
