// CheckSharedTables of rule_compiler.h.
#include <algorithm>
#include <map>

#include "parser/rule_compiler.h"
#include "parser/rule_names.h"

namespace thresh {
namespace {

std::vector<std::string> SortedKey(const TableSchema& schema) {
  std::vector<std::string> key;
  for (const std::string& name : schema.key) key.push_back(FoldedName(name));
  std::sort(key.begin(), key.end());
  return key;
}

std::string Quoted(std::string_view name) { return "'" + std::string(name) + "'"; }

// Compares `later` with the first record of its table.
void Compare(const TableSchema& first, const TableSchema& later, RuleProblems& problems) {
  if (SortedKey(first) != SortedKey(later)) {
    problems.Error("key", "another record writes the table " + Quoted(first.table) +
                              " with another key: give both the same");
  }
  for (const Column& column : later.columns) {
    for (const Column& other : first.columns) {
      if (FoldedName(column.name) != FoldedName(other.name)) continue;
      if (column.name != other.name) {
        problems.Error("fields." + column.name,
                       "another record of the table " + Quoted(first.table) +
                           " writes this "
                           "column " +
                           Quoted(other.name) + ": SQL does not tell them apart");
      } else if (column.type != other.type) {
        problems.Error("fields." + column.name + ".type",
                       Quoted(column.name) + " is " + std::string(Name(column.type)) +
                           " here and " + std::string(Name(other.type)) +
                           " in another record of the table " + Quoted(first.table));
      }
    }
  }
}

}  // namespace

void CheckSharedTables(const std::vector<RecordSpec>& specs,
                       const std::vector<TableSchema>& schemas,
                       std::vector<RuleProblem>* problems) {
  std::map<std::string, std::vector<size_t>> tables;
  for (size_t i = 0; i < specs.size(); ++i) {
    std::vector<size_t>& same = tables[FoldedName(specs[i].table)];
    RuleProblems found(i, problems);
    if (!same.empty() && specs[same[0]].table != specs[i].table) {
      found.Error("table", "another record writes this table as " + Quoted(specs[same[0]].table) +
                               ": SQL does not tell them apart");
    }
    for (const size_t other : same) Compare(schemas[other], schemas[i], found);
    same.push_back(i);
  }
}

}  // namespace thresh
