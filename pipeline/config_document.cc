#include "pipeline/config_document.h"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <sstream>
#include <tuple>
#include <utility>

#include "parser/utf8.h"
#include "pipeline/toml_errors.h"
#include "pipeline/toml_scan.h"

namespace thresh {
namespace {

Place PlaceOf(const ConfigSource& source, const toml::source_position& position) {
  return {.source = &source, .line = position.line, .column = position.column};
}

template <typename Node>
std::string Printed(const Node& node) {
  std::ostringstream out;
  out << node;
  return out.str();
}

ConfigNode Convert(const ConfigSource& source, const toml::node& node);

void ConvertTable(const ConfigSource& source, const toml::table& table, ConfigNode* result) {
  result->is_inline = table.is_inline();
  for (const auto& [key, value] : table) {
    result->entries.push_back({.key = std::string(key.str()),
                               .key_place = PlaceOf(source, key.source().begin),
                               .value = Convert(source, value)});
  }
  // toml++ keeps keys in the order of their letters; columns have the order of the file.
  std::stable_sort(result->entries.begin(), result->entries.end(),
                   [](const ConfigEntry& a, const ConfigEntry& b) {
                     return std::tie(a.key_place.line, a.key_place.column) <
                            std::tie(b.key_place.line, b.key_place.column);
                   });
}

ConfigNode Convert(const ConfigSource& source, const toml::node& node) {
  using Kind = ConfigNode::Kind;
  ConfigNode result;
  result.place = PlaceOf(source, node.source().begin);
  result.end = PlaceOf(source, node.source().end);
  if (const auto* table = node.as_table()) {
    ConvertTable(source, *table, &result);
  } else if (const auto* array = node.as_array()) {
    result.kind = Kind::kArray;
    for (const toml::node& item : *array) result.items.push_back(Convert(source, item));
  } else if (const auto* string = node.as_string()) {
    result.kind = Kind::kString;
    result.string = string->get();
  } else if (const auto* integer = node.as_integer()) {
    result.kind = Kind::kInteger;
    result.integer = integer->get();
  } else if (const auto* real = node.as_floating_point()) {
    result.kind = Kind::kReal;
    result.real = real->get();
  } else if (const auto* boolean = node.as_boolean()) {
    result.kind = Kind::kBoolean;
    result.boolean = boolean->get();
  } else {
    result.kind = Kind::kDate;
    if (const auto* date = node.as_date()) result.string = Printed(date->get());
    if (const auto* time = node.as_time()) result.string = Printed(time->get());
    if (const auto* both = node.as_date_time()) result.string = Printed(both->get());
  }
  return result;
}

Place PlaceOfByte(const ConfigSource& source, size_t offset) {
  const std::string_view before = std::string_view(source.text).substr(0, offset);
  const size_t line_begin = before.rfind('\n') + 1;  // npos + 1 is 0
  const auto starts = [](char c) { return !IsContinuation(c); };
  return {.source = &source,
          .line = 1 + static_cast<size_t>(std::count(before.begin(), before.end(), '\n')),
          .column = 1 + static_cast<size_t>(
                            std::count_if(before.begin() + line_begin, before.end(), starts))};
}

// A string or list that is never closed swallows all behind it: where it begins is what helps.
bool ReportUnclosed(const ConfigSource& source, const Place& place, const TomlScan& scan,
                    DiagnosticSink* sink) {
  if (scan.unclosed_string && *scan.unclosed_string <= ByteOffset(place)) {
    const Place begin = PlaceOfByte(source, *scan.unclosed_string);
    if (!scan.unclosed_is_multi_line && begin.line != place.line) return false;
    sink->Error(begin, scan.unclosed_is_multi_line
                           ? "this string is never closed: its last three quotes are missing"
                           : "this string is not closed at the end of its line: for several "
                             "lines write '''…'''");
    return true;
  }
  if (scan.unclosed_string || !scan.unclosed_bracket || ByteOffset(place) + 1 < source.text.size())
    return false;
  sink->Error(PlaceOfByte(source, *scan.unclosed_bracket),
              "this is not closed: its ']' is missing");
  return true;
}

void ReportSyntaxError(const ConfigSource& source, const toml::parse_error& error,
                       const TomlScan& scan, DiagnosticSink* sink) {
  const Place place = PlaceOf(source, error.source().begin);
  if (ReportUnclosed(source, place, scan, sink)) return;
  const std::string_view text = source.text;
  const size_t at = ByteOffset(place);
  const size_t begin = at == 0 ? 0 : text.rfind('\n', at - 1) + 1;
  const size_t end = std::max(at, std::min(text.find('\n', at), text.size()));
  const TomlExplanation explanation = ExplainTomlError(
      error.description(), text.substr(begin, at - begin), text.substr(at, end - at));
  sink->Error(PlaceOfByte(source, at - explanation.bytes_back), explanation.message);
}

// The value of a --set, or nothing when it is no TOML value.
std::optional<ConfigNode> ParseValue(const ConfigSource& source, std::string_view value) {
  if (ScanToml(value).too_deep) return std::nullopt;
  try {
    const toml::table table = toml::parse(fmt::format("v = {}", value), std::string_view());
    const toml::node* node = table.get("v");
    if (!node || table.size() != 1) return std::nullopt;
    return Convert(source, *node);
  } catch (const toml::parse_error&) {
    return std::nullopt;
  }
}

// The '=' between key and value: the first one outside of quotes.
size_t FindEquals(std::string_view text) {
  char quote = '\0';
  for (size_t i = 0; i < text.size(); ++i) {
    if (quote == '\0' && text[i] == '=') return i;
    if (quote == '\0' && (text[i] == '"' || text[i] == '\'')) {
      quote = text[i];
    } else if (text[i] == quote) {
      quote = '\0';
    }
  }
  return std::string_view::npos;
}

}  // namespace

std::optional<ConfigNode> ParseToml(const ConfigSource& source, DiagnosticSink* sink) {
  const TomlScan scan = ScanToml(source.text);
  if (scan.too_deep) {
    sink->Error(PlaceOfByte(source, *scan.too_deep),
                fmt::format("more than {} dots on one line outside of quotes", kMaxDotsALine));
    return std::nullopt;
  }
  try {
    return Convert(source, toml::parse(std::string_view(source.text), std::string_view()));
  } catch (const toml::parse_error& error) {
    ReportSyntaxError(source, error, scan, sink);
    return std::nullopt;
  }
}

std::optional<ConfigNode> ParseOverride(const ConfigSource& source, DiagnosticSink* sink) {
  const std::string_view text = source.text;
  const size_t equals = FindEquals(text);
  const std::string_view key = text.substr(0, std::min(equals, text.size()));
  const Place whole{.source = &source};
  if (equals == std::string_view::npos || key.find_first_of("\n\r[#") != std::string_view::npos ||
      ScanToml(key).too_deep) {
    sink->Error(whole,
                "write --set KEY=VALUE, such as limits.pages=100 or host.\"x.test\".delay=2s");
    return std::nullopt;
  }
  ConfigNode table;
  try {
    table = Convert(source, toml::parse(fmt::format("{} = 0", key), std::string_view()));
  } catch (const toml::parse_error&) {
    sink->Error(whole,
                "this is not a key: write parts with dots between them, and quote a host: "
                "host.\"x.test\".delay");
    return std::nullopt;
  }
  ConfigNode* leaf = &table;
  while (leaf->Is(ConfigNode::Kind::kTable) && leaf->entries.size() == 1) {
    leaf = &leaf->entries.front().value;
  }
  const std::string_view value = text.substr(equals + 1);
  if (!IsValidUtf8(value)) {
    sink->Error(whole, "the value is not UTF-8");
    return std::nullopt;
  }
  if (std::optional<ConfigNode> parsed = ParseValue(source, value)) {
    *leaf = *std::move(parsed);
  } else if (value.find_first_of("\"'[{") == 0) {
    sink->Error(whole, "the value begins like TOML, but is not: check its quotes and brackets");
    return std::nullopt;
  } else {
    leaf->kind = ConfigNode::Kind::kString;
    leaf->string = std::string(value);
  }
  return table;
}

}  // namespace thresh
