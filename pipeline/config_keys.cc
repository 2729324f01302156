#include "pipeline/config_keys.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <numeric>
#include <optional>
#include <vector>

namespace thresh {
namespace {

using Words = std::span<const std::string_view>;

constexpr std::array<std::string_view, 12> kRoot{"name",       "seeds",   "follow", "lang",
                                                 "html_links", "limits",  "fetch",  "host",
                                                 "store",      "recrawl", "links",  "record"};
constexpr std::array<std::string_view, 6> kSeed{"url", "method", "headers", "form", "json", "body"};
constexpr std::array<std::string_view, 12> kLimits{
    "hosts",    "depth",      "pages",          "time",   "wait",      "failed",
    "max_body", "parse_time", "links_per_page", "repeat", "per_shape", "per_domain"};
constexpr std::array<std::string_view, 11> kFetch{
    "processes", "memory", "timeout", "connect_timeout",   "retries", "user_agent",
    "robots",    "proxy",  "strip",   "private_addresses", "sandbox"};
constexpr std::array<std::string_view, 9> kHost{"delay",        "parallel", "per",
                                                "user_agent",   "headers",  "cookies",
                                                "cookies_file", "charset",  "reject"};
constexpr std::array<std::string_view, 4> kStore{"db", "bodies", "history", "keep"};
constexpr std::array<std::string_view, 4> kRecrawl{"max", "min", "always", "gone_after"};
constexpr std::array<std::string_view, 4> kLinks{"url", "json", "re", "to"};
constexpr std::array<std::string_view, 15> kRecord{
    "table", "url",   "content_type", "when", "unless", "match",  "scope", "element",
    "each",  "until", "rows",         "key",  "expect", "fields", "lang"};
constexpr std::array<std::string_view, 3> kExpect{"min_rows", "min_filled", "min_matched"};
constexpr std::array<std::string_view, 15> kField{"re",   "text",   "json", "attr",     "from",
                                                  "in",   "carry",  "many", "required", "default",
                                                  "type", "format", "lang", "decimal",  "clean"};
constexpr std::array<std::string_view, 1> kReplace{"replace"};

struct SectionWords {
  Section section;
  std::string_view title;
  Words keys;
};

constexpr std::array<SectionWords, 12> kSections{{
    {Section::kRoot, "the top of the file", kRoot},
    {Section::kSeed, "a seed", kSeed},
    {Section::kLimits, "[limits]", kLimits},
    {Section::kFetch, "[fetch]", kFetch},
    {Section::kHost, "[host.\"…\"]", kHost},
    {Section::kStore, "[store]", kStore},
    {Section::kRecrawl, "[recrawl]", kRecrawl},
    {Section::kLinks, "[[links]]", kLinks},
    {Section::kRecord, "[[record]]", kRecord},
    {Section::kExpect, "expect", kExpect},
    {Section::kField, "a field", kField},
    {Section::kReplace, "a step of clean", kReplace},
}};

const SectionWords& WordsOf(Section section) { return kSections[static_cast<size_t>(section)]; }

// Damerau's distance in its restricted form: letters inserted, dropped, changed or swapped.
size_t EditDistance(std::string_view a, std::string_view b) {
  std::vector<size_t> before(b.size() + 1), last(b.size() + 1), now(b.size() + 1);
  std::iota(last.begin(), last.end(), 0);
  for (size_t i = 1; i <= a.size(); ++i) {
    now[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t change = a[i - 1] == b[j - 1] ? 0 : 1;
      now[j] = std::min({last[j] + 1, now[j - 1] + 1, last[j - 1] + change});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        now[j] = std::min(now[j], before[j - 2] + 1);
      }
    }
    std::swap(before, last);
    std::swap(last, now);
  }
  return last[b.size()];
}

// Other tools' words for ours, too far away for an edit distance.
std::string_view Synonym(Section section, std::string_view key) {
  struct Pair {
    Section section;
    std::string_view theirs, ours;
  };
  static constexpr std::array<Pair, 17> kPairs{{{Section::kRoot, "start_urls", "seeds"},
                                                {Section::kRoot, "urls", "seeds"},
                                                {Section::kRoot, "url", "seeds"},
                                                {Section::kRoot, "start", "seeds"},
                                                {Section::kRoot, "database", "store"},
                                                {Section::kRoot, "language", "lang"},
                                                {Section::kRecord, "name", "table"},
                                                {Section::kRecord, "regex", "match"},
                                                {Section::kRecord, "pattern", "match"},
                                                {Section::kRecord, "columns", "fields"},
                                                {Section::kRecord, "keys", "key"},
                                                {Section::kField, "regex", "re"},
                                                {Section::kField, "pattern", "re"},
                                                {Section::kField, "match", "re"},
                                                {Section::kField, "attribute", "attr"},
                                                {Section::kField, "pointer", "json"},
                                                {Section::kHost, "wait", "delay"}}};
  for (const Pair& pair : kPairs) {
    if (pair.section == section && pair.theirs == key) return pair.ours;
  }
  return {};
}

// Where else `key` is known, as words: "[limits]", "[fetch] or [host."…"]".
std::string OtherHomes(Section section, std::string_view key) {
  std::string homes;
  for (const SectionWords& other : kSections) {
    if (other.section == section || !IsKnownKey(other.section, key)) continue;
    homes += homes.empty() ? "" : " or ";
    homes += other.title;
  }
  return homes;
}

bool IsHeaderOfRoot(std::string_view key) {
  static constexpr std::array<std::string_view, 7> kHeaders{"limits",  "fetch", "host",  "store",
                                                            "recrawl", "links", "record"};
  return std::find(kHeaders.begin(), kHeaders.end(), key) != kHeaders.end();
}

// The nearest key of any other section.
std::string NearestElsewhere(Section section, std::string_view key) {
  for (const SectionWords& other : kSections) {
    const std::string_view near = Nearest(key, other.keys);
    if (other.section != section && !near.empty()) {
      return fmt::format("\"{}\" of {}", near, other.title);
    }
  }
  return {};
}

std::string List(Words words) {
  std::string list;
  for (const std::string_view word : words) {
    list += list.empty() ? "" : ", ";
    list += word;
  }
  return list;
}

}  // namespace

