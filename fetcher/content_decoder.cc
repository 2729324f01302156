#include "fetcher/content_decoder.h"

#include <algorithm>

#include "fetcher/response_head.h"
#include "parser/ascii.h"

namespace thresh {
namespace {

std::unique_ptr<Codec> MakeCodec(std::string_view coding) {
  if (ascii::EqualsIgnoringCase(coding, "gzip") || ascii::EqualsIgnoringCase(coding, "x-gzip")) {
    return MakeGzipCodec();
  }
  if (ascii::EqualsIgnoringCase(coding, "deflate")) return MakeDeflateCodec();
  if (ascii::EqualsIgnoringCase(coding, "br")) return MakeBrotliCodec();
  if (ascii::EqualsIgnoringCase(coding, "zstd")) return MakeZstdCodec();
  return nullptr;
}

// Servers also write "none", which no standard knows.
bool IsIdentity(std::string_view coding) {
  return coding.empty() || ascii::EqualsIgnoringCase(coding, "identity") ||
         ascii::EqualsIgnoringCase(coding, "none");
}

}  // namespace

FetchError ContentDecoder::Start(const HeaderList& headers, uint64_t max_layer_bytes) {
  max_layer_bytes_ = max_layer_bytes;
  for (const auto& [name, value] : headers) {
    if (name != "content-encoding") continue;
    if (const FetchError error = AddLayers(value); error != FetchError::kNone) return error;
  }
  std::reverse(layers_.begin(), layers_.end());
  return FetchError::kNone;
}

FetchError ContentDecoder::AddLayers(std::string_view codings) {
  while (!codings.empty()) {
    const size_t comma = std::min(codings.find(','), codings.size());
    const std::string_view coding = ascii::WithoutBlanks(codings.substr(0, comma));
    codings.remove_prefix(std::min(comma + 1, codings.size()));
    if (IsIdentity(coding)) continue;
    if (layers_.size() == kMaxEncodingLayers) return FetchError::kBadEncoding;
    Layer layer{.codec = MakeCodec(coding)};
    if (!layer.codec) return FetchError::kBadEncoding;
    layers_.push_back(std::move(layer));
  }
  return FetchError::kNone;
}

FetchError ContentDecoder::Decode(std::string_view input, const ByteSink& sink) {
  any_input_ = any_input_ || !input.empty();
  return Run(0, input, sink);
}

FetchError ContentDecoder::Run(size_t index, std::string_view input, const ByteSink& sink) {
  if (index == layers_.size()) return sink(input) ? FetchError::kNone : FetchError::kBodyTooLarge;
  Layer& layer = layers_[index];
  FetchError inner = FetchError::kNone;
  const Codec::Outcome outcome = layer.codec->Decode(input, [&](std::string_view output) {
    layer.bytes += output.size();
    inner =
        layer.bytes > max_layer_bytes_ ? FetchError::kBodyTooLarge : Run(index + 1, output, sink);
    return inner == FetchError::kNone;
  });
  if (inner != FetchError::kNone) return inner;
  if (outcome == Codec::Outcome::kCorrupt) return FetchError::kBadEncoding;
  layer.ended = outcome == Codec::Outcome::kEnded;
  return FetchError::kNone;
}

FetchError ContentDecoder::Finish() const {
  const bool ended =
      std::all_of(layers_.begin(), layers_.end(), [](const Layer& layer) { return layer.ended; });
  return ended || !any_input_ ? FetchError::kNone : FetchError::kTruncated;
}

}  // namespace thresh
