// The characters that a part of a regex stands for, as bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "parser/byte_run.h"
#include "parser/regex_syntax.h"

namespace thresh {

struct CharacterSet {
  enum class Others : uint8_t { kNone, kAll, kSome };

  ByteSet ascii;
  Others others = Others::kNone;  // which characters beyond ASCII are of the set
};

// What a class, a dot or one of \d, \w, \s, \D, \W, \S stands for, as it is written in a pattern;
// nothing for what is none of these. `any_case`: case is ignored. The dot matches newlines. Classes
// are asked of RE2: some 20 µs each.
std::optional<CharacterSet> CharactersOf(RegexToken::Kind kind, std::string_view token,
                                         bool any_case);

// Whether a character, where case is ignored, is its ASCII letters and nothing else. RE2 folds case
// as Unicode does: "k" also stands for U+212A, "s" for U+017F.
bool FoldsWithinAscii(std::string_view character);

}  // namespace thresh
