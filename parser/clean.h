// What is done to a value before it is converted: the `clean` steps of a field.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "parser/matcher.h"
#include "parser/record.h"

namespace thresh {

// What a value was cut from. It decides how its character references are decoded and whether '<'
// begins a tag.
enum class Markup : uint8_t { kHtml, kAttribute, kPlain };

// The steps of one field, compiled. Immutable.
class Cleaner {
 public:
  struct Step {
    CleanStep::Kind kind = CleanStep::Kind::kText;
    std::optional<Pattern> pattern;  // kReplace
    std::string rewrite;             // kReplace
  };
  explicit Cleaner(std::vector<Step> steps) : steps_(std::move(steps)) {}

  std::string Clean(std::string_view value, Markup markup, Matcher& matcher) const;

 private:
  std::vector<Step> steps_;
};

// `text` without white space at its ends: ASCII's, U+00A0, U+3000, U+FEFF and the other spaces.
std::string_view TrimSpace(std::string_view text);

// `text` trimmed, each run of white space in it one space.
std::string CollapseSpace(std::string_view text);

}  // namespace thresh
