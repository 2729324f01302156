// What `try` prints of one page: for each record its rows, where they stand, what it cost, and what
// did not match and how far it got.
#pragma once

#include <cstddef>
#include <vector>

#include "parser/extractor.h"
#include "parser/rule_problem.h"
#include "pipeline/clock.h"
#include "pipeline/config.h"
#include "pipeline/local_page.h"
#include "pipeline/try_trace.h"
#include "storage/output.h"

namespace thresh {

struct ReportStyle {
  bool colour = false;
  size_t width = 0;  // of the terminal; 0: no bound
};

// All that one try came to. The references must outlive it.
struct TryResult {
  const Extractor& extractor;
  const std::vector<RuleProblem>& problems;  // of its compilation: warnings
  const LimitsConfig& limits;
  const LoadedPage& page;
  const Extraction& extraction;
  const std::vector<TriedRecord>& tried;  // one a record
};

// Takes at most limits.parse_time by `clock` to find out how far patterns got. Throws as Output
// does.
void PrintTryReport(const TryResult& result, const ReportStyle& style, const Clock& clock,
                    Output& output);

}  // namespace thresh
