#include "storage/record_tables.h"

#include <algorithm>
#include <set>
#include <utility>

#include "storage/tables.h"

namespace thresh {

void RecordTables::Prepare(const std::string& site, const std::vector<TableSchema>& schemas,
                           std::optional<bool> history) {
  rows_.clear();
  rows_by_rules_.clear();
  for (const TableSchema& schema : schemas) {
    PrepareTable(database_, schema, history.value_or(!schema.key.empty()));
  }
  schemas_[site] = schemas;
}

RecordRows& RecordTables::RowsOf(std::string_view site, const TableSchema& schema) {
  const auto known = rows_.find(AsViews::Views(site, schema.rule, schema.table));
  if (known != rows_.end()) return *known->second;
  std::vector<std::string> other_rules = OtherRules(schemas_[std::string(site)], schema);
  std::vector<std::string> rules{schema.table, schema.rule};
  rules.insert(rules.end(), other_rules.begin(), other_rules.end());
  std::unique_ptr<RecordRows>& rows = rows_by_rules_[rules];
  if (!rows) rows = std::make_unique<RecordRows>(database_, schema, std::move(other_rules));
  rows_.try_emplace({std::string(site), schema.rule, schema.table}, rows.get());
  return *rows;
}

// One record of a table speaks for all: they have one key.
std::map<std::string, int64_t> RecordTables::MarkGone(
    const std::map<std::string, std::vector<std::string>>& tables_left_out, std::string_view now,
    int gone_after) {
  std::set<std::string_view> marked;
  std::map<std::string, int64_t> gone;
  for (const auto& [site, schemas] : schemas_) {
    for (const TableSchema& schema : schemas) {
      if (!marked.insert(schema.table).second) continue;
      std::vector<std::string> sites;
      for (const auto& [name, left_out] : tables_left_out) {
        if (std::find(left_out.begin(), left_out.end(), schema.table) == left_out.end()) {
          sites.push_back(name);
        }
      }
      if (sites.empty()) continue;
      RecordRows& rows = RowsOf(site, schema);
      for (const auto& [its, count] : rows.MarkGone(sites, now, gone_after)) gone[its] += count;
    }
  }
  return gone;
}

}  // namespace thresh
