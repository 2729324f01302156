// What a finding of an earlier run is to a run that had nothing to look at. Pure.
#pragma once

#include <string_view>

#include "parser/record.h"
#include "storage/health.h"

namespace thresh {

// The counts of the field `name`; null: the record had none.
const FieldCounts* FindField(const RecordCounts& record, std::string_view name);

// Whether `finding` on a table may be on this record of it, which counted `record` then, by what
// the config expects today.
bool StillHolds(const Finding& finding, const RecordCounts& record, const RecordSpec& spec);

}  // namespace thresh
