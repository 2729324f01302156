#include "storage/stored_body.h"

#include <zstd.h>

#include <memory>

#include "storage/store.h"

namespace thresh {
namespace {

// RFC 8878 §3.1.1: the magic number of a frame, little-endian.
constexpr std::string_view kZstdMagic = "\x28\xb5\x2f\xfd";

[[noreturn]] void ThrowDamaged(const char* what) {
  throw StorageError(std::string("a stored page is damaged (") + what +
                     "); fetch it again, or restore a copy of the database");
}

std::string DecodeZstd(std::string_view frame) {
  // Kept, as they cost more than a small page.
  static const std::unique_ptr<ZSTD_DCtx, size_t (*)(ZSTD_DCtx*)> context(ZSTD_createDCtx(),
                                                                          ZSTD_freeDCtx);
  static std::string chunk(ZSTD_DStreamOutSize(), '\0');
  if (context == nullptr) throw std::bad_alloc();
  ZSTD_DCtx_reset(context.get(), ZSTD_reset_session_only);
  std::string body;
  ZSTD_inBuffer in{frame.data(), frame.size(), 0};
  size_t rest = 1;  // 0: the frame is complete
  while (rest != 0) {
    ZSTD_outBuffer out{chunk.data(), chunk.size(), 0};
    const size_t read_before = in.pos;
    rest = ZSTD_decompressStream(context.get(), &out, &in);
    if (ZSTD_isError(rest)) ThrowDamaged(ZSTD_getErrorName(rest));
    body.append(chunk, 0, out.pos);
    if (rest != 0 && out.pos == 0 && in.pos == read_before) ThrowDamaged("cut short");
  }
  return body;
}

}  // namespace

std::string_view EncodingOf(std::string_view stored_body) {
  return stored_body.starts_with(kZstdMagic) ? "zstd" : "identity";
}

std::string DecodeBody(std::string_view encoding, std::string_view stored_body) {
  return encoding == "zstd" ? DecodeZstd(stored_body) : std::string(stored_body);
}

}  // namespace thresh
