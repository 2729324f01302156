#include "parser/hex_hash.h"

#if defined(__x86_64__)
#include <xxh_x86dispatch.h>  // has the functions below choose by what the processor can do
#else
#include <xxhash.h>
#endif

namespace thresh {

std::string HexHash(std::string_view bytes) {
  XXH128_canonical_t canonical;
  XXH128_canonicalFromHash(&canonical, XXH3_128bits(bytes.data(), bytes.size()));
  std::string hex(2 * sizeof canonical.digest, '\0');
  char* out = hex.data();
  for (const unsigned char byte : canonical.digest) {
    *out++ = "0123456789abcdef"[byte >> 4];
    *out++ = "0123456789abcdef"[byte & 15];
  }
  return hex;
}

}  // namespace thresh
