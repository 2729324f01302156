#include "storage/counters.h"

#include <algorithm>

#include "storage/row_sql.h"

namespace thresh {
namespace {

constexpr size_t kMaxExamples = 20;
constexpr size_t kMaxExamplePages = 3;

void AddExample(PageId page, std::vector<PageId>* pages) {
  if (pages->size() < kMaxExamplePages) pages->push_back(page);
}

// A JSON array; empty for none.
std::string ToJson(const std::vector<PageId>& pages) {
  std::string json;
  for (const PageId page : pages) json += (json.empty() ? "[" : ",") + std::to_string(page);
  return json.empty() ? json : json + "]";
}

int64_t CountRowsWithKey(const TableSchema& schema, const std::vector<Row>& rows) {
  const std::vector<size_t> key_columns = KeyColumns(schema);
  return std::count_if(rows.begin(), rows.end(),
                       [&](const Row& row) { return HasKey(row, key_columns); });
}

}  // namespace

RunCounts::RunCounts(Database& database)
    : select_(database,
              "SELECT pages, unchanged, failed, rows_added, rows_changed, rows_gone, bytes "
              "FROM runs WHERE run_id = ?1"),
      update_(database,
              "UPDATE runs SET pages = pages + ?2, unchanged = unchanged + ?3, "
              "failed = failed + ?4, rows_added = rows_added + ?5, "
              "rows_changed = rows_changed + ?6, rows_gone = rows_gone + ?7, bytes = bytes + ?8 "
              "WHERE run_id = ?1") {}

RunTotals RunCounts::Read(RunId run) {
  RunTotals totals;
  if (const auto found = pending_.find(run); found != pending_.end()) totals = found->second;
  for (auto rows = select_.Start(run); rows.Next();) {
    totals.pages += rows.Int(0);
    totals.unchanged += rows.Int(1);
    totals.failed += rows.Int(2);
    totals.rows_added += rows.Int(3);
    totals.rows_changed += rows.Int(4);
    totals.rows_gone += rows.Int(5);
    totals.bytes += rows.Int(6);
  }
  return totals;
}

void RunCounts::Flush() {
  for (const auto& [run, totals] : pending_) {
    update_.Run(run, totals.pages, totals.unchanged, totals.failed, totals.rows_added,
                totals.rows_changed, totals.rows_gone, totals.bytes);
  }
  pending_.clear();
}

ExtractionCounts::ExtractionCounts(Database& database)
    : upsert_(
          database,
          "INSERT INTO extraction (run_id, table_name, rule, field, pages, matched, rows, "
          "filled, failed, conflicts, example, too_few, example_pages, repeated, most_common, "
          "most_common_value) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, "
          "?16, ?17) ON CONFLICT DO UPDATE SET "
          "pages = pages + excluded.pages, matched = matched + excluded.matched, "
          "rows = rows + excluded.rows, filled = filled + excluded.filled, "
          "failed = failed + excluded.failed, conflicts = conflicts + excluded.conflicts, "
          "too_few = too_few + excluded.too_few, repeated = repeated + excluded.repeated, "
          "example_pages = CASE WHEN example_pages IS NULL THEN excluded.example_pages "
          "WHEN excluded.example_pages IS NULL THEN example_pages "
          "ELSE (SELECT json_group_array(value) FROM (SELECT value FROM json_each(example_pages) "
          "UNION ALL SELECT value FROM json_each(excluded.example_pages) LIMIT ?15)) END, "
          "most_common_value = CASE WHEN excluded.most_common > coalesce(most_common, 0) "
          "THEN excluded.most_common_value ELSE most_common_value END, "
          "most_common = max(coalesce(most_common, 0), excluded.most_common), "
          "example = coalesce(example, excluded.example)") {}

void ExtractionCounts::Add(RunId run, PageId page, const TableSchema& schema,
                           const RecordExtraction& found, const RowChanges& changes) {
  if (!found.applies && (!changes.kept_old || changes.of_past_rules)) return;
  auto found_record = records_.find(std::tie(run, schema.table, schema.rule));
  if (found_record == records_.end()) {
    found_record = records_.try_emplace(Key(run, schema.table, schema.rule)).first;
  }
  Record& record = found_record->second;
  const auto found_rows = static_cast<int64_t>(found.rows.size());
  const int64_t rows = CountRowsWithKey(schema, found.rows);
  record.whole.pages += 1;
  record.whole.matched += rows > 0;
  record.whole.rows += rows;
  record.whole.failed += static_cast<int64_t>(found.dropped_rows) + found_rows - rows;
  record.whole.conflicts += changes.conflicts;
  record.whole.repeated += changes.repeated;
  record.whole.too_few += found.too_few_rows;
  if (rows == 0 || found.too_few_rows) AddExample(page, &record.whole.example_pages);
  record.fields.resize(schema.columns.size());
  record.values.resize(schema.columns.size());
  if (record.names.empty()) {
    for (const Column& column : schema.columns) record.names.push_back(column.name);
  }
  for (const Row& row : found.rows) {
    for (size_t i = 0; i < row.size(); ++i) record.values[i].Add(row[i]);
  }
  for (size_t i = 0; i < std::min(found.fields.size(), record.fields.size()); ++i) {
    const FieldStats& stats = found.fields[i];
    Counts& field = record.fields[i];
    field.pages += 1;
    field.matched += static_cast<int64_t>(stats.matched);
    field.rows += found_rows;
    field.filled += static_cast<int64_t>(stats.filled);
    field.failed += static_cast<int64_t>(stats.failed);
    if (field.example.empty()) field.example = stats.example;
    if (static_cast<int64_t>(stats.filled) < found_rows) AddExample(page, &field.example_pages);
  }
}

void ExtractionCounts::Save(const Key& key, const std::string& field, const Counts& counts,
                            const CommonValues* values) {
  const auto& [run, table, rule] = key;
  const std::string example_pages = ToJson(counts.example_pages);
  const auto common = values == nullptr ? CommonValues::Common{} : values->MostCommon();
  upsert_.Run(run, table, rule, field, counts.pages, counts.matched, counts.rows, counts.filled,
              counts.failed, counts.conflicts, NullIfEmpty(counts.example), counts.too_few,
              NullIfEmpty(example_pages), counts.repeated, int64_t{kMaxExamplePages}, common.rows,
              NullIfEmpty(common.value));
}

void ExtractionCounts::Flush() {
  for (auto& [key, record] : records_) {
    if (record.whole.pages == 0) continue;
    Save(key, "", record.whole, nullptr);
    for (size_t i = 0; i < record.fields.size(); ++i) {
      Save(key, record.names[i], record.fields[i], &record.values[i]);
    }
    record.whole = {};
    record.fields.clear();
  }
}

DroppedCounts::DroppedCounts(Database& database)
    : upsert_(database,
              "INSERT INTO dropped (site, host, reason, count, examples) "
              "VALUES (?1, ?2, ?3, ?4, '[]') "
              "ON CONFLICT DO UPDATE SET count = count + excluded.count"),
      add_example_(database,
                   "UPDATE dropped SET examples = json_insert(examples, '$[#]', ?4) "
                   "WHERE site = ?1 AND host = ?2 AND reason = ?3 "
                   "AND json_array_length(examples) < 20 AND NOT EXISTS "
                   "(SELECT 1 FROM json_each(examples) WHERE value = ?4)") {}

void DroppedCounts::Add(std::string_view site, std::string_view host, std::string_view reason,
                        int64_t count, std::string_view example) {
  Dropped& dropped = pending_[{std::string(site), std::string(host), std::string(reason)}];
  dropped.count += count;
  std::vector<std::string>& examples = dropped.examples;
  if (example.empty() || examples.size() >= kMaxExamples) return;
  if (std::find(examples.begin(), examples.end(), example) == examples.end()) {
    examples.emplace_back(example);
  }
}

void DroppedCounts::Flush() {
  for (const auto& [key, dropped] : pending_) {
    const auto& [site, host, reason] = key;
    upsert_.Run(site, host, reason, dropped.count);
    for (const std::string& example : dropped.examples) {
      add_example_.Run(site, host, reason, example);
    }
  }
  pending_.clear();
}

}  // namespace thresh
