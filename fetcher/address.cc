#include "fetcher/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <array>
#include <cstring>
#include <string>

namespace thresh {
namespace {

struct Ipv4Range {
  uint32_t prefix;
  int bits;
  AddressKind kind;
};

constexpr uint32_t V4(uint32_t a, uint32_t b, uint32_t c, uint32_t d) {
  return a << 24 | b << 16 | c << 8 | d;
}

using enum AddressKind;

// https://www.iana.org/assignments/iana-ipv4-special-registry; the first that holds decides.
constexpr std::array kIpv4Ranges = std::to_array<Ipv4Range>({
    {V4(0, 0, 0, 0), 8, kUnspecified},
    {V4(10, 0, 0, 0), 8, kPrivate},
    {V4(100, 64, 0, 0), 10, kSharedNetwork},
    {V4(127, 0, 0, 0), 8, kLoopback},
    {V4(169, 254, 0, 0), 16, kLinkLocal},
    {V4(172, 16, 0, 0), 12, kPrivate},
    {V4(192, 0, 0, 0), 24, kReserved},
    {V4(192, 0, 2, 0), 24, kReserved},
    {V4(192, 88, 99, 0), 24, kReserved},
    {V4(192, 168, 0, 0), 16, kPrivate},
    {V4(168, 63, 129, 16), 32, kReserved},  // public by the registry, Azure's metadata in fact
    {V4(198, 18, 0, 0), 15, kReserved},
    {V4(198, 51, 100, 0), 24, kReserved},
    {V4(203, 0, 113, 0), 24, kReserved},
    {V4(224, 0, 0, 0), 4, kMulticast},
    {V4(240, 0, 0, 0), 4, kReserved},
});

struct Ipv6Prefix {
  std::array<uint8_t, 12> bytes;
  int bits;
};

bool HasPrefix(const uint8_t* address, const Ipv6Prefix& prefix) {
  const int whole = prefix.bits / 8;
  if (std::memcmp(address, prefix.bytes.data(), whole) != 0) return false;
  const int rest = prefix.bits % 8;
  return rest == 0 || (address[whole] ^ prefix.bytes[whole]) >> (8 - rest) == 0;
}

struct Ipv6Range {
  Ipv6Prefix prefix;
  AddressKind kind;
};

// https://www.iana.org/assignments/iana-ipv6-special-registry; the first that holds decides.
constexpr std::array kIpv6Ranges = std::to_array<Ipv6Range>({
    {{{0xfe, 0x80}, 10}, kLinkLocal},
    {{{0xfe, 0xc0}, 10}, kPrivate},
    {{{0xfc}, 7}, kPrivate},
    {{{0xff}, 8}, kMulticast},
    {{{0x20, 0x01, 0x0d, 0xb8}, 32}, kReserved},
    {{{0x20, 0x01, 0x00}, 23}, kReserved},  // protocol assignments (Teredo is looked at before)
    {{{0x3f, 0xff, 0x00}, 20}, kReserved},  // documentation (RFC 9637)
    {{{0x20}, 3}, kPublic},
});

// The ways in which an IPv6 address carries an IPv4 address: where, and whether inverted.
struct Embedding {
  Ipv6Prefix prefix;
  int offset;
  bool inverted;
};
constexpr std::array kEmbeddings = std::to_array<Embedding>({
    {{{0x20, 0x02}, 16}, 2, false},                                       // 6to4, RFC 3056
    {{{0x20, 0x01, 0x00, 0x00}, 32}, 12, true},                           // Teredo, RFC 4380
    {{{0x00, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0}, 96}, 12, false},  // NAT64, RFC 6052
});

uint32_t Ipv4At(const uint8_t* bytes) { return V4(bytes[0], bytes[1], bytes[2], bytes[3]); }

}  // namespace

std::string_view Name(AddressKind kind) {
  switch (kind) {
    case kPublic:
      return "public";
    case kUnspecified:
      return "unspecified";
    case kLoopback:
      return "loopback";
    case kPrivate:
      return "private";
    case kLinkLocal:
      return "link-local";
    case kSharedNetwork:
      return "shared-network";
    case kMulticast:
      return "multicast";
    case kReserved:
      return "reserved";
    case kTranslated:
      return "translated";
    case kOther:
      return "other";
  }
  return "other";
}

AddressKind ClassifyIpv4(uint32_t ipv4) {
  for (const Ipv4Range& range : kIpv4Ranges) {
    if ((ipv4 ^ range.prefix) >> (32 - range.bits) == 0) return range.kind;
  }
  return kPublic;
}

AddressKind ClassifyIpv6(const uint8_t* ipv6) {
  static constexpr uint8_t kZeros[15] = {};
  if (std::memcmp(ipv6, kZeros, 15) == 0 && ipv6[15] <= 1) {
    return ipv6[15] == 1 ? kLoopback : kUnspecified;
  }
  // Mapped (RFC 4291 §2.5.5.2) is IPv4 under another name; "compatible" has been abolished.
  static constexpr Ipv6Prefix kMapped = {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff}, 96};
  if (HasPrefix(ipv6, kMapped)) return ClassifyIpv4(Ipv4At(ipv6 + 12));
  for (const Embedding& embedding : kEmbeddings) {
    if (!HasPrefix(ipv6, embedding.prefix)) continue;
    const uint32_t inner = Ipv4At(ipv6 + embedding.offset);
    const AddressKind kind = ClassifyIpv4(embedding.inverted ? ~inner : inner);
    return kind == kPublic ? kPublic : kTranslated;
  }
  for (const Ipv6Range& range : kIpv6Ranges) {
    if (HasPrefix(ipv6, range.prefix)) return range.kind;
  }
  return kReserved;  // outside 2000::/3 nothing is assigned to the Internet
}

