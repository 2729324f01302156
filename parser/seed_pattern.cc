#include "parser/seed_pattern.h"

#include <charconv>
#include <cstdint>
#include <utility>

#include "parser/percent.h"

namespace thresh {
namespace {

constexpr size_t kMaxDigits = 18;

// "[01-20:5]" as it is written.
struct Bracket {
  size_t begin = 0;                    // of '['
  size_t end = 0;                      // behind ']'
  std::string_view first, last, step;  // digits; `step` may be empty
};

// A bracket as numbers, and the text before it.
struct Range {
  std::string_view before;
  uint64_t first = 0, last = 0, step = 1;
  size_t width = 0;   // zeros are put in front up to this
  size_t offset = 0;  // of its '['
  uint64_t count() const { return (last - first) / step + 1; }
};

std::string_view TakeDigits(std::string_view* rest) {
  size_t size = 0;
  while (size < rest->size() && IsAsciiDigit((*rest)[size])) ++size;
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

Range RangeOf(const Bracket& bracket, std::string_view before) {
  Range range;
  range.before = before;
  range.first = Number(bracket.first);
  range.last = Number(bracket.last);
  if (!bracket.step.empty()) range.step = Number(bracket.step);
  const bool padded = bracket.first.size() > 1 && bracket.first[0] == '0';
  range.width = padded ? bracket.first.size() : 0;
  range.offset = bracket.begin;
  return range;
}

void AppendPadded(uint64_t value, size_t width, std::string* out) {
  char digits[20];
  const auto [end, failure] = std::to_chars(digits, digits + sizeof digits, value);
  const size_t size = end - digits;
  if (size < width) out->append(width - size, '0');
  out->append(digits, size);
}

// Counts through all ranges as an odometer does.
std::vector<std::string> Expand(const std::vector<Range>& ranges, std::string_view tail,
                                size_t count) {
  std::vector<uint64_t> values;
  for (const Range& range : ranges) values.push_back(range.first);
  std::vector<std::string> urls;
  urls.reserve(count);
  while (true) {
    std::string& url = urls.emplace_back();
    for (size_t i = 0; i < ranges.size(); ++i) {
      url.append(ranges[i].before);
      AppendPadded(values[i], ranges[i].width, &url);
    }
    url.append(tail);
    size_t wheel = ranges.size();
    while (wheel > 0 && ranges[wheel - 1].last - values[wheel - 1] < ranges[wheel - 1].step) {
      --wheel;
      values[wheel] = ranges[wheel].first;
    }
    if (wheel == 0) return urls;
    values[wheel - 1] += ranges[wheel - 1].step;
  }
}

}  // namespace

std::optional<std::vector<std::string>> ExpandSeed(std::string_view seed, SeedPatternError* error) {
  std::vector<Range> ranges;
  size_t at = 0;
  uint64_t count = 1;
  while (const auto bracket = NextBracket(seed, at)) {
    if (std::string complaint = Complaint(*bracket); !complaint.empty()) {
      *error = {std::move(complaint), bracket->begin};
      return std::nullopt;
    }
    ranges.push_back(RangeOf(*bracket, seed.substr(at, bracket->begin - at)));
    at = bracket->end;
    const uint64_t values = ranges.back().count();
    if (values > kMaxSeedUrls || (count *= values) > kMaxSeedUrls) {
      *error = {"makes more than 1,000,000 URLs of this seed: use several seeds or a list file",
                bracket->begin};
      return std::nullopt;
    }
  }
  if (count * seed.size() > kMaxSeedBytes) {
    *error = {"makes more than 256 MB of URLs of this seed: use several seeds or a list file",
              ranges.empty() ? 0 : ranges.back().offset};
    return std::nullopt;
  }
  return Expand(ranges, seed.substr(at), count);
}

}  // namespace thresh
