#include "parser/matcher.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "parser/extraction_trace.h"
#include "parser/utf8.h"

namespace thresh {
namespace {

// Program size × bytes that RE2 does in a second at worst.
constexpr double kWorkPerSecond = 8e9;
// The deadline is asked when this much may have been done (a millisecond), or by every so many
// calls.
constexpr double kWorkPerQuestion = kWorkPerSecond / 1000;
constexpr size_t kCallsPerQuestion = 64;
// The work of looking at one byte for where a match may begin, in the same measure.
constexpr double kWorkPerByteScanned = 4;
// What anchored tries at a pattern's possible starts may read, at worst and in vain, beyond the
// bytes of the search.
constexpr size_t kSpareTries = 1 << 20;
// A try in vain takes as long as RE2 takes to read so many bytes: where possible starts are denser,
// after the first few it reads on by itself.
constexpr size_t kBytesPerTry = 64;
constexpr size_t kFirstTries = 2;

bool IsSparse(size_t tries, size_t bytes) { return tries <= kFirstTries + bytes / kBytesPerTry; }

}  // namespace

Pattern::Pattern(std::string_view source, std::unique_ptr<re2::RE2> re)
    : re_(std::move(re)),
      filter_(source),
      plain_(filter_.start().empty() ? std::nullopt
                                     : PlainRegex::Compile(source, TokenizeRegex(source))),
      groups_(static_cast<size_t>(re_->NumberOfCapturingGroups())),
      cost_(static_cast<size_t>(std::max(re_->ProgramSize(), 1))) {}

size_t AffordableBytes(const Pattern& pattern, const ExtractionBudget& budget) {
  const double seconds = std::chrono::duration<double>(budget.parse_time).count();
  const double bytes = seconds * kWorkPerSecond / static_cast<double>(pattern.cost());
  constexpr auto kMost = static_cast<double>(std::numeric_limits<int64_t>::max());
  return static_cast<size_t>(std::min(bytes, kMost));
}

bool Matcher::Expired() {
  if (expired_) return true;
  if (!budget_.expired) return false;
  if (++calls_ < kCallsPerQuestion && work_ < kWorkPerQuestion) return false;
  calls_ = 0;
  work_ = 0;
  expired_ = budget_.expired();
  cut_short_ |= expired_;
  return expired_;
}

std::string_view Matcher::Affordable(const Pattern& pattern, std::string_view text) {
  const size_t size = AffordableBytes(pattern, budget_);
  if (text.size() <= size) return text;
  cut_short_ = true;
  return Utf8Prefix(text, size);
}

bool Matcher::Search(const Pattern& pattern, std::string_view text, size_t from,
                     std::span<re2::StringPiece> groups) {
  if (Expired()) return false;
  text = Affordable(pattern, text);
  if (from > text.size()) return false;
  if (from == 0 && !pattern.filter().MayMatch(text)) return false;
  if (!pattern.filter().start().empty()) return SearchAtStarts(pattern, text, from, groups);
  return Run(pattern, text, from, re2::RE2::UNANCHORED, groups);
}

bool Matcher::Run(const Pattern& pattern, std::string_view text, size_t from,
                  re2::RE2::Anchor anchor, std::span<re2::StringPiece> groups) {
  work_ += static_cast<double>(pattern.cost()) * static_cast<double>(text.size() - from);
  return pattern.re().Match(text, from, text.size(), anchor, groups.data(),
                            static_cast<int>(groups.size()));
}

bool Matcher::MatchAt(const Pattern& pattern, std::string_view text, size_t at,
                      std::span<re2::StringPiece> groups) {
  if (pattern.plain() != nullptr) {
    size_t read = 0;
    const PlainRegex::Answer answer = pattern.plain()->MatchAt(text, at, groups, &read);
    work_ += kWorkPerByteScanned * static_cast<double>(read);
    if (answer != PlainRegex::Answer::kUnsure) return answer == PlainRegex::Answer::kYes;
  }
  return Run(pattern, text, at, re2::RE2::ANCHOR_START, groups);
}

// Tries the regex where its first bytes stand, and nowhere else: the first place where it matches
// is where its leftmost match begins. A try that fails is short as a rule, but may read all that
// follows; before that could add up to more than the search itself, or when there are many in few
// bytes, the rest is left to RE2.
bool Matcher::SearchAtStarts(const Pattern& pattern, std::string_view text, size_t from,
                             std::span<re2::StringPiece> groups) {
  const size_t begin = from;
  const size_t most_read = text.size() - from + kSpareTries;
  size_t tries = 0;
  for (size_t read = 0; read <= most_read && IsSparse(tries, from - begin); ++tries) {
    const size_t start = pattern.filter().start().Find(text, from);
    work_ += kWorkPerByteScanned * static_cast<double>(std::min(start, text.size()) - from);
    if (start == ByteRun::kNone) return false;
    from = start;
    if (MatchAt(pattern, text, from, groups)) return true;
    read += text.size() - from;
    ++from;
  }
  return Run(pattern, text, from, re2::RE2::UNANCHORED, groups);
}

bool Matcher::TracedSearch(const Pattern& pattern, std::string_view text, size_t from,
                           std::span<re2::StringPiece> groups) {
  if (Expired()) return false;
  const bool was_cut = std::exchange(cut_short_, false);
  const std::string_view read = Affordable(pattern, text);
  SearchTrace search;
  search.shortened = cut_short_;
  search.ruled_out = from == 0 && !pattern.filter().MayMatch(read);
  trace_->BeforeSearch(pattern);
  search.found = Search(pattern, text, from, groups);
  if (search.found && !groups.empty()) {
    search.bytes = static_cast<size_t>(groups[0].data() - text.data()) + groups[0].size() - from;
  } else if (!search.ruled_out && from <= read.size()) {
    search.bytes = read.size() - from;
  }
  trace_->AfterSearch(pattern, search);
  cut_short_ |= was_cut;
  return search.found;
}

bool Matcher::Find(const Pattern& pattern, std::string_view text, size_t from,
                   std::span<re2::StringPiece> groups) {
  if (trace_ != nullptr) return TracedSearch(pattern, text, from, groups);
  return Search(pattern, text, from, groups);
}

bool Matcher::Matches(const Pattern& pattern, std::string_view text) {
  if (trace_ != nullptr) return TracedSearch(pattern, text, 0, {});
  return Search(pattern, text, 0, {});
}

MatchWalk::MatchWalk(Matcher& matcher, const Pattern& pattern, std::string_view text)
    : matcher_(matcher), pattern_(pattern), text_(text), groups_(pattern.groups() + 1) {}

bool MatchWalk::Next() {
  if (next_ > text_.size() || !matcher_.Find(pattern_, text_, next_, groups_)) return false;
  begin_ = static_cast<size_t>(groups_[0].data() - text_.data());
  end_ = begin_ + groups_[0].size();
  next_ = end_;
  if (begin_ == end_) {
    do {
      ++next_;
    } while (next_ < text_.size() && IsContinuation(text_[next_]));
  }
  return true;
}

re2::StringPiece FirstGroup(std::span<const re2::StringPiece> groups) {
  for (size_t i = 1; i < groups.size(); ++i) {
    if (groups[i].data() != nullptr) return groups[i];
  }
  return groups[0];
}

}  // namespace thresh
