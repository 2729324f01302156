#include "pipeline/toml_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "parser/ascii.h"

namespace thresh {
namespace {

using Kind = ConfigNode::Kind;

bool IsLiteral(std::string_view text) {
  return std::none_of(text.begin(), text.end(), ascii::IsControl);
}

std::string Key(const std::string& key) {
  const bool bare = !key.empty() && std::all_of(key.begin(), key.end(), [](char c) {
    return ascii::IsAlphanumeric(c) || c == '_' || c == '-';
  });
  return bare ? key : QuotedTomlString(key);
}

std::string Real(double value) {
  if (std::isnan(value)) return "nan";
  if (std::isinf(value)) return value < 0 ? "-inf" : "inf";
  std::string digits = fmt::format("{}", value);
  const bool whole = digits.find_first_of(".e") == std::string::npos;
  return whole ? digits + ".0" : digits;
}

std::string Inline(const ConfigNode& node) {
  std::vector<std::string> parts;
  switch (node.kind) {
    case Kind::kString:
      return TomlString(node.string);
    case Kind::kInteger:
      return std::to_string(node.integer);
    case Kind::kReal:
      return Real(node.real);
    case Kind::kBoolean:
      return node.boolean ? "true" : "false";
    case Kind::kDate:
      return node.string;
    case Kind::kArray:
      for (const ConfigNode& item : node.items) parts.push_back(Inline(item));
      return fmt::format("[{}]", fmt::join(parts, ", "));
    case Kind::kTable:
      for (const ConfigEntry& entry : node.entries) {
        parts.push_back(Key(entry.key) + " = " + Inline(entry.value));
      }
      return parts.empty() ? "{}" : fmt::format("{{ {} }}", fmt::join(parts, ", "));
  }
  return {};
}

bool IsListOfTables(const ConfigNode& node) {
  return node.Is(Kind::kArray) && !node.items.empty() &&
         std::all_of(node.items.begin(), node.items.end(),
                     [](const ConfigNode& item) { return item.Is(Kind::kTable); });
}

// Headers for the root's members and, where `depth` is 1, for tables in these. Deeper ones stay
// inline: behind a header they would come after their neighbours, and a record's columns have the
// order of its fields.
bool HasHeader(const ConfigNode& node, int depth) {
  if (depth == 0 && IsListOfTables(node)) return true;
  return node.Is(Kind::kTable) && (depth == 0 || (depth == 1 && !node.is_inline));
}

// Whether the headers of what is in a table say that it is there.
bool HasOnlyHeaders(const ConfigNode& table, int depth) {
  return !table.entries.empty() &&
         std::all_of(table.entries.begin(), table.entries.end(),
                     [&](const ConfigEntry& entry) { return HasHeader(entry.value, depth); });
}

void Write(const ConfigNode& table, const std::string& path, int depth, std::string* text) {
  for (const ConfigEntry& entry : table.entries) {
    if (HasHeader(entry.value, depth)) continue;
    *text += Key(entry.key) + " = " + Inline(entry.value) + "\n";
  }
  for (const ConfigEntry& entry : table.entries) {
    if (!HasHeader(entry.value, depth)) continue;
    const std::string name = path + Key(entry.key);
    const bool is_list = entry.value.Is(Kind::kArray);
    for (const ConfigNode& item : is_list ? entry.value.items : std::vector{entry.value}) {
      if (is_list) {
        *text += fmt::format("\n[[{}]]\n", name);
      } else if (!HasOnlyHeaders(item, depth + 1)) {
        *text += fmt::format("\n[{}]\n", name);
      }
      Write(item, name + ".", depth + 1, text);
    }
  }
}

}  // namespace

std::string QuotedTomlString(std::string_view text) {
  std::string escaped = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      escaped += '\\';
      escaped += c;
    } else if (ascii::IsControl(c)) {
      escaped += fmt::format("\\u{:04X}", static_cast<unsigned>(c));
    } else {
      escaped += c;
    }
  }
  return escaped + "\"";
}

std::string TomlString(std::string_view text) {
  if (!IsLiteral(text)) return QuotedTomlString(text);
  if (text.find('\'') == std::string_view::npos) return fmt::format("'{}'", text);
  const bool closes = text.find("'''") != std::string_view::npos || text.ends_with('\'');
  return closes ? QuotedTomlString(text) : fmt::format("'''{}'''", text);
}

std::string TomlText(const ConfigNode& root) {
  std::string text;
  Write(root, "", 0, &text);
  return text;
}

}  // namespace thresh
