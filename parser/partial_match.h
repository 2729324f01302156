// How far a regex gets that does not match: its longest leading part that does.
#pragma once

#include <cstddef>
#include <string_view>

#include "parser/extraction_trace.h"
#include "parser/matcher.h"

namespace thresh {

// Of `<b class="new">(\d+)</b>` on `<b class="old">7</b>` the leading part is `<b class="`, and
// what fails is `new">`. All offsets are into the pattern, but those of `place`.
struct PartialMatch {
  // The pattern is cut between its parts, also inside of groups, which are then closed. Where it is
  // one of alternatives at its top level, this is the one that gets furthest.
  size_t begin = 0;        // of the alternative
  size_t matched_end = 0;  // begin: nothing matches, or nothing but the empty string
  size_t failed_begin = 0;
  size_t failed_end = 0;
  Span place;         // in the text, of the first match of the leading part
  size_t places = 0;  // how many matches it has there, at most kMostPlaces

  static constexpr size_t kMostPlaces = 100;
};

// Tries leading parts of `pattern`, which compiles and does not match in `text`. Costs a
// compilation and a search for each halving of the number of its parts, within the budget of
// `matcher`: when that is used up, the longest part that was found until then counts.
PartialMatch FindPartialMatch(std::string_view pattern, std::string_view text, Matcher& matcher);

}  // namespace thresh
