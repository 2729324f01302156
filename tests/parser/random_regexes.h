#pragma once

#include <cstdint>
#include <random>
#include <string>

namespace thresh {

// Random patterns and texts over a small alphabet, so that matches are frequent.
class RandomRegexes {
 public:
  explicit RandomRegexes(uint64_t seed) : random_(seed) {}

  std::string Pattern(int depth = 3) {
    std::string pattern;
    for (int i = Below(4) + 1; i > 0; --i) pattern += Piece(depth);
    return pattern;
  }

  std::string Text() {
    std::string text;
    for (int i = Below(30); i > 0; --i) text += Character();
    return text;
  }

 private:
  int Below(int limit) { return static_cast<int>(random_() % static_cast<uint32_t>(limit)); }
  std::string Character() {
    constexpr const char* kCharacters[] = {"a", "b",  "c", "A", "ä",      "Ä",
                                           "<", "\n", "s", "k", "\u017f", "\u212a"};
    return kCharacters[Below(Below(2) == 0 ? 4 : 12)];
  }
  std::string Piece(int depth) {
    constexpr const char* kQuantifiers[] = {"", "", "", "?", "*", "+", "{2}", "{0,1}", "*?", "{0}"};
    return Atom(depth) + kQuantifiers[Below(10)];
  }
  std::string Atom(int depth) {
    switch (depth > 0 ? Below(12) : Below(6)) {
      case 0:
        return ".";
      case 1:
        return "[ab]";
      case 2:
        return "[^a]";
      case 6:
        return "(" + Pattern(depth - 1) + ")";
      case 7:
        return "(?:" + Pattern(depth - 1) + "|" + Pattern(depth - 1) + ")";
      case 8:
        return "(?i:" + Pattern(depth - 1) + ")";
      case 9:
        return "(" + Pattern(depth - 1) + "|)";
      case 10:
        return "\\Q" + Character() + Character() + "\\E";
      default:
        return Character();
    }
  }

  std::mt19937 random_;
};

}  // namespace thresh
