#include "storage/stored_body.h"

#include <zstd.h>

#include <algorithm>
#include <memory>

#include "storage/store.h"

namespace thresh {
namespace {

// RFC 8878 §3.1.1: the magic number of a frame, little-endian.
constexpr std::string_view kZstdMagic = "\x28\xb5\x2f\xfd";

// A damaged frame may claim any size.
constexpr size_t kMostAtOnce = 64u << 20;

[[noreturn]] void ThrowDamaged(const char* what) {
  throw StorageError(std::string("a stored page is damaged (") + what +
                     "); fetch it again, or restore a copy of the database");
}

// Straight into `body` where the frame tells its size, as all of ours do.
size_t FirstRoom(std::string_view frame) {
  const unsigned long long size = ZSTD_getFrameContentSize(frame.data(), frame.size());
  const bool is_known = size != ZSTD_CONTENTSIZE_UNKNOWN && size != ZSTD_CONTENTSIZE_ERROR;
  return is_known && size <= kMostAtOnce ? std::max<size_t>(size, 1) : ZSTD_DStreamOutSize();
}

void DecodeZstd(std::string_view frame, std::string* body) {
  // Kept, as it costs more than a small page.
  static const std::unique_ptr<ZSTD_DCtx, size_t (*)(ZSTD_DCtx*)> context(ZSTD_createDCtx(),
                                                                          ZSTD_freeDCtx);
  if (context == nullptr) throw std::bad_alloc();
  ZSTD_DCtx_reset(context.get(), ZSTD_reset_session_only);
  ZSTD_inBuffer in{frame.data(), frame.size(), 0};
  body->resize(FirstRoom(frame));
  size_t written = 0;
  for (size_t rest = 1; rest != 0;) {  // 0: the frame is complete
    if (written == body->size()) body->resize(2 * body->size());
    ZSTD_outBuffer out{body->data(), body->size(), written};
    const size_t read_before = in.pos;
    rest = ZSTD_decompressStream(context.get(), &out, &in);
    if (ZSTD_isError(rest)) ThrowDamaged(ZSTD_getErrorName(rest));
    if (rest != 0 && out.pos == written && in.pos == read_before) ThrowDamaged("cut short");
    written = out.pos;
  }
  body->resize(written);
}

}  // namespace

std::string_view EncodingOf(std::string_view stored_body) {
  return stored_body.starts_with(kZstdMagic) ? "zstd" : "identity";
}

void DecodeBody(std::string_view encoding, std::string_view stored_body, std::string* body) {
  if (encoding != "zstd") {
    body->assign(stored_body);
  } else {
    DecodeZstd(stored_body, body);
  }
}

}  // namespace thresh
