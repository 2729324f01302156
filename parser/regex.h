// RE2 as thresh uses it everywhere: UTF-8, dot matching newlines unless (?-s), "(?<name>…)"
// accepted for "(?P<name>…)", errors told in words.
#pragma once

#include <re2/re2.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace thresh {

struct RegexError {
  std::string message;           // one line: what RE2 refuses, and what to use instead
  std::optional<size_t> offset;  // byte of the pattern that is at fault
};

// The compiled pattern, or nullptr and `error`. Costs 10 to 100 µs: compile once, at load.
std::unique_ptr<re2::RE2> CompileRegex(std::string_view pattern, RegexError* error);

}  // namespace thresh
