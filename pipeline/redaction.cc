#include "pipeline/redaction.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "pipeline/secrets.h"

namespace thresh {
namespace {

using Kind = ConfigNode::Kind;

// Collects the string nodes that hold a literal secret.
void AddSecret(const ConfigNode& node, std::vector<const ConfigNode*>* secrets) {
  if (node.Is(Kind::kString) && !node.string.empty() && !HasSecretReference(node.string)) {
    secrets->push_back(&node);
  }
  for (const ConfigNode& item : node.items) AddSecret(item, secrets);
}

std::vector<const ConfigNode*> FindSecrets(const ConfigNode& root) {
  std::vector<const ConfigNode*> secrets;
  const ConfigNode* hosts = root.Find("host");
  for (const ConfigEntry& host : hosts ? hosts->entries : root.entries) {
    if (!hosts) break;
    if (const ConfigNode* cookies = host.value.Find("cookies")) AddSecret(*cookies, &secrets);
    const ConfigNode* headers = host.value.Find("headers");
    if (!headers) continue;
    for (const ConfigEntry& header : headers->entries) {
      if (IsSecretHeader(header.key)) AddSecret(header.value, &secrets);
    }
  }
  const ConfigNode* fetch = root.Find("fetch");
  const ConfigNode* proxy = fetch ? fetch->Find("proxy") : nullptr;
  if (proxy && proxy->string.find('@') != std::string::npos) AddSecret(*proxy, &secrets);
  return secrets;
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

std::string RedactSecrets(const ConfigNode& root, const ConfigSource& file, DiagnosticSink* sink) {
  std::vector<std::pair<size_t, size_t>> ranges;
  for (const ConfigNode* secret : FindSecrets(root)) {
    sink->Warning(secret->place,
                  "a secret stands in the config itself: write \"${env:NAME}\" or "
                  "\"${file:PATH}\" instead");
    if (secret->place.source != &file) continue;
    ranges.emplace_back(ByteOffset(secret->place), ByteOffset(secret->end));
  }
  std::sort(ranges.begin(), ranges.end());
  std::string text;
  size_t at = 0;
  for (const auto& [begin, end] : ranges) {
    if (begin < at) continue;
    text += file.text.substr(at, begin - at);
    text += "\"(redacted)\"";
    at = end;
  }
  return text + file.text.substr(at);
}

}  // namespace thresh