std::string_view Title(Section section) { return WordsOf(section).title; }

std::span<const std::string_view> KnownKeys(Section section) { return WordsOf(section).keys; }

bool IsKnownKey(Section section, std::string_view key) {
  const Words keys = KnownKeys(section);
  return std::find(keys.begin(), keys.end(), key) != keys.end();
}

std::string_view Nearest(std::string_view word, std::span<const std::string_view> words) {
  if (word.size() > 64) return {};
  std::string_view best;
  // One letter in a short word, two in a longer one.
  size_t best_distance = (word.size() < 2 ? 0 : word.size() < 6 ? 1 : 2) + 1;
  for (const std::string_view candidate : words) {
    const size_t distance = EditDistance(word, candidate);
    if (distance < best_distance) {
      best = candidate;
      best_distance = distance;
    }
  }
  return best;
}

std::string ExplainUnknownKey(Section section, std::string_view key) {
  const std::string unknown = fmt::format("unknown key \"{}\" {} {}", key,
                                          section == Section::kRoot ? "at" : "in", Title(section));
  if (const std::string_view ours = Synonym(section, key); !ours.empty()) {
    return fmt::format("{}: it is called \"{}\"", unknown, ours);
  }
  if (section != Section::kRoot && IsKnownKey(Section::kRoot, key) && !IsHeaderOfRoot(key)) {
    return fmt::format(
        "\"{}\" belongs to the top of the file, above the first [header]; here TOML "
        "reads it as a key of {}",
        key, Title(section));
  }
  if (const std::string homes = OtherHomes(section, key); !homes.empty()) {
    return fmt::format("{}: it belongs to {}", unknown, homes);
  }
  if (const std::string_view near = Nearest(key, KnownKeys(section)); !near.empty()) {
    return fmt::format("{}: did you mean \"{}\"?", unknown, near);
  }
  if (section == Section::kRecord) {
    return unknown + ": columns stand below [record.fields]";
  }
  if (const std::string near = NearestElsewhere(section, key); !near.empty()) {
    return fmt::format("{}: did you mean {}?", unknown, near);
  }
  return fmt::format("{}: known are {}", unknown, List(KnownKeys(section)));
}

}  // namespace thresh
