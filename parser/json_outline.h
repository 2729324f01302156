// A first guess at the rules of a JSON page: see page_outline.h.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string_view>
#include <vector>

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

// How deep into an object's objects fields are looked for, and how they are called.
enum class JsonNames : uint8_t {
  kWhole,  // one level; "maker_name"
  kShort,  // two levels, and the first of lists; "price" of /offers/price; no names with '@'
};

// Adds the plain values that most of `items`, which are objects, have, and finds a key among them.
void AddJsonFields(const std::vector<const nlohmann::ordered_json*>& items, JsonNames names,
                   RecordSpec* record);

}  // namespace thresh
