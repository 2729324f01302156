// IP addresses as they stand in URLs (WHATWG URL §3.5).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace thresh {

using Ipv6Pieces = std::array<uint16_t, 8>;

// The "ends in a number" check: such a host must be an IPv4 address, or it is none.
bool EndsInNumber(std::string_view host);

// One to four numbers, decimal, octal ("0177") or hexadecimal ("0x7f"), of which the last fills
// what the others leave: "127.1", "0x7f000001", "2130706433", "0". In host byte order.
std::optional<uint32_t> ParseIpv4(std::string_view host);
void AppendIpv4(uint32_t address, std::string* out);

// `text` is without brackets. Zones ("%eth0") are refused.
std::optional<Ipv6Pieces> ParseIpv6(std::string_view text);
// "[2001:db8::1]": the first longest run of two or more zero pieces is left out.
void AppendIpv6(const Ipv6Pieces& address, std::string* out);

}  // namespace thresh
