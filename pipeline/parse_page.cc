#include "pipeline/parse_page.h"

namespace thresh {
namespace {

// By the type the server names; without one, by a look at the text.
bool IsHtml(const PageView& page) {
  if (page.content_type == "text/html" || page.content_type == "application/xhtml+xml") return true;
  if (!page.content_type.empty()) return false;
  const size_t first = page.text.find_first_not_of(" \t\r\n\f");
  return first != std::string_view::npos && page.text[first] == '<';
}

}  // namespace

ParsedPage ParsePage(const Config& config, const PageView& page, const Clock& clock,
                     KnownLinks* known) {
  const SteadyTime deadline = clock.Steady() + config.limits.parse_time;
  ExtractionBudget budget;
  budget.parse_time = config.limits.parse_time;
  budget.expired = [&] { return clock.Steady() > deadline; };

  ParsedPage parsed;
  parsed.extraction = config.extractor->Extract(page, budget);
  if (page.url == nullptr) return parsed;  // nothing to resolve references against
  const size_t max_links = config.limits.links_per_page;
  if (config.html_links && IsHtml(page)) {
    parsed.links = ExtractLinks(page.text, *page.url, max_links, known);
  }
  if (config.link_rules) parsed.rule_links = config.link_rules->Find(page, budget, max_links);
  return parsed;
}

}  // namespace thresh
