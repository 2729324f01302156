// br and zstd by their libraries.
#include <brotli/decode.h>
#include <zstd.h>
#include <zstd_errors.h>

#include <array>
#include <new>
#include <string>

#include "fetcher/codec.h"

namespace thresh {
namespace {

constexpr int kMaxZstdWindowLog = 23;  // 8 MB

class BrotliCodec : public Codec {
 public:
  BrotliCodec() : state_(BrotliDecoderCreateInstance(nullptr, nullptr, nullptr)) {
    if (state_ == nullptr) throw std::bad_alloc();
  }
  ~BrotliCodec() override { BrotliDecoderDestroyInstance(state_); }
  BrotliCodec(const BrotliCodec&) = delete;
  BrotliCodec& operator=(const BrotliCodec&) = delete;

  Outcome Decode(std::string_view input, const ByteSink& sink) override {
    if (BrotliDecoderIsFinished(state_)) return Outcome::kEnded;
    std::array<uint8_t, 64 * 1024> output;
    const auto* next_in = reinterpret_cast<const uint8_t*>(input.data());
    size_t available_in = input.size();
    while (true) {
      uint8_t* next_out = output.data();
      size_t available_out = output.size();
      const BrotliDecoderResult result = BrotliDecoderDecompressStream(
          state_, &available_in, &next_in, &available_out, &next_out, nullptr);
      if (result == BROTLI_DECODER_RESULT_ERROR) return Outcome::kCorrupt;
      const size_t produced = output.size() - available_out;
      const auto* bytes = reinterpret_cast<const char*>(output.data());
      if (produced > 0 && !sink({bytes, produced})) return Outcome::kStopped;
      if (result == BROTLI_DECODER_RESULT_SUCCESS) return Outcome::kEnded;
      if (result == BROTLI_DECODER_RESULT_NEEDS_MORE_INPUT) return Outcome::kMore;
    }
  }

 private:
  BrotliDecoderState* state_;
};

class ZstdCodec : public Codec {
 public:
  ZstdCodec() : stream_(ZSTD_createDStream()) {
    if (stream_ == nullptr) throw std::bad_alloc();
    ZSTD_DCtx_setParameter(stream_, ZSTD_d_windowLogMax, kMaxZstdWindowLog);
  }
  ~ZstdCodec() override { ZSTD_freeDStream(stream_); }
  ZstdCodec(const ZstdCodec&) = delete;
  ZstdCodec& operator=(const ZstdCodec&) = delete;

  Outcome Decode(std::string_view input, const ByteSink& sink) override {
    while (!input.empty() && !garbage_) {
      if (ended_ && !NextFrame(&input)) continue;
      const Outcome outcome = Run(&input, sink);
      if (outcome == Outcome::kCorrupt || outcome == Outcome::kStopped) return outcome;
    }
    return ended_ || garbage_ ? Outcome::kEnded : Outcome::kMore;
  }

 private:
  // Decodes until a frame's end or that of `*input`.
  Outcome Run(std::string_view* input, const ByteSink& sink) {
    ZSTD_inBuffer in{input->data(), input->size(), 0};
    std::array<char, 64 * 1024> output;
    while (true) {
      ZSTD_outBuffer out{output.data(), output.size(), 0};
      const size_t left = ZSTD_decompressStream(stream_, &out, &in);
      if (ZSTD_isError(left)) return Outcome::kCorrupt;
      if (out.pos > 0 && !sink({output.data(), out.pos})) return Outcome::kStopped;
      ended_ = left == 0;
      if (!ended_ && (in.pos < in.size || out.pos == out.size)) continue;
      input->remove_prefix(in.pos);
      return ended_ ? Outcome::kEnded : Outcome::kMore;
    }
  }

  // After a frame: collects four bytes. A frame's magic number begins another one, which is given
  // those bytes; all else is garbage. False: nothing to decode yet.
  bool NextFrame(std::string_view* input) {
    const size_t wanted = std::min(input->size(), 4 - magic_.size());
    magic_.append(input->substr(0, wanted));
    input->remove_prefix(wanted);
    if (magic_.size() < 4) return false;
    const auto last = static_cast<unsigned char>(magic_[0]);
    const bool frame = magic_ == "\x28\xb5\x2f\xfd";
    const bool skippable = magic_.substr(1) == "\x2a\x4d\x18" && last >> 4 == 5;
    garbage_ = !frame && !skippable;
    if (garbage_) return false;
    std::string_view magic = magic_;
    Run(&magic, [](std::string_view) { return true; });
    magic_.clear();
    return !input->empty();
  }

  ZSTD_DStream* stream_;
  bool ended_ = false;
  bool garbage_ = false;
  std::string magic_;
};

}  // namespace

std::unique_ptr<Codec> MakeBrotliCodec() { return std::make_unique<BrotliCodec>(); }
std::unique_ptr<Codec> MakeZstdCodec() { return std::make_unique<ZstdCodec>(); }

}  // namespace thresh
