// Bodies as `bodies` keeps them.
#pragma once

#include <string>
#include <string_view>

namespace thresh {

// "zstd" for a frame (RFC 8878), else "identity".
std::string_view EncodingOf(std::string_view stored_body);

// Makes `body` the body of columns `encoding` and `body`, in the memory that it has as far as that
// reaches. Throws StorageError when it is damaged.
void DecodeBody(std::string_view encoding, std::string_view stored_body, std::string* body);

}  // namespace thresh
