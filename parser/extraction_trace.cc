#include "parser/extraction_trace.h"

#include <optional>
#include <utility>

#include "parser/rule.h"

namespace thresh {
namespace {

std::string RowsKey(RecordRule::Rows rows) {
  switch (rows) {
    case RecordRule::Rows::kMatch:
      return "match";
    case RecordRule::Rows::kElement:
      return "element";
    case RecordRule::Rows::kEach:
      return "each";
    default:
      return "scope";
  }
}

}  // namespace

std::vector<NamedPattern> PatternsOf(const RecordRule& rule, const TableSchema& schema) {
  std::vector<NamedPattern> patterns;
  const auto add = [&](std::string key, const std::optional<Pattern>& pattern) {
    if (pattern) patterns.push_back({std::move(key), &*pattern});
  };
  add("url", rule.url);
  add("content_type", rule.content_type);
  add("when", rule.when);
  add("unless", rule.unless);
  add(RowsKey(rule.rows), rule.pattern);
  add("until", rule.until);
  for (size_t i = 0; i < rule.fields.size(); ++i) {
    const FieldRule& field = rule.fields[i];
    const std::string key = "fields." + schema.columns[i].name;
    add(key + ".in", field.in);
    for (size_t j = 0; j < field.re.size(); ++j) {
      const std::string index = field.re.size() > 1 ? "[" + std::to_string(j) + "]" : "";
      patterns.push_back({key + ".re" + index, &field.re[j]});
    }
    add(key + ".text", field.text);
  }
  return patterns;
}

}  // namespace thresh
