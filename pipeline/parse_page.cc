#include "pipeline/parse_page.h"

#include <chrono>
#include <new>
#include <optional>

namespace thresh {
namespace {

ParsedPage Parse(const Config& config, const PageView& page, const Clock& clock,
                 KnownLinks* known) {
  const ExtractionBudget budget = BudgetFromNow(clock, config.limits.parse_time);
  ParsedPage parsed;
  parsed.extraction = config.extractor->Extract(page, budget);
  if (page.url == nullptr) return parsed;  // nothing to resolve references against
  const size_t max_links = config.limits.links_per_page;
  if (config.html_links && IsHtml(page)) {
    parsed.links = ExtractLinks(page.text, *page.url, max_links, known, page.charset);
  }
  if (config.link_rules) parsed.rule_links = config.link_rules->Find(page, budget, max_links);
  return parsed;
}

}  // namespace

ExtractionBudget BudgetFromNow(const Clock& clock, Milliseconds time) {
  ExtractionBudget budget;
  budget.parse_time = time;
  // On a busy machine time passes in which nothing is parsed: only when the time is over is it
  // asked how much of it was the program's own.
  budget.expired = [&clock, time, end = clock.Steady() + time,
                    begin = std::optional<std::chrono::nanoseconds>()]() mutable {
    if (!begin) begin = clock.Worked();
    return clock.Steady() > end && clock.Worked() - *begin > time;
  };
  return budget;
}

ParsedPage ParsePage(const Config& config, const PageView& page, const Clock& clock,
                     KnownLinks* known) {
  try {
    return Parse(config, page, clock, known);
  } catch (const std::bad_alloc&) {
    ParsedPage none;
    none.out_of_memory = true;
    return none;
  }
}

}  // namespace thresh
