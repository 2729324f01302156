#include "pipeline/health.h"

#include <fmt/format.h>

#include <algorithm>

#include "pipeline/record_health.h"
#include "pipeline/record_past.h"
#include "storage/pages_left_out.h"

namespace thresh {
namespace {

int64_t CountOfTable(const std::vector<TableSchema>& schemas, const TableSchema& schema) {
  return std::count_if(schemas.begin(), schemas.end(),
                       [&](const TableSchema& other) { return other.table == schema.table; });
}

// Where a run waits, for a host that is dead as like as not, it asked for the pages that it had
// before or did not; whether others will come is known of complete runs only.
void FindRecordsWithoutPages(PagesLeftOut& left_out, const std::string& site, bool complete,
                             const std::vector<TableSchema>& schemas, SiteHealth* health) {
  for (const TableSchema& schema : schemas) {
    if (LookedAt(FindRecord(health->now, schema, false))) continue;
    const bool had_pages =
        std::any_of(health->before.begin(), health->before.end(), [&](const RunHealth& run) {
          return LookedAt(FindRecord(run, schema, CountOfTable(schemas, schema) == 1));
        });
    if ((complete || had_pages) && left_out.HasNoPage(site, schema.table, had_pages)) {
      health->without_pages.insert(schema.rule);
    }
  }
}

// Asks only of rules that gave less than half of the rows of some run before: it is a look at each
// row.
void FindNothingLeftOut(PagesLeftOut& left_out, const std::string& site,
                        const std::vector<TableSchema>& schemas, SiteHealth* health) {
  for (const TableSchema& schema : schemas) {
    const RecordCounts* now = FindRecord(health->now, schema, false);
    if (now == nullptr || now->rows == 0) continue;
    const bool is_less =
        std::any_of(health->before.begin(), health->before.end(), [&](const RunHealth& run) {
          const RecordCounts* then = FindRecord(run, schema, false);
          return then != nullptr && now->rows * 2 < then->rows;
        });
    if (is_less && left_out.HasReadAllThatGaveRows(site, schema.table)) {
      health->nothing_left_out.insert(schema.rule);
    }
  }
}

}  // namespace

std::vector<Finding> JudgeHealth(const std::vector<RecordSpec>& specs,
                                 const std::vector<TableSchema>& schemas,
                                 const SiteHealth& health) {
  std::vector<Finding> findings;
  for (size_t i = 0; i < specs.size(); ++i) {
    JudgeRecord(specs[i], schemas[i], CountOfTable(schemas, schemas[i]), health, &findings);
  }
  return findings;
}

std::vector<std::string> CheckHealth(Store& store, const std::string& site, RunId run,
                                     RunOutcome outcome, const Extractor& extractor,
                                     PagesLeftOut& left_out) {
  SiteHealth health = store.ReadHealth(site, run);
  const RunTotals totals = store.ReadTotals(run);
  const bool complete = outcome == RunOutcome::kComplete;
  if ((complete || outcome == RunOutcome::kWaiting) &&
      totals.pages > totals.unchanged + totals.failed) {
    FindRecordsWithoutPages(left_out, site, complete, extractor.schemas(), &health);
  }
  if (complete) FindNothingLeftOut(left_out, site, extractor.schemas(), &health);
  std::vector<Finding> findings = JudgeHealth(extractor.specs(), extractor.schemas(), health);
  for (Finding& finding : findings) {
    const bool is_on_rows =
        finding.kind == "few_rows" || finding.kind == "keys" || finding.kind == "values";
    if (is_on_rows && finding.examples.empty()) {
      finding.examples = store.PagesThatGaveRows(run, finding.table, finding.rule, finding.field);
    }
  }
  store.SaveFindings(run, findings);
  std::vector<std::string> lines;
  for (const Finding& finding : findings) {
    std::string& line = lines.emplace_back(finding.message);
    if (!finding.examples.empty())
      line += fmt::format("; see {}", fmt::join(finding.examples, " "));
  }
  return lines;
}

}  // namespace thresh