AddressKind ClassifyAddress(const sockaddr* address, socklen_t size) {
  if (size >= sizeof(sockaddr_in) && address->sa_family == AF_INET) {
    sockaddr_in v4;
    std::memcpy(&v4, address, sizeof v4);
    return ClassifyIpv4(ntohl(v4.sin_addr.s_addr));
  }
  if (size >= sizeof(sockaddr_in6) && address->sa_family == AF_INET6) {
    sockaddr_in6 v6;
    std::memcpy(&v6, address, sizeof v6);
    return ClassifyIpv6(v6.sin6_addr.s6_addr);
  }
  return kOther;
}

std::string AddressText(const sockaddr* address) {
  char text[INET6_ADDRSTRLEN] = "";
  if (address->sa_family == AF_INET) {
    sockaddr_in v4;
    std::memcpy(&v4, address, sizeof v4);
    inet_ntop(AF_INET, &v4.sin_addr, text, sizeof text);
  } else if (address->sa_family == AF_INET6) {
    sockaddr_in6 v6;
    std::memcpy(&v6, address, sizeof v6);
    inet_ntop(AF_INET6, &v6.sin6_addr, text, sizeof text);
  }
  return text;
}

AddressKind ClassifyAddress(std::string_view text) {
  const std::string address(text.substr(0, text.find('%')));
  in_addr v4;
  if (inet_pton(AF_INET, address.c_str(), &v4) == 1) return ClassifyIpv4(ntohl(v4.s_addr));
  in6_addr v6;
  if (inet_pton(AF_INET6, address.c_str(), &v6) == 1) return ClassifyIpv6(v6.s6_addr);
  return kOther;
}

AddressKind ClassifyHost(std::string_view host) {
  if (host.starts_with('[')) return ClassifyAddress(host.substr(1, host.size() - 2));
  if (host.ends_with('.')) host.remove_suffix(1);
  if (host == "localhost" || host.ends_with(".localhost")) return kLoopback;
  return ClassifyAddress(host);
}

}  // namespace thresh
