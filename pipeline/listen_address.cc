#include "pipeline/listen_address.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <charconv>

#include "parser/ascii.h"

namespace thresh {
namespace {

std::optional<int> ParsePort(std::string_view text) {
  int port = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), port);
  const bool whole = result.ec == std::errc() && result.ptr == text.data() + text.size();
  if (!whole || text.empty() || text.size() > 5 || port < 0 || port > 65535) return std::nullopt;
  return port;
}

bool IsIpv6(std::string_view host) {
  in6_addr address;
  return inet_pton(AF_INET6, std::string(host).c_str(), &address) == 1;
}

bool IsIpv4(std::string_view host) {
  in_addr address;
  return inet_pton(AF_INET, std::string(host).c_str(), &address) == 1;
}

// A host as it may stand in --listen: nothing that would confuse a header or a resolver.
bool IsHostName(std::string_view host) {
  return !host.empty() && host.size() < 254 && std::all_of(host.begin(), host.end(), [](char c) {
    return ascii::IsAlphanumeric(c) || c == '-' || c == '.' || c == '_';
  });
}

struct HostAndPort {
  std::string host;
  std::optional<std::string_view> port;
};

// "host", "host:80", "[::1]:80".
std::optional<HostAndPort> Split(std::string_view text) {
  HostAndPort parts;
  size_t end = 0;
  if (text.starts_with('[')) {
    end = text.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    parts.host = text.substr(1, end - 1);
    if (!IsIpv6(parts.host)) return std::nullopt;
    ++end;
  } else {
    end = std::min(text.find(':'), text.size());
    parts.host = text.substr(0, end);
    if (!IsHostName(parts.host)) return std::nullopt;
  }
  if (end == text.size()) return parts;
  if (text[end] != ':') return std::nullopt;
  parts.port = text.substr(end + 1);
  return parts;
}

}  // namespace

std::optional<ListenAddress> ParseListenAddress(std::string_view text) {
  ListenAddress listen;
  if (const auto port = ParsePort(text)) {
    listen.port = *port;
    return listen;
  }
  if (IsIpv6(text)) {
    listen.host = text;
    return listen;
  }
  const auto parts = Split(text);
  if (!parts) return std::nullopt;
  listen.host = parts->host;
  if (!parts->port) return listen;
  const auto port = ParsePort(*parts->port);
  if (!port) return std::nullopt;
  listen.port = *port;
  return listen;
}

bool IsLoopback(std::string_view host) {
  if (ascii::Lowered(std::string(host)) == "localhost" || host == "::1") return true;
  return IsIpv4(host) && host.starts_with("127.");
}

bool AnswersTo(std::string_view host_header, const ListenAddress& listen) {
  const auto parts = Split(host_header);
  if (!parts) return false;
  if (parts->port && !ParsePort(*parts->port)) return false;
  const std::string host = ascii::Lowered(parts->host);
  if (host == ascii::Lowered(listen.host)) return true;
  if (IsLoopback(listen.host)) return IsLoopback(host);
  return IsIpv4(host) || IsIpv6(host) || host == "localhost";
}

std::string UrlOf(const ListenAddress& listen) {
  const bool v6 = listen.host.find(':') != std::string::npos;
  return "http://" + (v6 ? "[" + listen.host + "]" : listen.host) + ":" +
         std::to_string(listen.port) + "/";
}

}  // namespace thresh
