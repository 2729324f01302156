#include "parser/json_reach.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "parser/json.h"

namespace thresh {
namespace {

using Json = nlohmann::ordered_json;

constexpr size_t kMostNames = 8;

std::string InWords(const Json& value) {
  if (value.is_array()) return "an array of " + std::to_string(value.size());
  if (value.is_string()) return "a string";
  if (value.is_number()) return "a number";
  if (value.is_boolean()) return "a boolean";
  if (value.is_null()) return "null";
  if (value.empty()) return "an empty object";
  std::string words = "an object with ";
  size_t named = 0;
  for (const auto& [name, unused] : value.items()) {
    if (named == kMostNames) return words + ", …";
    words += (named++ == 0 ? "" : ", ") + name;
  }
  return words;
}

}  // namespace

JsonReach FollowJsonPointer(std::string_view text, std::string_view pointer) {
  JsonReach reach;
  std::optional<Json> document = FirstJson(text, &reach.fault);
  if (!document) document = ParseJson(text);
  if (!document) return reach;
  reach.is_json = true;
  reach.there = InWords(*document);
  for (size_t end = 0; end < pointer.size();) {
    end = std::min(pointer.find('/', end + 1), pointer.size());
    const Json* named = ResolveJsonPointer(*document, pointer.substr(0, end));
    if (named == nullptr) break;
    reach.reached = pointer.substr(0, end);
    reach.there = InWords(*named);
  }
  return reach;
}

}  // namespace thresh
