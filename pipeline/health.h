// Whether a run extracted what it should have: the answer to patterns that stop matching in
// silence.
//
// A record's `expect` sets absolute bounds. Where it sets none, the run is compared with the last
// five runs of the site that came to an end and had nothing to say on this: a share (of pages that
// gave rows, of rows that have a field) is a finding when it fell to less than half, and so far
// that less than one run in a hundred would fall so by chance; or when a tenth, and not a few,
// lacks what nearly all had. Only parsed pages count: a run of nothing but 304s is healthy, and so
// is one changed page that happens to lack what some pages lack. A run that parsed but a part of a
// record's pages is compared with up to thirty, and with how they differ (pipeline/fallen_share.h).
//
// A run in which a record had no page at all, 304s and pages that were not due considered, has a
// finding as well, and so has one with far less rows than any of at least eight before it, and one
// in which most values of a field are one, where hardly any two were. A finding holds until a run
// parses pages of the record by the same rule and finds it mended.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "parser/extractor.h"
#include "storage/health.h"
#include "storage/store.h"

namespace thresh {

// What is wrong, in the order of the records and their fields. Pure.
std::vector<Finding> JudgeHealth(const std::vector<RecordSpec>& specs,
                                 const std::vector<TableSchema>& schemas, const SiteHealth& health);

// Judges a run that has ended with `outcome`, but before FinishRun; stores the findings, and gives
// a line for each of them: what is wrong, since when, and pages that show it. Any is exit code 4.
// `left_out` knows of the run.
std::vector<std::string> CheckHealth(Store& store, const std::string& site, RunId run,
                                     RunOutcome outcome, const Extractor& extractor,
                                     PagesLeftOut& left_out);

}  // namespace thresh
