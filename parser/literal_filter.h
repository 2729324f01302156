// Tells without running a regex that it cannot match: by the literals that each match contains.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace thresh {

// Made once for a pattern, then immutable. It never says no where the regex says yes; of patterns
// with the flag i, and of those without a literal that every match has, it always says maybe.
class LiteralFilter {
 public:
  explicit LiteralFilter(std::string_view pattern);

  // False when no part of `text` can match. Costs a search for each literal, at memory speed, and
  // no more than up to its first place.
  bool MayMatch(std::string_view text) const;

  // What every match contains, without those that are part of a longer one.
  const std::vector<std::string>& literals() const { return literals_; }
  // What every match begins with; empty when that is not one literal.
  const std::string& prefix() const { return prefix_; }

 private:
  std::vector<std::string> literals_;
  std::string prefix_;
};

}  // namespace thresh
