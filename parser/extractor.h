// Pages in, rows out: the rule language of docs/config.md, executed.
//
//   std::vector<RuleProblem> problems;
//   auto extractor = Extractor::Compile(specs, &problems);
//   if (!extractor) return Report(problems);
//   Extraction found = extractor->Extract(page, budget);
//   found.records[0].rows;   // in the order of extractor->schemas()[0].columns
//
// An Extractor is immutable and does no I/O; one may serve any number of pages.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "parser/record.h"
#include "parser/url.h"

namespace thresh {

// What is wrong, or doubtful, in a rule.
struct RuleProblem {
  enum class Severity { kError, kWarning };
  Severity severity = Severity::kError;
  size_t record = 0;   // index into the specs
  std::string key;     // where in the record: "match", "fields.price.re", "fields.price.re[1]"
  std::optional<size_t> offset;  // byte of the regex or pointer that is at fault
  std::string message;  // one line: what is wrong and what to do
};

using Headers = std::vector<std::pair<std::string, std::string>>;  // names in lower case

// A page as the rules see it. All views must outlive the call of Extract only.
struct PageView {
  std::string_view text;          // UTF-8
  const Url* url = nullptr;       // the final one: relative references resolve against it
  std::string_view seed;          // the seed the page was found from
  std::string_view content_type;  // without parameters, in lower case
  std::string_view fetched_at;    // ISO 8601 UTC
  int status = 200;
  size_t size = 0;                // bytes of the decoded body as it came, before UTF-8
  const Headers* headers = nullptr;
};

struct ExtractionBudget {
  // Where program size × bytes / 8e9 s would exceed this, a rule reads only the leading bytes.
  std::chrono::milliseconds parse_time{2000};
  // Asked between matches; true ends the extraction. Null: never.
  std::function<bool()> expired;
};

struct FieldStats {
  size_t matched = 0;  // rows in which something was found
  size_t filled = 0;   // rows in which the value is not NULL
  size_t failed = 0;   // values that did not convert, or could mean two numbers
  std::string example; // the first of those, at most 80 bytes
};

struct RecordExtraction {
  bool applies = false;             // url, content_type, when and unless let the page in
  std::vector<Row> rows;
  std::vector<FieldStats> fields;   // one a column
  size_t dropped_rows = 0;          // rows without a required field
  bool too_few_rows = false;        // less than expect.min_rows
};

struct Extraction {
  std::vector<RecordExtraction> records;  // one a spec
  bool cut_short = false;  // a budget ended it: what was found until then is here
};

class Extractor {
 public:
  // Checks and compiles `specs`. Nullptr when there is an error; `problems` gets errors and
  // warnings in either case, with look-around and backreferences named and a way out offered.
  static std::unique_ptr<Extractor> Compile(std::vector<RecordSpec> specs,
                                            std::vector<RuleProblem>* problems);
  ~Extractor();

  const std::vector<RecordSpec>& specs() const;
  const std::vector<TableSchema>& schemas() const;  // one a spec

  Extraction Extract(const PageView& page, const ExtractionBudget& budget) const;

 private:
  class Rules;
  explicit Extractor(std::unique_ptr<Rules> rules);
  std::unique_ptr<Rules> rules_;
};

}  // namespace thresh
