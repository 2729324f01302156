// What checking the rules finds.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

namespace thresh {

// What is wrong, or doubtful, in a rule.
struct RuleProblem {
  enum class Severity { kError, kWarning };
  Severity severity = Severity::kError;
  size_t record = 0;  // index into the specs
  std::string key;    // where in the record: "match", "fields.price.re", "fields.price.re[1]"
  std::optional<size_t> offset;  // byte of the regex or pointer that is at fault
  std::string message;           // one line: what is wrong and what to do
};

}  // namespace thresh
