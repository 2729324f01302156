// What of a config a database still tells: the rules by which its last run let URLs in.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "parser/url.h"
#include "pipeline/config.h"

namespace thresh {

// Reads seeds, follow, [limits], [recrawl], the user agents and what [fetch] says of robots and
// strip from `text`, a config as `configs` has it. Everything else is left as it is by default: the
// text comes from a database, so that no file or variable is read that it names. Whatever cannot be
// read is as if it were not there; nothing when `text` is no TOML.
std::optional<Config> ReadStoredConfig(std::string_view site, std::string_view text);

// The records of such a text, compiled; nullptr where they cannot be read.
std::shared_ptr<const Extractor> ReadStoredRecords(std::string_view site, std::string_view text);

// Why `config`'s follow rules let `url` in, for people: "follow rule +/book/" or "no follow rule
// keeps it out"; nothing when they do not.
std::optional<std::string> AdmittingRule(const Config& config, const Url& url);

}  // namespace thresh
