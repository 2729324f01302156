#include "parser/literal_filter.h"

#include <algorithm>
#include <utility>

#include "parser/ascii.h"
#include "parser/character_set.h"
#include "parser/regex_start.h"
#include "parser/regex_syntax.h"

namespace thresh {
namespace {

using Kind = RegexToken::Kind;

// More than this many literals cost more than they save.
constexpr size_t kMaxLiterals = 4;

struct Literal {
  std::string text;  // in lower case where case is ignored
  bool any_case = false;
};

// Collects what the concatenation at each level requires. A group hands its literals to the level
// above when it has no alternatives and is there at least once.
class Collector {
 public:
  explicit Collector(const std::vector<RegexToken>& tokens) : tokens_(tokens), levels_(1) {}

  std::vector<Literal> Run() {
    for (size_t i = 0; i < tokens_.size(); ++i) Look(i);
    while (levels_.size() > 1) Close(true);
    EndRun();
    if (levels_[0].alternatives) return {};
    return std::move(levels_[0].literals);
  }

 private:
  struct Level {
    std::vector<Literal> literals;
    std::string run;
    bool alternatives = false;
    bool any_case = false;
  };

  void Look(size_t i) {
    const RegexToken& token = tokens_[i];
    switch (token.kind) {
      case Kind::kLiteral:
        if (!RequiredAt(i + 1) || !AddToRun(token.literal)) return EndRun();
        if (QuantifierAt(tokens_, i + 1)) EndRun();
        return;
      case Kind::kQuantifier:
        return;
      case Kind::kGroupOpen:
        EndRun();
        Open(token);
        return;
      case Kind::kFlags:
        EndRun();
        levels_.back().any_case = AnyCaseAfter(token, levels_.back().any_case);
        return;
      case Kind::kGroupClose:
        if (levels_.size() > 1) Close(RequiredAt(i + 1));
        return;
      case Kind::kAlternation:
        EndRun();
        levels_.back().alternatives = true;
        return;
      default:
        return EndRun();
    }
  }

  // Whether what stands before token `i` is there at least once.
  bool RequiredAt(size_t i) const { return QuantifierAt(tokens_, i).value_or(1) > 0; }

  // False when the character may be written in other bytes than these and their other ASCII case.
  bool AddToRun(std::string_view character) {
    Level& level = levels_.back();
    if (!level.any_case) {
      level.run += character;
      return true;
    }
    if (!FoldsWithinAscii(character)) return false;
    level.run += ascii::ToLower(character[0]);
    return true;
  }

  void EndRun() {
    Level& level = levels_.back();
    if (level.run.size() > 1) level.literals.push_back({level.run, level.any_case});
    level.run.clear();
  }

  void Open(const RegexToken& token) {
    const bool any_case = AnyCaseAfter(token, levels_.back().any_case);
    levels_.emplace_back().any_case = any_case;
  }

  void Close(bool required) {
    EndRun();
    Level inner = std::move(levels_.back());
    levels_.pop_back();
    EndRun();
    if (!required || inner.alternatives) return;
    std::vector<Literal>& literals = levels_.back().literals;
    for (Literal& literal : inner.literals) literals.push_back(std::move(literal));
  }

  const std::vector<RegexToken>& tokens_;
  std::vector<Level> levels_;
};

// Whether a text that has `longer` also has `shorter`.
bool Implies(const Literal& longer, const Literal& shorter) {
  if (longer.any_case && !shorter.any_case) return false;
  if (!shorter.any_case) return longer.text.find(shorter.text) != std::string::npos;
  return ascii::Lowered(longer.text).find(shorter.text) != std::string::npos;
}

// The longest ones, each that is part of another left out.
std::vector<Literal> Choose(std::vector<Literal> literals) {
  std::stable_sort(literals.begin(), literals.end(),
                   [](const auto& a, const auto& b) { return a.text.size() > b.text.size(); });
  std::vector<Literal> chosen;
  for (Literal& literal : literals) {
    const auto has = [&](const Literal& other) { return Implies(other, literal); };
    if (std::none_of(chosen.begin(), chosen.end(), has)) chosen.push_back(std::move(literal));
    if (chosen.size() == kMaxLiterals) break;
  }
  return chosen;
}

bool IgnoresCase(const RegexToken& token) { return AnyCaseAfter(token, false); }

std::string Prefix(const std::vector<RegexToken>& tokens) {
  if (std::any_of(tokens.begin(), tokens.end(), IgnoresCase)) return {};
  if (HasAlternatives(tokens, 0, tokens.size())) return {};
  std::string prefix;
  for (size_t i = 0; i < tokens.size(); ++i) {
    if (tokens[i].kind == Kind::kFlags && prefix.empty()) continue;
    if (tokens[i].kind != Kind::kLiteral || QuantifierAt(tokens, i + 1)) break;
    prefix += tokens[i].literal;
  }
  return prefix;
}

}  // namespace

LiteralFilter::LiteralFilter(std::string_view pattern) {
  const std::vector<RegexToken> tokens = TokenizeRegex(pattern);
  for (Literal& literal : Choose(Collector(tokens).Run())) {
    required_.emplace_back().AppendLiteral(literal.text, literal.any_case);
    literals_.push_back(std::move(literal.text));
  }
  prefix_ = Prefix(tokens);
  start_ = StartOf(pattern, tokens);
}

bool LiteralFilter::MayMatch(std::string_view text) const {
  return std::all_of(required_.begin(), required_.end(), [text](const ByteRun& literal) {
    return literal.Find(text, 0) != ByteRun::kNone;
  });
}

}  // namespace thresh
