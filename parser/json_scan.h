// Finds where JSON begins and ends in other text, without building it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace thresh {

inline constexpr size_t kMaxJsonDepth = 1000;

// Where text that begins as JSON stops being it.
struct JsonFault {
  size_t begin = 0;      // byte at which it begins
  size_t at = 0;         // byte at which it stops
  std::string_view why;  // "a colon is missing"; lives forever. Empty: nothing begins as JSON
};

// "the JSON from line 1, column 1 stops in line 2, column 7: a colon is missing", columns in
// characters. The offsets of `fault`, which has a why, are of `text`.
std::string InWords(const JsonFault& fault, std::string_view text);

// The first complete JSON object or array (RFC 8259) in `text`: the one that begins first. What is
// nested in data that is not JSON (a JavaScript literal, an object with a comma too many) is passed
// over with it, and so are subscripts ("x[0]"). Its strings may have control characters. Empty when
// there is none, or one nests deeper than kMaxJsonDepth. Looks at each byte at most some dozens of
// times.
//
// Where there is none, `fault`, if it is not null, is that of the first that is begun: by the text
// itself, or by a name in double quotes or a comma, which a page's other brackets do not have.
std::string_view FindFirstJson(std::string_view text, JsonFault* fault = nullptr);

// Whether no brackets outside of strings nest deeper than `depth`.
bool JsonNestsWithin(std::string_view text, size_t depth);

}  // namespace thresh
