// The [[record]] tables of a config, read into the rule language of parser/record.h and compiled.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "parser/extractor.h"
#include "pipeline/config_node.h"

namespace thresh {

// Reads `array` (nullptr: no records) and compiles it; `site_lang` is for records that name no
// lang; `strip` is fetch.strip. What the rules have wrong is reported at its place in the TOML.
// Nullptr when there is an error.
std::shared_ptr<const Extractor> ReadRecords(const ConfigNode* array, const ConfigNode* site_lang,
                                             const ParameterStripper& strip, DiagnosticSink* sink);

}  // namespace thresh
