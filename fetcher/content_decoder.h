// A body's Content-Encoding undone as the body comes, through up to five layers.
//
// libcurl's own decoding ends a truncated gzip body with success and counts no decoded bytes, so it
// is off. What the sink is given is what counts against max_body, at every layer's end: a bomb
// stops at the cap however deep it is packed.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "fetcher/codec.h"
#include "fetcher/fetch.h"

namespace thresh {

class ContentDecoder {
 public:
  // Reads the Content-Encoding headers (RFC 9110 §8.4): "gzip", "x-gzip", "deflate", "br", "zstd",
  // "identity", "none", in lists and in several headers. kBadEncoding when a coding is unknown or
  // there are more than five; the decoder is then unusable. `max_layer_bytes` bounds what any inner
  // layer may give.
  FetchError Start(const HeaderList& headers, uint64_t max_layer_bytes);
  // No coding: bytes need not go through Decode.
  bool identity() const { return layers_.empty(); }
  // Decodes what `input` allows. kBadEncoding when it is corrupt, kBodyTooLarge when the sink or
  // an inner layer's bound stopped it.
  FetchError Decode(std::string_view input, const ByteSink& sink);
  // After the last byte: kTruncated unless every layer's stream has ended. A body of no bytes at
  // all is complete.
  FetchError Finish() const;

 private:
  struct Layer {
    std::unique_ptr<Codec> codec;
    uint64_t bytes = 0;  // given so far
    bool ended = false;
  };

  FetchError AddLayers(std::string_view codings);
  FetchError Run(size_t layer, std::string_view input, const ByteSink& sink);

  std::vector<Layer> layers_;  // the first is the outermost: applied last, undone first
  uint64_t max_layer_bytes_ = 0;
  bool any_input_ = false;
};

}  // namespace thresh
