#include "pipeline/scrape_config.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "parser/ascii.h"
#include "parser/regex.h"
#include "parser/url.h"
#include "pipeline/secrets.h"

namespace thresh {
namespace {

// NAME[:TYPE]=SPEC
FieldSpec ParseField(const std::string& text, bool is_pointer) {
  const size_t equals = text.find('=');
  if (equals == std::string::npos) {
    throw UsageError(fmt::format("--field {}: write NAME=SPEC or NAME:TYPE=SPEC", text));
  }
  FieldSpec field;
  field.name = text.substr(0, equals);
  const size_t colon = field.name.find(':');
  if (colon != std::string::npos) {
    const std::string type = field.name.substr(colon + 1);
    const auto known = ValueTypeFromName(type);
    if (!known) throw UsageError(fmt::format("--field {}: {} is not a type", text, type));
    field.type = *known;
    field.name.resize(colon);
  }
  if (is_pointer) {
    field.json = text.substr(equals + 1);
  } else {
    field.re = {text.substr(equals + 1)};
  }
  return field;
}

// The record of --scope, --element, --each, --rows and --field.
RecordSpec FieldRecord(const ScrapeFlags& flags) {
  RecordSpec record;
  record.table = "row";
  record.scope = flags.scope;
  record.element = flags.element;
  record.each = flags.each;
  record.rows = flags.rows;
  for (const std::string& field : flags.fields) {
    record.fields.push_back(ParseField(field, flags.rows.has_value()));
  }
  return record;
}

bool SaysWhatARowIs(const ScrapeFlags& flags) {
  return !flags.scope.empty() || !flags.element.empty() || !flags.each.empty() ||
         flags.rows.has_value();
}

std::vector<RecordSpec> FlagRecords(const ScrapeFlags& flags) {
  std::vector<RecordSpec> records;
  for (const std::string& pattern : flags.patterns) {
    records.push_back(RecordFromRegex(fmt::format("r{}", records.size() + 1), pattern));
  }
  if (SaysWhatARowIs(flags) && flags.fields.empty()) {
    throw UsageError(
        "--scope, --element, --each and --rows say what a row is: add --field for columns");
  }
  if (!flags.fields.empty()) records.push_back(FieldRecord(flags));
  if (records.empty()) throw UsageError("nothing to extract: give -r REGEX, --field or -c CONFIG");
  return records;
}

// `text` of -H or -d with its ${env:NAME} and ${file:PATH}.
std::string Expanded(const std::string& text) {
  std::vector<SecretProblem> problems;
  std::string expanded = ExpandSecrets(text, ".", &problems);
  if (!problems.empty()) throw UsageError(problems.front().message);
  return expanded;
}

// The flag that gave what `problem` is about.
std::string FlagOf(const ScrapeFlags& flags, const RuleProblem& problem) {
  if (problem.record < flags.patterns.size()) return "-r " + flags.patterns[problem.record];
  for (auto field = flags.fields.rbegin(); field != flags.fields.rend(); ++field) {
    const std::string key = "fields." + field->substr(0, field->find_first_of(":="));
    if (problem.key == key || problem.key.starts_with(key + ".")) return "--field " + *field;
  }
  return "--" + problem.key;  // such as "element"
}

std::shared_ptr<const Extractor> CompileOrThrow(const ScrapeFlags& flags,
                                                std::vector<RecordSpec> records,
                                                const ParameterStripper& strip) {
  std::vector<RuleProblem> problems;
  std::shared_ptr<const Extractor> extractor =
      Extractor::Compile(std::move(records), &problems, strip);
  if (extractor) return extractor;
  for (const RuleProblem& problem : problems) {
    if (problem.severity == RuleProblem::Severity::kError) {
      throw UsageError(fmt::format("{}: {}", FlagOf(flags, problem), problem.message));
    }
  }
  throw UsageError("the rules do not compile");
}

// Pages that are files have no type that could be asked, and a URL only by --base.
enum class Pages { kFetched, kFiles };

Config ConfigFromFile(const ScrapeFlags& flags, Pages pages) {
  if (!flags.patterns.empty() || !flags.fields.empty() || SaysWhatARowIs(flags)) {
    throw UsageError(
        "-c has its own rules: leave out -r, --field, --scope, --element, --each and --rows");
  }
  std::vector<Diagnostic> diagnostics;
  auto config = LoadConfig(flags.config, {}, {}, &diagnostics);
  if (!config) {
    const auto error = std::find_if(
        diagnostics.begin(), diagnostics.end(),
        [](const Diagnostic& d) { return d.severity == Diagnostic::Severity::kError; });
    throw UsageError(ToString(*error));
  }
  std::vector<RecordSpec> chosen;
  for (RecordSpec record : config->extractor->specs()) {
    if (!flags.record.empty() && record.table != flags.record) continue;
    if (pages == Pages::kFiles) record.content_type = "";
    if (pages == Pages::kFiles && flags.base.empty()) record.url = "";
    chosen.push_back(std::move(record));
  }
  if (chosen.empty() && flags.record.empty()) {
    throw UsageError(fmt::format("{}: there is no [[record]] to scrape by", flags.config.string()));
  }
  if (chosen.empty()) {
    throw UsageError(
        fmt::format("--record {}: {} has no such record", flags.record, flags.config.string()));
  }
  config->extractor = CompileOrThrow(flags, std::move(chosen), config->fetch.strip);
  return *std::move(config);
}

struct HeaderFlag {
  std::string name;
  std::string value;
  bool is_secret = false;
};

HeaderFlag ParseHeader(const std::string& line) {
  const size_t colon = line.find(':');
  if (colon == std::string::npos) throw UsageError("-H " + line + ": write Name: value");
  const size_t value = line.find_first_not_of(' ', colon + 1);
  return {line.substr(0, colon), value == std::string::npos ? "" : Expanded(line.substr(value)),
          HasSecretReference(line)};
}

// By which robots.txt knows us, too.
bool IsUserAgent(const HeaderFlag& header) {
  return ascii::EqualsIgnoringCase(header.name, "user-agent") && !header.value.empty();
}

// All -H but the user agent.
std::vector<HeaderFlag> HeaderFlags(const ScrapeFlags& flags) {
  std::vector<HeaderFlag> headers;
  for (const std::string& line : flags.headers) {
    HeaderFlag header = ParseHeader(line);
    if (!IsUserAgent(header)) headers.push_back(std::move(header));
  }
  return headers;
}

// They take the place of the config's of the same names.
void SetHeaders(const std::vector<HeaderFlag>& headers, const std::string& host, Config* config) {
  HostConfig& own = config->hosts[host];
  for (auto& [name, section] : config->hosts) {
    if (WithoutPort(name) != host) continue;
    std::erase_if(section.headers, [&](const auto& known) {
      return std::any_of(headers.begin(), headers.end(), [&](const HeaderFlag& header) {
        return ascii::EqualsIgnoringCase(known.first, header.name);
      });
    });
  }
  for (const HeaderFlag& header : headers) {
    own.headers.emplace_back(header.name, header.value);
    if (header.is_secret) own.secret_headers.push_back(header.name);
  }
}

// That of -H is that of the run, whatever hosts have in the config.
void SetUserAgent(const ScrapeFlags& flags, Config* config) {
  for (const std::string& line : flags.headers) {
    const HeaderFlag header = ParseHeader(line);
    if (!IsUserAgent(header)) continue;
    config->fetch.user_agent = header.value;
    for (auto& [name, host] : config->hosts) host.user_agent.reset();
  }
}

// `urls` are normalised.
void SetSeeds(const ScrapeFlags& flags, const std::vector<std::string>& urls, Config* config) {
  if (flags.data && HasSecretReference(*flags.data) && !flags.db.empty()) {
    throw UsageError("-d has a secret, and --db would store it: send it by -H, or leave out --db");
  }
  SeedConfig seed;
  seed.urls = SeedPattern::ListOf(urls);
  if (flags.data) seed.body = Expanded(*flags.data);
  seed.method = !flags.method.empty() ? flags.method : flags.data ? "POST" : "GET";
  config->seeds = {std::move(seed)};
  const std::vector<HeaderFlag> headers = HeaderFlags(flags);
  std::set<std::string, std::less<>> hosts;
  for (const std::string& url : urls) {
    const auto [host, is_new] = hosts.emplace(Url::Parse(url).value().host());
    if (is_new) SetHeaders(headers, *host, config);
  }
}

// As wget does: what is named is fetched, now.
void SetManners(const ScrapeFlags& flags, Config* config) {
  const bool follows = !flags.follow.empty();
  if (flags.depth && !follows)
    throw UsageError("--depth is how far --follow goes: say what to follow");
  config->follow.clear();
  for (const std::string& rule : flags.follow) {
    const bool has_sign = rule.starts_with('+') || rule.starts_with('-');
    config->follow.push_back({has_sign ? rule.substr(1) : rule, !rule.starts_with('-')});
    RegexError error;
    if (!CompileRegex(config->follow.back().re, &error)) {
      throw UsageError(fmt::format("--follow {}: {}", rule, error.message));
    }
  }
  config->fetch.robots = follows;
  config->limits.depth = follows ? flags.depth : 0;
  config->limits.failed = 1.0;
  config->limits.wait = std::chrono::seconds(30);
  config->html_links = follows;
  if (!follows) {
    config->fetch.strip = {};
    config->limits.pages.reset();
    config->limits.time.reset();
  }
  for (auto& [name, host] : config->hosts) {
    if (!follows) host.delay = Milliseconds(0);
    if (flags.delay) host.delay = *flags.delay;
  }
}

Config ConfigFor(const ScrapeFlags& flags, Pages pages) {
  if (!flags.config.empty()) return ConfigFromFile(flags, pages);
  if (!flags.record.empty()) {
    throw UsageError("--record " + flags.record + " is a table of a config: name that by -c");
  }
  Config config;
  config.name = "scrape";
  config.hosts.emplace("*", HostConfig{});
  config.extractor = CompileOrThrow(flags, FlagRecords(flags), {});
  config.store.bodies =
      flags.db.empty() ? StoreConfig::Bodies::kNone : StoreConfig::Bodies::kLatest;
  config.hash = "scrape";
  return config;
}

}  // namespace

std::vector<std::string> ScrapeWarnings(const ScrapeFlags& flags) {
  if (!flags.config.empty()) return {};
  std::vector<RuleProblem> problems;
  Extractor::Compile(FlagRecords(flags), &problems, {});
  std::vector<std::string> warnings;
  for (const RuleProblem& problem : problems) {
    if (problem.severity != RuleProblem::Severity::kWarning) continue;
    warnings.push_back(fmt::format("{}: {}", FlagOf(flags, problem), problem.message));
  }
  return warnings;
}

Config ScrapeConfigForFiles(const ScrapeFlags& flags) { return ConfigFor(flags, Pages::kFiles); }

Config ScrapeConfig(const ScrapeFlags& flags, const std::vector<std::string>& urls) {
  Config config = ConfigFor(flags, Pages::kFetched);
  SetSeeds(flags, urls, &config);
  SetUserAgent(flags, &config);
  SetManners(flags, &config);
  return config;
}

}  // namespace thresh
