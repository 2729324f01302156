// Tells without running a regex where it cannot match: by the literals that each match contains,
// and by the bytes that each match begins with.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "parser/byte_run.h"

namespace thresh {

// Made once for a pattern, then immutable. It never says no where the regex says yes; of patterns
// without a literal that every match has, it always says maybe.
class LiteralFilter {
 public:
  explicit LiteralFilter(std::string_view pattern);

  // False when no part of `text` can match. Costs a search for each literal, at memory speed, and
  // no more than up to its first place.
  bool MayMatch(std::string_view text) const;

  // What every match contains, without those that are part of a longer one. Where case is ignored,
  // in lower case; "k" and "s" are in no such literal, since RE2 takes U+212A and U+017F for them.
  const std::vector<std::string>& literals() const { return literals_; }
  // What every match begins with; empty when that is not one literal, or case is ignored.
  const std::string& prefix() const { return prefix_; }
  // Bytes that every match begins with; empty when nothing is known of them.
  const ByteRun& start() const { return start_; }

 private:
  std::vector<std::string> literals_;
  std::vector<ByteRun> required_;  // the first bytes of each literal
  std::string prefix_;
  ByteRun start_;
};

}  // namespace thresh
