#include "parser/literal_filter.h"

#include <string.h>

#include <algorithm>
#include <utility>

#include "parser/regex_syntax.h"

namespace thresh {
namespace {

using Kind = RegexToken::Kind;

// More than this many literals cost more than they save.
constexpr size_t kMaxLiterals = 4;

bool IgnoresCase(const RegexToken& token) {
  if (token.kind != Kind::kFlags && token.kind != Kind::kGroupOpen) return false;
  return token.flags.substr(0, token.flags.find('-')).find('i') != std::string_view::npos;
}

// Collects what the concatenation at each level requires. A group hands its literals to the level
// above when it has no alternatives and is there at least once.
class Collector {
 public:
  explicit Collector(const std::vector<RegexToken>& tokens) : tokens_(tokens), levels_(1) {}

  std::vector<std::string> Run() {
    for (size_t i = 0; i < tokens_.size(); ++i) Look(i);
    while (levels_.size() > 1) Close(true);
    EndRun();
    if (levels_[0].alternatives) return {};
    return std::move(levels_[0].literals);
  }

 private:
  struct Level {
    std::vector<std::string> literals;
    std::string run;
    bool alternatives = false;
  };

  void Look(size_t i) {
    const RegexToken& token = tokens_[i];
    switch (token.kind) {
      case Kind::kLiteral:
        if (!RequiredAt(i + 1)) return EndRun();
        levels_.back().run += token.literal;
        if (RepeatedAt(i + 1)) EndRun();
        return;
      case Kind::kQuantifier:
        return;
      case Kind::kGroupOpen:
        EndRun();
        levels_.emplace_back();
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

  bool RepeatedAt(size_t i) const {
    return i < tokens_.size() && tokens_[i].kind == Kind::kQuantifier;
  }

  // Whether what stands before token `i` is there at least once.
  bool RequiredAt(size_t i) const {
    for (; RepeatedAt(i); ++i) {
      if (tokens_[i].minimum == 0) return false;
    }
    return true;
  }

  void EndRun() {
    Level& level = levels_.back();
    if (level.run.size() > 1) level.literals.push_back(level.run);
    level.run.clear();
  }

  void Close(bool required) {
    EndRun();
    Level inner = std::move(levels_.back());
    levels_.pop_back();
    EndRun();
    if (!required || inner.alternatives) return;
    std::vector<std::string>& literals = levels_.back().literals;
    for (std::string& literal : inner.literals) literals.push_back(std::move(literal));
  }

  const std::vector<RegexToken>& tokens_;
  std::vector<Level> levels_;
};

// The longest ones, each that is part of another left out.
std::vector<std::string> Choose(std::vector<std::string> literals) {
  std::stable_sort(literals.begin(), literals.end(),
                   [](const auto& a, const auto& b) { return a.size() > b.size(); });
  std::vector<std::string> chosen;
  for (std::string& literal : literals) {
    const auto has = [&](const std::string& other) {
      return other.find(literal) != std::string::npos;
    };
    if (std::none_of(chosen.begin(), chosen.end(), has)) chosen.push_back(std::move(literal));
    if (chosen.size() == kMaxLiterals) break;
  }
  return chosen;
}

std::string Prefix(const std::vector<RegexToken>& tokens) {
  int depth = 0;
  for (const RegexToken& token : tokens) {
    if (token.kind == Kind::kGroupOpen) ++depth;
    if (token.kind == Kind::kGroupClose) --depth;
    if (token.kind == Kind::kAlternation && depth == 0) return {};
  }
  std::string prefix;
  for (size_t i = 0; i < tokens.size(); ++i) {
    if (tokens[i].kind == Kind::kFlags && prefix.empty()) continue;
    if (tokens[i].kind != Kind::kLiteral) break;
    const bool repeated = i + 1 < tokens.size() && tokens[i + 1].kind == Kind::kQuantifier;
    if (repeated) break;
    prefix += tokens[i].literal;
  }
  return prefix;
}

}  // namespace

LiteralFilter::LiteralFilter(std::string_view pattern) {
  const std::vector<RegexToken> tokens = TokenizeRegex(pattern);
  if (std::any_of(tokens.begin(), tokens.end(), IgnoresCase)) return;
  literals_ = Choose(Collector(tokens).Run());
  prefix_ = Prefix(tokens);
}

bool LiteralFilter::MayMatch(std::string_view text) const {
  return std::all_of(literals_.begin(), literals_.end(), [text](const std::string& literal) {
    return memmem(text.data(), text.size(), literal.data(), literal.size()) != nullptr;
  });
}

}  // namespace thresh
