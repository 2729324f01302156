#include "parser/regex_start.h"

#include <optional>

#include "parser/character_set.h"

namespace thresh {
namespace {

using Kind = RegexToken::Kind;
using Group = RegexToken::Group;

// The bytes that a character outside of ASCII may begin with.
void AddLeadBytes(ByteSet* set) {
  for (size_t byte = 0xC2; byte <= 0xF4; ++byte) set->set(byte);
}

// Walks over the tokens as long as each is certain to stand next in every match.
class StartFinder {
 public:
  StartFinder(std::string_view pattern, const std::vector<RegexToken>& tokens)
      : pattern_(pattern), tokens_(tokens) {}

  ByteRun Find() {
    if (!HasAlternatives(tokens_, 0, tokens_.size())) Walk();
    return run_;
  }

 private:
  void Walk() {
    std::vector<bool> any_case = {false};  // by depth
    for (size_t i = 0; i < tokens_.size(); ++i) {
      const RegexToken& token = tokens_[i];
      if (token.kind == Kind::kFlags) {
        any_case.back() = AnyCaseAfter(token, any_case.back());
      } else if (token.kind == Kind::kGroupOpen) {
        if (!MayEnter(i)) return;
        any_case.push_back(AnyCaseAfter(token, any_case.back()));
      } else if (token.kind == Kind::kGroupClose) {
        if (any_case.size() == 1 || QuantifierAt(tokens_, i + 1)) return;
        any_case.pop_back();
      } else if (!Add(token, any_case.back(), QuantifierAt(tokens_, i + 1))) {
        return;
      }
    }
  }

  bool MayEnter(size_t open) const {
    const Group group = tokens_[open].group;
    if (group != Group::kCapture && group != Group::kNamed && group != Group::kPlain) return false;
    const size_t close = CloseOf(tokens_, open);
    if (close == tokens_.size() || HasAlternatives(tokens_, open + 1, close)) return false;
    return QuantifierAt(tokens_, close + 1).value_or(1) > 0;
  }

  // Adds the places of a token; false when nothing is known of what stands behind it.
  bool Add(const RegexToken& token, bool any_case, std::optional<uint32_t> minimum) {
    if (minimum.value_or(1) == 0) return false;
    if (token.kind == Kind::kLiteral) return AddLiteral(token.literal, any_case) && !minimum;
    return AddCharacters(token, any_case) && !minimum;
  }

  bool AddLiteral(std::string_view character, bool any_case) {
    if (any_case && !FoldsWithinAscii(character)) {
      if (character.size() != 1) return false;
      ByteSet set = OneByte(character[0], true);
      AddLeadBytes(&set);
      run_.Append(set);
      return false;  // one byte or more
    }
    for (const char byte : character) {
      if (!run_.Append(OneByte(byte, any_case))) return false;
    }
    return true;
  }

  bool AddCharacters(const RegexToken& token, bool any_case) {
    if (token.kind == Kind::kDot) return false;
    auto set = CharactersOf(token.kind, token.In(pattern_), any_case);
    if (!set) return false;
    const bool ascii = set->others == CharacterSet::Others::kNone;
    if (!ascii) AddLeadBytes(&set->ascii);
    return run_.Append(set->ascii) && ascii;
  }

  const std::string_view pattern_;
  const std::vector<RegexToken>& tokens_;
  ByteRun run_;
};

}  // namespace

ByteRun StartOf(std::string_view pattern, const std::vector<RegexToken>& tokens) {
  return StartFinder(pattern, tokens).Find();
}

}  // namespace thresh
