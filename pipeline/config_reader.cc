#include "pipeline/config_reader.h"

#include <fmt/format.h>

#include <algorithm>

#include "parser/ascii.h"
#include "parser/regex.h"
#include "pipeline/units.h"

namespace thresh {
namespace {

using Kind = ConfigNode::Kind;
using std::chrono::milliseconds;

// Keys that the language does not have in this section.
void CheckKeys(const ConfigNode& table, Section section, DiagnosticSink* sink) {
  for (const ConfigEntry& entry : table.entries) {
    if (sink->full()) return;
    if (!IsKnownKey(section, entry.key)) {
      sink->Error(entry.key_place, ExplainUnknownKey(section, entry.key));
    }
  }
}

std::string Written(milliseconds duration) {
  const int64_t count = duration.count();
  if (count % 86'400'000 == 0 && count > 0) return fmt::format("{}d", count / 86'400'000);
  if (count % 1000 == 0) return fmt::format("{}s", count / 1000);
  return fmt::format("{}ms", count);
}

std::string JoinChoices(std::span<const std::string_view> words) {
  std::string text;
  for (size_t i = 0; i < words.size(); ++i) {
    text += i == 0 ? "" : i + 1 == words.size() ? " or " : ", ";
    text += fmt::format("\"{}\"", words[i]);
  }
  return text;
}

}  // namespace

void ReportType(const ConfigNode& node, std::string_view key, std::string_view wanted,
                std::string_view example, DiagnosticSink* sink) {
  sink->Error(node.place, fmt::format("\"{}\" is {}, not {}: write {}", key, wanted,
                                      Describe(node.kind), example));
}

TableReader::TableReader(const ConfigNode& table, Section section, DiagnosticSink* sink)
    : table_(table), section_(section), sink_(sink) {
  CheckKeys(table, section, sink);
}

const ConfigNode* TableReader::Expect(std::string_view key, Kind kind,
                                      std::string_view example) const {
  const ConfigNode* node = table_.Find(key);
  if (!node || node->Is(kind)) return node;
  ReportType(*node, key, Describe(kind), fmt::format("{} = {}", key, example), sink_);
  return nullptr;
}

std::optional<std::string> TableReader::String(std::string_view key) const {
  const ConfigNode* node = Expect(key, Kind::kString, "\"…\"");
  return node ? std::optional(node->string) : std::nullopt;
}

std::optional<bool> TableReader::Boolean(std::string_view key) const {
  const ConfigNode* node = Expect(key, Kind::kBoolean, "true");
  return node ? std::optional(node->boolean) : std::nullopt;
}

std::optional<int64_t> TableReader::Integer(std::string_view key, IntegerRange range) const {
  const ConfigNode* node =
      Expect(key, Kind::kInteger, std::to_string(std::max<int64_t>(range.min, 1)));
  if (!node) return std::nullopt;
  if (node->integer >= range.min && node->integer <= range.max) return node->integer;
  sink_->Error(node->place,
               range.max == std::numeric_limits<int64_t>::max()
                   ? fmt::format("\"{}\" must be at least {}", key, range.min)
                   : fmt::format("\"{}\" must be from {} to {}", key, range.min, range.max));
  return std::nullopt;
}

std::optional<milliseconds> TableReader::Duration(std::string_view key, DurationRange range) const {
  const ConfigNode* node = table_.Find(key);
  if (!node) return std::nullopt;
  std::optional<milliseconds> duration;
  if (node->Is(Kind::kString)) duration = ParseDuration(node->string);
  if (node->Is(Kind::kInteger) && node->integer == 0) duration = milliseconds(0);
  if (!duration) {
    sink_->Error(node->place,
                 fmt::format("\"{}\" is a duration: a number and ms, s, m, h or d, such as {} = "
                             "\"{}\"",
                             key, key,
                             node->Is(Kind::kInteger) && node->integer > 0
                                 ? fmt::format("{}s", node->integer)
                                 : "500ms"));
    return std::nullopt;
  }
  if (*duration >= range.min && *duration <= range.max) return duration;
  sink_->Error(node->place, fmt::format("\"{}\" must be from {} to {}", key, Written(range.min),
                                        Written(range.max)));
  return std::nullopt;
}

std::optional<size_t> TableReader::Size(std::string_view key, size_t min) const {
  const ConfigNode* node = table_.Find(key);
  if (!node) return std::nullopt;
  const std::optional<size_t> size =
      node->Is(Kind::kString) ? ParseSize(node->string) : std::nullopt;
  if (!size) {
    sink_->Error(node->place, fmt::format("\"{}\" is a size: a number and B, KB, MB or GB, such as "
                                          "{} = \"16MB\"",
                                          key, key));
    return std::nullopt;
  }
  if (*size >= min) return size;
  sink_->Error(node->place, fmt::format("\"{}\" must be at least {} bytes", key, min));
  return std::nullopt;
}

std::optional<double> TableReader::Share(std::string_view key) const {
  const ConfigNode* node = table_.Find(key);
  if (!node) return std::nullopt;
  std::optional<double> share;
  if (node->Is(Kind::kString)) share = ParseShare(node->string);
  if (node->Is(Kind::kReal) && node->real >= 0 && node->real <= 1) share = node->real;
  // A whole 1 could be 1 % or all.
  if (node->Is(Kind::kInteger) && node->integer == 0) share = 0.0;
  if (!share) {
    sink_->Error(node->place, fmt::format("\"{}\" is a share of \"0%\" to \"100%\", or 0.0 to 1.0, "
                                          "such as {} = \"10%\"",
                                          key, key));
  }
  return share;
}

std::optional<std::vector<std::string>> TableReader::Strings(std::string_view key) const {
  const ConfigNode* node = Expect(key, Kind::kArray, "[\"…\"]");
  if (!node) return std::nullopt;
  std::vector<std::string> strings;
  for (const ConfigNode& item : node->items) {
    if (item.Is(Kind::kString)) {
      strings.push_back(item.string);
    } else {
      sink_->Error(item.place, fmt::format("\"{}\" is a list of strings, and this is {}", key,
                                           Describe(item.kind)));
    }
  }
  return strings;
}

std::optional<std::vector<std::string>> TableReader::Regexes(std::string_view key) const {
  std::optional<std::vector<std::string>> regexes = Strings(key);
  if (!regexes) return std::nullopt;
  for (const ConfigNode& item : table_.Find(key)->items) {
    if (item.Is(Kind::kString)) CheckRegex(item, 0, sink_);
  }
  return regexes;
}

const ConfigNode* TableReader::Table(std::string_view key) const {
  const ConfigNode* node = table_.Find(key);
  if (!node || node->Is(Kind::kTable)) return node;
  const bool of_tables =
      node->Is(Kind::kArray) && !node->items.empty() && node->items.front().Is(Kind::kTable);
  const bool has_header = section_ == Section::kRoot || section_ == Section::kRecord;
  const std::string header =
      fmt::format("[{}{}]", section_ == Section::kRecord ? "record." : "", key);
  if (of_tables) {
    sink_->Error(node->place, fmt::format("\"{}\" is one table: write its header with single "
                                          "brackets, {}",
                                          key, header));
  } else {
    ReportType(*node, key, "a table",
               has_header ? header + ", and its keys below it" : fmt::format("{} = {{ … }}", key),
               sink_);
  }
  return nullptr;
}

const ConfigNode* TableReader::Array(std::string_view key) const {
  return Expect(key, Kind::kArray, "[…]");
}

std::optional<size_t> TableReader::Choice(std::string_view key,
                                          std::span<const std::string_view> words) const {
  const ConfigNode* node = table_.Find(key);
  if (!node) return std::nullopt;
  const auto found = std::find(words.begin(), words.end(), node->string);
  if (!node->Is(Kind::kString) || found == words.end()) {
    sink_->Error(node->place, fmt::format("\"{}\" must be {}", key, JoinChoices(words)));
    return std::nullopt;
  }
  return static_cast<size_t>(found - words.begin());
}

bool CheckRegex(const ConfigNode& string, size_t skip, DiagnosticSink* sink) {
  if (sink->full()) return false;
  RegexError error;
  const std::string_view pattern = std::string_view(string.string).substr(skip);
  if (CompileRegex(pattern, &error)) {
    const auto advice = AdviseOnControls(pattern);
    if (advice) sink->Warning(PlaceInString(string, skip + advice->offset), advice->message);
    return true;
  }
  const Place place = error.offset ? PlaceInString(string, skip + *error.offset) : string.place;
  sink->Error(place, error.message);
  return false;
}

bool IsHeaderValue(std::string_view text) {
  return std::none_of(text.begin(), text.end(), ascii::IsControlButTab);
}

bool IsToken(std::string_view text) {
  constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    return ascii::IsAlphanumeric(c) || kMarks.find(c) != std::string_view::npos;
  });
}

