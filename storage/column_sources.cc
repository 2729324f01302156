#include "storage/column_sources.h"

#include <algorithm>
#include <utility>
#include <variant>

namespace thresh {

ColumnSources::ColumnSources(Database& database, const TableSchema& schema,
                             std::vector<std::string> other_rules)
    : schema_(schema),
      other_rules_(std::move(other_rules)),
      select_(database,
              "SELECT rule, run_id, filled FROM row_rules WHERE table_name = ?1 AND key_hash = ?2"),
      note_(database,
            "INSERT INTO row_rules VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO UPDATE SET "
            "run_id = excluded.run_id, filled = excluded.filled") {
  Statement place(database, "SELECT name, cid FROM pragma_table_info(?1)");
  places_.resize(schema.columns.size());
  for (auto rows = place.Start(schema.table); rows.Next();) {
    ++table_columns_;
    for (size_t i = 0; i < places_.size(); ++i) {
      if (schema.columns[i].name == rows.Text(0)) places_[i] = static_cast<size_t>(rows.Int(1));
    }
  }
}

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
    entries.push_back({std::string(rule), run, Filled(values)});
    note_.Run(schema_.table, key_hash, rule, run, entries.back().filled);
  }
  const bool all_known = std::all_of(other_rules_.begin(), other_rules_.end(), has_entry);
  Known known;
  known.held.resize(schema_.columns.size());
  known.seen_this_run.resize(schema_.columns.size());
  for (const Entry& entry : entries) {
    const bool mine = entry.rule == schema_.rule;
    known.given_this_run |= mine && entry.run == this_run;
    const bool holds = !mine && (IsLive(entry.rule) || !all_known);
    for (size_t i = 0; i < schema_.columns.size(); ++i) {
      if (!Fills(entry, i)) continue;
      if (holds) known.held[i] = true;
      if (entry.run == this_run) known.seen_this_run[i] = true;
    }
  }
  return known;
}

void ColumnSources::Note(int64_t key_hash, RunId this_run, const Row& given) {
  std::string filled = Filled(given);
  for (const Entry& entry : ReadEntries(key_hash)) {
    if (entry.rule != schema_.rule || entry.run != this_run) continue;
    for (size_t i = 0; i < schema_.columns.size(); ++i) {
      if (Fills(entry, i)) filled[places_[i]] = '1';
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

bool ColumnSources::Fills(const Entry& entry, size_t column) const {
  return places_[column] < entry.filled.size() && entry.filled[places_[column]] == '1';
}

std::string ColumnSources::Filled(const Row& row) const {
  std::string filled(table_columns_, '0');
  for (size_t i = 0; i < row.size(); ++i) {
    if (!IsNull(row[i])) filled[places_[i]] = '1';
  }
  return filled;
}

}  // namespace thresh
