#include "pipeline/site_run.h"

#include <algorithm>
#include <utility>

#include "parser/ascii.h"
#include "pipeline/commands.h"
#include "pipeline/cookie_file.h"
#include "pipeline/redaction.h"
#include "pipeline/version.h"

namespace thresh {
namespace {

const std::string kDefaultUserAgent = kUserAgent;

constexpr uint16_t kHttpsPort = 443;

bool Names(const std::vector<std::string>& names, const std::string& name) {
  return std::any_of(names.begin(), names.end(), [&](const std::string& other) {
    return ascii::EqualsIgnoringCase(other, name);
  });
}

// Whether a host has that header from [host."*"]: had it one of its own, the value would differ.
bool IsFrom(const HostConfig& common, const std::string& name, const std::string& value) {
  const auto& headers = common.headers;
  return std::find(headers.begin(), headers.end(), std::pair(name, value)) != headers.end();
}

bool MatchesAny(const std::vector<std::unique_ptr<re2::RE2>>& patterns, std::string_view text) {
  return std::any_of(patterns.begin(), patterns.end(), [&](const auto& re) {
    return re2::RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), *re);
  });
}

HostSettings Prepare(std::string key, HostConfig config, const HostConfig& common) {
  HostSettings settings;
  settings.key = std::move(key);
  for (const auto& [name, value] : config.headers) {
    const std::string line = name + ": " + value;
    if (!IsSecretHeader(name) && !Names(config.secret_headers, name)) {
      settings.header_lines.push_back(line);
    } else if (settings.key == "*" || IsFrom(common, name, value)) {
      settings.common_secret_lines.push_back(line);
    } else {
      settings.secret_lines.push_back(line);
    }
  }
  for (const std::string& re : config.reject) settings.reject.push_back(CompileRegex(re, nullptr));
  settings.config = std::move(config);
  return settings;
}

}  // namespace

bool HostSettings::Rejects(std::string_view text) const { return MatchesAny(reject, text); }

SiteRun::SiteRun(Config site_config) : config(std::move(site_config)), scope(config) {
  for (const std::string& re : config.recrawl.always) always_.push_back(CompileRegex(re, nullptr));
  LoadCookieFiles();
  const HostConfig common = config.ForHost("*");
  settings_.emplace("*", Prepare("*", common, common));
  for (const auto& [host, unused] : config.hosts)
    settings_.emplace(host, Prepare(host, config.ForHost(host), common));
  ForEachSeedOrigin(config.seeds, [this](const Url& url) { NameOrigin(url); });
}

// Throws UsageError when one cannot be read.
void SiteRun::LoadCookieFiles() {
  for (const auto& [host, settings] : config.hosts) {
    if (settings.cookies_file.empty()) continue;
    std::vector<Diagnostic> diagnostics;
    std::vector<GivenCookie> given = LoadCookieFile(settings.cookies_file, &diagnostics);
    if (HasErrors(diagnostics)) throw UsageError(ToString(diagnostics.front()));
    if (host != "*") KeepCookiesFor(WithoutPort(host), &given);
    cookies.Add(std::move(given));
  }
}

const HostSettings& SiteRun::Settings(const Url& url) const {
  if (settings_.size() > 1) {
    const std::string host(url.host());
    auto found = settings_.find(host + ":" + std::to_string(url.port()));
    if (found == settings_.end()) found = settings_.find(host);
    if (found != settings_.end()) return found->second;
  }
  return settings_.find("*")->second;
}

bool SiteRun::IsSeedOrigin(const Url& url) const { return seed_origins_.contains(url.origin()); }

bool SiteRun::MaySendSecrets(const HostSettings& settings, const Url& url) const {
  if (IsSeedOrigin(url)) return true;
  if (settings.key == "*") return false;
  const bool names_the_port = settings.key != url.host();
  return names_the_port || (url.scheme() == "https" && url.port() == kHttpsPort);
}

std::vector<std::string> SiteRun::HeadersFor(const Url& url) const {
  const HostSettings& settings = Settings(url);
  std::vector<std::string> lines = settings.header_lines;
  const auto add = [&](const std::vector<std::string>& more) {
    lines.insert(lines.end(), more.begin(), more.end());
  };
  if (IsSeedOrigin(url)) add(settings.common_secret_lines);
  if (MaySendSecrets(settings, url)) add(settings.secret_lines);
  return lines;
}

const std::vector<std::string>& SiteRun::FixedCookiesFor(const Url& url) const {
  static const std::vector<std::string> none;
  const HostSettings& settings = Settings(url);
  return MaySendSecrets(settings, url) ? settings.config.cookies : none;
}

void SiteRun::TakeCookies(const Url& url, const FetchResult& result, Timestamp now) {
  std::vector<std::string_view> set_cookie;
  for (const auto& [name, value] : result.headers) {
    if (name == "set-cookie") set_cookie.push_back(value);
  }
  if (!set_cookie.empty()) cookies.Store(url, set_cookie, now);
}

const std::string& SiteRun::UserAgent(const HostSettings& settings) const {
  if (settings.config.user_agent) return *settings.config.user_agent;
  return config.fetch.user_agent.empty() ? kDefaultUserAgent : config.fetch.user_agent;
}

FetchJob SiteRun::JobFor(const Url& url) const {
  const HostSettings& settings = Settings(url);
  FetchJob job;
  job.url = url.href();
  job.headers = HeadersFor(url);
  job.user_agent = UserAgent(settings);
  job.charset = settings.config.charset;
  job.proxy = config.fetch.proxy;
  job.timeout = config.fetch.timeout;
  job.connect_timeout = config.fetch.connect_timeout;
  job.max_body_bytes = config.limits.max_body_bytes;
  job.max_connections_per_host = settings.parallel();
  job.allow_private_addresses = MayHavePrivateAddress(url);
  return job;
}

bool SiteRun::IsSpacedByAddress(const Url& url) const {
  return Settings(url).config.per == HostConfig::Per::kAddress && config.fetch.proxy.empty();
}

Url SiteRun::Stripped(const Url& url) const { return config.fetch.strip.Strip(url); }

void SiteRun::NoteSeed(UrlId id) {
  if (seeds.empty() || seeds.back().last + 1 != id) seeds.push_back({id, id});
  seeds.back().last = id;
}

bool SiteRun::IsSeed(UrlId id) const {
  const auto range = std::lower_bound(
      seeds.begin(), seeds.end(), id,
      [](const UrlRange& seeds_before, UrlId wanted) { return seeds_before.last < wanted; });
  return range != seeds.end() && range->first <= id;
}

bool SiteRun::IsAlwaysDue(std::string_view url) const { return MatchesAny(always_, url); }

bool SiteRun::MayHavePrivateAddress(const Url& url) const {
  using Private = FetchConfig::PrivateAddresses;
  switch (config.fetch.private_addresses) {
    case Private::kAllow:
      return true;
    case Private::kDeny:
      return false;
    case Private::kSeeds:
      return scope.IsSeedHost(url.host());
  }
  return false;
}

}  // namespace thresh
