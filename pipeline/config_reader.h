// Typed reading of a config's tables: what has a wrong type or value is reported where it stands,
// and reads as if it were not there, so that all errors of a file are found in one go.
#pragma once

#include <chrono>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/config_keys.h"
#include "pipeline/config_node.h"

namespace thresh {

struct IntegerRange {
  int64_t min = 0;
  int64_t max = std::numeric_limits<int64_t>::max();
};

struct DurationRange {
  std::chrono::milliseconds min{0};
  std::chrono::milliseconds max{std::chrono::hours(24 * 36525)};
};

// Assigns what was read, if anything was.
template <typename Target, typename Read>
void Set(Target* target, std::optional<Read> read) {
  if (read) *target = *std::move(read);
}

// Reads one table. Refers to the table and the sink, which must outlive it.
class TableReader {
 public:
  // Reports unknown keys and those that are not executed. `table` must be one.
  TableReader(const ConfigNode& table, Section section, DiagnosticSink* sink);

  // Each gives nothing when the key is not there, or is wrong, which is reported.
  std::optional<std::string> String(std::string_view key) const;
  std::optional<bool> Boolean(std::string_view key) const;
  std::optional<int64_t> Integer(std::string_view key, IntegerRange range) const;
  std::optional<std::chrono::milliseconds> Duration(std::string_view key,
                                                    DurationRange range = {}) const;
  std::optional<size_t> Size(std::string_view key, size_t min) const;
  std::optional<double> Share(std::string_view key) const;  // "10%" or 0.1
  std::optional<std::vector<std::string>> Strings(std::string_view key) const;
  std::optional<std::vector<std::string>> Regexes(std::string_view key) const;
  const ConfigNode* Table(std::string_view key) const;
  const ConfigNode* Array(std::string_view key) const;
  // Of a key that has one of a few words; `words` is the list of them.
  std::optional<size_t> Choice(std::string_view key, std::span<const std::string_view> words) const;

  const ConfigNode& table() const { return table_; }
  const ConfigNode* Find(std::string_view key) const { return table_.Find(key); }
  DiagnosticSink& sink() const { return *sink_; }

 private:
  const ConfigNode* Expect(std::string_view key, ConfigNode::Kind kind,
                           std::string_view example) const;

  const ConfigNode& table_;
  Section section_;
  DiagnosticSink* sink_;
};

// Reports a regex that RE2 refuses, at the byte that is at fault; `skip` bytes of the node's string
// stand in front of the regex (a sign).
bool CheckRegex(const ConfigNode& string, size_t skip, DiagnosticSink* sink);

// Reports that `node` is not what `wanted` says, with an example of how to write it.
void ReportType(const ConfigNode& node, std::string_view key, std::string_view wanted,
                std::string_view example, DiagnosticSink* sink);

// Text that goes into an HTTP header, or a name that is one: no line ends, no control characters.
bool IsHeaderValue(std::string_view text);
bool IsToken(std::string_view text);  // RFC 9110 §5.6.2

// The headers of a table: {name, value}, unexpanded. Those that thresh sets itself are refused.
std::vector<std::pair<std::string, const ConfigNode*>> ReadHeaders(const ConfigNode& table,
                                                                   DiagnosticSink* sink);

}  // namespace thresh
