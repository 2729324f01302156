// A chunked body's framing (RFC 9112 §7.1), watched beside libcurl, which decodes it: libcurl reads
// extensions of any length, and does not tell how large a chunk says that it is.
#pragma once

#include <cstdint>
#include <string_view>

#include "fetcher/fetch.h"

namespace thresh {

inline constexpr uint64_t kMaxExtensionBytes = 300 * 1024;  // of all chunks; hardly anybody has any

// One body's, from its first byte to its last chunk. Trailers are ResponseHead's. What is no chunk
// at all is left to libcurl. No I/O; costs a look at what is not content.
class ChunkWatch {
 public:
  // The chunks may say that they are so large in all.
  explicit ChunkWatch(uint64_t max_bytes) : max_bytes_(max_bytes) {}

  // Takes the next bytes as they came. kBodyTooLarge, kBadResponse: nothing is to be fed after it.
  FetchError Feed(std::string_view bytes);

 private:
  enum class State { kSize, kExtension, kContent, kContentEnd, kDone };

  FetchError Size(std::string_view* bytes);
  FetchError Extension(std::string_view* bytes);
  void Content(std::string_view* bytes);
  void ContentEnd(std::string_view* bytes);

  const uint64_t max_bytes_;
  State state_ = State::kSize;
  int digits_ = 0;
  uint64_t size_ = 0;        // of this chunk, later what is left of it
  uint64_t said_bytes_ = 0;  // by all chunks so far
  uint64_t extension_bytes_ = 0;
};

}  // namespace thresh
