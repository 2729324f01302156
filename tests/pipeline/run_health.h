// Counts of runs, as health is judged by.
#pragma once

#include <string>
#include <vector>

#include "parser/record.h"
#include "storage/health.h"

namespace thresh {

inline RecordSpec Spec() {
  RecordSpec spec;
  spec.table = "book";
  return spec;
}

inline const TableSchema kSchema{"book", {{"sku"}, {"price", ValueType::kReal}}, {}, "r1"};

struct Counts {
  int64_t pages, matched, rows, priced;
};

// A run in which the record did so; every row has its sku.
inline RunHealth Ran(RunId id, const Counts& counts) {
  RunHealth run;
  run.run = id;
  run.started_at = "2026-03-0" + std::to_string(id);
  RecordCounts record;
  record.table = "book";
  record.rule = "r1";
  record.pages = counts.pages;
  record.matched = counts.matched;
  record.rows = counts.rows;
  record.most_pages = counts.pages;
  record.fields = {{"sku", counts.rows, counts.rows, counts.rows, 0, "", {}},
                   {"price", counts.rows, counts.priced, counts.priced, 0, "", {}}};
  run.records = {record};
  return run;
}

// Run 9 and those before it, the latest first. `most_pages`: 0: as many as `now` looked at.
inline SiteHealth HealthOf(const Counts& now, const std::vector<Counts>& before,
                           int64_t most_pages = 0) {
  SiteHealth health;
  health.now = Ran(9, now);
  if (most_pages > 0) health.now.records[0].most_pages = most_pages;
  RunId id = 8;
  for (const Counts& counts : before) health.before.push_back(Ran(id--, counts));
  return health;
}

inline std::string Kinds(const std::vector<Finding>& findings) {
  std::string kinds;
  for (const Finding& finding : findings) {
    kinds += (kinds.empty() ? "" : " ") + finding.kind;
    if (!finding.field.empty()) kinds += ":" + finding.field;
  }
  return kinds;
}

}  // namespace thresh
