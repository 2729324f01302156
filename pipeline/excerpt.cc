#include "pipeline/excerpt.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "parser/utf8.h"
#include "pipeline/diagnostic.h"

namespace thresh {
namespace {

// A marked part is shown whole up to so many characters, else its beginning and its end.
constexpr size_t kLongestPart = 240;
constexpr size_t kPartBegin = 160;
constexpr size_t kPartEnd = 60;

// The offset `characters` behind `offset`, not beyond `limit`.
size_t Forward(std::string_view text, size_t offset, size_t characters, size_t limit) {
  while (offset < limit && characters > 0) {
    ++offset;
    while (offset < limit && IsContinuation(text[offset])) ++offset;
    --characters;
  }
  return offset;
}

// The offset `characters` before `offset`, not before `limit`.
size_t Backward(std::string_view text, size_t offset, size_t characters, size_t limit) {
  while (offset > limit && characters > 0) {
    --offset;
    while (offset > limit && IsContinuation(text[offset])) --offset;
    --characters;
  }
  return offset;
}

// What stands between two highlights, or between one and an end of the page.
std::string Between(std::string_view page, Span gap, size_t before, size_t behind) {
  const size_t first_end = Forward(page, gap.begin, before, gap.end);
  const size_t second_begin = Backward(page, gap.end, behind, gap.begin);
  if (first_end >= second_begin) return OneLine(page.substr(gap.begin, gap.end - gap.begin));
  std::string result = OneLine(page.substr(gap.begin, first_end - gap.begin));
  result += before > 0 && behind > 0 ? " … " : "…";
  return result + OneLine(page.substr(second_begin, gap.end - second_begin));
}

std::string Shortened(std::string_view text) {
  if (Forward(text, 0, kLongestPart, text.size()) == text.size()) return OneLine(text);
  const size_t begin = Forward(text, 0, kPartBegin, text.size());
  const size_t end = Backward(text, text.size(), kPartEnd, begin);
  return OneLine(text.substr(0, begin)) + " … " + OneLine(text.substr(end));
}

// In the order of the page, without what an earlier one covers.
void Untangle(size_t page_size, std::vector<Highlight>* highlights) {
  std::stable_sort(highlights->begin(), highlights->end(), [](const auto& a, const auto& b) {
    return std::pair(a.place.begin, b.place.end) < std::pair(b.place.begin, a.place.end);
  });
  size_t covered = 0;
  std::vector<Highlight> kept;
  for (Highlight highlight : *highlights) {
    highlight.place.end = std::min(highlight.place.end, page_size);
    highlight.place.begin = std::max(highlight.place.begin, covered);
    if (highlight.place.begin >= highlight.place.end) continue;
    covered = highlight.place.end;
    kept.push_back(highlight);
  }
  *highlights = std::move(kept);
}

std::string Coloured(std::string_view text, size_t label) {
  return fmt::format("\x1b[1;3{}m{}\x1b[0m", label % 6 + 1, text);
}

}  // namespace

std::string OneLine(std::string_view text) {
  std::string result;
  for (size_t i = 0; i < text.size();) {
    const size_t end = std::min(text.find_first_of("\n\r\t", i), text.size());
    result += Visible(text.substr(i, end - i));
    i = end;
    if (i == text.size()) break;
    if (text[i] == '\t') {
      result += "⇥";
      ++i;
      continue;
    }
    // The indentation of the next line, and lines without text, say nothing.
    result += "↵";
    i = std::min(text.find_first_not_of(" \t\r\n", i), text.size());
  }
  return result;
}

std::string Highlighter::Excerpt(std::string_view page, std::vector<Highlight> highlights,
                                 size_t context) const {
  Untangle(page.size(), &highlights);
  if (highlights.empty()) return {};
  std::string result;
  size_t shown = 0;
  for (const Highlight& highlight : highlights) {
    const size_t before = &highlight == &highlights.front() ? 0 : context;
    result += Between(page, {shown, highlight.place.begin}, before, context);
    const size_t size = highlight.place.end - highlight.place.begin;
    result += Marked(page.substr(highlight.place.begin, size), highlight.label);
    shown = highlight.place.end;
  }
  return result + Between(page, {shown, page.size()}, context, 0);
}

std::string Highlighter::Label(size_t label) const {
  const std::string name = Visible(labels_[label]);
  return colour_ ? Coloured(name, label) : name;
}

std::string Highlighter::Marked(std::string_view text, size_t label) const {
  const std::string shown = Shortened(text);
  if (colour_) return Coloured(shown, label);
  return fmt::format("[[{}: {}]]", Visible(labels_[label]), shown);
}

}  // namespace thresh
