// A look at TOML before it is parsed: what the parser cannot tell, or must not be given.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace thresh {

struct TomlScan {
  // Where a string begins that is never closed: the parser only tells where the text ends.
  std::optional<size_t> unclosed_string;
  bool unclosed_is_multi_line = false;
  // Where the last '[' stands that has no ']', when all strings are closed.
  std::optional<size_t> unclosed_bracket;
  // Where a line has more than kMaxDotsALine dots outside of strings. Each dot nests a table, and
  // tables are freed recursively: a hostile file could exhaust the stack.
  std::optional<size_t> too_deep;
};

inline constexpr size_t kMaxDotsALine = 32;

// Linear. Offsets are in bytes; the first of each is told.
TomlScan ScanToml(std::string_view text);

}  // namespace thresh
