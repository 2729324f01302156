// A first guess at the rules of a JSON page: see page_outline.h.
#pragma once

#include <optional>
#include <string_view>

#include "parser/link_rules.h"
#include "parser/record.h"

namespace thresh {

struct JsonOutline {
  RecordSpec record;             // `rows` and its fields; no table yet
  std::optional<LinkRule> next;  // where the document names the URL of the next page
};

// Of the JSON value that `text` is: its array of objects with most text, at most four levels deep,
// and the plain values that most of its objects have, one level into objects of theirs. Nothing
// when the text is no JSON, or has no such array.
std::optional<JsonOutline> OutlineJson(std::string_view text);

}  // namespace thresh
