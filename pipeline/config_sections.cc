#include "pipeline/config_sections.h"

#include <fmt/format.h>

#include <array>

#include "parser/charset.h"
#include "parser/regex.h"
#include "parser/url.h"
#include "parser/url_strip.h"
#include "pipeline/config_reader.h"
#include "pipeline/cookie_file.h"
#include "pipeline/secrets.h"

namespace thresh {
namespace {

using Kind = ConfigNode::Kind;
using namespace std::chrono_literals;

constexpr int64_t kMaxPages = int64_t{1} << 40;

// limits.hosts: "seeds", "any" or a list of hosts.
void ReadLimitHosts(const TableReader& reader, LimitsConfig* limits) {
  const ConfigNode* node = reader.Find("hosts");
  if (!node) return;
  if (node->Is(Kind::kString) && node->string == "seeds") return;
  if (node->Is(Kind::kString) && node->string == "any") {
    limits->hosts = LimitsConfig::Hosts::kAny;
    return;
  }
  if (!node->Is(Kind::kArray)) {
    reader.sink().Error(node->place,
                        "\"hosts\" must be \"seeds\", \"any\" or a list: hosts = [\"x.test\"]");
    return;
  }
  limits->hosts = LimitsConfig::Hosts::kList;
  for (const ConfigNode& item : node->items) {
    const std::optional<std::string> host =
        item.Is(Kind::kString) ? NormalisedHost(item.string) : std::nullopt;
    if (host && WithoutPort(*host) == *host) {
      limits->host_list.push_back(*host);
    } else {
      reader.sink().Error(item.place, "a host is written as its bare name, such as \"x.test\"");
    }
  }
  if (node->items.empty()) reader.sink().Error(node->place, "\"hosts\" names no host");
}

bool IsProxy(std::string_view proxy) {
  for (const std::string_view scheme :
       {"http://", "https://", "socks5://", "socks5h://", "socks4://", "socks4a://"}) {
    if (proxy.starts_with(scheme) && proxy.size() > scheme.size()) return true;
  }
  return false;
}

void ReadUserAgent(const TableReader& reader, std::optional<std::string>* user_agent) {
  const std::optional<std::string> text = reader.String("user_agent");
  if (!text) return;
  if (text->empty() || !IsHeaderValue(*text)) {
    reader.sink().Error(reader.Find("user_agent")->place,
                        "\"user_agent\" is one line of text without control characters");
    return;
  }
  *user_agent = *text;
}

void ReadHostHeaders(const TableReader& reader, const LoadOptions& options, HostConfig* host) {
  const ConfigNode* table = reader.Table("headers");
  if (!table) return;
  for (const auto& [name, value] : ReadHeaders(*table, &reader.sink())) {
    std::string expanded = Expanded(*value, options, &reader.sink());
    if (!IsHeaderValue(expanded)) {
      reader.sink().Error(value->place,
                          "this secret has a line end or a control character in it, which a "
                          "header cannot carry");
      continue;
    }
    host->headers.emplace_back(name, std::move(expanded));
    if (HasSecretReference(value->string)) host->secret_headers.push_back(name);
  }
}

void ReadHostCookies(const ConfigNode& table, const TableReader& reader, const LoadOptions& options,
                     HostConfig* host) {
  if (reader.Strings("cookies")) {
    for (const ConfigNode& cookie : table.Find("cookies")->items) {
      host->cookies.push_back(Expanded(cookie, options, &reader.sink()));
      const std::string_view problem = ProblemOfFixedCookie(host->cookies.back());
      if (!problem.empty())
        reader.sink().Error(cookie.place, fmt::format("this cookie {}", problem));
    }
  }
  if (const auto file = reader.String("cookies_file")) {
    const Place& place = table.Find("cookies_file")->place;
    host->cookies_file = (place.source->folder / *file).string();
    std::vector<Diagnostic> diagnostics;
    LoadCookieFile(host->cookies_file, &diagnostics);
    if (!diagnostics.empty()) reader.sink().Error(place, ToString(diagnostics.front()));
  }
}

void ReadHost(const ConfigNode& table, const LoadOptions& options, DiagnosticSink* sink,
              HostConfig* host) {
  const TableReader reader(table, Section::kHost, sink);
  Set(&host->delay, reader.Duration("delay", {.max = 24h}));
  Set(&host->parallel, reader.Integer("parallel", {.min = 1, .max = 1000}));
  static constexpr std::array<std::string_view, 2> kPer{"host", "address"};
  if (const auto per = reader.Choice("per", kPer)) host->per = static_cast<HostConfig::Per>(*per);
  ReadUserAgent(reader, &host->user_agent);
  ReadHostHeaders(reader, options, host);
  ReadHostCookies(table, reader, options, host);
  Set(&host->charset, reader.String("charset"));
  if (!host->charset.empty() && CharsetFromLabel(host->charset).empty()) {
    sink->Error(table.Find("charset")->place,
                fmt::format("\"{}\" is no encoding: write one such as \"utf-8\", \"gbk\" or "
                            "\"windows-1252\"",
                            host->charset));
  }
  Set(&host->reject, reader.Regexes("reject"));
}

// [host.x.test] makes the tables host, x and test. The host's name as it was meant, or empty.
std::string UnquotedHost(std::string_view first, const ConfigNode& table) {
  std::string name(first);
  const ConfigNode* node = &table;
  while (node->Is(Kind::kTable) && !node->is_inline && node->entries.size() == 1 &&
         node->entries.front().value.Is(Kind::kTable) &&
         !IsKnownKey(Section::kHost, node->entries.front().key)) {
    name += "." + node->entries.front().key;
    node = &node->entries.front().value;
  }
  return node == &table ? std::string() : name;
}

// What to say of a key below [host] that is not a host's name.
std::string ExplainHostKey(const std::string& key) {
  if (key.find("://") != std::string::npos) {
    return fmt::format("\"{}\" is a URL: write the host's bare name, [host.\"x.test\"]", key);
  }
  if (key.find('*') != std::string::npos) {
    return fmt::format("\"{}\" is no host: only a whole name, or \"*\" for all hosts, stands here",
                       key);
  }
  return fmt::format("\"{}\" is no host's name", key);
}

// Each of the patterns may be well, and all together, as which they are matched, too large.
void ReadStrip(const TableReader& reader, ParameterStripper* strip) {
  const size_t errors_before = reader.sink().error_count();
  const auto patterns = reader.Regexes("strip");
  if (!patterns || reader.sink().error_count() > errors_before) return;
  RegexError error;
  if (auto stripper = ParameterStripper::Create(*patterns, &error)) {
    *strip = *std::move(stripper);
  } else {
    reader.sink().Error(reader.Find("strip")->place,
                        fmt::format("\"strip\" is matched as one pattern: {}", error.message));
  }
}

}  // namespace

std::optional<std::string> NormalisedHost(std::string_view host) {
  if (host.empty() || host.find_first_of("/\\@?#* \t\r\n%") != std::string_view::npos) {
    return std::nullopt;
  }
  const std::optional<Url> url = Url::Parse(fmt::format("http://{}/", host));
  if (!url) return std::nullopt;
  const bool default_port = url->port() == 80 || url->port() == 443;
  return default_port ? std::string(url->host()) : fmt::format("{}:{}", url->host(), url->port());
}

std::string Expanded(const ConfigNode& string, const LoadOptions& options, DiagnosticSink* sink) {
  std::vector<SecretProblem> problems;
  std::string value = ExpandSecrets(string.string, string.place.source->folder, &problems);
  for (SecretProblem& problem : problems) {
    const Place place = PlaceInString(string, problem.offset);
    if (problem.missing && !options.require_secrets) {
      sink->Warning(place, std::move(problem.message));
    } else {
      sink->Error(place, std::move(problem.message));
    }
  }
  return value;
}

void ReadLimits(const ConfigNode* table, DiagnosticSink* sink, LimitsConfig* limits) {
  if (!table) return;
  const TableReader reader(*table, Section::kLimits, sink);
  ReadLimitHosts(reader, limits);
  Set(&limits->depth, reader.Integer("depth", {.max = 1'000'000}));
  Set(&limits->pages, reader.Integer("pages", {.min = 1, .max = kMaxPages}));
  Set(&limits->time, reader.Duration("time", {.min = 1ms}));
  Set(&limits->wait, reader.Duration("wait"));
  Set(&limits->failed, reader.Share("failed"));
  Set(&limits->max_body_bytes, reader.Size("max_body", 1 << 10));
  Set(&limits->parse_time, reader.Duration("parse_time", {.min = 1ms}));
  Set(&limits->links_per_page, reader.Integer("links_per_page", {.max = 100'000'000}));
  Set(&limits->repeat, reader.Integer("repeat", {.min = 1, .max = 1000}));
  Set(&limits->per_shape, reader.Integer("per_shape", {.min = 1, .max = kMaxPages}));
  Set(&limits->per_domain, reader.Integer("per_domain", {.min = 1, .max = kMaxPages}));
}

void ReadFetch(const ConfigNode* table, const LoadOptions& options, DiagnosticSink* sink,
               FetchConfig* fetch) {
  if (!table) return;
  const TableReader reader(*table, Section::kFetch, sink);
  Set(&fetch->processes, reader.Integer("processes", {.min = 1, .max = 256}));
  Set(&fetch->memory_bytes, reader.Size("memory", 1 << 20));
  Set(&fetch->timeout, reader.Duration("timeout", {.min = 1ms, .max = 24h}));
  Set(&fetch->connect_timeout, reader.Duration("connect_timeout", {.min = 1ms, .max = 24h}));
  Set(&fetch->retries, reader.Integer("retries", {.max = 100}));
  std::optional<std::string> user_agent;
  ReadUserAgent(reader, &user_agent);
  Set(&fetch->user_agent, std::move(user_agent));
  Set(&fetch->robots, reader.Boolean("robots"));
  if (reader.String("proxy")) {
    const ConfigNode& node = *reader.Find("proxy");
    fetch->proxy = Expanded(node, options, sink);
    if (!node.string.empty() && !HasSecretReference(node.string) && !IsProxy(fetch->proxy)) {
      sink->Error(node.place,
                  "\"proxy\" is written \"http://host:port\", or with https, socks5, "
                  "socks5h, socks4 or socks4a");
    }
  }
  static constexpr std::array<std::string_view, 3> kPrivate{"seeds", "allow", "deny"};
  if (const auto choice = reader.Choice("private_addresses", kPrivate)) {
    fetch->private_addresses = static_cast<FetchConfig::PrivateAddresses>(*choice);
  }
  static constexpr std::array<std::string_view, 2> kSandbox{"on", "off"};
  if (const auto choice = reader.Choice("sandbox", kSandbox)) fetch->sandbox = *choice == 0;
  ReadStrip(reader, &fetch->strip);
}

void ReadHosts(const ConfigNode* table, const LoadOptions& options, DiagnosticSink* sink,
               std::map<std::string, HostConfig>* hosts) {
  (*hosts)["*"];
  if (!table) return;
  for (const ConfigEntry& entry : table->entries) {
    if (!entry.value.Is(Kind::kTable) || IsKnownKey(Section::kHost, entry.key)) {
      sink->Error(entry.key_place,
                  fmt::format("\"{}\" stands below [host], where a host's name is expected: write "
                              "[host.\"*\"] for all hosts, or [host.\"x.test\"] for one",
                              entry.key));
    } else if (const std::string name = UnquotedHost(entry.key, entry.value); !name.empty()) {
      sink->Error(entry.key_place, fmt::format("a host's name must be quoted, or TOML takes it "
                                               "apart at its dots: write [host.\"{}\"]",
                                               name));
    } else if (entry.key == "*") {
      ReadHost(entry.value, options, sink, &(*hosts)["*"]);
    } else if (const std::optional<std::string> host = NormalisedHost(entry.key)) {
      ReadHost(entry.value, options, sink, &(*hosts)[*host]);
    } else {
      sink->Error(entry.key_place, ExplainHostKey(entry.key));
    }
  }
}

void ReadStore(const ConfigNode* table, DiagnosticSink* sink, StoreConfig* store) {
  if (!table) return;
  const TableReader reader(*table, Section::kStore, sink);
  if (const std::optional<std::string> db = reader.String("db")) {
    const ConfigNode& node = *reader.Find("db");
    const std::filesystem::path path(*db);
    const auto climbs = [](const std::filesystem::path& part) { return part == ".."; };
    if (path.filename().empty() || path.filename() == "." || db->find('\0') != std::string::npos) {
      sink->Error(node.place, "\"db\" is the path of a file, such as db = \"books.db\"");
    } else if (std::any_of(path.begin(), path.end(), climbs)) {
      sink->Error(node.place,
                  "\"db\" must not climb with \"..\": write a path below the config's "
                  "folder, or an absolute one");
    } else {
      store->db = (node.place.source->folder / path).lexically_normal();
    }
  }
  static constexpr std::array<std::string_view, 3> kBodies{"latest", "all", "none"};
  if (const auto bodies = reader.Choice("bodies", kBodies)) {
    store->bodies = static_cast<StoreConfig::Bodies>(*bodies);
  }
  Set(&store->history, reader.Boolean("history"));
  Set(&store->keep, reader.Duration("keep", {.min = 1ms}));
}

void ReadRecrawl(const ConfigNode* table, DiagnosticSink* sink, RecrawlConfig* recrawl) {
  if (!table) return;
  const TableReader reader(*table, Section::kRecrawl, sink);
  Set(&recrawl->max, reader.Duration("max", {.min = 1ms}));
  Set(&recrawl->min, reader.Duration("min"));
  Set(&recrawl->always, reader.Regexes("always"));
  Set(&recrawl->gone_after, reader.Integer("gone_after", {.min = 1, .max = 1000}));
  if (recrawl->min && !recrawl->max) {
    sink->Error(reader.Find("min")->place,
                "\"min\" needs \"max\" beside it: without it every "
                "known page is due each run");
  } else if (recrawl->min && *recrawl->min > *recrawl->max) {
    sink->Error(reader.Find("min")->place, "\"min\" is longer than \"max\"");
  }
}

}  // namespace thresh
