#include "pipeline/site_run.h"

#include <algorithm>
#include <utility>

#include "pipeline/commands.h"
#include "pipeline/cookie_file.h"
#include "pipeline/version.h"

namespace thresh {
namespace {

const std::string kDefaultUserAgent = kUserAgent;

HostSettings Prepare(HostConfig config) {
  HostSettings settings;
  for (const auto& [name, value] : config.headers)
    settings.header_lines.push_back(name + ": " + value);
  for (const std::string& re : config.reject) settings.reject.push_back(CompileRegex(re, nullptr));
  settings.config = std::move(config);
  return settings;
}

}  // namespace

bool HostSettings::Rejects(std::string_view text) const {
  return std::any_of(reject.begin(), reject.end(), [&](const auto& re) {
    return re2::RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), *re);
  });
}

SiteRun::SiteRun(Config site_config)
    : config(std::move(site_config)),
      scope(config),
      strip_(*ParameterStripper::Create(config.fetch.strip, nullptr, nullptr)) {
  for (const std::string& re : config.recrawl.always) always_.push_back(CompileRegex(re, nullptr));
  LoadCookieFiles();
  settings_.emplace("*", Prepare(config.ForHost("*")));
  for (const auto& [host, unused] : config.hosts)
    settings_.emplace(host, Prepare(config.ForHost(host)));
}

// Throws UsageError when one cannot be read.
void SiteRun::LoadCookieFiles() {
  for (const auto& [host, settings] : config.hosts) {
    if (settings.cookies_file.empty()) continue;
    std::vector<Diagnostic> diagnostics;
    std::vector<GivenCookie> given = LoadCookieFile(settings.cookies_file, &diagnostics);
    if (HasErrors(diagnostics)) throw UsageError(ToString(diagnostics.front()));
    if (host != "*") KeepCookiesFor(host.substr(0, host.find(":")), &given);
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
  return settings_.at("*");
}

const std::string& SiteRun::UserAgent(const HostSettings& settings) const {
  if (settings.config.user_agent) return *settings.config.user_agent;
  return config.fetch.user_agent.empty() ? kDefaultUserAgent : config.fetch.user_agent;
}

FetchJob SiteRun::JobFor(const Url& url) const {
  const HostSettings& settings = Settings(url);
  FetchJob job;
  job.url = url.href();
  job.headers = settings.header_lines;
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

Url SiteRun::Stripped(const Url& url) const { return strip_.Strip(url); }

bool SiteRun::IsAlwaysDue(std::string_view url) const {
  for (const auto& re : always_) {
    if (re2::RE2::PartialMatch(re2::StringPiece(url.data(), url.size()), *re)) return true;
  }
  return false;
}

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
