// RecordSpecs checked and compiled.
#pragma once

#include <optional>
#include <vector>

#include "parser/record.h"
#include "parser/rule.h"
#include "parser/rule_problems.h"

namespace thresh {

// The record's rule and, in `schema`, its table; nothing when there is an error.
std::optional<RecordRule> CompileRecord(const RecordSpec& spec, RuleProblems& problems,
                                        TableSchema* schema);

// The rule of one field. With `group` it is that group of the record's match (0: all of it).
std::optional<FieldRule> CompileField(const RecordSpec& record, const FieldSpec& field,
                                      std::optional<size_t> group, RuleProblems& problems);

// Records that write one table must agree in the types of the columns they share, and in the key.
void CheckSharedTables(const std::vector<RecordSpec>& specs,
                       const std::vector<TableSchema>& schemas, std::vector<RuleProblem>* problems);

}  // namespace thresh
