#include "parser/partial_match.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "parser/regex.h"
#include "parser/regex_syntax.h"

namespace thresh {
namespace {

using Kind = RegexToken::Kind;
using Tokens = std::vector<RegexToken>;

// A place where a pattern can be cut: behind one of its parts.
struct Cut {
  size_t part = 0;  // the token that the part begins with
  size_t end = 0;   // behind its last token
  size_t open = 0;  // groups that must be closed here
};

// One alternative of a pattern's top level.
struct Alternative {
  size_t begin = 0;  // tokens
  size_t end = 0;
};

std::vector<Alternative> AlternativesOf(const Tokens& tokens) {
  std::vector<Alternative> alternatives;
  size_t begin = 0;
  for (size_t i = 0; i < tokens.size(); ++i) {
    if (tokens[i].kind == Kind::kGroupOpen) i = CloseOf(tokens, i);
    if (i >= tokens.size() || tokens[i].kind != Kind::kAlternation) continue;
    alternatives.push_back({begin, i});
    begin = i + 1;
  }
  alternatives.push_back({begin, tokens.size()});
  return alternatives;
}

// Finds the cuts of one alternative, in their order. When the pattern matches up to one of them, so
// it does up to all before it: no part that may be left out is ever cut inside.
class CutFinder {
 public:
  explicit CutFinder(const Tokens& tokens) : tokens_(tokens) {}

  std::vector<Cut> Run(const Alternative& alternative) {
    Walk(alternative.begin, alternative.end, 0);
    return std::move(cuts_);
  }

 private:
  void Walk(size_t begin, size_t end, size_t open) {
    for (size_t i = begin; i < end;) {
      if (tokens_[i].kind == Kind::kFlags) {
        ++i;
        continue;
      }
      const bool group = tokens_[i].kind == Kind::kGroupOpen;
      const size_t close = group ? CloseOf(tokens_, i) : i;
      const size_t behind = BehindQuantifiers(std::min(close + 1, end), end);
      if (group && CanBeCut(i, close)) Walk(i + 1, close, open + 1);
      cuts_.push_back({i, behind, open});
      i = behind;
    }
  }

  size_t BehindQuantifiers(size_t i, size_t end) const {
    while (i < end && tokens_[i].kind == Kind::kQuantifier) ++i;
    return i;
  }

  // Whether each match of the group has all that stands in it, one behind the other.
  bool CanBeCut(size_t open, size_t close) const {
    return QuantifierAt(tokens_, close + 1).value_or(1) > 0 &&
           !HasAlternatives(tokens_, open + 1, close);
  }

  const Tokens& tokens_;
  std::vector<Cut> cuts_;
};

class PartialMatcher {
 public:
  PartialMatcher(std::string_view pattern, std::string_view text, Matcher& matcher)
      : pattern_(pattern), text_(text), matcher_(matcher), tokens_(TokenizeRegex(pattern)) {}

  PartialMatch Run() {
    PartialMatch best;
    bool first = true;
    for (const Alternative& alternative : AlternativesOf(tokens_)) {
      PartialMatch found = Try(alternative);
      if (first || Matched(found) > Matched(best)) best = found;
      first = false;
    }
    return best;
  }

 private:
  static size_t Matched(const PartialMatch& match) { return match.matched_end - match.begin; }

  // The most cuts that match are found by halving.
  PartialMatch Try(const Alternative& alternative) {
    const std::vector<Cut> cuts = CutFinder(tokens_).Run(alternative);
    PartialMatch result;
    result.begin = BeginOf(alternative);
    result.matched_end = result.begin;
    size_t matching = 0;  // cuts[matching - 1] matches
    size_t failing = cuts.size();
    while (matching < failing && !matcher_.stopped()) {
      const size_t middle = (matching + failing) / 2;
      if (Search(alternative, cuts[middle], &result)) {
        matching = middle + 1;
      } else {
        failing = middle;
      }
    }
    DescribeFailure(cuts, failing, &result);
    if (result.place.begin == result.place.end) {
      result.matched_end = result.begin;
      result.places = 0;
    }
    return result;
  }

  // Tokens leave out \Q and \E: an alternative begins behind the token before it.
  size_t BeginOf(const Alternative& alternative) const {
    return alternative.begin == 0 ? 0 : tokens_[alternative.begin - 1].end;
  }

  // Literals are put in quotes of their own: a cut may stand inside of \Q…\E.
  std::string LeadingPart(const Alternative& alternative, const Cut& cut) const {
    std::string part = Flags(alternative);
    for (size_t i = alternative.begin; i < cut.end; ++i) {
      const RegexToken& token = tokens_[i];
      part += token.kind == Kind::kLiteral ? re2::RE2::QuoteMeta(token.literal)
                                           : std::string(token.In(pattern_));
    }
    return part.append(cut.open, ')');
  }

  // Flags of the top level hold for the alternatives behind them, too.
  std::string Flags(const Alternative& alternative) const {
    std::string flags;
    for (size_t i = 0; i < alternative.begin; ++i) {
      const RegexToken& token = tokens_[i];
      if (token.kind == Kind::kGroupOpen) i = CloseOf(tokens_, i);
      if (token.kind == Kind::kFlags) flags += token.In(pattern_);
    }
    return flags;
  }

  bool Search(const Alternative& alternative, const Cut& cut, PartialMatch* result) {
    const std::string source = LeadingPart(alternative, cut);
    auto compiled = CompileRegex(source, nullptr);
    if (compiled == nullptr) return false;
    const Pattern part(source, std::move(compiled));
    MatchWalk walk(matcher_, part, text_);
    if (!walk.Next()) return false;
    result->place = {walk.begin(), walk.end()};
    result->matched_end = tokens_[cut.end - 1].end;
    for (result->places = 1; result->places < PartialMatch::kMostPlaces && walk.Next();) {
      ++result->places;
    }
    return true;
  }

  // A word is named as a whole, although its first character may be what fails.
  void DescribeFailure(const std::vector<Cut>& cuts, size_t failing, PartialMatch* result) const {
    if (failing == cuts.size()) {
      result->failed_begin = result->failed_end = pattern_.size();
      return;
    }
    size_t last = failing;
    while (IsCharacter(cuts[last]) && last + 1 < cuts.size() && IsCharacter(cuts[last + 1]) &&
           cuts[last + 1].part == cuts[last].end) {
      ++last;
    }
    result->failed_begin = tokens_[cuts[failing].part].begin;
    result->failed_end = tokens_[cuts[last].end - 1].end;
  }

  bool IsCharacter(const Cut& cut) const {
    return cut.end == cut.part + 1 && tokens_[cut.part].kind == Kind::kLiteral;
  }

  std::string_view pattern_;
  std::string_view text_;
  Matcher& matcher_;
  const Tokens tokens_;
};

}  // namespace

PartialMatch FindPartialMatch(std::string_view pattern, std::string_view text, Matcher& matcher) {
  return PartialMatcher(pattern, text, matcher).Run();
}

}  // namespace thresh
