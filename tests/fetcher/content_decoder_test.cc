#include "fetcher/content_decoder.h"

#include <gmock/gmock.h>

#include "tests/support/codecs.h"

namespace thresh {
namespace {

constexpr size_t kMaxBytes = 1 << 20;

struct Decoded {
  FetchError error = FetchError::kNone;
  std::string text{};
};

// Decodes `body` in pieces of `piece` bytes.
Decoded DecodeBody(const HeaderList& headers, std::string_view body, size_t piece) {
  Decoded decoded;
  ContentDecoder decoder;
  decoded.error = decoder.Start(headers, 2 * kMaxBytes);
  while (decoded.error == FetchError::kNone && !body.empty()) {
    decoded.error = decoder.Decode(body.substr(0, piece), [&](std::string_view bytes) {
      decoded.text += bytes;
      return decoded.text.size() <= kMaxBytes;
    });
    body.remove_prefix(std::min(piece, body.size()));
  }
  if (decoded.error == FetchError::kNone) decoded.error = decoder.Finish();
  return decoded;
}

HeaderList Encoding(std::string codings) { return {{"content-encoding", std::move(codings)}}; }

std::string Page() {
  std::string page;
  for (int i = 0; i < 3000; ++i) page += "<p>line " + std::to_string(i * i) + "</p>\n";
  return page;
}

struct CodecCase {
  const char* name;
  std::string (*encode)(std::string_view);
};

std::string Zlib(std::string_view text) { return Deflated(text, 15); }
std::string RawDeflate(std::string_view text) { return Deflated(text, -15); }

const CodecCase kCodecs[] = {{"gzip", Gzip},          {"x-gzip", Gzip}, {"deflate", Zlib},
                             {"deflate", RawDeflate}, {"br", Brotli},   {"zstd", Zstd},
                             {"GZIP", Gzip}};

TEST(ContentDecoderTest, EveryCodecDecodesHoweverItsBytesCome) {
  const std::string page = Page();
  for (const CodecCase& codec : kCodecs) {
    for (const size_t piece : {size_t{1}, size_t{7}, size_t{4096}, kMaxBytes}) {
      const Decoded decoded = DecodeBody(Encoding(codec.name), codec.encode(page), piece);
      EXPECT_EQ(decoded.error, FetchError::kNone) << codec.name << piece;
      EXPECT_EQ(decoded.text, page) << codec.name << piece;
    }
  }
}

TEST(ContentDecoderTest, EveryTruncationIsSeen) {
  const std::string page = Page().substr(0, 300);
  for (const CodecCase& codec : kCodecs) {
    const std::string body = codec.encode(page);
    for (size_t size = 1; size < body.size(); ++size) {
      const Decoded decoded = DecodeBody(Encoding(codec.name), body.substr(0, size), kMaxBytes);
      EXPECT_EQ(Name(decoded.error), "truncated") << codec.name << " at " << size;
    }
  }
}

TEST(ContentDecoderTest, OtherBytesAreCorrupt) {
  for (const CodecCase& codec : kCodecs) {
    const Decoded decoded =
        DecodeBody(Encoding(codec.name), "<!doctype html><title>plain</title>", kMaxBytes);
    EXPECT_EQ(Name(decoded.error), "bad-encoding") << codec.name;
  }
}

TEST(ContentDecoderTest, ADamagedChecksumIsCorrupt) {
  std::string body = Gzip(Page());
  body[body.size() - 6] ^= 1;
  EXPECT_EQ(DecodeBody(Encoding("gzip"), body, 100).error, FetchError::kBadEncoding);
}

TEST(ContentDecoderTest, BombsStopAtTheCap) {
  const std::string zeros(8 << 20, '\0');
  for (const CodecCase& codec : kCodecs) {
    const Decoded decoded = DecodeBody(Encoding(codec.name), codec.encode(zeros), kMaxBytes);
    EXPECT_EQ(Name(decoded.error), "body-too-large") << codec.name;
    EXPECT_LE(decoded.text.size(), kMaxBytes + 64 * 1024) << codec.name;
  }
}

TEST(ContentDecoderTest, BombsInsideBombsStopAtTheCap) {
  const std::string bomb = Gzip(Gzip(std::string(32 << 20, '\0')));
  EXPECT_EQ(DecodeBody(Encoding("gzip, gzip"), bomb, 4096).error, FetchError::kBodyTooLarge);
  // A layer whose output the next one swallows: empty stored blocks of deflate, one bit of news
  // in five bytes.
  std::string empty_blocks;
  for (int i = 0; i < 1 << 20; ++i) empty_blocks.append("\x00\x00\x00\xff\xff", 5);
  EXPECT_EQ(DecodeBody(Encoding("deflate, gzip"), Gzip(empty_blocks), 4096).error,
            FetchError::kBodyTooLarge);
}

TEST(ContentDecoderTest, UpToFiveLayersInAnyMixture) {
  const std::string page = Page();
  const std::string body = Gzip(Zstd(Brotli(Zlib(Gzip(page)))));
  const HeaderList headers = {{"content-encoding", "gzip, deflate"},
                              {"content-type", "text/html"},
                              {"content-encoding", " br ,identity,, ZSTD , gzip"}};
  const Decoded decoded = DecodeBody(headers, body, 100);
  EXPECT_EQ(decoded.error, FetchError::kNone);
  EXPECT_EQ(decoded.text, page);
}

TEST(ContentDecoderTest, MoreLayersOrUnknownOnesAreRefused) {
  for (const char* codings :
       {"gzip,gzip,gzip,gzip,gzip,gzip", "compress", "gzip, sdch", "gzip;q=1", "aes128gcm"}) {
    ContentDecoder decoder;
    EXPECT_EQ(decoder.Start(Encoding(codings), kMaxBytes), FetchError::kBadEncoding) << codings;
  }
}

TEST(ContentDecoderTest, NoCodingNeedsNoDecoding) {
  for (const char* codings : {"", "identity", " , identity", "None"}) {
    ContentDecoder decoder;
    EXPECT_EQ(decoder.Start(Encoding(codings), kMaxBytes), FetchError::kNone) << codings;
    EXPECT_TRUE(decoder.identity()) << codings;
  }
}

TEST(ContentDecoderTest, ABodyOfNoBytesIsComplete) {
  EXPECT_EQ(DecodeBody(Encoding("gzip"), "", 1).error, FetchError::kNone);
  const Decoded empty = DecodeBody(Encoding("gzip"), Gzip(""), 1);
  EXPECT_EQ(empty.error, FetchError::kNone);
  EXPECT_EQ(empty.text, "");
}

TEST(ContentDecoderTest, FurtherMembersAndFramesAreDecoded) {
  for (const size_t piece : {size_t{1}, size_t{3}, kMaxBytes}) {
    EXPECT_EQ(DecodeBody(Encoding("gzip"), Gzip("one ") + Gzip("two"), piece).text, "one two");
    EXPECT_EQ(DecodeBody(Encoding("zstd"), Zstd("one ") + Zstd("two"), piece).text, "one two");
  }
  EXPECT_EQ(DecodeBody(Encoding("gzip"), Gzip("one ") + Gzip("two").substr(0, 12), 1).error,
            FetchError::kTruncated);
  EXPECT_EQ(DecodeBody(Encoding("zstd"), Zstd("one ") + Zstd("two").substr(0, 8), 1).error,
            FetchError::kTruncated);
}

TEST(ContentDecoderTest, GarbageBehindTheEndIsIgnored) {
  using namespace std::string_literals;
  for (const std::string& garbage :
       {"\0\0\0\0\0\0\0\0"s, "<!-- cached -->"s, "\x1f"s, "\x28\xb5"s, "\x1f\x8bx"s}) {
    for (const CodecCase& codec : kCodecs) {
      for (const size_t piece : {size_t{1}, kMaxBytes}) {
        const Decoded decoded =
            DecodeBody(Encoding(codec.name), codec.encode("page") + garbage, piece);
        EXPECT_EQ(decoded.error, FetchError::kNone) << codec.name << garbage;
        EXPECT_EQ(decoded.text, "page") << codec.name << garbage;
      }
    }
  }
}

}  // namespace
}  // namespace thresh
