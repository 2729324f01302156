#include "parser/rule_problems.h"

#include <utility>

#include "parser/regex.h"

namespace thresh {
namespace {

// What limits.max_body lets in by default.
constexpr size_t kLargePageBytes = 16u << 20;

}  // namespace

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
  Pattern pattern(regex, std::move(compiled));
  const size_t affordable = AffordableBytes(pattern, ExtractionBudget{});
  if (affordable < kLargePageBytes) {
    Warn(key, "costly: with a parse_time of 2s only the first " +
                  std::to_string(affordable / 1'000'000) + "." +
                  std::to_string(affordable / 100'000 % 10) +
                  " MB of a large page are searched; repetitions such as {1,500} are what makes a "
                  "regex large");
  }
  return pattern;
}

std::optional<Pattern> RuleProblems::CompileForRows(const std::string& key,
                                                    std::string_view regex) {
  std::optional<Pattern> pattern = Compile(key, regex);
  if (pattern && pattern->re().Match("", 0, 0, re2::RE2::ANCHOR_BOTH, nullptr, 0)) {
    Error(key,
          "matches the empty text, which is a row between any two characters: let something "
          "in it be required");
  }
  if (auto advice = AdviseOnGreed(regex); pattern && advice) {
    Warn(key, std::move(advice->message), advice->offset);
  }
  return pattern;
}

}  // namespace thresh
