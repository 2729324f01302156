// Regexes run on pages within a budget.
#pragma once

#include <re2/re2.h>

#include <algorithm>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "parser/extraction_budget.h"
#include "parser/literal_filter.h"
#include "parser/plain_regex.h"

namespace thresh {

class ExtractionTrace;

// A compiled regex with what lets a page be refused without running it. Immutable; one may serve
// any number of matchers.
class Pattern {
 public:
  // `re` must be ok, and compiled of `source`.
  Pattern(std::string_view source, std::unique_ptr<re2::RE2> re);

  const re2::RE2& re() const { return *re_; }
  const LiteralFilter& filter() const { return filter_; }
  // The same regex, for where filter().start() stands; nullptr when it is not so plain.
  const PlainRegex* plain() const { return plain_ ? &*plain_ : nullptr; }
  size_t groups() const { return groups_; }  // without the whole match
  size_t cost() const { return cost_; }      // the program's size: at least 1

 private:
  std::unique_ptr<re2::RE2> re_;
  LiteralFilter filter_;
  std::optional<PlainRegex> plain_;
  size_t groups_;
  size_t cost_;
};

// The matches of one page. Keeps the page within its budget: a search reads only as many leading
// bytes as the parse time allows, and none begins once the deadline has passed or what was found
// takes more memory than the page may have. Belongs to one extraction; `budget` must outlive it,
// and so must `trace`, which looks on when it is not null.
class Matcher {
 public:
  // `page_bytes`: the size of the page's text, which its memory is measured by.
  explicit Matcher(const ExtractionBudget& budget, ExtractionTrace* trace = nullptr,
                   size_t page_bytes = 0)
      : budget_(budget),
        trace_(trace),
        memory_(std::max(budget.memory, page_bytes * kMemoryPerByte)) {}

  // The first match in `text` that begins at `from` or behind it. Fills `groups`: the whole match,
  // then the pattern's groups, as many as there is room for; a group that took no part has no
  // data(). What stands before `from` is seen by \b and ^, since `text` is searched as one.
  bool Find(const Pattern& pattern, std::string_view text, size_t from,
            std::span<re2::StringPiece> groups);
  // Whether there is a match at all: cheaper than Find.
  bool Matches(const Pattern& pattern, std::string_view text);

  // Whether `bytes` may be taken for a while beside those that are held. When not, the budget is
  // used up, as if the deadline had passed.
  bool Fits(size_t bytes) {
    if (bytes > memory_ - held_) UseUp();
    return !expired_;
  }
  // The same, and they are taken until the page's end.
  bool Hold(size_t bytes) {
    if (!Fits(bytes)) return false;
    held_ += bytes;
    return true;
  }

  // Whether the budget is used up. Asks it now and then: when searches may have taken about a
  // millisecond since the last time, or there have been many.
  bool Expired();
  // Whether it was when it was last asked: what was searched since then was not found.
  bool stopped() const { return expired_; }
  // Whether a budget ended or shortened anything.
  bool cut_short() const { return cut_short_; }
  ExtractionTrace* trace() const { return trace_; }

 private:
  void UseUp() { expired_ = cut_short_ = true; }
  std::string_view Affordable(const Pattern& pattern, std::string_view text);
  bool Search(const Pattern& pattern, std::string_view text, size_t from,
              std::span<re2::StringPiece> groups);
  bool SearchAtStarts(const Pattern& pattern, std::string_view text, size_t from,
                      std::span<re2::StringPiece> groups);
  bool MatchAt(const Pattern& pattern, std::string_view text, size_t at,
               std::span<re2::StringPiece> groups);
  bool Run(const Pattern& pattern, std::string_view text, size_t from, re2::RE2::Anchor anchor,
           std::span<re2::StringPiece> groups);
  bool TracedSearch(const Pattern& pattern, std::string_view text, size_t from,
                    std::span<re2::StringPiece> groups);

  const ExtractionBudget& budget_;
  ExtractionTrace* const trace_;
  const size_t memory_;
  size_t held_ = 0;
  bool cut_short_ = false;
  bool expired_ = false;
  size_t calls_ = 0;  // of Expired, since it asked
  double work_ = 0;   // program size × bytes, since then
};

// Walks over all matches of a pattern in a text, which do not overlap. An empty match is given
// once, and the walk goes on behind the next character.
class MatchWalk {
 public:
  MatchWalk(Matcher& matcher, const Pattern& pattern, std::string_view text);

  bool Next();
  size_t begin() const { return begin_; }  // offsets in the text
  size_t end() const { return end_; }
  std::span<const re2::StringPiece> groups() const { return groups_; }
  // Goes on at `offset` instead of the match's end.
  void ContinueAt(size_t offset) { next_ = offset; }

 private:
  Matcher& matcher_;
  const Pattern& pattern_;
  std::string_view text_;
  std::vector<re2::StringPiece> groups_;
  size_t begin_ = 0;
  size_t end_ = 0;
  size_t next_ = 0;
};

// How many leading bytes of a text a search for `pattern` reads within the budget.
size_t AffordableBytes(const Pattern& pattern, const ExtractionBudget& budget);

// The first group that took part, else the whole match.
re2::StringPiece FirstGroup(std::span<const re2::StringPiece> groups);

}  // namespace thresh
