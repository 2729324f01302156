// One layer of Content-Encoding, decoded as a stream.
#pragma once

#include <functional>
#include <memory>
#include <string_view>

namespace thresh {

// Takes decoded bytes, in pieces of at most 64 KB; false stops the decoding.
using ByteSink = std::function<bool(std::string_view)>;

// A decoder in the midst of one body. Not thread-safe. What follows the end of the stream is
// ignored, as browsers do, except a further gzip member or zstd frame, which is decoded
// (RFC 1952 §2.2, RFC 8878 §3.1).
class Codec {
 public:
  enum class Outcome {
    kMore,     // all was taken, the stream goes on
    kEnded,    // all was taken, the stream may end here
    kCorrupt,  // not this codec's data
    kStopped,  // the sink wants no more
  };

  virtual ~Codec() = default;
  virtual Outcome Decode(std::string_view input, const ByteSink& sink) = 0;
};

std::unique_ptr<Codec> MakeGzipCodec();
// HTTP's "deflate" is zlib data (RFC 9110 §8.4.1.2); some servers send raw deflate: both work.
std::unique_ptr<Codec> MakeDeflateCodec();
std::unique_ptr<Codec> MakeBrotliCodec();
// Windows above 8 MB are refused (RFC 9659).
std::unique_ptr<Codec> MakeZstdCodec();

}  // namespace thresh
