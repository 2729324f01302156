#include "pipeline/carried_finding.h"

#include <algorithm>

#include "pipeline/fallen_share.h"

namespace thresh {

const FieldCounts* FindField(const RecordCounts& record, std::string_view name) {
  const auto found = std::find_if(record.fields.begin(), record.fields.end(),
                                  [&](const FieldCounts& field) { return field.name == name; });
  return found == record.fields.end() ? nullptr : &*found;
}

bool StillHolds(const Finding& finding, const RecordCounts& record, const RecordSpec& spec) {
  const auto& expect = spec.expect;
  const Share matched{record.matched, record.pages};
  if (finding.kind == "rows") return !expect.min_matched && record.matched < record.pages;
  if (finding.kind == "few_rows") return expect.min_rows != 0 && record.rows > 0;
  if (finding.kind == "keys") return record.repeated.value_or(0) > 0;
  if (finding.kind == "min_rows") return expect.min_rows && record.too_few > 0;
  if (finding.kind == "min_matched") {
    return expect.min_matched && matched.value() < *expect.min_matched;
  }
  const FieldCounts* field = FindField(record, finding.field);
  if (field == nullptr) return false;
  if (finding.kind == "values") return expect.min_filled != 0;
  const Share filled{field->filled, field->rows};
  if (finding.kind == "filled") return !expect.min_filled && field->filled < field->rows;
  return finding.kind == "min_filled" && expect.min_filled && filled.value() < *expect.min_filled;
}

}  // namespace thresh
