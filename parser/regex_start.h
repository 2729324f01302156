// What the matches of a regex begin with.
#pragma once

#include <string_view>
#include <vector>

#include "parser/byte_run.h"
#include "parser/regex_syntax.h"

namespace thresh {

// The bytes that every match of `pattern` begins with, as far as its first tokens tell: literals,
// classes and escapes of one ASCII character, in groups, too. Empty when nothing is known. `tokens`
// are the pattern's. Classes are asked of RE2: some 20 µs each.
ByteRun StartOf(std::string_view pattern, const std::vector<RegexToken>& tokens);

// Whether case is ignored behind `token`, a group's opening or "(?i)", if before it `any_case`.
bool AnyCaseAfter(const RegexToken& token, bool any_case);

// Whether a character, where case is ignored, is its ASCII letters and nothing else. RE2 folds case
// as Unicode does: "k" also stands for U+212A, "s" for U+017F.
bool FoldsWithinAscii(std::string_view character);

}  // namespace thresh
