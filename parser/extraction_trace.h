// What an extraction did, step by step, for those who write rules: `thresh try` shows it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace thresh {

class Pattern;
struct RecordRule;
struct TableSchema;

// A pattern and the key of its record that it stands at: "match", "fields.price.re[1]".
struct NamedPattern {
  std::string key;
  const Pattern* pattern = nullptr;
};

// The condition of a record that keeps a page out.
enum class Refusal : uint8_t { kNone, kUrl, kContentType, kWhen, kUnless };

struct SearchTrace {
  size_t bytes = 0;        // looked at: up to the match's end, else all there were
  bool found = false;      // there was a match
  bool ruled_out = false;  // a literal that every match has is not in the text: nothing was run
  bool shortened = false;  // by ExtractionBudget::parse_time
};

// A part of the page.
struct Span {
  size_t begin = 0;
  size_t end = 0;
  friend bool operator==(const Span&, const Span&) = default;
};

struct FieldTrace {
  bool found = false;
  std::vector<Span> places;  // of what was found; none when it was not cut from the page itself
};

struct RowTrace {
  enum class Fate : uint8_t {
    kKept,
    kIncomplete,  // a required field is NULL
    kEmpty,       // nothing that is looked for inside of it is there: it is no row
  };
  Span place;        // of a row of JSON: what it was found in
  std::string json;  // of a row of JSON: itself
  Fate fate = Fate::kKept;
  bool overrun = false;            // RecordExtraction::overruns counts it
  std::vector<FieldTrace> fields;  // one a column
  size_t missing = 0;              // kIncomplete: the first column that is required and NULL
};

// Is called while Extractor::Extract runs, which gives the records one after the other. The
// patterns live as long as the extractor.
class ExtractionTrace {
 public:
  virtual ~ExtractionTrace() = default;
  // All that follows is of this record; it begins with the searches of its conditions.
  virtual void OnRecord(size_t record, std::vector<NamedPattern> patterns) = 0;
  virtual void OnConditions(Refusal refusal) = 0;
  virtual void BeforeSearch(const Pattern& pattern) = 0;
  virtual void AfterSearch(const Pattern& pattern, const SearchTrace& search) = 0;
  virtual void OnRow(const RowTrace& row) = 0;
};

// The patterns that a record searches the page with; those of clean steps are not among them.
std::vector<NamedPattern> PatternsOf(const RecordRule& rule, const TableSchema& schema);

}  // namespace thresh
