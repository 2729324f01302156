#include "parser/seed_pattern.h"

#include <charconv>
#include <cstdint>
#include <utility>

#include "parser/ascii.h"

namespace thresh {
namespace {

constexpr size_t kMaxDigits = 18;

// "[01-20:5]" as it is written.
struct Bracket {
  size_t begin = 0;                    // of '['
  size_t end = 0;                      // behind ']'
  std::string_view first, last, step;  // digits; `step` may be empty
};

std::string_view TakeDigits(std::string_view* rest) {
  size_t size = 0;
  while (size < rest->size() && ascii::IsDigit((*rest)[size])) ++size;
  const std::string_view digits = rest->substr(0, size);
  rest->remove_prefix(size);
  return digits;
}

bool Take(char byte, std::string_view* rest) {
  if (!rest->starts_with(byte)) return false;
  rest->remove_prefix(1);
  return true;
}

// What stands at the '[' at `begin`, if it is a range.
std::optional<Bracket> BracketAt(std::string_view seed, size_t begin) {
  std::string_view rest = seed.substr(begin + 1);
  Bracket bracket;
  bracket.begin = begin;
  bracket.first = TakeDigits(&rest);
  if (bracket.first.empty() || !Take('-', &rest)) return std::nullopt;
  bracket.last = TakeDigits(&rest);
  if (bracket.last.empty()) return std::nullopt;
  if (Take(':', &rest) && (bracket.step = TakeDigits(&rest)).empty()) return std::nullopt;
  if (!Take(']', &rest)) return std::nullopt;
  bracket.end = seed.size() - rest.size();
  return bracket;
}

std::optional<Bracket> NextBracket(std::string_view seed, size_t at) {
  while ((at = seed.find('[', at)) != std::string_view::npos) {
    if (auto bracket = BracketAt(seed, at)) return bracket;
    ++at;
  }
  return std::nullopt;
}

uint64_t Number(std::string_view digits) {
  uint64_t value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return value;
}

// Why `bracket` is no range that can be counted through; empty when it is one.
std::string Complaint(const Bracket& bracket) {
  for (const std::string_view digits : {bracket.first, bracket.last, bracket.step}) {
    if (digits.size() > kMaxDigits) return "has a number of more than 18 digits";
  }
  if (!bracket.step.empty() && Number(bracket.step) == 0) return "has a step of 0";
  if (Number(bracket.first) > Number(bracket.last)) {
    return "runs backwards: put the smaller number first";
  }
  return {};
}

void AppendPadded(uint64_t value, size_t width, std::string* out) {
  char digits[20];
  const auto [end, failure] = std::to_chars(digits, digits + sizeof digits, value);
  const size_t size = end - digits;
  if (size < width) out->append(width - size, '0');
  out->append(digits, size);
}

}  // namespace

std::optional<SeedPattern> SeedPattern::Parse(std::string_view seed, SeedPatternError* error) {
  SeedPattern pattern{std::string(seed)};
  size_t at = 0;
  uint64_t count = 1;
  while (const auto bracket = NextBracket(seed, at)) {
    if (std::string complaint = Complaint(*bracket); !complaint.empty()) {
      *error = {std::move(complaint), bracket->begin};
      return std::nullopt;
    }
    Range& range = pattern.ranges_.emplace_back();
    range.begin = bracket->begin;
    range.end = at = bracket->end;
    range.first = Number(bracket->first);
    range.last = Number(bracket->last);
    if (!bracket->step.empty()) range.step = Number(bracket->step);
    const bool padded = bracket->first.size() > 1 && bracket->first[0] == '0';
    range.width = padded ? bracket->first.size() : 0;
    if (range.count() > kMaxSeedUrls || (count *= range.count()) > kMaxSeedUrls) {
      *error = {"makes more than 1,000,000 URLs: use several seeds or a list file", range.begin};
      return std::nullopt;
    }
  }
  if (count * seed.size() > kMaxSeedBytes) {
    *error = {"makes more than 256 MB of URLs: use several seeds or a list file",
              pattern.ranges_.empty() ? 0 : pattern.ranges_.back().begin};
    return std::nullopt;
  }
  return pattern;
}

SeedPattern SeedPattern::ListOf(std::span<const std::string> urls) {
  SeedPattern list;
  list.ends_.emplace().reserve(urls.size());
  for (const std::string& url : urls) {
    list.text_ += url;
    list.ends_->push_back(list.text_.size());
  }
  return list;
}

size_t SeedPattern::count() const {
  if (ends_) return ends_->size();
  size_t count = 1;
  for (const Range& range : ranges_) count *= range.count();
  return count;
}

std::string SeedPattern::At(size_t index) const {
  if (ends_) {
    const size_t begin = index == 0 ? 0 : (*ends_)[index - 1];
    return text_.substr(begin, (*ends_)[index] - begin);
  }
  std::string url;
  size_t at = 0;
  size_t block = count();  // so many URLs have the same values in the ranges so far
  for (const Range& range : ranges_) {
    block /= range.count();
    url.append(text_, at, range.begin - at);
    AppendPadded(range.first + index / block % range.count() * range.step, range.width, &url);
    at = range.end;
  }
  return url.append(text_, at);
}

std::string_view SeedPattern::prefix() const {
  if (ends_) return {};
  return std::string_view(text_).substr(0, ranges_.empty() ? text_.size() : ranges_[0].begin);
}

}  // namespace thresh
