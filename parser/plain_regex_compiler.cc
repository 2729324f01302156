#include <algorithm>
#include <utility>

#include "parser/plain_regex.h"

namespace thresh {
namespace {

using Kind = RegexToken::Kind;
using Group = RegexToken::Group;

}  // namespace

// Makes the steps of a regex, token by token.
class PlainRegexCompiler {
 public:
  PlainRegexCompiler(std::string_view pattern, const std::vector<RegexToken>& tokens)
      : pattern_(pattern), tokens_(tokens) {}

  std::optional<PlainRegex> Compile() {
    for (size_t i = 0; i < tokens_.size(); ++i) {
      if (!Add(tokens_[i], QuantifierAt(tokens_, i + 1).has_value())) return std::nullopt;
      if (regex_.steps_.size() > PlainRegex::kMostSteps) return std::nullopt;
    }
    if (levels_.size() != 1) return std::nullopt;
    Link();
    return std::move(regex_);
  }

 private:
  using Step = PlainRegex::Step;

  struct Level {
    bool any_case = false;
    size_t group = 0;  // 0: none is captured
  };

  bool Add(const RegexToken& token, bool repeated) {
    switch (token.kind) {
      case Kind::kLiteral:
        return AddLiteral(token.literal, repeated);
      case Kind::kDot:
      case Kind::kClass:
        return AddSet(token);
      case Kind::kEscape:
        return AddBoundary(token, repeated) || AddSet(token);
      case Kind::kFlags:
        return SetFlags(token);
      case Kind::kGroupOpen:
        return Open(token);
      case Kind::kGroupClose:
        return !repeated && Close();
      case Kind::kQuantifier:
        return !repeated && Repeat(token);
      case Kind::kAnchor:
      case Kind::kAlternation:
        return false;
    }
    return false;
  }

  bool AddLiteral(std::string_view character, bool repeated) {
    const bool any_case = levels_.back().any_case;
    if (any_case && !FoldsWithinAscii(character)) return false;
    if (repeated && character.size() > 1) return false;
    for (const char byte : character) AddOne(OneByte(byte, any_case), false);
    return true;
  }

  bool AddSet(const RegexToken& token) {
    const auto set = CharactersOf(token.kind, token.In(pattern_), levels_.back().any_case);
    if (!set || set->others == CharacterSet::Others::kSome) return false;
    AddOne(set->ascii, set->others == CharacterSet::Others::kAll);
    return true;
  }

  void AddOne(const ByteSet& bytes, bool others) {
    Step step;
    step.wide = others;
    for (size_t byte = 0; byte < bytes.size(); ++byte) {
      step.set[byte] = byte < 0x80 || !others ? bytes[byte] : true;
    }
    regex_.steps_.push_back(step);
  }

  bool AddBoundary(const RegexToken& token, bool repeated) {
    const std::string_view text = token.In(pattern_);
    if (repeated || (text != "\\b" && text != "\\B")) return false;
    Step step;
    step.kind = Step::Kind::kBoundary;
    step.negated = text == "\\B";
    regex_.steps_.push_back(step);
    return true;
  }

  // Dot matches newlines, and what is lazy stays so, unless flags say otherwise.
  static bool KnowsFlags(std::string_view flags) {
    return flags.find_first_not_of("is") == flags.npos;
  }

  bool SetFlags(const RegexToken& token) {
    levels_.back().any_case = AnyCaseAfter(token, levels_.back().any_case);
    return KnowsFlags(token.flags);
  }

  bool Open(const RegexToken& token) {
    const bool captures = token.group == Group::kCapture || token.group == Group::kNamed;
    if (!captures && (token.group != Group::kPlain || !KnowsFlags(token.flags))) return false;
    if (captures && ++regex_.groups_ > PlainRegex::kMostGroups) return false;
    levels_.push_back(
        {AnyCaseAfter(token, levels_.back().any_case), captures ? regex_.groups_ : 0});
    if (captures) AddMark(2 * regex_.groups_);
    return true;
  }

  bool Close() {
    if (levels_.size() == 1) return false;
    if (levels_.back().group != 0) AddMark(2 * levels_.back().group + 1);
    levels_.pop_back();
    return true;
  }

  void AddMark(size_t mark) {
    Step step;
    step.kind = Step::Kind::kMark;
    step.mark = static_cast<uint8_t>(mark);
    regex_.steps_.push_back(step);
  }

  bool Repeat(const RegexToken& token) {
    const std::string_view text = token.In(pattern_);
    if (text[0] == '{' || regex_.steps_.empty()) return false;
    Step& step = regex_.steps_.back();
    if (step.kind != Step::Kind::kOne) return false;
    step.kind = Step::Kind::kRepeat;
    step.minimum = text[0] == '+' ? 1 : 0;
    step.optional = text[0] == '?';
    step.lazy = text.size() > 1;
    return true;
  }

  // Tells each repetition what follows it.
  void Link() {
    std::vector<Step>& steps = regex_.steps_;
    for (size_t i = 0; i < steps.size(); ++i) {
      if (steps[i].kind != Step::Kind::kRepeat) continue;
      size_t next = i + 1;
      while (next < steps.size() && steps[next].kind == Step::Kind::kMark) ++next;
      LinkTo(next < steps.size() ? &steps[next] : nullptr, &steps[i]);
    }
  }

  static void LinkTo(const Step* next, Step* step) {
    const bool consumes = next != nullptr && (next->kind == Step::Kind::kOne ||
                                              (next->kind == Step::Kind::kRepeat && next->minimum));
    if (consumes) {
      step->has_follow = true;
      step->follow = next->set;
    }
    const auto follows = std::count(step->follow.begin(), step->follow.begin() + 0x80, true);
    if (follows == 1 && std::count(step->follow.begin(), step->follow.end(), true) == 1) {
      step->lone_follow = static_cast<int>(
          std::find(step->follow.begin(), step->follow.end(), true) - step->follow.begin());
    }
    bool disjoint = true;
    int stops = 0;
    for (int byte = 0; byte < 256; ++byte) {
      const auto at = static_cast<size_t>(byte);
      disjoint &= !step->set[at] || !step->follow[at];
      if (step->lazy ? step->follow[at] : !step->set[at]) {
        ++stops;
        step->stop = byte;
      }
    }
    const bool has_all = std::count(step->set.begin(), step->set.end(), true) == 256;
    if (stops != 1 || (step->lazy && !(has_all && consumes))) step->stop = -1;
    step->keeps = !step->lazy && disjoint && (consumes || next == nullptr);
  }

  const std::string_view pattern_;
  const std::vector<RegexToken>& tokens_;
  std::vector<Level> levels_ = std::vector<Level>(1);
  PlainRegex regex_;
};

std::optional<PlainRegex> PlainRegex::Compile(std::string_view pattern,
                                              const std::vector<RegexToken>& tokens) {
  return PlainRegexCompiler(pattern, tokens).Compile();
}

}  // namespace thresh
