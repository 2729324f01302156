#include "parser/json_outline.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "parser/json.h"
#include "parser/outline_fields.h"

namespace thresh {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kMaxDepth = 4;
constexpr size_t kMaxMembers = 200;  // of an object, that are looked at
constexpr size_t kMaxItems = 100;    // of an array, likewise
constexpr size_t kMaxFields = 20;

// One more step of an RFC 6901 pointer.
std::string Step(const std::string& pointer, const std::string& name) {
  std::string escaped = pointer + "/";
  for (const char c : name) {
    if (c == '~') {
      escaped += "~0";
    } else if (c == '/') {
      escaped += "~1";
    } else {
      escaped += c;
    }
  }
  return escaped;
}

bool IsPlain(const Json& value) {
  return value.is_string() || value.is_number() || value.is_boolean();
}

bool IsArrayOfObjects(const Json& value) {
  return value.is_array() && !value.empty() &&
         std::all_of(value.begin(), value.end(), [](const Json& item) { return item.is_object(); });
}

struct Best {
  const Json* array = nullptr;
  std::string pointer;
  size_t size = 0;  // plain values in it
};

size_t PlainValues(const Json& array) {
  size_t count = 0;
  size_t items = 0;
  for (const Json& item : array) {
    if (++items > kMaxItems) break;
    for (const Json& value : item) count += IsPlain(value) ? 1 : 0;
  }
  return count;
}

void FindArray(const Json& value, const std::string& pointer, int depth, Best* best) {
  if (IsArrayOfObjects(value)) {
    const size_t size = PlainValues(value);
    if (size > best->size) *best = {&value, pointer, size};
  }
  if (depth == kMaxDepth || !value.is_object()) return;
  size_t members = 0;
  for (const auto& [name, member] : value.items()) {
    if (++members > kMaxMembers) return;
    FindArray(member, Step(pointer, name), depth + 1, best);
  }
}

// The values that a pointer names in the array's objects.
struct Member {
  std::string pointer;
  std::string name;
  std::vector<const Json*> values;
};

void Collect(const Json& object, const std::string& pointer, const std::string& prefix, int depth,
             std::vector<Member>* members) {
  size_t looked = 0;
  for (const auto& [name, value] : object.items()) {
    if (++looked > kMaxMembers) return;
    const std::string at = Step(pointer, name);
    const std::string words = prefix.empty() ? name : prefix + "_" + name;
    if (value.is_object() && depth == 0) {
      Collect(value, at, words, depth + 1, members);
      continue;
    }
    if (!IsPlain(value)) continue;
    auto known = std::find_if(members->begin(), members->end(),
                              [&](const Member& member) { return member.pointer == at; });
    if (known == members->end()) {
      if (members->size() == kMaxMembers) continue;
      known = members->insert(members->end(), Member{at, words, {}});
    }
    known->values.push_back(&value);
  }
}

bool IsUrl(const std::string& text) {
  return text.starts_with("http://") || text.starts_with("https://");
}

ValueType TypeOfJson(const std::vector<const Json*>& values) {
  const auto all = [&](auto&& test) {
    return std::all_of(values.begin(), values.end(),
                       [&](const Json* value) { return test(*value); });
  };
  if (all([](const Json& value) { return value.is_number_integer(); })) return ValueType::kInteger;
  if (all([](const Json& value) { return value.is_number(); })) return ValueType::kReal;
  if (all([](const Json& value) { return value.is_boolean(); })) return ValueType::kBoolean;
  if (!all([](const Json& value) { return value.is_string(); })) return ValueType::kText;
  if (all([](const Json& value) { return IsUrl(value.get<std::string>()); }))
    return ValueType::kUrl;
  std::vector<std::string> texts;
  for (const Json* value : values) texts.push_back(value->get<std::string>());
  const ValueType type = TypeOf(texts);
  return type == ValueType::kInteger ? ValueType::kText : type;  // an id, written as text
}

bool AllDistinct(const Member& member, size_t items) {
  if (member.values.size() != items) return false;
  std::vector<std::string> texts;
  for (const Json* value : member.values) texts.push_back(JsonText(*value));
  std::sort(texts.begin(), texts.end());
  return std::adjacent_find(texts.begin(), texts.end()) == texts.end();
}

bool IsKeyName(std::string_view name) {
  return name == "id" || name == "sku" || name == "uuid" || name == "key" || name == "slug" ||
         name.ends_with("_id") || name == "url";
}

void AddFields(const std::vector<Member>& members, size_t items, RecordSpec* record) {
  for (const Member& member : members) {
    if (record->fields.size() == kMaxFields) return;
    if (member.values.size() * 2 < items) continue;
    FieldSpec field;
    field.name = ColumnNameFrom(member.name);
    const bool taken = std::any_of(record->fields.begin(), record->fields.end(),
                                   [&](const auto& other) { return other.name == field.name; });
    if (field.name.empty() || taken) continue;
    field.json = member.pointer;
    field.type = TypeOfJson(member.values);
    if (record->key.empty() && IsKeyName(field.name) && AllDistinct(member, items)) {
      record->key = {field.name};
    }
    record->fields.push_back(std::move(field));
  }
}

// A string that is a URL or a path, below a name that says "next".
std::optional<LinkRule> FindNext(const Json& value, const std::string& pointer, int depth) {
  if (!value.is_object()) return std::nullopt;
  size_t members = 0;
  for (const auto& [name, member] : value.items()) {
    if (++members > kMaxMembers) return std::nullopt;
    const std::string at = Step(pointer, name);
    if (name.find("next") != std::string::npos || name.find("Next") != std::string::npos) {
      const Json& target = member.is_object() && member.contains("href") ? member["href"] : member;
      const bool inside = &target != &member;
      if (target.is_string() &&
          (IsUrl(target.get<std::string>()) || target.get<std::string>().starts_with('/') ||
           target.get<std::string>().starts_with('?'))) {
        LinkRule rule;
        rule.json = inside ? at + "/href" : at;
        return rule;
      }
    }
    if (depth >= 2) continue;
    if (auto deeper = FindNext(member, at, depth + 1)) return deeper;
  }
  return std::nullopt;
}

}  // namespace

std::optional<JsonOutline> OutlineJson(std::string_view text) {
  const auto document = ParseJson(text);
  if (!document) return std::nullopt;
  Best best;
  FindArray(*document, "", 0, &best);
  if (best.array == nullptr) return std::nullopt;
  JsonOutline outline;
  outline.record.rows = best.pointer;
  std::vector<Member> members;
  size_t items = 0;
  for (const Json& item : *best.array) {
    if (items == kMaxItems) break;
    ++items;
    Collect(item, "", "", 0, &members);
  }
  AddFields(members, items, &outline.record);
  if (outline.record.fields.empty()) return std::nullopt;
  outline.next = FindNext(*document, "", 0);
  return outline;
}

}  // namespace thresh
