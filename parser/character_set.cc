#include "parser/character_set.h"

#include <re2/re2.h>

#include "parser/ascii.h"

namespace thresh {
namespace {

using Kind = RegexToken::Kind;
using Others = CharacterSet::Others;

constexpr std::string_view kShorthands = "dwsDWS";

bool IsShorthand(std::string_view token) {
  return token.size() == 2 && token[0] == '\\' && kShorthands.find(token[1]) != token.npos;
}

// Whether the inside of a class is made of nothing but ASCII characters and of shorthands for such,
// whatever case they may be in.
bool IsPlainlyAscii(std::string_view inside, bool any_case) {
  if (inside.find("[:") != inside.npos) return false;
  for (size_t i = 0; i < inside.size(); ++i) {
    if (static_cast<signed char>(inside[i]) < 0) return false;
    if (inside[i] == '\\') {
      const char escaped = ++i < inside.size() ? inside[i] : '\0';
      const bool shorthand = escaped == 'd' || escaped == 's' || (escaped == 'w' && !any_case);
      if (ascii::IsAlpha(escaped) && !shorthand) return false;
    } else if (any_case && ascii::IsAlpha(inside[i])) {
      return false;  // [a-z] would have U+017F
    }
  }
  return true;
}

Others OthersOf(std::string_view token, bool any_case) {
  if (IsShorthand(token)) {
    if (any_case && (token[1] == 'w' || token[1] == 'W')) return Others::kSome;
    return token[1] >= 'a' ? Others::kNone : Others::kAll;
  }
  if (token.size() < 3) return Others::kSome;
  const bool negated = token[1] == '^';
  const size_t begin = negated ? 2 : 1;
  if (!IsPlainlyAscii(token.substr(begin, token.size() - begin - 1), any_case)) {
    return Others::kSome;
  }
  return negated ? Others::kAll : Others::kNone;
}

}  // namespace

std::optional<CharacterSet> CharactersOf(Kind kind, std::string_view token, bool any_case) {
  CharacterSet set;
  if (kind == Kind::kDot) {
    for (size_t byte = 0; byte < 0x80; ++byte) set.ascii.set(byte);
    set.others = Others::kAll;
    return set;
  }
  if (kind != Kind::kClass && !IsShorthand(token)) return std::nullopt;
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_case_sensitive(!any_case);
  const re2::RE2 one(re2::StringPiece(token.data(), token.size()), options);
  if (!one.ok()) return std::nullopt;
  for (size_t byte = 0; byte < 0x80; ++byte) {
    const char c = static_cast<char>(byte);
    if (re2::RE2::FullMatch(re2::StringPiece(&c, 1), one)) set.ascii.set(byte);
  }
  set.others = OthersOf(token, any_case);
  return set;
}

bool FoldsWithinAscii(std::string_view character) {
  if (character.size() != 1 || static_cast<signed char>(character[0]) < 0) return false;
  const char lower = ascii::ToLower(character[0]);
  return lower != 'k' && lower != 's';
}

}  // namespace thresh
