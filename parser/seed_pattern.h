// Seeds that stand for many URLs: "https://x.test/list?page=[1-50]".
#pragma once

#include <cstddef>
#include <optional>
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

// All that `seed` stands for: "[1-50]" is 1 to 50, "[0-90:10]" is 0, 10 … 90, "[01-20]" is 01 to
// 20; with several brackets each value of one meets each of the others, the last changing first.
// Any other '[' stays as it is (an IPv6 host, "?a[]=1"). Nothing, and `error`, when a range runs
// backwards, has a step of 0 or numbers above 18 digits, or when there would be more than
// kMaxSeedUrls or kMaxSeedBytes.
std::optional<std::vector<std::string>> ExpandSeed(std::string_view seed, SeedPatternError* error);

}  // namespace thresh
