// JSON (RFC 8259) as pages carry it, and pointers into it (RFC 6901). What one value has that
// nothing here can hold costs that value and not the page: half a surrogate pair is U+FFFD, a
// number that is too large (an integer beyond 64 bits, another one beyond all doubles) a string of
// what was written. Control characters may stand in strings, as they do in many a page.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "parser/json_scan.h"

namespace thresh {

// The first complete JSON object or array in `text`, which may have other text around it
// ("window.state = {…};"); what is nested in broken data is not taken. Nothing when there is none,
// or it nests deeper than 1,000: then `fault`, if it is not null, is as FindFirstJson has it. Text
// that is JSON lines (NDJSON: objects and arrays, each in a line of its own, and nothing else) is
// an array of them. Linear.
std::optional<nlohmann::ordered_json> FirstJson(std::string_view text, JsonFault* fault = nullptr);

// The one JSON value that `text` is, of any kind; nothing when it is not one, or nests too deep.
// Of members of one name the last counts.
std::optional<nlohmann::ordered_json> ParseJson(std::string_view text);

// Whether `pointer` is one; if not, `error` says why and `offset` where.
bool CheckJsonPointer(std::string_view pointer, std::string* error, size_t* offset);

// What `pointer` names in `value`; nullptr when there is nothing there.
const nlohmann::ordered_json* ResolveJsonPointer(const nlohmann::ordered_json& value,
                                                 std::string_view pointer);

// A value in one line of JSON; what is not UTF-8 in it becomes U+FFFD.
std::string CompactJson(const nlohmann::ordered_json& value);

// A string's own text; of anything else its compact JSON.
std::string JsonText(const nlohmann::ordered_json& value);

}  // namespace thresh
