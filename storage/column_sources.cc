#include "storage/column_sources.h"

#include <algorithm>
#include <utility>

namespace thresh {

ColumnSources::ColumnSources(Database& database, const TableSchema& schema,
                             std::vector<std::string> other_rules)
    : schema_(schema),
      other_rules_(std::move(other_rules)),
      places_(database, schema),
      select_(database,
              "SELECT rule, run_id, filled FROM row_rules WHERE table_name = ?1 AND key_hash = ?2"),
      note_(database,
            "INSERT INTO row_rules VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO UPDATE SET "
            "run_id = excluded.run_id, filled = excluded.filled") {}

// What a record filled that is no more stays held until each of those that are has given the row:
// one of them has taken its place.
ColumnSources::Known ColumnSources::Read(int64_t key_hash, RunId this_run, std::string_view rule,
                                         RunId run, const Row& values) {
  std::vector<Entry> entries = ReadEntries(key_hash);
  const auto has_entry = [&](std::string_view of) {
    return std::any_of(entries.begin(), entries.end(),
                       [&](const Entry& entry) { return entry.rule == of; });
  };
  if (rule != schema_.rule && !has_entry(rule)) {
    entries.push_back({std::string(rule), run, places_.Filled(values)});
    note_.Run(schema_.table, key_hash, rule, run, entries.back().filled);
  }
  const bool all_known = std::all_of(other_rules_.begin(), other_rules_.end(), has_entry);
  Known known;
  known.held.resize(schema_.columns.size());
  known.seen_this_run.resize(schema_.columns.size());
  for (const Entry& entry : entries) {
    const bool mine = entry.rule == schema_.rule;
    const bool holds = !mine && (IsLive(entry.rule) || !all_known);
    for (size_t i = 0; i < schema_.columns.size(); ++i) {
      if (!places_.Has(entry.filled, i)) continue;
      if (holds) known.held[i] = true;
      if (entry.run == this_run) known.seen_this_run[i] = true;
    }
  }
  return known;
}

std::string ColumnSources::FilledBy(int64_t key_hash, std::string_view rule) {
  for (Entry& entry : ReadEntries(key_hash)) {
    if (entry.rule == rule) return std::move(entry.filled);
  }
  return {};
}

void ColumnSources::Note(int64_t key_hash, RunId this_run, const Row& given) {
  std::string filled = places_.Filled(given);
  for (const Entry& entry : ReadEntries(key_hash)) {
    if (entry.rule != schema_.rule || entry.run != this_run) continue;
    for (size_t i = 0; i < schema_.columns.size(); ++i) {
      if (places_.Has(entry.filled, i)) places_.Add(i, &filled);
    }
  }
  note_.Run(schema_.table, key_hash, schema_.rule, this_run, filled);
}

std::vector<ColumnSources::Entry> ColumnSources::ReadEntries(int64_t key_hash) {
  std::vector<Entry> entries;
  for (auto rows = select_.Start(schema_.table, key_hash); rows.Next();) {
    entries.push_back({std::string(rows.Text(0)), rows.Int(1), std::string(rows.Text(2))});
  }
  return entries;
}

bool ColumnSources::IsLive(std::string_view rule) const {
  return std::find(other_rules_.begin(), other_rules_.end(), rule) != other_rules_.end();
}

}  // namespace thresh
