// AdviseOnRegex of regex.h.
#include <algorithm>

#include "parser/ascii.h"
#include "parser/regex.h"
#include "parser/regex_syntax.h"
#include "parser/utf8.h"

namespace thresh {
namespace {

using Kind = RegexToken::Kind;
using Group = RegexToken::Group;

bool IsQuote(const RegexToken& token) {
  return token.kind == Kind::kLiteral && (token.literal == "\"" || token.literal == "'");
}

// Where `escape` stands in a class such as [\w-]; npos when it is not there.
size_t EscapeInClass(std::string_view set, std::string_view escape) {
  for (size_t i = 0; i + 1 < set.size(); ++i) {
    if (set[i] != '\\') continue;
    if (set.substr(i, 2) == escape) return i;
    ++i;
  }
  return std::string_view::npos;
}

bool HasDigits(std::string_view set) {
  return EscapeInClass(set, "\\d") != std::string_view::npos ||
         set.find("0-9") != std::string_view::npos;
}

class Advisor {
 public:
  explicit Advisor(std::string_view pattern)
      : pattern_(pattern), tokens_(TokenizeRegex(pattern)), ascii_(IsAscii(pattern)) {}

  std::vector<RegexAdvice> Run() {
    if (auto controls = AdviseOnControls(pattern_)) advice_.push_back(std::move(*controls));
    for (size_t i = 0; i < tokens_.size(); ++i) Look(i);
    return std::move(advice_);
  }

 private:
  void Look(size_t i) {
    const RegexToken& token = tokens_[i];
    if (token.kind == Kind::kGroupOpen) return Enter(i);
    if (token.kind == Kind::kGroupClose && !captures_.empty()) captures_.pop_back();
    if (token.kind == Kind::kLiteral && token.In(pattern_) == "{") LookAtBrace(token);
    const std::string_view text = token.In(pattern_);
    if (token.kind == Kind::kClass && EscapeInClass(text, "\\w") != std::string_view::npos) {
      AdviseOnWord(i, token.begin + EscapeInClass(text, "\\w"), "[\\pL\\pN_…]");
    } else if (token.kind == Kind::kEscape && text == "\\w") {
      AdviseOnWord(i, token.begin, "[\\pL\\pN_]");
    } else if (token.kind == Kind::kClass && HasDigits(text) &&
               EscapeInClass(text, "\\s") != std::string_view::npos) {
      AdviseOnSpace(token.begin + EscapeInClass(text, "\\s"));
    } else if (token.kind == Kind::kEscape && text == "\\s" && !ascii_ && !EndsTagName(i)) {
      AdviseOnSpace(token.begin);
    } else if (token.kind == Kind::kEscape && (text == "\\b" || text == "\\B") && !ascii_ &&
               !EndsTagName(i)) {
      Advise(token.begin,
             "\\b knows ASCII letters only: beside other letters it is elsewhere than "
             "one thinks; write what stands there, such as [^\\pL]");
    }
  }

  // Whether a tag's name, which is ASCII, stands before token `i`: "<li".
  bool EndsTagName(size_t i) const {
    const auto is = [&](size_t token, auto&& wanted) {
      return tokens_[token].kind == Kind::kLiteral && tokens_[token].literal.size() == 1 &&
             wanted(tokens_[token].literal.front());
    };
    while (i > 0 && is(i - 1, ascii::IsAlphanumeric)) --i;
    if (i > 0 && is(i - 1, [](char c) { return c == '/'; })) --i;
    return i > 0 && is(i - 1, [](char c) { return c == '<'; });
  }

  // Remembers whether the group is one whose text somebody wants and that is not an attribute's.
  void Enter(size_t i) {
    const Group group = tokens_[i].group;
    const bool captures = group == Group::kCapture || group == Group::kNamed;
    const bool outer = !captures_.empty() && captures_.back();
    const bool quoted = i > 0 && IsQuote(tokens_[i - 1]);
    captures_.push_back(captures ? !quoted : outer);
  }

  void AdviseOnWord(size_t i, size_t offset, std::string_view instead) {
    const bool repeated = QuantifierAt(tokens_, i + 1).has_value();
    const bool captured = !captures_.empty() && captures_.back();
    if (ascii_ && !(captured && repeated)) return;
    Advise(offset,
           "\\w is ASCII only: \\w+ on März gives rz; for letters of all languages use "
           "\\pL, for \\w as elsewhere " +
               std::string(instead));
  }

  void AdviseOnSpace(size_t offset) {
    Advise(offset,
           "\\s is ASCII only and leaves out the no-break space U+00A0, which stands in many "
           "numbers and as &nbsp;: use [\\s\\x{a0}], or text instead of re");
  }

  void LookAtBrace(const RegexToken& token) {
    const std::string_view rest = pattern_.substr(token.begin);
    if (rest.size() < 3 || rest[1] != ',' || rest[2] < '0' || rest[2] > '9') return;
    Advise(token.begin, "{,n} is no repetition in RE2 but these very characters: write {0,n}");
  }

  void Advise(size_t offset, std::string message) {
    advice_.push_back({offset, std::move(message)});
  }

  std::string_view pattern_;
  std::vector<RegexToken> tokens_;
  bool ascii_;
  std::vector<bool> captures_;  // one an open group
  std::vector<RegexAdvice> advice_;
};

// "*", "+" or "{2,}", without the '?' that makes it lazy.
bool IsGreedyWithoutEnd(const RegexToken& token, std::string_view text) {
  const bool has_end = text.starts_with('?') || (text.starts_with('{') && !text.ends_with(",}"));
  return token.kind == Kind::kQuantifier && !has_end && !text.ends_with('?');
}

}  // namespace

std::optional<RegexAdvice> AdviseOnControls(std::string_view pattern) {
  const size_t at = pattern.find_first_of("\b\f");
  if (at == std::string_view::npos) return std::nullopt;
  const bool backspace = pattern[at] == '\b';
  return RegexAdvice{at,
                     std::string(backspace ? "a backspace, U+0008," : "a form feed, U+000C,") +
                         " stands in this regex, which is what " + (backspace ? "\\b" : "\\f") +
                         " is in a \"…\" string: write regexes in single quotes, '…' or '''…'''"};
}

std::optional<RegexAdvice> AdviseOnGreed(std::string_view pattern) {
  const std::vector<RegexToken> tokens = TokenizeRegex(pattern);
  for (size_t i = 0; i + 1 < tokens.size(); ++i) {
    const size_t minus = tokens[i].flags.find('-');
    if (tokens[i].flags.find('s', std::min(minus, tokens[i].flags.size())) != std::string::npos) {
      return std::nullopt;  // (?-s): dot stops at the line's end
    }
    const std::string_view repetition = tokens[i + 1].In(pattern);
    if (tokens[i].kind != Kind::kDot || !IsGreedyWithoutEnd(tokens[i + 1], repetition)) continue;
    return RegexAdvice{
        tokens[i].begin,
        "dot matches newlines and " + std::string(repetition) +
            " takes as much as it can: this runs to the last row of the page; write ." +
            std::string(repetition) + "? or [^<]" + std::string(repetition)};
  }
  return std::nullopt;
}

std::vector<RegexAdvice> AdviseOnRegex(std::string_view pattern) { return Advisor(pattern).Run(); }

}  // namespace thresh
