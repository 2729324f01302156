// Hosts of http and https URLs: domains, IPv4 in all its spellings, IPv6 (WHATWG URL §3.5).
#pragma once

#include <string>
#include <string_view>

namespace thresh {

// Appends the normal form of `input` to `out`: a domain in lower case and punycode (UTS #46,
// non-transitional), "127.0.0.1" for "0x7f.1", "[::1]" for "[0:0::1]". False, with `out` in no
// particular state, when it is no host. `input` is what stands between "//" and the port or path.
bool AppendHost(std::string_view input, std::string* out);

// The scheme, host and port of a URL as they are written: "https://x.test:8443". What has no scheme
// is given back whole.
std::string_view OriginOf(std::string_view url);

}  // namespace thresh
