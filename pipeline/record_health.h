// What is wrong with how one record did in a run, by what pipeline/health.h says. Pure.
#pragma once

#include <cstdint>
#include <vector>

#include "parser/record.h"
#include "storage/health.h"

namespace thresh {

// The counts of a rule in a run; of another version of it where the record is the only one of its
// table. Null: none.
const RecordCounts* FindRecord(const RunHealth& run, const TableSchema& schema, bool only_one);

// Whether pages of the record were parsed.
bool LookedAt(const RecordCounts* record);

// Adds what is wrong with the record. `of_table`: how many write its table.
void JudgeRecord(const RecordSpec& spec, const TableSchema& schema, int64_t of_table,
                 const SiteHealth& health, std::vector<Finding>* findings);

}  // namespace thresh
