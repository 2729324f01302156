// Where a page becomes rows: the callback's work, as parse_page is in the multiprocessing
// tutorials.
#pragma once

#include "parser/extraction_budget.h"
#include "parser/extractor.h"
#include "parser/link_rules.h"
#include "parser/links.h"
#include "pipeline/clock.h"
#include "pipeline/config.h"

namespace thresh {

// What one page may take from now on: `time`, of which only what this process works counts, by
// `clock`, which must outlive it. Its copies do not share what was used.
ExtractionBudget BudgetFromNow(const Clock& clock, Milliseconds time);

struct ParsedPage {
  Extraction extraction;       // the rows of each record
  PageLinks links;             // empty unless the page is HTML and the config wants its links
  RuleLinks rule_links;        // of [[links]]
  bool out_of_memory = false;  // nothing of the rest is there
};

// Runs a site's rules over one page, within the site's limits.parse_time by `clock`. No I/O; never
// throws on any content; without the memory for it, it says so. Links that `known` has may be left
// out: see ExtractLinks.
ParsedPage ParsePage(const Config& config, const PageView& page, const Clock& clock,
                     KnownLinks* known = nullptr);

}  // namespace thresh
