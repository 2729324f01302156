// The words of the config: which key stands where, and what to say of one that does not.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace thresh {

enum class Section : uint8_t {
  kRoot,
  kSeed,
  kLimits,
  kFetch,
  kHost,
  kStore,
  kRecrawl,
  kLinks,
  kRecord,
  kExpect,
  kField,
  kReplace,
};

// How a section is written: "[limits]", "[[record]]", "a field".
std::string_view Title(Section section);
std::span<const std::string_view> KnownKeys(Section section);
bool IsKnownKey(Section section, std::string_view key);

// A line on an unknown key: the nearest known one, or where this one belongs.
std::string ExplainUnknownKey(Section section, std::string_view key);

// The nearest of `words` that `word` may have been meant for; empty when there is none.
std::string_view Nearest(std::string_view word, std::span<const std::string_view> words);

}  // namespace thresh
