#include "pipeline/config_seeds.h"

#include <fmt/format.h>

#include <cerrno>
#include <cmath>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>

#include "parser/ascii.h"
#include "parser/seed_pattern.h"
#include "parser/url.h"
#include "pipeline/config_reader.h"
#include "pipeline/redaction.h"
#include "pipeline/secrets.h"

namespace thresh {
namespace {

using Kind = ConfigNode::Kind;
using Json = nlohmann::ordered_json;

constexpr size_t kMaxSeeds = 1'000'000;  // URLs of one config's seeds
constexpr std::string_view kSitemap = "sitemap:";
constexpr std::string_view kList = "list:";

std::string ExplainUrl(UrlError error) {
  switch (error) {
    case UrlError::kRelativeWithoutBase:
      return "a seed is a whole URL, such as \"https://x.test/list\"";
    case UrlError::kOtherScheme:
      return "a seed's URL begins with http:// or https://: nothing else is fetched";
    case UrlError::kCredentials:
      return "a URL must not carry a user and password: write [host.\"x.test\"] and headers = "
             "{ Authorization = \"Basic ${env:NAME}\" }";
    default:
      return fmt::format("this seed {}", Describe(error));
  }
}

// What the text of `node` stands for, past its first `skip` bytes: all of them are URLs.
std::optional<SeedPattern> ReadUrls(const ConfigNode& node, size_t skip, DiagnosticSink* sink) {
  const std::string_view written = std::string_view(node.string).substr(skip);
  if (HasSecretReference(written)) {
    sink->Error(node.place,
                "a URL must not carry a secret, since URLs are stored: send it by "
                "[host.\"x.test\"] and headers = { Authorization = \"Bearer "
                "${env:NAME}\" }");
    return std::nullopt;
  }
  SeedPatternError pattern_error;
  auto pattern = SeedPattern::Parse(written, &pattern_error);
  if (!pattern) {
    sink->Error(PlaceInString(node, skip + pattern_error.offset),
                "this seed " + pattern_error.message);
    return std::nullopt;
  }
  for (size_t i = 0; i < pattern->count(); ++i) {
    UrlError error = UrlError::kNone;
    if (Url::Parse(pattern->At(i), nullptr, &error)) continue;
    sink->Error(node.place, ExplainUrl(error));
    return std::nullopt;
  }
  return pattern;
}

void ReadListSeed(const ConfigNode& node, DiagnosticSink* sink, std::vector<SeedConfig>* seeds) {
  const std::filesystem::path path =
      (node.place.source->folder / node.string.substr(kList.size())).lexically_normal();
  std::error_code error;
  if (node.string == kList) {
    sink->Error(node.place, "\"list:\" names a file of URLs: \"list:urls.txt\"");
  } else if (!std::filesystem::is_regular_file(path, error)) {
    sink->Error(node.place, fmt::format("there is no file {}", path.string()));
  } else if (!std::ifstream(path)) {
    sink->Error(node.place,
                fmt::format("{} cannot be read: {}", path.string(), std::strerror(errno)));
  } else {
    seeds->push_back({.kind = SeedConfig::Kind::kList, .file = path.string()});
  }
}

void ReadStringSeed(const ConfigNode& node, DiagnosticSink* sink, std::vector<SeedConfig>* seeds) {
  if (node.string.starts_with(kList)) return ReadListSeed(node, sink, seeds);
  const bool is_sitemap = node.string.starts_with(kSitemap);
  if (auto urls = ReadUrls(node, is_sitemap ? kSitemap.size() : 0, sink)) {
    const auto kind = is_sitemap ? SeedConfig::Kind::kSitemap : SeedConfig::Kind::kPage;
    seeds->push_back({.kind = kind, .urls = *std::move(urls)});
  }
}

Json ToJson(const ConfigNode& node, DiagnosticSink* sink) {
  switch (node.kind) {
    case Kind::kInteger:
      return node.integer;
    case Kind::kReal:
      if (!std::isfinite(node.real)) sink->Error(node.place, "JSON has no such number");
      return node.real;
    case Kind::kBoolean:
      return node.boolean;
    case Kind::kArray: {
      Json array = Json::array();
      for (const ConfigNode& item : node.items) array.push_back(ToJson(item, sink));
      return array;
    }
    case Kind::kTable: {
      Json object = Json::object();
      for (const ConfigEntry& entry : node.entries) object[entry.key] = ToJson(entry.value, sink);
      return object;
    }
    default:
      return node.string;
  }
}

// application/x-www-form-urlencoded (WHATWG URL §5.2).
std::string FormEncoded(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (ascii::IsAlphanumeric(c) || c == '*' || c == '-' || c == '.' || c == '_') {
      result += c;
    } else if (c == ' ') {
      result += '+';
    } else {
      result += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return result;
}

std::string ToForm(const ConfigNode& table, DiagnosticSink* sink) {
  std::string form;
  for (const ConfigEntry& entry : table.entries) {
    const ConfigNode& value = entry.value;
    if (value.Is(Kind::kTable) || value.Is(Kind::kArray)) {
      sink->Error(value.place, fmt::format("a value of \"form\" is a string or a number, not {}",
                                           Describe(value.kind)));
      continue;
    }
    const Json json = ToJson(value, sink);
    form += form.empty() ? "" : "&";
    form += FormEncoded(entry.key) + "=" +
            FormEncoded(json.is_string() ? json.get<std::string>() : json.dump());
  }
  return form;
}

void ReportSecret(const ConfigNode& node, DiagnosticSink* sink) {
  sink->Error(node.place,
              "a seed is stored in the database, so it must not carry a secret: send it by "
              "[host.\"x.test\"] and headers = { … }");
}

void RefuseSecrets(const ConfigNode& node, DiagnosticSink* sink) {
  if (node.Is(Kind::kString) && HasSecretReference(node.string)) ReportSecret(node, sink);
  for (const ConfigNode& item : node.items) RefuseSecrets(item, sink);
  for (const ConfigEntry& entry : node.entries) RefuseSecrets(entry.value, sink);
}

bool HasHeader(const std::vector<std::string>& headers, std::string_view name) {
  for (const std::string& line : headers) {
    const std::string_view own = std::string_view(line).substr(0, line.find(':'));
    if (ascii::EqualsIgnoringCase(own, name)) return true;
  }
  return false;
}

// The body of a seed, from the one of form, json and body that is there.
void ReadBody(const TableReader& reader, SeedConfig* seed) {
  std::string_view content_type;
  const ConfigNode* first = nullptr;
  for (const std::string_view key : {"form", "json", "body"}) {
    const ConfigNode* node = reader.Find(key);
    if (!node) continue;
    if (first) {
      reader.sink().Error(node->place, "a seed has one of \"form\", \"json\" and \"body\"");
      return;
    }
    first = node;
    if (key == "body") Set(&seed->body, reader.String("body"));
    if (key == "json") seed->body = ToJson(*node, &reader.sink()).dump();
    if (key == "json") content_type = "application/json";
    if (key != "form" || !reader.Table("form")) continue;
    seed->body = ToForm(*node, &reader.sink());
    content_type = "application/x-www-form-urlencoded";
  }
  if (!first) return;
  seed->method = "POST";
  if (!content_type.empty() && !HasHeader(seed->headers, "content-type")) {
    seed->headers.push_back(fmt::format("Content-Type: {}", content_type));
  }
}

void ReadMethod(const TableReader& reader, SeedConfig* seed) {
  const std::optional<std::string> method = reader.String("method");
  if (!method) return;
  for (const std::string_view known : {"GET", "POST", "PUT", "PATCH", "DELETE", "QUERY"}) {
    if (*method == known) {
      seed->method = *method;
      return;
    }
  }
  reader.sink().Error(reader.Find("method")->place,
                      "\"method\" must be \"GET\", \"POST\", \"PUT\", \"PATCH\", \"DELETE\" or "
                      "\"QUERY\", in capitals");
}

void ReadTableSeed(const ConfigNode& table, DiagnosticSink* sink, std::vector<SeedConfig>* seeds) {
  const TableReader reader(table, Section::kSeed, sink);
  SeedConfig seed;
  if (const ConfigNode* headers = reader.Table("headers")) {
    for (const auto& [name, value] : ReadHeaders(*headers, sink)) {
      if (IsSecretHeader(name) && !HasSecretReference(value->string)) ReportSecret(*value, sink);
      seed.headers.push_back(fmt::format("{}: {}", name, value->string));
    }
    RefuseSecrets(*headers, sink);
  }
  ReadBody(reader, &seed);
  ReadMethod(reader, &seed);
  for (const std::string_view key : {"form", "json", "body"}) {
    if (const ConfigNode* node = reader.Find(key)) RefuseSecrets(*node, sink);
  }
  if (!table.Find("url")) sink->Error(table.place, "this seed has no \"url\"");
  if (!reader.String("url")) return;
  if (auto urls = ReadUrls(*reader.Find("url"), 0, sink)) {
    seed.urls = *std::move(urls);
    seeds->push_back(std::move(seed));
  }
}

}  // namespace

void ReadSeeds(const ConfigNode& array, DiagnosticSink* sink, std::vector<SeedConfig>* seeds) {
  size_t urls = 0, counted = seeds->size();
  for (const ConfigNode& item : array.items) {
    if (item.Is(Kind::kString)) {
      ReadStringSeed(item, sink, seeds);
    } else if (item.Is(Kind::kTable)) {
      ReadTableSeed(item, sink, seeds);
    } else {
      sink->Error(item.place, fmt::format("a seed is a URL or a table with \"url\", not {}",
                                          Describe(item.kind)));
    }
    for (; counted < seeds->size(); ++counted) urls += (*seeds)[counted].url_count();
    if (urls > kMaxSeeds) {
      sink->Error(item.place, fmt::format("more than {} seeds: put them into a file and write "
                                          "\"list:urls.txt\"",
                                          kMaxSeeds));
      return;
    }
  }
}

}  // namespace thresh
