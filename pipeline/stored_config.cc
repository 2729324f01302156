#include "pipeline/stored_config.h"

#include <algorithm>
#include <vector>

#include "parser/regex.h"
#include "pipeline/commands.h"
#include "pipeline/config_document.h"
#include "pipeline/config_record.h"
#include "pipeline/config_sections.h"
#include "pipeline/config_seeds.h"

namespace thresh {
namespace {

using Kind = ConfigNode::Kind;

const ConfigNode* FindKind(const ConfigNode* table, std::string_view key, Kind kind) {
  const ConfigNode* node = table != nullptr ? table->Find(key) : nullptr;
  return node != nullptr && node->Is(kind) ? node : nullptr;
}

// The entries of `table` that `keys` name.
ConfigNode Only(const ConfigNode& table, const std::vector<std::string_view>& keys) {
  ConfigNode only = table;
  std::erase_if(only.entries, [&](const ConfigEntry& entry) {
    return std::find(keys.begin(), keys.end(), entry.key) == keys.end();
  });
  return only;
}

// What [fetch] says without naming files, variables or other machines.
void ReadHarmlessFetch(const ConfigNode& root, DiagnosticSink* sink, FetchConfig* config) {
  const ConfigNode* fetch = FindKind(&root, "fetch", Kind::kTable);
  if (fetch == nullptr) return;
  const ConfigNode harmless = Only(*fetch, {"user_agent", "robots", "strip"});
  ReadFetch(&harmless, {.require_secrets = false}, sink, config);
}

// Seeds, but for lists of files.
ConfigNode SeedsOf(const ConfigNode& array) {
  ConfigNode seeds = array;
  std::erase_if(seeds.items,
                [](const ConfigNode& seed) { return seed.string.starts_with("list:"); });
  return seeds;
}

void ReadUserAgents(const ConfigNode* hosts, std::map<std::string, HostConfig>* configs) {
  if (hosts == nullptr) return;
  for (const ConfigEntry& entry : hosts->entries) {
    const ConfigNode* agent = entry.value.Is(Kind::kTable)
                                  ? FindKind(&entry.value, "user_agent", Kind::kString)
                                  : nullptr;
    if (agent == nullptr) continue;
    const auto host =
        entry.key == "*" ? std::optional<std::string>("*") : NormalisedHost(entry.key);
    if (host) (*configs)[*host].user_agent = agent->string;
  }
}

}  // namespace

std::optional<Config> ReadStoredConfig(std::string_view site, std::string_view text) {
  if (text.size() > kMaxConfigBytes) return std::nullopt;
  const ConfigSource source{.name = std::string(site), .folder = {}, .text = std::string(text)};
  std::vector<Diagnostic> ignored;
  DiagnosticSink sink(&ignored);
  const std::optional<ConfigNode> root = ParseToml(source, &sink);
  if (!root) return std::nullopt;
  Config config;
  config.name = site;
  config.hosts["*"];
  if (const auto* seeds = FindKind(&*root, "seeds", Kind::kArray)) {
    ReadSeeds(SeedsOf(*seeds), &sink, &config.seeds);
  }
  ReadFollow(FindKind(&*root, "follow", Kind::kArray), &sink, &config.follow);
  std::erase_if(config.follow,
                [](const FollowRule& rule) { return CompileRegex(rule.re, nullptr) == nullptr; });
  ReadLimits(FindKind(&*root, "limits", Kind::kTable), &sink, &config.limits);
  ReadRecrawl(FindKind(&*root, "recrawl", Kind::kTable), &sink, &config.recrawl);
  ReadHarmlessFetch(*root, &sink, &config.fetch);
  ReadUserAgents(FindKind(&*root, "host", Kind::kTable), &config.hosts);
  return config;
}

std::shared_ptr<const Extractor> ReadStoredRecords(std::string_view site, std::string_view text) {
  if (text.size() > kMaxConfigBytes) return nullptr;
  const ConfigSource source{.name = std::string(site), .folder = {}, .text = std::string(text)};
  std::vector<Diagnostic> ignored;
  DiagnosticSink sink(&ignored);
  const std::optional<ConfigNode> root = ParseToml(source, &sink);
  if (!root) return nullptr;
  FetchConfig fetch;
  ReadHarmlessFetch(*root, &sink, &fetch);
  return ReadRecords(FindKind(&*root, "record", Kind::kArray), root->Find("lang"), fetch.strip,
                     &sink);
}

SiteConfigs CurrentConfigs(const std::filesystem::path& argument,
                           const std::vector<SiteRules>& sites) {
  SiteConfigs configs;
  if (DatabaseOf(argument) != argument) {
    std::vector<Diagnostic> ignored;  // DatabaseOf has told of errors
    for (Config& config : LoadConfigs({argument}, {}, &ignored)) {
      std::string name = config.name;
      configs.emplace(std::move(name), std::move(config));
    }
  }
  for (const SiteRules& site : sites) {
    if (configs.contains(site.site)) continue;
    if (auto config = ReadStoredConfig(site.site, site.config_text)) {
      configs.emplace(site.site, *std::move(config));
    }
  }
  return configs;
}

std::optional<Url> StrippedUrl(const Url& url, const SiteConfigs& configs) {
  for (const auto& [site, config] : configs) {
    if (Url stripped = config.fetch.strip.Strip(url); !(stripped == url)) return stripped;
  }
  return std::nullopt;
}

std::string StrippedNote(const Url& stripped) {
  return "stored without the parameters that fetch.strip names: " + stripped.href();
}

}  // namespace thresh
