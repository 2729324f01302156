// Bodies as `bodies` keeps them.
#pragma once

#include <string>
#include <string_view>

namespace thresh {

// "zstd" for a frame (RFC 8878), else "identity".
std::string_view EncodingOf(std::string_view stored_body);

// The body of a column `encoding` and `body`. Throws StorageError when it is damaged.
std::string DecodeBody(std::string_view encoding, std::string_view stored_body);

}  // namespace thresh
