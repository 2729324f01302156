// gzip and deflate by zlib.
#include <zlib.h>

#include <algorithm>
#include <array>
#include <new>
#include <string>
#include <utility>

#include "fetcher/codec.h"

namespace thresh {
namespace {

constexpr int kGzipWindow = 15 + 16;  // zlib's way to ask for the gzip format
constexpr int kZlibWindow = 15;
constexpr int kRawWindow = -15;

// An inflate state; its format is chosen when it begins.
class Inflater {
 public:
  Inflater() = default;
  ~Inflater() {
    if (begun_) inflateEnd(&stream_);
  }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  bool begun() const { return begun_; }

  void Begin(int window) {
    const int code = begun_ ? inflateReset2(&stream_, window) : inflateInit2(&stream_, window);
    if (code != Z_OK) throw std::bad_alloc();
    begun_ = true;
  }

  // Decodes until the stream's end or that of `*input`, of which the rest is left.
  Codec::Outcome Run(std::string_view* input, const ByteSink& sink) {
    std::array<char, 64 * 1024> output;
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(input->data()));
    stream_.avail_in = static_cast<uInt>(input->size());
    while (true) {
      stream_.next_out = reinterpret_cast<Bytef*>(output.data());
      stream_.avail_out = output.size();
      const int code = inflate(&stream_, Z_NO_FLUSH);
      if (code != Z_OK && code != Z_STREAM_END && code != Z_BUF_ERROR) {
        return Codec::Outcome::kCorrupt;
      }
      const size_t produced = output.size() - stream_.avail_out;
      if (produced > 0 && !sink({output.data(), produced})) return Codec::Outcome::kStopped;
      *input = input->substr(input->size() - stream_.avail_in);
      if (code == Z_STREAM_END) return Codec::Outcome::kEnded;
      if (stream_.avail_out > 0) return Codec::Outcome::kMore;
    }
  }

 private:
  z_stream stream_{};
  bool begun_ = false;
};

class GzipCodec : public Codec {
 public:
  GzipCodec() { inflater_.Begin(kGzipWindow); }

  Outcome Decode(std::string_view input, const ByteSink& sink) override {
    while (!input.empty() && !garbage_) {
      if (ended_ && !NextMember(&input)) continue;
      const Outcome outcome = inflater_.Run(&input, sink);
      if (outcome == Outcome::kCorrupt || outcome == Outcome::kStopped) return outcome;
      ended_ = outcome == Outcome::kEnded;
    }
    return ended_ ? Outcome::kEnded : Outcome::kMore;
  }

 private:
  // After a member: waits for the three bytes that begin another one, then feeds them to it.
  bool NextMember(std::string_view* input) {
    static constexpr std::string_view kMagic = "\x1f\x8b\x08";
    if (input->front() != kMagic[matched_]) {
      garbage_ = true;
      return false;
    }
    input->remove_prefix(1);
    if (++matched_ < kMagic.size()) return false;
    matched_ = 0;
    ended_ = false;
    inflater_.Begin(kGzipWindow);
    std::string_view magic = kMagic;
    inflater_.Run(&magic, [](std::string_view) { return true; });
    return !input->empty();
  }

  Inflater inflater_;
  bool ended_ = false;
  bool garbage_ = false;
  size_t matched_ = 0;
};

class DeflateCodec : public Codec {
 public:
  Outcome Decode(std::string_view input, const ByteSink& sink) override {
    if (ended_ || input.empty()) return ended_ ? Outcome::kEnded : Outcome::kMore;
    if (inflater_.begun()) return Run(input, sink);
    start_.append(input);
    if (start_.size() < 2) return Outcome::kMore;
    inflater_.Begin(LooksLikeZlib() ? kZlibWindow : kRawWindow);
    return Run(std::exchange(start_, {}), sink);
  }

 private:
  // RFC 1950 §2.2: method 8, a window of at most 32 KB, and a check sum.
  bool LooksLikeZlib() const {
    const auto first = static_cast<unsigned char>(start_[0]);
    const auto second = static_cast<unsigned char>(start_[1]);
    return (first & 0x0f) == 8 && first >> 4 <= 7 && (first * 256 + second) % 31 == 0;
  }

  Outcome Run(std::string_view input, const ByteSink& sink) {
    const Outcome outcome = inflater_.Run(&input, sink);
    ended_ = outcome == Outcome::kEnded;
    return outcome;
  }

  Inflater inflater_;
  std::string start_;
  bool ended_ = false;
};

}  // namespace

std::unique_ptr<Codec> MakeGzipCodec() { return std::make_unique<GzipCodec>(); }
std::unique_ptr<Codec> MakeDeflateCodec() { return std::make_unique<DeflateCodec>(); }

}  // namespace thresh
