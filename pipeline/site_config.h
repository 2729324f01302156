// One site's config, read from its layers. What LoadConfig and LoadConfigs are made of.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "pipeline/config.h"
#include "pipeline/config_layers.h"

namespace thresh {

struct SiteRequest {
  std::filesystem::path path;
  std::filesystem::path defaults;   // empty: none
  std::filesystem::path folder_db;  // the database of the folder's sites; empty: the site is alone
};

// A place that outlives the text it is in.
struct SitePlace {
  std::string file;
  size_t line = 0;
  size_t column = 0;
};

struct SiteResult {
  std::optional<Config> config;  // nothing when there are errors
  SitePlace name_place;
  std::vector<SitePlace> table_places;  // of each record's table, in the order of its specs
};

SiteResult LoadSite(const SiteRequest& request, const Overrides& overrides,
                    const LoadOptions& options, std::vector<Diagnostic>* diagnostics);

}  // namespace thresh
