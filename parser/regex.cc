#include "parser/regex.h"

#include <algorithm>

#include "parser/regex_syntax.h"

namespace thresh {
namespace {

using Kind = RegexToken::Kind;
using Group = RegexToken::Group;

// The pattern as RE2 reads it, and where each inserted 'P' stands in it.
struct Rewritten {
  std::string pattern;
  std::vector<size_t> inserted;

  size_t ToOriginal(size_t offset) const {
    const auto before = std::lower_bound(inserted.begin(), inserted.end(), offset);
    return offset - static_cast<size_t>(before - inserted.begin());
  }
};

// "(?<name>" becomes "(?P<name>".
Rewritten Rewrite(std::string_view pattern, const std::vector<RegexToken>& tokens) {
  Rewritten result;
  size_t copied = 0;
  for (const RegexToken& token : tokens) {
    if (token.kind != Kind::kGroupOpen || token.group != Group::kNamed) continue;
    if (pattern[token.begin + 2] == 'P') continue;
    result.pattern.append(pattern.substr(copied, token.begin + 2 - copied));
    result.inserted.push_back(result.pattern.size());
    result.pattern += 'P';
    copied = token.begin + 2;
  }
  result.pattern.append(pattern.substr(copied));
  return result;
}

std::string_view GroupAdvice(Group group) {
  switch (group) {
    case Group::kLookAhead:
      return "look-ahead is not in RE2: match what follows, too, and capture only the part you "
             "want in a group";
    case Group::kLookBehind:
      return "look-behind is not in RE2: match what stands before, too, and capture only the part "
             "you want in a group";
    case Group::kAtomic:
      return "atomic groups are not in RE2, which never backtracks: use (?:…)";
    case Group::kConditional:
      return "conditionals are not in RE2: write the cases as alternatives, or as a list of re";
    case Group::kComment:
      return "comments are not in RE2: put them in the config, behind #";
    case Group::kBackReference:
      return "back-references are not in RE2: write the cases as alternatives, such as "
             "(?:\"[^\"]*\"|'[^']*')";
    default:
      return {};
  }
}

std::string EscapeAdvice(std::string_view escape) {
  const char c = escape.size() > 1 ? escape[1] : '\0';
  if ((c >= '1' && c <= '9') || c == 'k' || c == 'g') {
    return std::string(GroupAdvice(Group::kBackReference));
  }
  switch (c) {
    case 'C':
      return "\\C matches half a character: use .";
    case 'Z':
      return "\\Z is not in RE2: use \\z for the end of the text, (?m)$ for that of a line";
    case 'G':
      return "\\G is not in RE2: a search always goes on where the last match ended";
    case 'K':
      return "\\K is not in RE2: capture the part you want in a group";
    case 'R':
      return "\\R is not in RE2: use \\r?\\n";
    case 'h':
      return "\\h is not in RE2: use [ \\t]";
    case 'H':
      return "\\H is not in RE2: use [^ \\t]";
    case 'N':
      return "\\N is not in RE2: use [^\\n]";
    case 'X':
      return "\\X is not in RE2: use \\PM\\pM*";
    case 'e':
      return "\\e is not in RE2: use \\x1b";
    case 'u':
    case 'U': {
      const std::string_view digits = escape.substr(2);
      return "\\" + std::string(1, c) + " is not in RE2: use \\x{" +
             (digits.empty() ? "20AC" : std::string(digits)) + "}";
    }
    default:
      return {};
  }
}

std::string FlagAdvice(std::string_view flags) {
  for (const char c : flags) {
    if (c == 'x') return "the flag x is not in RE2: write the pattern without spaces and comments";
    if (c == 'a' || c == 'u' || c == 'L') {
      return std::string("the flag ") + c +
             " is not in RE2: leave it out; \\w is always ASCII, "
             "\\pL any letter";
    }
    if (c == 'J' || c == 'n' || c == 'd') {
      return std::string("the flag ") + c + " is not in RE2, which has i, m, s and U";
    }
  }
  return {};
}

// What a token asks for that RE2 does not have; empty when it has it.
std::string UnsupportedHere(std::string_view pattern, const RegexToken& token) {
  switch (token.kind) {
    case Kind::kGroupOpen:
      if (token.group == Group::kPlain) return FlagAdvice(token.flags);
      return std::string(GroupAdvice(token.group));
    case Kind::kFlags:
      return FlagAdvice(token.flags);
    case Kind::kEscape:
      return EscapeAdvice(token.In(pattern));
    case Kind::kQuantifier:
      if (!token.possessive) return {};
      return "possessive repetition is not in RE2, which never backtracks: leave out the last +";
    default:
      return {};
  }
}

std::optional<RegexError> Unsupported(std::string_view pattern,
                                      const std::vector<RegexToken>& tokens) {
  for (const RegexToken& token : tokens) {
    std::string message = UnsupportedHere(pattern, token);
    if (!message.empty()) return RegexError{std::move(message), token.begin};
  }
  return std::nullopt;
}

std::string Words(const re2::RE2& re) {
  const std::string part = re.error_arg().empty() ? "" : ": " + re.error_arg();
  switch (re.error_code()) {
    case re2::RE2::ErrorBadNamedCapture:
      return "not a group name, or one that is there twice" + part;
    case re2::RE2::ErrorRepeatSize:
      return "repeats more than 1000 times, or with the bounds the wrong way round" + part;
    case re2::RE2::ErrorPatternTooLarge:
      return "the pattern is too large when its repetitions are written out: make them smaller";
    default:
      return re.error();
  }
}

// The parenthesis that is never closed.
std::optional<size_t> OpenParenthesis(const std::vector<RegexToken>& tokens) {
  std::vector<size_t> open;
  for (const RegexToken& token : tokens) {
    if (token.kind == Kind::kGroupOpen) open.push_back(token.begin);
    if (token.kind == Kind::kGroupClose && !open.empty()) open.pop_back();
  }
  if (open.empty()) return std::nullopt;
  return open.back();
}

std::optional<size_t> FaultOffset(const re2::RE2& re, const Rewritten& rewritten) {
  if (re.error_arg().empty()) return std::nullopt;
  const size_t found = rewritten.pattern.find(re.error_arg());
  if (found == std::string::npos) return std::nullopt;
  return rewritten.ToOriginal(found);
}

re2::RE2::Options PageOptions() {
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_dot_nl(true);
  return options;
}

}  // namespace

std::unique_ptr<re2::RE2> CompileRegex(std::string_view pattern, RegexError* error) {
  const std::vector<RegexToken> tokens = TokenizeRegex(pattern);
  const auto report = [error](RegexError fault) {
    if (error != nullptr) *error = std::move(fault);
    return nullptr;
  };
  if (auto fault = Unsupported(pattern, tokens)) return report(std::move(*fault));
  const Rewritten rewritten = Rewrite(pattern, tokens);
  auto compiled = std::make_unique<re2::RE2>(rewritten.pattern, PageOptions());
  if (compiled->ok()) return compiled;
  if (compiled->error_code() == re2::RE2::ErrorMissingParen) {
    if (const auto offset = OpenParenthesis(tokens)) {
      return report({"this parenthesis is never closed; a literal one is \\(", offset});
    }
  }
  return report({Words(*compiled), FaultOffset(*compiled, rewritten)});
}

}  // namespace thresh
