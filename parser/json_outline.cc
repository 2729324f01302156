#include "parser/json_outline.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "parser/json.h"
#include "parser/outline_fields.h"
#include "parser/url.h"

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

class MemberCollector {
 public:
  explicit MemberCollector(JsonNames names)
      : short_(names == JsonNames::kShort), max_depth_(short_ ? 2 : 1) {}

  void Collect(const Json& object) { Collect(object, "", "", 0); }
  std::vector<Member> members() && { return std::move(members_); }

 private:
  void Collect(const Json& object, const std::string& pointer, const std::string& prefix,
               int depth) {
    size_t looked = 0;
    for (const auto& [name, value] : object.items()) {
      if (++looked > kMaxMembers) return;
      if (short_ && name.starts_with('@')) continue;
      const Json* at = &value;
      std::string path = Step(pointer, name);
      if (short_ && value.is_array() && !value.empty()) {
        at = &value.front();
        path += "/0";
      }
      const std::string words = prefix.empty() ? name : prefix + "_" + name;
      if (at->is_object()) {
        if (depth < max_depth_) Collect(*at, path, words, depth + 1);
      } else if (IsPlain(*at)) {
        Add(path, short_ ? name : words, words, *at);
      }
    }
  }

  void Add(const std::string& pointer, const std::string& name, const std::string& words,
           const Json& value) {
    auto known = std::find_if(members_.begin(), members_.end(),
                              [&](const Member& member) { return member.pointer == pointer; });
    if (known == members_.end()) {
      if (members_.size() == kMaxMembers) return;
      const bool taken = std::any_of(members_.begin(), members_.end(),
                                     [&](const Member& member) { return member.name == name; });
      known = members_.insert(members_.end(), Member{pointer, taken ? words : name, {}});
    }
    known->values.push_back(&value);
  }

  const bool short_;
  const int max_depth_;
  std::vector<Member> members_;
};

ValueType TypeOfJson(const std::vector<const Json*>& values) {
  const auto all = [&](auto&& test) {
    return std::all_of(values.begin(), values.end(),
                       [&](const Json* value) { return test(*value); });
  };
  if (all([](const Json& value) { return value.is_number_integer(); })) return ValueType::kInteger;
  if (all([](const Json& value) { return value.is_number(); })) return ValueType::kReal;
  if (all([](const Json& value) { return value.is_boolean(); })) return ValueType::kBoolean;
  if (!all([](const Json& value) { return value.is_string(); })) return ValueType::kText;
  if (all([](const Json& value) { return BeginsAsUrl(value.get<std::string>()); }))
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

// Numbers that JSON-LD may write as text.
std::optional<ValueType> NumberTypeFor(std::string_view name) {
  if (name.ends_with("price") || name.ends_with("rating_value")) return ValueType::kReal;
  if (name.ends_with("_count")) return ValueType::kInteger;
  return std::nullopt;
}

void AddFields(const std::vector<Member>& members, size_t items, JsonNames names,
               RecordSpec* record) {
  for (const Member& member : members) {
    if (record->fields.size() == kMaxFields) return;
    if (member.values.size() * 2 < items) continue;
    FieldSpec field;
    field.name = ColumnNameFrom(ApartWords(member.name));
    const bool taken = std::any_of(record->fields.begin(), record->fields.end(),
                                   [&](const auto& other) { return other.name == field.name; });
    if (field.name.empty() || taken) continue;
    field.json = member.pointer;
    field.type = TypeOfJson(member.values);
    if (names == JsonNames::kShort) field.type = NumberTypeFor(field.name).value_or(field.type);
    if (record->key.empty() && IsKeyName(field.name) && AllDistinct(member, items)) {
      record->key = {field.name};
    }
    record->fields.push_back(std::move(field));
  }
}

// A string that is a URL, a path or a query.
bool IsReference(const Json& value) {
  if (!value.is_string()) return false;
  const auto& text = value.get_ref<const std::string&>();
  return BeginsAsUrl(text) || text.starts_with('/') || text.starts_with('?');
}

// A reference below a name that says "next", or in the "href" there.
std::optional<LinkRule> FindNext(const Json& value, const std::string& pointer, int depth) {
  if (!value.is_object()) return std::nullopt;
  size_t members = 0;
  for (const auto& [name, member] : value.items()) {
    if (++members > kMaxMembers) return std::nullopt;
    const std::string at = Step(pointer, name);
    if (name.find("next") != std::string::npos || name.find("Next") != std::string::npos) {
      const bool has_href = member.is_object() && member.contains("href");
      if (IsReference(has_href ? member["href"] : member)) {
        LinkRule rule;
        rule.json = has_href ? at + "/href" : at;
        return rule;
      }
    }
    if (depth >= 2) continue;
    if (auto deeper = FindNext(member, at, depth + 1)) return deeper;
  }
  return std::nullopt;
}

}  // namespace

void AddJsonFields(const std::vector<const Json*>& items, JsonNames names, RecordSpec* record) {
  MemberCollector collector(names);
  const size_t looked = std::min(items.size(), kMaxItems);
  for (size_t i = 0; i < looked; ++i) collector.Collect(*items[i]);
  AddFields(std::move(collector).members(), looked, names, record);
}

std::optional<JsonOutline> OutlineJson(std::string_view text) {
  const auto document = ParseJson(text);
  if (!document) return std::nullopt;
  Best best;
  FindArray(*document, "", 0, &best);
  if (best.array == nullptr) return std::nullopt;
  JsonOutline outline;
  outline.record.rows = best.pointer;
  std::vector<const Json*> items;
  for (const Json& item : *best.array) items.push_back(&item);
  AddJsonFields(items, JsonNames::kWhole, &outline.record);
  if (outline.record.fields.empty()) return std::nullopt;
  outline.next = FindNext(*document, "", 0);
  return outline;
}

}  // namespace thresh
