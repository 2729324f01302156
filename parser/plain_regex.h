// A matcher for the regexes that people write for pages, quicker on them than RE2.
#pragma once

#include <re2/stringpiece.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "parser/character_set.h"
#include "parser/regex_syntax.h"

namespace thresh {

// A regex that is a row of characters, classes, repeated ones (`[^>]*`, `.*?`), word boundaries and
// groups around these, such as `<a href="([^"]*)"[^>]*>(.*?)</a>`: no alternatives, no repeated
// groups, no anchors. RE2 finds where a match ends, then runs again for its groups, at some ten
// times the cost. This tries as a person would: each repetition as its kind prefers, and
// back when what follows does not match, which gives the same match as RE2 (leftmost, the first by
// preference). Where that may take more than linear time it gives up, and RE2 has to say. Made
// once, then immutable.
class PlainRegex {
 public:
  enum class Answer : uint8_t { kNo, kYes, kUnsure };

  // Nothing when `pattern` has more than that. `tokens` are the pattern's.
  static std::optional<PlainRegex> Compile(std::string_view pattern,
                                           const std::vector<RegexToken>& tokens);

  // Whether it matches `text`, which must be UTF-8, at `begin`. If so it fills `groups`, as
  // Matcher::Find does. Adds to `read` the bytes that it looked at, which are never more than
  // three times those behind `begin`.
  Answer MatchAt(std::string_view text, size_t begin, std::span<re2::StringPiece> groups,
                 size_t* read) const;

  size_t groups() const { return groups_; }

 private:
  class Attempt;
  friend class PlainRegexCompiler;

  // More than these are not for here: each repetition is a call within a call.
  static constexpr size_t kMostSteps = 64;
  static constexpr size_t kMostGroups = 8;

  using Table = std::array<bool, 256>;  // by byte

  struct Step {
    enum class Kind : uint8_t { kOne, kRepeat, kMark, kBoundary };

    Kind kind = Kind::kOne;
    bool negated = false;     // kBoundary: \B
    bool wide = false;        // kOne, kRepeat: `set` has all characters beyond ASCII
    bool lazy = false;        // kRepeat
    bool optional = false;    // kRepeat: at most once
    bool keeps = false;       // kRepeat: never gives back, since what follows begins otherwise
    bool has_follow = false;  // kRepeat: `follow` is known
    uint8_t minimum = 0;      // kRepeat: 0 or 1
    uint8_t mark = 0;         // kMark: twice the group's number, one more where it ends
    Table set{};              // kOne, kRepeat: its characters
    Table follow{};           // kRepeat: the bytes that what follows may begin with
    int stop = -1;            // kRepeat: the only byte that ends it, if there is one
    int lone_follow = -1;     // kRepeat: the only byte of `follow`, if it is ASCII
  };

  std::vector<Step> steps_;
  size_t groups_ = 0;
};

}  // namespace thresh
