#include "pipeline/redaction.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "parser/ascii.h"
#include "pipeline/secrets.h"
#include "pipeline/toml_text.h"

namespace thresh {
namespace {

using Kind = ConfigNode::Kind;

constexpr const char* kRedacted = "(redacted)";

bool HasAny(std::string_view text, std::initializer_list<std::string_view> parts) {
  return std::any_of(parts.begin(), parts.end(), [text](std::string_view part) {
    return text.find(part) != std::string_view::npos;
  });
}

// Whether a word of `name` ends in "sid": "sidebar" has none.
bool HasSessionId(std::string_view name) {
  constexpr std::string_view kId = "sid";
  for (size_t at = name.find(kId); at != std::string_view::npos; at = name.find(kId, at + 1)) {
    const size_t end = at + kId.size();
    if (end == name.size() || name[end] < 'a' || name[end] > 'z') return true;
  }
  return false;
}

// Collects the string nodes that hold a literal secret.
void AddSecret(ConfigNode& node, std::vector<ConfigNode*>* secrets) {
  if (node.Is(Kind::kString) && !node.string.empty() && !HasSecretReference(node.string)) {
    secrets->push_back(&node);
  }
  for (ConfigNode& item : node.items) AddSecret(item, secrets);
}

// Values that the database does not get. Those of `cookies` may well be harmless.
struct Secrets {
  std::vector<ConfigNode*> certain;
  std::vector<ConfigNode*> cookies;
};

Secrets FindSecrets(ConfigNode* root) {
  Secrets secrets;
  if (ConfigNode* hosts = root->Find("host")) {
    for (ConfigEntry& host : hosts->entries) {
      if (ConfigNode* cookies = host.value.Find("cookies")) AddSecret(*cookies, &secrets.cookies);
      ConfigNode* headers = host.value.Find("headers");
      if (headers == nullptr) continue;
      for (ConfigEntry& header : headers->entries) {
        if (IsSecretHeader(header.key)) AddSecret(header.value, &secrets.certain);
      }
    }
  }
  ConfigNode* fetch = root->Find("fetch");
  ConfigNode* proxy = fetch == nullptr ? nullptr : fetch->Find("proxy");
  if (proxy != nullptr && proxy->string.find('@') != std::string::npos) {
    AddSecret(*proxy, &secrets.certain);
  }
  return secrets;
}

void WarnOf(const ConfigNode& secret, DiagnosticSink* sink) {
  sink->Warning(secret.place,
                "a secret stands in the config itself: write \"${env:NAME}\" or "
                "\"${file:PATH}\" instead");
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
  return HasAny(ascii::Lowered(name), {"auth", "cookie", "token", "secret", "api-key", "apikey",
                                       "password", "session", "credential"});
}

bool IsSecretCookie(std::string_view cookie) {
  const std::string name = ascii::Lowered(cookie.substr(0, cookie.find('=')));
  return HasSessionId(name) ||
         HasAny(name, {"sess", "token", "auth", "jwt", "secret", "passw", "login", "logged",
                       "remember", "credential", "apikey"});
}

std::string RedactSecrets(ConfigNode root, const ConfigSource* file, DiagnosticSink* sink) {
  auto [secrets, cookies] = FindSecrets(&root);
  for (const ConfigNode* secret : secrets) WarnOf(*secret, sink);
  for (ConfigNode* cookie : cookies) {
    if (IsSecretCookie(cookie->string)) WarnOf(*cookie, sink);
    secrets.push_back(cookie);
  }
  if (file != nullptr) return WithoutSecrets(*file, secrets);
  for (ConfigNode* secret : secrets) secret->string = kRedacted;
  return "# This site's file, with what defaults.toml and --set say.\n" + TomlText(root);
}

}  // namespace thresh
