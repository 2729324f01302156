#include "pipeline/rule_places.h"

#include <charconv>

namespace thresh {
namespace {

using Kind = ConfigNode::Kind;

// The entry whose key is the first part of `path`: the longest that fits, since a column's name may
// have a dot in it.
const ConfigEntry* TakeEntry(const ConfigNode& table, std::string_view* path) {
  const ConfigEntry* best = nullptr;
  for (const ConfigEntry& entry : table.entries) {
    const std::string_view key = entry.key;
    const bool fits =
        path->starts_with(key) &&
        (path->size() == key.size() || (*path)[key.size()] == '.' || (*path)[key.size()] == '[');
    if (fits && (!best || key.size() > best->key.size())) best = &entry;
  }
  if (best) path->remove_prefix(best->key.size());
  if (best && path->starts_with('.')) path->remove_prefix(1);
  return best;
}

// The item that "[2]" at the front of `path` names.
const ConfigNode* TakeItem(const ConfigNode& array, std::string_view* path) {
  const size_t close = path->find(']');
  if (!path->starts_with('[') || close == std::string_view::npos) return nullptr;
  size_t index = 0;
  const auto [end, error] = std::from_chars(path->data() + 1, path->data() + close, index);
  if (error != std::errc() || end != path->data() + close || index >= array.items.size()) {
    return nullptr;
  }
  path->remove_prefix(close + 1);
  if (path->starts_with('.')) path->remove_prefix(1);
  return &array.items[index];
}

}  // namespace

RulePlace FindRulePlace(const ConfigNode& record, std::string_view key,
                        std::optional<size_t> offset) {
  const ConfigNode* node = &record;
  const ConfigEntry* entry = nullptr;
  while (!key.empty() && !node->Is(Kind::kString)) {
    if (node->Is(Kind::kTable)) {
      const ConfigEntry* next = TakeEntry(*node, &key);
      if (!next) break;
      entry = next;
      node = &next->value;
    } else {
      const ConfigNode* item = node->Is(Kind::kArray) ? TakeItem(*node, &key) : nullptr;
      if (!item) break;
      entry = nullptr;
      node = item;
    }
  }
  // Past a string only "re" and its index can be left: of a short field, or of a single regex.
  const bool exact = node != &record && (key.empty() || node->Is(Kind::kString));
  if (offset && node->Is(Kind::kString)) return {PlaceInString(*node, *offset), exact};
  const bool names_table = entry && node->Is(Kind::kTable);
  return {names_table ? entry->key_place : node->place, exact};
}

void ReportRuleProblem(const RuleProblem& problem, const ConfigNode& record, DiagnosticSink* sink,
                       const ConfigNode* otherwise) {
  const RulePlace found = FindRulePlace(record, problem.key, problem.offset);
  const Place place = !found.exact && otherwise ? otherwise->place : found.place;
  if (problem.severity == RuleProblem::Severity::kError) {
    sink->Error(place, problem.message);
  } else {
    sink->Warning(place, problem.message);
  }
}

}  // namespace thresh
