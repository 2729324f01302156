#include "pipeline/try_trace.h"

#include <algorithm>
#include <utility>

namespace thresh {

const PatternUse* TriedRecord::Find(std::string_view key) const {
  const auto found = std::find_if(patterns.begin(), patterns.end(),
                                  [&](const PatternUse& use) { return use.key == key; });
  return found == patterns.end() ? nullptr : &*found;
}

void TryTrace::OnRecord(size_t, std::vector<NamedPattern> patterns) {
  TriedRecord& record = records_.emplace_back();
  for (NamedPattern& named : patterns) {
    PatternUse& use = record.patterns.emplace_back();
    use.key = std::move(named.key);
    use.pattern = named.pattern;
  }
  has_good_row_ = false;
}

void TryTrace::OnConditions(Refusal refusal) { records_.back().refusal = refusal; }

void TryTrace::BeforeSearch(const Pattern&) { search_began_ = clock_.Steady(); }

// Patterns of clean steps are none of the record's.
void TryTrace::AfterSearch(const Pattern& pattern, const SearchTrace& search) {
  const SteadyTime now = clock_.Steady();
  for (PatternUse& use : records_.back().patterns) {
    if (use.pattern != &pattern) continue;
    ++use.searches;
    use.matches += search.found ? 1 : 0;
    use.bytes += search.bytes;
    use.shortened += search.shortened ? 1 : 0;
    use.time += now - search_began_;
  }
}

void TryTrace::OnRow(const RowTrace& row) {
  TriedRecord& record = records_.back();
  record.lacking.resize(row.fields.size());
  record.dropped_for.resize(row.fields.size());
  record.places.push_back(row.place);
  record.empty += row.fate == RowTrace::Fate::kEmpty ? 1 : 0;
  if (row.fate == RowTrace::Fate::kIncomplete) ++record.dropped_for[row.missing];
  if (row.fate == RowTrace::Fate::kKept && record.first_rows.size() < kFirstRows) {
    record.first_rows.push_back(row);
  }
  if (row.overrun && !record.overrun) record.overrun = row;
  KeepLacking(row);
}

void TryTrace::KeepLacking(const RowTrace& row) {
  TriedRecord& record = records_.back();
  const bool good = row.fate != RowTrace::Fate::kEmpty;
  if (good && !has_good_row_) record.lacking.assign(row.fields.size(), std::nullopt);
  has_good_row_ |= good;
  if (has_good_row_ && !good) return;
  for (size_t i = 0; i < row.fields.size(); ++i) {
    if (!row.fields[i].found && !record.lacking[i]) record.lacking[i] = row;
  }
}

}  // namespace thresh
