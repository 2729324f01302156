// What is wrong with how one record did in a run, by what pipeline/health.h says. Pure.
#pragma once

#include <cstdint>
#include <vector>

#include "parser/record.h"
#include "storage/health.h"

namespace thresh {

// Adds what is wrong with the record. `of_table`: how many write its table.
void JudgeRecord(const RecordSpec& spec, const TableSchema& schema, int64_t of_table,
                 const SiteHealth& health, std::vector<Finding>* findings);

}  // namespace thresh
