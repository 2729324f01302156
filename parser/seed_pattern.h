// Seeds that stand for many URLs: "https://x.test/list?page=[1-50]".
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace thresh {

inline constexpr size_t kMaxSeedUrls = 1'000'000;
inline constexpr size_t kMaxSeedBytes = 256u << 20;  // of all URLs of a seed together

struct SeedPatternError {
  std::string message;  // a sentence part: what is wrong and what to do
  size_t offset = 0;    // byte of the seed: the bracket that is at fault
};

// "[1-50]" is 1 to 50, "[0-90:10]" is 0, 10 … 90, "[01-20]" is 01 to 20; with several brackets each
// value of one meets each of the others, the last changing first. Any other '[' stays as it is (an
// IPv6 host, "?a[]=1").
//
// A value. What it stands for is made when it is asked for, so that a million URLs take the memory
// of one.
class SeedPattern {
 public:
  // Stands for `text`, whatever that has in it.
  explicit SeedPattern(std::string text = {}) : text_(std::move(text)) {}
  // Stands for each of `urls`, whatever they have in them.
  static SeedPattern ListOf(std::span<const std::string> urls);
  // Nothing, and `error`, when a range runs backwards, has a step of 0 or numbers above 18 digits,
  // or when there would be more than kMaxSeedUrls or kMaxSeedBytes.
  static std::optional<SeedPattern> Parse(std::string_view seed, SeedPatternError* error);

  size_t count() const;  // at least 1, but for an empty list
  std::string At(size_t index) const;
  // What all begin with.
  std::string_view prefix() const;

 private:
  // A bracket as numbers.
  struct Range {
    size_t begin = 0, end = 0;  // of '[' and behind ']'
    uint64_t first = 0, last = 0, step = 1;
    size_t width = 0;  // zeros are put in front up to this
    size_t count() const { return static_cast<size_t>((last - first) / step + 1); }
  };

  std::string text_;  // of a list all URLs, one behind the other
  std::vector<Range> ranges_;
  std::optional<std::vector<size_t>> ends_;  // of a list's URLs in text_
};

}  // namespace thresh
