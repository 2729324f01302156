// Bodies of an earlier version of thresh, and of another machine, have to be found again.
#include "parser/hex_hash.h"

#include <gtest/gtest.h>
#include <xxhash.h>

#include <string>

namespace thresh {
namespace {

std::string Bytes(size_t size) {
  std::string bytes(size, '\0');
  for (size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>(i * 2654435761u >> 13);
  return bytes;
}

// By the library's code for any x86-64, which is not what the processor at hand would choose.
std::string PlainHash(const std::string& bytes) {
  const XXH128_hash_t hash = XXH3_128bits(bytes.data(), bytes.size());
  char hex[33];
  snprintf(hex, sizeof hex, "%016llx%016llx", static_cast<unsigned long long>(hash.high64),
           static_cast<unsigned long long>(hash.low64));
  return hex;
}

TEST(HexHashTest, IsTheSameByAnyVectors) {
  for (const size_t size :
       {1, 3, 8, 16, 17, 128, 129, 240, 241, 1023, 1024, 1025, 26'000, 300'001}) {
    EXPECT_EQ(HexHash(Bytes(size)), PlainHash(Bytes(size))) << size;
  }
}

TEST(HexHashTest, IsWhatItWas) {
  EXPECT_EQ(HexHash(""), "99aa06d3014798d86001c324468d497f");
  EXPECT_EQ(HexHash("thresh"), "f4d03ded4c0712b387835c1842ab37e4");
}

}  // namespace
}  // namespace thresh
