// Where the rows of a page are: match, scope, element, each and rows of the rule language.
#pragma once

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <string_view>

#include "parser/matcher.h"
#include "parser/page_view.h"
#include "parser/rule.h"

namespace thresh {

// One row's place. All views end with the call that gave them.
struct RowPlace {
  std::string_view text;                         // a part of the page; of a row of JSON empty
  size_t begin = 0;                              // offsets in the page of the text, or of what
  size_t end = 0;                                // the row of JSON was found in
  std::span<const re2::StringPiece> groups;      // of `match`, the whole match first
  const nlohmann::ordered_json* json = nullptr;  // of `rows`
};

// Calls `found` for each row of `page` in its order, until the budget is used up. Gives in words
// what keeps `rows` from the first JSON that it looks for, if that is not there; else nothing.
std::string FindRows(const RecordRule& rule, const PageView& page, Matcher& matcher,
                     const std::function<void(const RowPlace&)>& found);

// How often the pattern's literal prefix stands in a match, the one it begins with left out.
bool RunsOver(const Pattern& pattern, std::string_view match);

}  // namespace thresh
