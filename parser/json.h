// JSON (RFC 8259) as pages carry it, and pointers into it (RFC 6901).
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace thresh {

// The first complete JSON object or array in `text`, which may have other text around it
// ("window.state = {…};"). Nothing when there is none, or it nests deeper than 1,000. Linear.
std::optional<nlohmann::ordered_json> FirstJson(std::string_view text);

// Whether `pointer` is one; if not, `error` says why and `offset` where.
bool CheckJsonPointer(std::string_view pointer, std::string* error, size_t* offset);

// What `pointer` names in `value`; nullptr when there is nothing there.
const nlohmann::ordered_json* ResolveJsonPointer(const nlohmann::ordered_json& value,
                                                 std::string_view pointer);

}  // namespace thresh
