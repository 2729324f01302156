#include "pipeline/config.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "parser/ascii.h"
#include "pipeline/input_file.h"
#include "pipeline/site_config.h"

namespace thresh {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kDefaultsName = "defaults.toml";

void Override(HostConfig* base, const HostConfig& own) {
  if (own.delay) base->delay = own.delay;
  if (own.parallel) base->parallel = own.parallel;
  if (own.per) base->per = own.per;
  if (own.user_agent) base->user_agent = own.user_agent;
  for (const auto& header : own.headers) {
    std::erase_if(base->headers, [&](const auto& other) {
      return ascii::EqualsIgnoringCase(other.first, header.first);
    });
  }
  base->headers.insert(base->headers.end(), own.headers.begin(), own.headers.end());
  base->secret_headers.insert(base->secret_headers.end(), own.secret_headers.begin(),
                              own.secret_headers.end());
  if (!own.cookies.empty()) base->cookies = own.cookies;
  if (!own.cookies_file.empty()) base->cookies_file = own.cookies_file;
  if (!own.charset.empty()) base->charset = own.charset;
  if (!own.reject.empty()) base->reject = own.reject;
}

// What --set says of store.db holds for folders as for files, so the folder's default may give way.
fs::path FolderDatabase(const fs::path& folder) {
  std::error_code error;
  const fs::path full = fs::weakly_canonical(fs::absolute(folder, error), error);
  const fs::path name = full.has_filename() ? full.filename() : full.parent_path().filename();
  return folder / ((name.empty() ? fs::path("crawl") : name).string() + ".db");
}

void AddError(std::vector<Diagnostic>* diagnostics, const SitePlace& place, std::string message) {
  diagnostics->push_back({.severity = Diagnostic::Severity::kError,
                          .file = place.file,
                          .line = place.line,
                          .column = place.column,
                          .message = std::move(message)});
}

fs::path DefaultsBeside(const fs::path& folder) {
  std::error_code error;
  const fs::path defaults = folder / kDefaultsName;
  return fs::exists(defaults, error) ? defaults : fs::path();
}

// The sites' configs in a folder, in the order of their names.
std::vector<SiteRequest> SitesOfFolder(const fs::path& folder,
                                       std::vector<Diagnostic>* diagnostics) {
  std::vector<SiteRequest> sites;
  std::error_code error;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    const fs::path& path = at->path();
    const bool hidden = path.filename().string().starts_with('.');
    if (hidden || path.extension() != ".toml" || path.filename() == kDefaultsName) continue;
    sites.push_back({path, DefaultsBeside(folder), FolderDatabase(folder)});
  }
  if (error) {
    AddError(diagnostics, {.file = folder.string()},
             fmt::format("cannot be read: {}", error.message()));
  } else if (sites.empty()) {
    AddError(diagnostics, {.file = folder.string()}, "there is no config (*.toml) in this folder");
  }
  std::sort(sites.begin(), sites.end(),
            [](const SiteRequest& a, const SiteRequest& b) { return a.path < b.path; });
  return sites;
}

std::vector<SiteRequest> SitesOf(const fs::path& argument, std::vector<Diagnostic>* diagnostics) {
  std::error_code error;
  if (fs::is_directory(argument, error)) return SitesOfFolder(argument, diagnostics);
  if (argument.filename() == kDefaultsName) {
    AddError(diagnostics, {.file = argument.string()},
             "this is what the sites of a folder share, not a site: name the folder");
    return {};
  }
  const fs::path folder = FolderOf(argument);
  const fs::path defaults = DefaultsBeside(folder);
  return {{argument, defaults, defaults.empty() ? fs::path() : FolderDatabase(folder)}};
}

// What sites of one database must not do to each other.
class SiteConflicts {
 public:
  explicit SiteConflicts(std::vector<Diagnostic>* diagnostics) : diagnostics_(diagnostics) {}

  // False when `site`'s name is taken or a table of it disagrees with another site's.
  bool Add(const SiteResult& site) {
    const Config& config = *site.config;
    const size_t before = diagnostics_->size();
    const std::string db = config.store.db.lexically_normal().string();
    const auto [name, is_new] = names_.try_emplace({db, config.name}, config.path.string());
    if (!is_new) {
      AddError(diagnostics_, site.name_place,
               fmt::format("the name \"{}\" is {}'s already: each site of a database has its own",
                           config.name, name->second));
    }
    const std::vector<TableSchema>& schemas = config.extractor->schemas();
    for (size_t i = 0; i < schemas.size(); ++i) {
      AddTable(db, config, schemas[i],
               site.table_places[std::min(i, site.table_places.size() - 1)]);
    }
    return diagnostics_->size() == before;
  }

 private:
  struct Known {
    std::string path;
    std::vector<std::string> key;
    std::map<std::string, ValueType> types;
  };

  void AddTable(const std::string& db, const Config& config, const TableSchema& schema,
                const SitePlace& place) {
    const auto [at, is_new] =
        tables_.try_emplace({db, schema.table}, Known{config.path.string(), schema.key, {}});
    Known& known = at->second;
    if (known.key != schema.key) {
      AddError(diagnostics_, place,
               fmt::format("the table \"{}\" has another key in {}", schema.table, known.path));
    }
    for (const Column& column : schema.columns) {
      const ValueType type = known.types.try_emplace(column.name, column.type).first->second;
      if (type == column.type) continue;
      AddError(diagnostics_, place,
               fmt::format("column \"{}\" of table \"{}\" is {} here and {} in {}", column.name,
                           schema.table, Name(column.type), Name(type), known.path));
    }
  }

  std::vector<Diagnostic>* diagnostics_;
  std::map<std::pair<std::string, std::string>, std::string> names_;  // database and name: path
  std::map<std::pair<std::string, std::string>, Known> tables_;       // database and table
};

}  // namespace

std::string_view WithoutPort(std::string_view host) {
  const size_t colon = host.rfind(':');
  if (colon == std::string_view::npos || host.find(']', colon) != std::string_view::npos) {
    return host;
  }
  return host.substr(0, colon);
}

HostConfig Config::ForHost(const std::string& host) const {
  HostConfig result;
  if (const auto all = hosts.find("*"); all != hosts.end()) result = all->second;
  const std::string bare(WithoutPort(host));
  if (const auto own = hosts.find(bare); own != hosts.end()) Override(&result, own->second);
  if (bare == host) return result;
  if (const auto own = hosts.find(host); own != hosts.end()) Override(&result, own->second);
  return result;
}

std::optional<Config> LoadConfig(const fs::path& path, const fs::path& defaults,
                                 const Overrides& overrides, std::vector<Diagnostic>* diagnostics,
                                 const LoadOptions& options) {
  SiteResult result = LoadSite({path, defaults, {}}, overrides, options, diagnostics);
  SortDiagnostics(diagnostics);
  return std::move(result.config);
}

std::vector<Config> LoadConfigs(const std::vector<fs::path>& arguments, const Overrides& overrides,
                                std::vector<Diagnostic>* diagnostics, const LoadOptions& options) {
  std::vector<Config> configs;
  std::set<fs::path> seen;
  SiteConflicts conflicts(diagnostics);
  for (const fs::path& argument : arguments) {
    for (const SiteRequest& request : SitesOf(argument, diagnostics)) {
      std::error_code error;
      if (!seen.insert(fs::weakly_canonical(request.path, error)).second) continue;
      SiteResult site = LoadSite(request, overrides, options, diagnostics);
      if (site.config && conflicts.Add(site)) configs.push_back(*std::move(site.config));
    }
  }
  SortDiagnostics(diagnostics);
  return configs;
}

}  // namespace thresh
