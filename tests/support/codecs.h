// Bodies as servers encode them, by the codecs' own libraries.
#pragma once

#include <brotli/encode.h>
#include <zlib.h>
#include <zstd.h>

#include <stdexcept>
#include <string>
#include <string_view>

namespace thresh {

// `window` is zlib's: 31 gzip, 15 zlib, -15 raw deflate.
inline std::string Deflated(std::string_view text, int window, int level = 6) {
  z_stream stream{};
  if (deflateInit2(&stream, level, Z_DEFLATED, window, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
    throw std::bad_alloc();
  }
  std::string output(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(output.data());
  stream.avail_out = static_cast<uInt>(output.size());
  if (deflate(&stream, Z_FINISH) != Z_STREAM_END) throw std::logic_error("deflate");
  output.resize(stream.total_out);
  deflateEnd(&stream);
  return output;
}

inline std::string Gzip(std::string_view text) { return Deflated(text, 31); }

inline std::string Brotli(std::string_view text) {
  size_t size = BrotliEncoderMaxCompressedSize(text.size());
  std::string output(size, '\0');
  BrotliEncoderCompress(5, BROTLI_DEFAULT_WINDOW, BROTLI_MODE_TEXT, text.size(),
                        reinterpret_cast<const uint8_t*>(text.data()), &size,
                        reinterpret_cast<uint8_t*>(output.data()));
  output.resize(size);
  return output;
}

inline std::string Zstd(std::string_view text) {
  std::string output(ZSTD_compressBound(text.size()), '\0');
  output.resize(ZSTD_compress(output.data(), output.size(), text.data(), text.size(), 3));
  return output;
}

inline std::string UnZstd(std::string_view frame) {
  const auto size = ZSTD_getFrameContentSize(frame.data(), frame.size());
  if (size == ZSTD_CONTENTSIZE_ERROR || size == ZSTD_CONTENTSIZE_UNKNOWN) {
    throw std::invalid_argument("not a frame with a size");
  }
  std::string output(size, '\0');
  output.resize(ZSTD_decompress(output.data(), output.size(), frame.data(), frame.size()));
  return output;
}

}  // namespace thresh
