// Durations, sizes and shares as people write them: "500ms", "16MB", "10%".
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string_view>

namespace thresh {

// "500ms", "2s", "1.5m", "1h", "14d"; a lone "0" needs no unit. Nothing when it is none, is
// negative or is longer than 100 years.
std::optional<std::chrono::milliseconds> ParseDuration(std::string_view text);

// "512B", "64KB", "16MB", "1.5GB", of 1024 bytes a step ("KiB" says the same). Nothing when it is
// none or is more than 1 TB.
std::optional<size_t> ParseSize(std::string_view text);

// "10%" is 0.1. Nothing when it is none or is outside of 0 to 100 %.
std::optional<double> ParseShare(std::string_view text);

}  // namespace thresh
