#include "parser/regex_syntax.h"

#include <algorithm>

#include "parser/ascii.h"

namespace thresh {
namespace {

using ascii::IsDigit;

using Kind = RegexToken::Kind;
using Group = RegexToken::Group;

size_t CharacterBytes(char lead) {
  const auto byte = static_cast<unsigned char>(lead);
  if (byte >= 0xf0) return 4;
  if (byte >= 0xe0) return 3;
  return byte >= 0xc0 ? 2 : 1;
}

// The character that a one-letter escape stands for, if it stands for one.
std::optional<char> ControlEscape(char c) {
  switch (c) {
    case 'n':
      return '\n';
    case 't':
      return '\t';
    case 'r':
      return '\r';
    case 'f':
      return '\f';
    case 'v':
      return '\v';
    case 'a':
      return '\a';
    default:
      return std::nullopt;
  }
}

class Tokenizer {
 public:
  explicit Tokenizer(std::string_view pattern) : pattern_(pattern) {}

  std::vector<RegexToken> Run() {
    while (at_ < pattern_.size()) Step();
    return std::move(tokens_);
  }

 private:
  void Step() {
    switch (pattern_[at_]) {
      case '\\':
        return Escape();
      case '[':
        return Class();
      case '(':
        return Open();
      case ')':
        return Add(Kind::kGroupClose, at_ + 1);
      case '|':
        return Add(Kind::kAlternation, at_ + 1);
      case '.':
        return Add(Kind::kDot, at_ + 1);
      case '^':
      case '$':
        return Add(Kind::kAnchor, at_ + 1);
      case '*':
      case '?':
        return Quantifier(at_ + 1, 0);
      case '+':
        return Quantifier(at_ + 1, 1);
      case '{':
        return Brace();
      default:
        return Literal(CharacterBytes(pattern_[at_]));
    }
  }

  char At(size_t position) const { return position < pattern_.size() ? pattern_[position] : '\0'; }

  RegexToken& Push(Kind kind, size_t end) {
    RegexToken token;
    token.kind = kind;
    token.begin = at_;
    token.end = std::min(end, pattern_.size());
    at_ = token.end;
    return tokens_.emplace_back(std::move(token));
  }

  void Add(Kind kind, size_t end) { Push(kind, end); }

  void Literal(size_t bytes) {
    const std::string_view character = pattern_.substr(at_, bytes);
    Push(Kind::kLiteral, at_ + bytes).literal = character;
  }

  void Escape() {
    const char c = At(at_ + 1);
    if (c == 'Q') return Quoted();
    if (const auto control = ControlEscape(c)) {
      Push(Kind::kLiteral, at_ + 2).literal = *control;
    } else if (!ascii::IsAlphanumeric(c) && c != '\0' && c != '_') {
      const std::string_view character = pattern_.substr(at_ + 1, CharacterBytes(c));
      Push(Kind::kLiteral, at_ + 1 + character.size()).literal = character;
    } else {
      Add(Kind::kEscape, EscapeEnd());
    }
  }

  // Behind \d, \pL, \p{Greek}, \x{20AC}, \x41, \k<name>, \12.
  size_t EscapeEnd() const {
    const char c = At(at_ + 1);
    size_t end = at_ + 2;
    if (c == 'p' || c == 'P' || c == 'x' || c == 'k' || c == 'u' || c == 'g') {
      const char open = At(end);
      const char close = open == '{' ? '}' : open == '<' ? '>' : '\0';
      if (close != '\0') {
        const size_t found = pattern_.find(close, end);
        return found == std::string_view::npos ? pattern_.size() : found + 1;
      }
      if (c == 'p' || c == 'P') return end + 1;
      const size_t digits = c == 'u' ? 4 : c == 'x' ? 2 : 1;
      for (size_t i = 0; i < digits && ascii::IsAlphanumeric(At(end)); ++i) ++end;
    } else if (IsDigit(c)) {
      while (IsDigit(At(end)) && end < at_ + 4) ++end;
    }
    return end;
  }

  void Quoted() {
    at_ += 2;
    while (at_ < pattern_.size()) {
      if (pattern_.substr(at_, 2) == "\\E") {
        at_ += 2;
        return;
      }
      Literal(CharacterBytes(pattern_[at_]));
    }
  }

  void Class() {
    size_t end = at_ + 1;
    if (At(end) == '^') ++end;
    if (At(end) == ']') ++end;
    while (end < pattern_.size() && pattern_[end] != ']') {
      if (pattern_[end] == '\\') {
        end += 2;
      } else if (pattern_.substr(end, 2) == "[:" &&
                 pattern_.find(":]", end + 2) != std::string_view::npos) {
        end = pattern_.find(":]", end + 2) + 2;
      } else {
        ++end;
      }
    }
    Add(Kind::kClass, end + 1);
  }

