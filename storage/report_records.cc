#include "storage/report_records.h"

#include <map>
#include <string>
#include <utility>

namespace thresh {
namespace {

constexpr size_t kMostFields = 200;

// Runs that have something to say of the site's extraction, the oldest first.
std::vector<RunId> RunsOf(Database& database, const std::string& site) {
  Statement select(database,
                   "SELECT run_id FROM runs AS r WHERE site = ?1 AND EXISTS (SELECT 1 FROM "
                   "extraction AS e WHERE e.run_id = r.run_id) ORDER BY run_id DESC LIMIT ?2");
  std::vector<RunId> runs;
  for (auto rows = select.Start(site, kTrendRuns); rows.Next();) {
    runs.insert(runs.begin(), rows.Int(0));
  }
  return runs;
}

class SiteTrends {
 public:
  SiteTrends(std::string site, std::vector<RunId> runs)
      : site_(std::move(site)), runs_(std::move(runs)) {}

  // Columns: table_name, field, rows, pages, matched, filled, failed, example; records that write
  // one table are summed up.
  void Add(size_t run, const Statement::Rows& row) {
    RecordTrend* record = Record(row.Text(0));
    if (record == nullptr) return;
    if (row.Text(1).empty()) {
      record->rows[run] = row.Int(2);
      record->pages[run] = row.Int(3);
      record->matched[run] = row.Int(4);
      return;
    }
    FieldTrend* field = Field(record, row.Text(1));
    if (field == nullptr) return;
    if (row.Int(2) > 0) {
      field->filled[run] = static_cast<double>(row.Int(5)) / static_cast<double>(row.Int(2));
    }
    if (run + 1 < runs_.size()) return;
    field->failed = row.Int(6);
    field->example = row.Text(7);
  }

  std::vector<RecordTrend> Take() { return std::move(records_); }

 private:
  RecordTrend* Record(std::string_view table) {
    for (RecordTrend& record : records_) {
      if (record.table == table) return &record;
    }
    if (records_.size() == kReportedTables) return nullptr;
    RecordTrend& record = records_.emplace_back();
    record.site = site_;
    record.table = table;
    record.runs = runs_;
    record.rows.resize(runs_.size());
    record.pages.resize(runs_.size());
    record.matched.resize(runs_.size());
    return &record;
  }

  FieldTrend* Field(RecordTrend* record, std::string_view name) {
    for (FieldTrend& field : record->fields) {
      if (field.field == name) return &field;
    }
    if (record->fields.size() == kMostFields) return nullptr;
    FieldTrend& field = record->fields.emplace_back();
    field.field = name;
    field.filled.resize(runs_.size());
    return &field;
  }

  const std::string site_;
  const std::vector<RunId> runs_;
  std::vector<RecordTrend> records_;
};

}  // namespace

std::vector<RecordTrend> ReadRecordTrends(Database& database,
                                          const std::vector<SiteRunSummary>& last_runs) {
  Statement select(database,
                   "SELECT table_name, field, CAST(total(rows) AS INTEGER), "
                   "CAST(total(pages) AS INTEGER), CAST(total(matched) AS INTEGER), "
                   "CAST(total(filled) AS INTEGER), CAST(total(failed) AS INTEGER), "
                   "max(example) FROM extraction WHERE run_id = ?1 "
                   "GROUP BY table_name, field");
  std::vector<RecordTrend> records;
  for (const SiteRunSummary& last : last_runs) {
    const std::vector<RunId> runs = RunsOf(database, last.site);
    SiteTrends trends(last.site, runs);
    for (size_t run = 0; run < runs.size(); ++run) {
      for (auto rows = select.Start(runs[run]); rows.Next();) trends.Add(run, rows);
    }
    for (RecordTrend& record : trends.Take()) {
      if (records.size() < kReportedTables) records.push_back(std::move(record));
    }
  }
  return records;
}

}  // namespace thresh
