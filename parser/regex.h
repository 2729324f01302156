// RE2 as thresh uses it everywhere: UTF-8, dot matching newlines unless (?-s), "(?<name>…)"
// accepted for "(?P<name>…)", errors told in words.
#pragma once

#include <re2/re2.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace thresh {

struct RegexError {
  std::string message;           // one line: what RE2 refuses, and what to use instead
  std::optional<size_t> offset;  // byte of the pattern that is at fault
};

// The compiled pattern, or nullptr and `error`. Costs 10 to 100 µs: compile once, at load.
std::unique_ptr<re2::RE2> CompileRegex(std::string_view pattern, RegexError* error);

// Something that compiles and may still not mean what was meant.
struct RegexAdvice {
  size_t offset = 0;    // byte of the pattern
  std::string message;  // one line
};

// Where RE2's \w, \b and \s, which know ASCII only, are likely to meet other letters: they
// are captured and not between quotes, or the pattern itself has such letters. And where a pattern
// means something else than in Perl or Python.
std::vector<RegexAdvice> AdviseOnRegex(std::string_view pattern);

// The first backspace or form feed that stands in the pattern itself: what "\b" and "\f" become in
// a string that has escapes of its own. AdviseOnRegex has it, too.
std::optional<RegexAdvice> AdviseOnControls(std::string_view pattern);

// The first ".*" or ".+" of a pattern for rows that takes as much as it can: since dot matches
// newlines, its match runs to the last row of the page.
std::optional<RegexAdvice> AdviseOnGreed(std::string_view pattern);

}  // namespace thresh
