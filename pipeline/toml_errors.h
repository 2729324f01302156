// What a TOML parser finds wrong, said so that a person knows what to write instead.
#pragma once

#include <string>
#include <string_view>

namespace thresh {

struct TomlExplanation {
  std::string message;
  size_t bytes_back = 0;  // how far in front of the place that toml++ tells the fault begins
};

// `description` is toml++'s; `before` and `after` are the parts of the line in front of and behind
// the place it tells.
TomlExplanation ExplainTomlError(std::string_view description, std::string_view before,
                                 std::string_view after);

}  // namespace thresh
