// The syntax of a regex as a run of tokens, for what must be known of a pattern before or besides
// compiling it: its groups, its literals, and constructs that RE2 does not have.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace thresh {

struct RegexToken {
  enum class Kind : uint8_t {
    kLiteral,  // one character, or an escape that stands for one: `literal` has its bytes
    kDot,
    kAnchor,     // ^ or $
    kEscape,     // any other escape: \d, \pL, \b, \1
    kClass,      // [...]
    kGroupOpen,  // up to where the group's body begins: "(", "(?:", "(?P<name>"
    kFlags,      // "(?i)": flags without a body
    kGroupClose,
    kAlternation,
    kQuantifier,  // with its lazy '?' or possessive '+': `minimum` is what it asks for
  };
  enum class Group : uint8_t {
    kCapture,
    kNamed,
    kPlain,
    kLookAhead,
    kLookBehind,
    kAtomic,
    kConditional,
    kComment,
    kBackReference,
    kOther,
  };
  Kind kind = Kind::kLiteral;
  size_t begin = 0;  // offsets into the pattern
  size_t end = 0;
  std::string literal;            // kLiteral
  Group group = Group::kCapture;  // kGroupOpen
  std::string_view name;          // of a named group
  std::string_view flags;         // kFlags, and kGroupOpen of kind kPlain: "i-s"
  uint32_t minimum = 0;           // kQuantifier
  bool possessive = false;        // kQuantifier

  // What is written of it in `pattern`, whose token it is.
  std::string_view In(std::string_view pattern) const { return pattern.substr(begin, end - begin); }
};

// The tokens of `pattern`, which must outlive them. Never fails: what is no regex gives some
// tokens, too. Linear.
std::vector<RegexToken> TokenizeRegex(std::string_view pattern);

// How the tokens of a pattern belong together.

// The token that closes the group which token `open` opens; the number of tokens when none does.
size_t CloseOf(const std::vector<RegexToken>& tokens, size_t open);

// Whether "|" stands between two tokens, of which `end` is not looked at, outside the groups there.
bool HasAlternatives(const std::vector<RegexToken>& tokens, size_t begin, size_t end);

// Whether what ends before token `i` is there once at least, 1, or may be left out, 0, by the
// quantifiers that begin there; nothing when there are none.
std::optional<uint32_t> QuantifierAt(const std::vector<RegexToken>& tokens, size_t i);

// Whether case is ignored behind `token`, a group's opening or "(?i)", if before it `any_case`.
bool AnyCaseAfter(const RegexToken& token, bool any_case);

}  // namespace thresh
