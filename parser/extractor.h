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

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "parser/extraction_budget.h"
#include "parser/page_view.h"
#include "parser/record.h"
#include "parser/rule_problem.h"
#include "parser/url_strip.h"

namespace thresh {

class ExtractionTrace;

struct FieldStats {
  size_t matched = 0;   // rows in which something was found
  size_t filled = 0;    // rows in which the value is not NULL
  size_t failed = 0;    // values that did not convert, or could mean two numbers
  std::string example;  // the first of those, at most 80 bytes
};

struct RecordExtraction {
  bool applies = false;       // url, content_type, when and unless let the page in
  bool others_apply = false;  // those of another record of the table do
  std::vector<Row> rows;
  std::vector<FieldStats> fields;  // one a column
  size_t dropped_rows = 0;         // rows without a required field
  // Of `match`: rows whose match has another place in it where the pattern's first literal stands,
  // so that it may have run over into the next record.
  size_t overruns = 0;
  bool too_few_rows = false;  // less than expect.min_rows
  // Of `rows` that gave none, where there is no JSON that can be read: in words, one line.
  std::string no_json;
};

struct Extraction {
  std::vector<RecordExtraction> records;  // one a spec
  bool cut_short = false;                 // a budget ended it: what was found until then is here
};

class Extractor {
 public:
  // Checks and compiles `specs`. Nullptr when there is an error; `problems` gets errors and
  // warnings in either case, with look-around and backreferences named and a way out offered.
  // Values of type url lose what `strip` takes out, as the URLs of a crawl do.
  static std::unique_ptr<Extractor> Compile(std::vector<RecordSpec> specs,
                                            std::vector<RuleProblem>* problems,
                                            ParameterStripper strip = {});
  ~Extractor();

  const std::vector<RecordSpec>& specs() const;
  const std::vector<TableSchema>& schemas() const;  // one a spec

  // `trace` is told what is done, when it is not null.
  Extraction Extract(const PageView& page, const ExtractionBudget& budget,
                     ExtractionTrace* trace = nullptr) const;

 private:
  class Rules;
  explicit Extractor(std::unique_ptr<Rules> rules);
  std::unique_ptr<Rules> rules_;
};

}  // namespace thresh
