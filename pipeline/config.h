// A site's config: what CONTRACT's section 2 (docs/config.md) describes, read, checked and typed.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "parser/extractor.h"
#include "parser/link_rules.h"
#include "parser/url_strip.h"
#include "pipeline/diagnostic.h"
#include "pipeline/seed_config.h"

namespace thresh {

// A follow rule: '-re' keeps out, '+re' or 're' lets in.
struct FollowRule {
  std::string re;
  bool allow = true;
};

struct LimitsConfig {
  enum class Hosts { kSeeds, kList, kAny };
  Hosts hosts = Hosts::kSeeds;
  std::vector<std::string> host_list;
  std::optional<int> depth;
  std::optional<int64_t> pages;
  std::optional<std::chrono::milliseconds> time;
  std::chrono::milliseconds wait{std::chrono::minutes(5)};
  double failed = 0.10;  // share of pages
  size_t max_body_bytes = 16u << 20;
  std::chrono::milliseconds parse_time{2000};
  size_t links_per_page = 10'000;
  int repeat = 3;  // path repetitions
  int64_t per_shape = 100'000;
  int64_t per_domain = 10'000'000;
};

struct FetchConfig {
  enum class PrivateAddresses { kSeeds, kAllow, kDeny };
  size_t processes = 0;  // 0: as many as processors, at most 4
  size_t memory_bytes = 256u << 20;
  std::chrono::milliseconds timeout{60'000};
  std::chrono::milliseconds connect_timeout{10'000};
  int retries = 3;
  std::string user_agent;  // default: "thresh/VERSION (+URL)"
  bool robots = true;
  std::string proxy;
  PrivateAddresses private_addresses = PrivateAddresses::kSeeds;
  bool sandbox = true;
  ParameterStripper strip = ParameterStripper::Default();
};

// What [host."x.test"] says; [host."*"] is the base that others override key by key.
struct HostConfig {
  enum class Per { kHost, kAddress };
  std::optional<std::chrono::milliseconds> delay;  // 1 s
  std::optional<size_t> parallel;                  // 1
  std::optional<Per> per;                          // kHost
  std::optional<std::string> user_agent;
  std::vector<std::pair<std::string, std::string>> headers;  // expanded: secrets inside
  std::vector<std::string> secret_headers;  // names of those that ${env:} or ${file:} gave
  std::vector<std::string> cookies;
  std::string cookies_file;
  std::string charset;
  std::vector<std::string> reject;
};

struct StoreConfig {
  enum class Bodies { kLatest, kAll, kNone };
  std::filesystem::path db;  // NAME.db beside the config
  Bodies bodies = Bodies::kLatest;
  std::optional<bool> history;  // not said: where there is a key
  std::optional<std::chrono::milliseconds> keep;
};

struct RecrawlConfig {
  std::optional<std::chrono::milliseconds> max;
  std::optional<std::chrono::milliseconds> min;
  std::vector<std::string> always;
  int gone_after = 3;
};

struct Config {
  std::filesystem::path path;
  std::string name;
  std::vector<SeedConfig> seeds;
  std::vector<FollowRule> follow;
  std::string lang;
  LimitsConfig limits;
  FetchConfig fetch;
  std::map<std::string, HostConfig> hosts;  // "*" is always there
  StoreConfig store;
  RecrawlConfig recrawl;
  bool html_links = true;
  std::shared_ptr<const LinkRules> link_rules;  // of [[links]]; null when there are none
  std::shared_ptr<const Extractor> extractor;   // of [[record]]; never null, may have no records

  std::string text;  // as stored in `configs`: secrets are not expanded in it
  std::string hash;  // of all that shapes the crawl, flags included

  // What holds for `host` ("x.test" or "x.test:8080"): "*" overridden by the host's own keys, and
  // headers by those of the same name. What is said of "x.test" holds for all of its ports.
  HostConfig ForHost(const std::string& host) const;
};

// "x.test:8080" without its port; "[::1]" keeps its colons.
std::string_view WithoutPort(std::string_view host);

// "KEY=VALUE" of --set: a dotted key and a TOML value (a bare word is a string).
using Overrides = std::vector<std::string>;

struct LoadOptions {
  // What ${env:NAME} and ${file:PATH} name must be there; off, it is a warning (check).
  bool require_secrets = true;
};

// Reads and checks one config file. Nothing when there are errors; `diagnostics` gets errors and
// warnings either way, in the order of the file, `defaults` (may be empty) below it.
std::optional<Config> LoadConfig(const std::filesystem::path& path,
                                 const std::filesystem::path& defaults, const Overrides& overrides,
                                 std::vector<Diagnostic>* diagnostics,
                                 const LoadOptions& options = {});

// Every config that `arguments` name: files, and folders with a site a file. Where a defaults.toml
// lies beside a file, named alone or by its folder, the file is a site of that folder: it has those
// defaults, and the folder's one database (store.db of defaults.toml, else FOLDER.db). Loads what
// is without error.
std::vector<Config> LoadConfigs(const std::vector<std::filesystem::path>& arguments,
                                const Overrides& overrides, std::vector<Diagnostic>* diagnostics,
                                const LoadOptions& options = {});

}  // namespace thresh
