// Content-Encoding: the header's value, then the body's bytes.
#include "fetcher/content_decoder.h"
#include "tests/fuzz/fuzz_target.h"
#include "tests/support/codecs.h"

namespace thresh {

std::vector<std::string> FuzzSeeds() {
  const std::string page = "<html>" + std::string(300, 'x') + "</html>";
  return {"gzip\n" + Gzip(page),
          "br\n" + Brotli(page),
          "zstd\n" + Zstd(page),
          "gzip, gzip\n" + Gzip(Gzip(page)),
          "zstd,br\n" + Brotli(Zstd(page)),
          "gzip\n" + Gzip(std::string(100'000, '\0')),
          "zstd\n" + Zstd(page) + Zstd(page),
          "deflate\n\x78\x9c\x4b\x04\x00\x00\x62\x00\x62",
          "x-gzip,identity\n" + Gzip("a") + Gzip("b")};
}

}  // namespace thresh

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace thresh;
  constexpr size_t kMostBytes = 1 << 20;
  FuzzInput input(data, size);
  ContentDecoder decoder;
  const std::string coding(input.Line());
  if (decoder.Start({{"content-encoding", coding}}, kMostBytes) != FetchError::kNone) return 0;
  size_t given = 0;
  const auto sink = [&](std::string_view bytes) {
    given += bytes.size();
    return given <= kMostBytes;
  };
  std::string_view rest = input.Rest();
  FetchError error = FetchError::kNone;
  while (!rest.empty() && error == FetchError::kNone) {
    const size_t piece = std::min<size_t>(rest.size(), 1 + rest.size() / 3);
    error = decoder.Decode(rest.substr(0, piece), sink);
    rest.remove_prefix(piece);
  }
  if (error == FetchError::kNone) decoder.Finish();
  Require(given <= 2 * kMostBytes, "the sink is not called again when it has had enough");
  return 0;
}
