// The start tags of a page, of some names only: what links are read from.
#pragma once

#include <cstddef>
#include <string_view>

#include "parser/html.h"
#include "parser/tag_starts.h"

namespace thresh {

// Walks over the start tags of `html` whose names begin with one of the letters of `interest`:
// those that HtmlScanner::Next gives, in less time, since what is not asked for is passed over
// without being read. `html` and `interest` must outlive it, `html` its tags, too.
class StartTags {
 public:
  StartTags(std::string_view html, const TagInterest& interest)
      : html_(html), letters_(interest.letters()), starts_(html, interest), scanner_(html) {}
  // False at the end.
  bool Next(HtmlTag* tag);

 private:
  const char* CloseOf(const char* begin) const;
  bool ReadPlainTag(const char* begin, HtmlTag* tag);
  size_t Offset(const char* at) const { return static_cast<size_t>(at - html_.data()); }

  const std::string_view html_;
  const LetterSet letters_;
  TagStarts starts_;
  HtmlScanner scanner_;  // reads what is not plain
  size_t end_ = 0;       // of the last plain tag
};

}  // namespace thresh
