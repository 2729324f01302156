// Where `serve` listens, and which names it answers to.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace thresh {

struct ListenAddress {
  std::string host = "127.0.0.1";  // a name or an address, IPv6 without brackets
  int port = 8000;                 // 0: a free one
};

// "127.0.0.1:8000", "[::1]:8000", "0.0.0.0", "8000". Nothing when it is none of these.
std::optional<ListenAddress> ParseListenAddress(std::string_view text);

// 127.0.0.0/8, ::1 and localhost: nobody else's machine reaches it.
bool IsLoopback(std::string_view host);

// Whether a request with this Host header may be answered. A page of another site can give its own
// name the address of this machine (DNS rebinding) and read what is here as its own; but its Host
// is that name. So an address, as which no other site can pass, is answered to, and of names only
// "localhost", where that leads here, and the one that is listened on. The port may be another one:
// that of a tunnel (ssh -L).
bool AnswersTo(std::string_view host_header, const ListenAddress& listen);

// "http://127.0.0.1:8000/".
std::string UrlOf(const ListenAddress& listen);

}  // namespace thresh
