// TOML 1.0 as ConfigNodes. toml++ is behind this.
#pragma once

#include <optional>
#include <string_view>

#include "pipeline/config_node.h"

namespace thresh {

// The largest config that is read.
inline constexpr size_t kMaxConfigBytes = 1u << 20;

// Parses `source.text`. Gives nothing when it is not TOML; `sink` has the first error then.
std::optional<ConfigNode> ParseToml(const ConfigSource& source, DiagnosticSink* sink);

// Parses --set's "KEY=VALUE", which is all of `source.text`, to a table with that one key: KEY is
// dotted, with quoted parts where needed, VALUE a TOML value; what is none is a string.
std::optional<ConfigNode> ParseOverride(const ConfigSource& source, DiagnosticSink* sink);

}  // namespace thresh
