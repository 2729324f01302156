#include "pipeline/public_suffix.h"

#include <libpsl.h>
#include <xxhash.h>

#include <array>
#include <cstddef>
#include <stdexcept>
#include <string>

#include "parser/url_ip.h"

namespace thresh {
namespace {

constexpr size_t kCached = 1024;  // a power of two

// The newer one of the system's list and that in the library. Never freed: the program's end does.
const psl_ctx_t* List() {
  static const psl_ctx_t* const list = psl_latest(nullptr);
  if (list == nullptr) throw std::runtime_error("libpsl has no public suffix list");
  return list;
}

std::string_view WithoutDot(std::string_view host) {
  if (host.ends_with('.')) host.remove_suffix(1);
  return host;
}

// How many bytes at the end of `host` are its registrable domain.
size_t FindRegistrable(const std::string& host) {
  if (IsIpAddress(host)) return host.size();
  const char* domain = psl_registrable_domain(List(), host.c_str());
  return domain == nullptr ? host.size() : host.size() - (domain - host.c_str());
}

struct Cached {
  std::string host;
  size_t registrable = 0;
};

}  // namespace

std::string_view RegistrableDomain(std::string_view host) {
  static auto* const cache = new std::array<Cached, kCached>();
  host = WithoutDot(host);
  Cached& cached = (*cache)[XXH3_64bits(host.data(), host.size()) & (kCached - 1)];
  if (cached.host != host) {
    cached.host = host;
    cached.registrable = FindRegistrable(cached.host);
  }
  return host.substr(host.size() - cached.registrable);
}

bool IsPublicSuffix(std::string_view host) {
  const std::string name(WithoutDot(host));
  return !IsIpAddress(name) && psl_is_public_suffix(List(), name.c_str()) != 0;
}

bool IsIpAddress(std::string_view host) { return host.starts_with('[') || EndsInNumber(host); }

}  // namespace thresh
