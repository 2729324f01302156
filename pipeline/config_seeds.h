// The seeds of a config: where a crawl begins.
#pragma once

#include <vector>

#include "pipeline/config.h"
#include "pipeline/config_node.h"

namespace thresh {

// Reads the list `array` of strings and tables. Patterns such as [1-50] are expanded.
void ReadSeeds(const ConfigNode& array, DiagnosticSink* sink, std::vector<SeedConfig>* seeds);

}  // namespace thresh
