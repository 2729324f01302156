// scrape's flags as a config, so that one page now and a nightly crawl take the same way.
#pragma once

#include <string>
#include <vector>

#include "pipeline/commands.h"
#include "pipeline/config.h"

namespace thresh {

// What the flags ask for: rules of -c, or of -r, --field and their kin; one seed of all `urls`,
// which are normalised; robots.txt and delays only with --follow. Throws UsageError.
Config ScrapeConfig(const ScrapeFlags& flags, const std::vector<std::string>& urls);

// The same rules for pages that are files or stdin, of which records do not ask what such have not:
// the content type and, without --base, the URL.
Config ScrapeConfigForFiles(const ScrapeFlags& flags);

// What deserves a warning in the rules that flags give, each with its flag.
std::vector<std::string> ScrapeWarnings(const ScrapeFlags& flags);

}  // namespace thresh
