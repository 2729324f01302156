// Finds where JSON begins and ends in other text, without building it.
#pragma once

#include <string_view>

namespace thresh {

inline constexpr size_t kMaxJsonDepth = 1000;

// The first complete JSON object or array (RFC 8259) in `text`: the one that begins first. What is
// nested in data that is not JSON (a JavaScript literal, an object with a comma too many) is passed
// over with it, and so are subscripts ("x[0]"). Its strings may have control characters. Empty when
// there is none, or one nests deeper than kMaxJsonDepth. Looks at each byte at most some dozens of
// times.
std::string_view FindFirstJson(std::string_view text);

// Whether no brackets outside of strings nest deeper than `depth`.
bool JsonNestsWithin(std::string_view text, size_t depth);

}  // namespace thresh
