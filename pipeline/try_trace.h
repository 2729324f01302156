// What `try` remembers of an extraction: costs, examples, and what went wrong.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "parser/extraction_trace.h"
#include "pipeline/clock.h"

namespace thresh {

// All searches for one pattern.
struct PatternUse {
  std::string key;
  const Pattern* pattern = nullptr;
  size_t searches = 0;
  size_t matches = 0;
  size_t bytes = 0;
  size_t shortened = 0;
  std::chrono::nanoseconds time{0};
};

struct TriedRecord {
  Refusal refusal = Refusal::kNone;
  std::vector<PatternUse> patterns;
  std::vector<RowTrace> first_rows;  // those that were kept, up to a few
  std::vector<Span> places;          // where rows were found, kept or not
  size_t empty = 0;                  // of them, those in which no field was found
  std::optional<RowTrace> overrun;   // the first
  // One a column. Rows in which nothing was found count here only when there are no others.
  std::vector<std::optional<RowTrace>> lacking;  // the first row without it
  std::vector<size_t> dropped_for;               // rows that were dropped for want of it

  // The use of the pattern at `key`; nullptr when the record has none there.
  const PatternUse* Find(std::string_view key) const;
};

// The clock must outlive it.
class TryTrace : public ExtractionTrace {
 public:
  static constexpr size_t kFirstRows = 3;

  explicit TryTrace(const Clock& clock) : clock_(clock) {}

  const std::vector<TriedRecord>& records() const { return records_; }

  void OnRecord(size_t record, std::vector<NamedPattern> patterns) override;
  void OnConditions(Refusal refusal) override;
  void BeforeSearch(const Pattern& pattern) override;
  void AfterSearch(const Pattern& pattern, const SearchTrace& search) override;
  void OnRow(const RowTrace& row) override;

 private:
  void KeepLacking(const RowTrace& row);

  const Clock& clock_;
  std::vector<TriedRecord> records_;
  SteadyTime search_began_{};
  bool has_good_row_ = false;  // of the current record: one in which something was found
};

}  // namespace thresh
