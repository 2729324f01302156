// The start tags of a page, of some names only: what links are read from.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "parser/html.h"
#include "parser/markup_index.h"

namespace thresh {

// ASCII letters in either case.
class LetterSet {
 public:
  constexpr explicit LetterSet(std::string_view letters) {
    for (const char letter : letters) bits_ |= 1u << (letter & 31);
  }
  constexpr bool Has(char letter) const { return (bits_ >> (letter & 31) & 1) != 0; }

 private:
  uint32_t bits_ = 0;
};

// Walks over the start tags of `html` whose names begin with one of `letters`: those that
// HtmlScanner::Next gives, in less time, since what is not asked for is passed over
// without being read. `html` must outlive it and its tags.
class StartTags {
 public:
  StartTags(std::string_view html, LetterSet letters)
      : html_(html), letters_(letters), index_(html), scanner_(html) {}
  // False at the end.
  bool Next(HtmlTag* tag);

 private:
  enum class Reading { kPassOver, kHere, kByScanner };

  bool FindPlainTag(HtmlTag* tag);
  Reading ReadingOf(const char* begin) const;
  void Fill(const char* begin, const char* close, HtmlTag* tag) const;

  const std::string_view html_;
  const LetterSet letters_;
  MarkupIndex index_;
  HtmlScanner scanner_;  // reads what is not plain
};

}  // namespace thresh
