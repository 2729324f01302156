// Times as the database has them: ISO 8601, UTC, milliseconds: "2026-03-01T04:05:06.789Z".
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace thresh {

using Timestamp = std::chrono::sys_time<std::chrono::milliseconds>;

std::string ToIso8601(Timestamp time);
// Nothing when `text` is not of exactly that form.
std::optional<Timestamp> FromIso8601(std::string_view text);

}  // namespace thresh
