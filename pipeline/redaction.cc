#include "pipeline/redaction.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "pipeline/secrets.h"
#include "pipeline/toml_text.h"

namespace thresh {
namespace {

using Kind = ConfigNode::Kind;

constexpr const char* kRedacted = "(redacted)";

// Collects the string nodes that hold a literal secret.
void AddSecret(ConfigNode& node, std::vector<ConfigNode*>* secrets) {
  if (node.Is(Kind::kString) && !node.string.empty() && !HasSecretReference(node.string)) {
    secrets->push_back(&node);
  }
  for (ConfigNode& item : node.items) AddSecret(item, secrets);
}

std::vector<ConfigNode*> FindSecrets(ConfigNode* root) {
  std::vector<ConfigNode*> secrets;
  if (ConfigNode* hosts = root->Find("host")) {
    for (ConfigEntry& host : hosts->entries) {
      if (ConfigNode* cookies = host.value.Find("cookies")) AddSecret(*cookies, &secrets);
      ConfigNode* headers = host.value.Find("headers");
      if (headers == nullptr) continue;
      for (ConfigEntry& header : headers->entries) {
        if (IsSecretHeader(header.key)) AddSecret(header.value, &secrets);
      }
    }
  }
  ConfigNode* fetch = root->Find("fetch");
  ConfigNode* proxy = fetch == nullptr ? nullptr : fetch->Find("proxy");
  if (proxy != nullptr && proxy->string.find('@') != std::string::npos) AddSecret(*proxy, &secrets);
  return secrets;
}

// `file` as it was written, but for the secrets.
std::string WithoutSecrets(const ConfigSource& file, const std::vector<ConfigNode*>& secrets) {
  std::vector<std::pair<size_t, size_t>> ranges;
  for (const ConfigNode* secret : secrets) {
    ranges.emplace_back(ByteOffset(secret->place), ByteOffset(secret->end));
  }
  std::sort(ranges.begin(), ranges.end());
  std::string text;
  size_t at = 0;
  for (const auto& [begin, end] : ranges) {
    if (begin < at) continue;
    text += file.text.substr(at, begin - at);
    text += fmt::format("\"{}\"", kRedacted);
    at = end;
  }
  return text + file.text.substr(at);
}

}  // namespace

bool IsSecretHeader(std::string_view name) {
  std::string lower(name);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  for (const std::string_view part : {"auth", "cookie", "token", "secret", "api-key", "apikey",
                                      "password", "session", "credential"}) {
    if (lower.find(part) != std::string::npos) return true;
  }
  return false;
}

std::string RedactSecrets(ConfigNode root, const ConfigSource* file, DiagnosticSink* sink) {
  const std::vector<ConfigNode*> secrets = FindSecrets(&root);
  for (const ConfigNode* secret : secrets) {
    sink->Warning(secret->place,
                  "a secret stands in the config itself: write \"${env:NAME}\" or "
                  "\"${file:PATH}\" instead");
  }
  if (file != nullptr) return WithoutSecrets(*file, secrets);
  for (ConfigNode* secret : secrets) secret->string = kRedacted;
  return "# This site's file, with what defaults.toml and --set say.\n" + TomlText(root);
}

}  // namespace thresh
