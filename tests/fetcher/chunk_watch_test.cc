#include "fetcher/chunk_watch.h"

#include <gtest/gtest.h>

#include <string>

namespace thresh {
namespace {

using enum FetchError;

// What a watch says, whether the body comes at once or byte by byte.
FetchError Judge(const std::string& body, uint64_t max_bytes) {
  const FetchError at_once = ChunkWatch(max_bytes).Feed(body);
  ChunkWatch watch(max_bytes);
  FetchError bytewise = kNone;
  for (size_t i = 0; i < body.size() && bytewise == kNone; ++i) {
    bytewise = watch.Feed(std::string_view(body).substr(i, 1));
  }
  EXPECT_EQ(Name(at_once), Name(bytewise)) << body.substr(0, 100);
  return at_once;
}

TEST(ChunkWatchTest, JudgesByWhatChunksSay) {  // RFC 9112 §7.1
  const struct {
    const char* reason;
    std::string body;
    FetchError error;
  } kCases[] = {
      {"no chunk", "0\r\n\r\n", kNone},
      {"two chunks", "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n", kNone},
      {"as large as may be, in capitals", "A\r\n0123456789\r\n0\r\n\r\n", kNone},
      {"in all as large as may be", "5\r\n01234\r\n5\r\n56789\r\n0\r\n\r\n", kNone},
      {"too large by one", "b\r\n", kBodyTooLarge},
      {"too large in all", "5\r\n01234\r\n6\r\n", kBodyTooLarge},
      {"the largest that libcurl takes", "7fffffffffffffff\r\n", kBodyTooLarge},
      {"sixteen digits", "ffffffffffffffff\r\n", kBodyTooLarge},
      {"zeros before it", "000000000000000a\r\n", kNone},
      {"more digits than libcurl takes: it says so", "fffffffffffffffff\r\n", kNone},
      {"none: libcurl says so", "x\r\n", kNone},
      {"a line end without CR", "3\nabc\n7\n0123456\n0\n\n", kNone},
      {"the same, too large", "3\nabc\n8\n", kBodyTooLarge},
      {"content that looks like a size", "3\r\nff\n\r\n0\r\n\r\n", kNone},
      {"an extension", "3;a=\"b\"\r\nabc\r\n0\r\n\r\n", kNone},
      {"what follows the last chunk", "0\r\nff: ff\r\n\r\nfff\r\n", kNone},
  };
  for (const auto& test : kCases) {
    EXPECT_EQ(Name(Judge(test.body, 10)), Name(test.error)) << test.reason;
  }
}

TEST(ChunkWatchTest, ExtensionsEnd) {
  const std::string longest(kMaxExtensionBytes - 1, 'x');  // and a CR
  EXPECT_EQ(Name(Judge("1" + longest + "\r\na\r\n", 10)), "none");
  EXPECT_EQ(Name(Judge("1" + longest + "x", 10)), "none");
  EXPECT_EQ(Name(Judge("1" + longest + "xx", 10)), "bad-response");
  EXPECT_EQ(Name(Judge("1" + longest + "\r\na\r\n1\r\n", 10)), "bad-response") << "of all chunks";
}

}  // namespace
}  // namespace thresh
