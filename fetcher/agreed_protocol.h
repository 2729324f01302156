// What TLS agreed to speak on a connection.
#pragma once

namespace thresh {

// Whether the connection of the libcurl handle `easy`, whose transfer is under way, is HTTP/2 by
// ALPN (RFC 7301). libcurl itself goes by what a response says of its version.
bool AgreedOnHttp2(void* easy);

}  // namespace thresh