  void Open() {
    if (At(at_ + 1) != '?') return OpenGroup(Group::kCapture, 1);
    const std::string_view rest = pattern_.substr(at_ + 2);
    if (rest.starts_with("P<")) return OpenNamed(3);
    if (rest.starts_with("P=") || rest.starts_with("P>"))
      return OpenGroup(Group::kBackReference, 4);
    if (rest.starts_with("<=") || rest.starts_with("<!")) return OpenGroup(Group::kLookBehind, 4);
    if (rest.starts_with("<")) return OpenNamed(2);
    if (rest.starts_with("=") || rest.starts_with("!")) return OpenGroup(Group::kLookAhead, 3);
    if (rest.starts_with(">")) return OpenGroup(Group::kAtomic, 3);
    if (rest.starts_with("(")) return OpenGroup(Group::kConditional, 2);
    if (rest.starts_with("#")) return OpenGroup(Group::kComment, 3);
    return OpenFlags();
  }

  void OpenGroup(Group group, size_t bytes) { Push(Kind::kGroupOpen, at_ + bytes).group = group; }

  // `prefix` is how many bytes stand before the '<'.
  void OpenNamed(size_t prefix) {
    const size_t name = at_ + prefix + 1;
    const size_t close = pattern_.find('>', name);
    if (close == std::string_view::npos) return OpenGroup(Group::kOther, prefix + 1);
    const std::string_view text = pattern_.substr(name, close - name);
    RegexToken& token = Push(Kind::kGroupOpen, close + 1);
    token.group = Group::kNamed;
    token.name = text;
  }

  void OpenFlags() {
    size_t end = at_ + 2;
    while (ascii::IsAlphanumeric(At(end)) || At(end) == '-' || At(end) == '^') ++end;
    const std::string_view flags = pattern_.substr(at_ + 2, end - at_ - 2);
    const bool body = At(end) == ':';
    if (!body && At(end) != ')') return OpenGroup(Group::kOther, 2);
    RegexToken& token = Push(body ? Kind::kGroupOpen : Kind::kFlags, end + 1);
    token.group = Group::kPlain;
    token.flags = flags;
  }

  void Quantifier(size_t end, uint32_t minimum) {
    const bool possessive = At(end) == '+';
    if (possessive || At(end) == '?') ++end;
    RegexToken& token = Push(Kind::kQuantifier, end);
    token.minimum = minimum;
    token.possessive = possessive;
  }

  // "{n}", "{n,}" or "{n,m}"; anything else is a literal brace, as in RE2.
  void Brace() {
    size_t end = at_ + 1;
    uint32_t minimum = 0;
    while (IsDigit(At(end))) {
      minimum = std::min<uint32_t>(minimum * 10 + static_cast<uint32_t>(At(end) - '0'), 100'000);
      ++end;
    }
    if (end == at_ + 1) return Literal(1);
    if (At(end) == ',') {
      ++end;
      while (IsDigit(At(end))) ++end;
    }
    if (At(end) != '}') return Literal(1);
    Quantifier(end + 1, minimum);
  }

  std::string_view pattern_;
  size_t at_ = 0;
  std::vector<RegexToken> tokens_;
};

}  // namespace

std::vector<RegexToken> TokenizeRegex(std::string_view pattern) { return Tokenizer(pattern).Run(); }

size_t CloseOf(const std::vector<RegexToken>& tokens, size_t open) {
  size_t depth = 0;
  for (size_t i = open; i < tokens.size(); ++i) {
    if (tokens[i].kind == Kind::kGroupOpen) ++depth;
    if (tokens[i].kind == Kind::kGroupClose && --depth == 0) return i;
  }
  return tokens.size();
}

bool HasAlternatives(const std::vector<RegexToken>& tokens, size_t begin, size_t end) {
  for (size_t i = begin; i < end; ++i) {
    if (tokens[i].kind == Kind::kAlternation) return true;
    if (tokens[i].kind == Kind::kGroupOpen) i = CloseOf(tokens, i);
  }
  return false;
}

std::optional<uint32_t> QuantifierAt(const std::vector<RegexToken>& tokens, size_t i) {
  std::optional<uint32_t> minimum;
  for (; i < tokens.size() && tokens[i].kind == Kind::kQuantifier; ++i) {
    minimum = std::min(minimum.value_or(1), tokens[i].minimum);
  }
  return minimum;
}

bool AnyCaseAfter(const RegexToken& token, bool any_case) {
  if (token.kind != Kind::kFlags && token.kind != Kind::kGroupOpen) return any_case;
  bool on = true;
  for (const char flag : token.flags) {
    if (flag == '-') on = false;
    if (flag == 'i') any_case = on;
  }
  return any_case;
}

}  // namespace thresh
