// Which addresses belong to the public Internet.
//
// A crawler that follows strangers' links must not be led to the machine it runs on, to its
// network or to a cloud's metadata service. So the address that is really connected to is asked
// here, whatever disguise the URL wore (127.1, 0x7f000001, [::ffff:127.0.0.1], a name of one's
// own). Pure functions.
#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace thresh {

// What an address is for, by the IANA special-purpose registries (RFC 6890 and its updates).
enum class AddressKind : uint8_t {
  kPublic,
  kUnspecified,    // 0.0.0.0/8, ::
  kLoopback,       // 127.0.0.0/8, ::1
  kPrivate,        // 10/8, 172.16/12, 192.168/16, fc00::/7, fec0::/10
  kLinkLocal,      // 169.254/16 (metadata services too), fe80::/10
  kSharedNetwork,  // 100.64/10: carrier-grade NAT
  kMulticast,      // 224/4, ff00::/8
  kReserved,    // documentation, benchmarks, protocol assignments, 240/4, all that is not 2000::/3
  kTranslated,  // an IPv4 address that is not public inside NAT64, 6to4 or Teredo
  kOther,       // not an IP address
};
std::string_view Name(AddressKind kind);  // "loopback"

// `ipv4` in host byte order.
AddressKind ClassifyIpv4(uint32_t ipv4);
// IPv4 addresses inside (mapped, compatible, NAT64, 6to4, Teredo) are classified as such.
// `ipv6` are 16 bytes in network order.
AddressKind ClassifyIpv6(const uint8_t* ipv6);
AddressKind ClassifyAddress(const sockaddr* address, socklen_t size);
// IPv4 or IPv6 as text, IPv6 without brackets and zone; "" for what is neither.
std::string AddressText(const sockaddr* address);
// An address as text, IPv6 without brackets, with or without a zone.
AddressKind ClassifyAddress(std::string_view text);
// What a URL's host in normal form says by itself, before anything is resolved: an address, or a
// name that stands for the machine that is asked (RFC 6761 §6.3). Any other name is kOther.
AddressKind ClassifyHost(std::string_view host);

}  // namespace thresh
