// What of a config a database still tells: the rules by which its last run let URLs in.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "parser/url.h"
#include "pipeline/config.h"
#include "storage/url_story.h"

namespace thresh {

// Reads seeds, follow, [limits], [recrawl], the user agents and what [fetch] says of robots and
// strip from `text`, a config as `configs` has it. Everything else is left as it is by default: the
// text comes from a database, so that no file or variable is read that it names. Whatever cannot be
// read is as if it were not there; nothing when `text` is no TOML.
std::optional<Config> ReadStoredConfig(std::string_view site, std::string_view text);

// The records of such a text, compiled; nullptr where they cannot be read.
std::shared_ptr<const Extractor> ReadStoredRecords(std::string_view site, std::string_view text);

using SiteConfigs = std::map<std::string, Config, std::less<>>;  // by site

// The configs that say what holds now: those that `argument`, a command line's DB, names, else
// those that the database has.
SiteConfigs CurrentConfigs(const std::filesystem::path& argument,
                           const std::vector<SiteRules>& sites);

// `url` as a crawl of one of the sites stores it; nothing when that is `url` itself.
std::optional<Url> StrippedUrl(const Url& url, const SiteConfigs& configs);

// Tells that a URL that was asked for is stored as `stripped`.
std::string StrippedNote(const Url& stripped);

}  // namespace thresh