namespace {

// Why a header is not the config's to set; empty when it is.
std::string_view WhyNotSet(std::string_view name) {
  const std::string lower = ascii::Lowered(name);
  for (const std::string_view own :
       {"host", "content-length", "transfer-encoding", "connection", "accept-encoding", "te",
        "upgrade", "expect", "range", "if-none-match", "if-modified-since", "keep-alive"}) {
    if (lower == own) return "is set by thresh itself: take it out";
  }
  if (lower == "user-agent") return "is set with user_agent = \"…\"";
  return {};
}

}  // namespace

std::vector<std::pair<std::string, const ConfigNode*>> ReadHeaders(const ConfigNode& table,
                                                                   DiagnosticSink* sink) {
  std::vector<std::pair<std::string, const ConfigNode*>> headers;
  for (const ConfigEntry& entry : table.entries) {
    if (!entry.value.Is(Kind::kString)) {
      ReportType(entry.value, entry.key, "a header's value and a string",
                 fmt::format("{} = \"…\"", entry.key), sink);
    } else if (!IsToken(entry.key)) {
      sink->Error(entry.key_place, fmt::format("\"{}\" is no name of a header", entry.key));
    } else if (const std::string_view why = WhyNotSet(entry.key); !why.empty()) {
      sink->Error(entry.key_place, fmt::format("the header {} {}", entry.key, why));
    } else if (!IsHeaderValue(entry.value.string)) {
      sink->Error(entry.value.place, "a header's value has no line ends or control characters");
    } else {
      headers.emplace_back(entry.key, &entry.value);
    }
  }
  return headers;
}

}  // namespace thresh
