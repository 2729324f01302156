#include "fetcher/body_in_slot.h"

#include <zstd.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

#include "fetcher/content_kind.h"
#include "parser/hex_hash.h"
#include "parser/utf8.h"

namespace thresh {
namespace {

constexpr int kZstdLevel = 1;  // 60 µs for 26 KB, a tenth larger than level 3 at half the time

// What a body may be larger on the wire than decoded: headers of streams, blocks without content,
// and the garbage behind a stream's end.
constexpr uint64_t kWireSlackBytes = 1 << 20;

struct ZstdContextDeleter {
  void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
};

// One for the process: making it costs more than compressing a page.
ZSTD_CCtx* ZstdContext() {
  static const std::unique_ptr<ZSTD_CCtx, ZstdContextDeleter> context(ZSTD_createCCtx());
  if (!context) throw std::bad_alloc();
  return context.get();
}

}  // namespace

BodyInSlot::BodyInSlot(std::span<std::byte> slot, const SlotLayout& layout, const FetchJob& job)
    : slot_(slot),
      layout_(layout),
      max_bytes_(std::min(job.max_body_bytes, layout.max_body_bytes)),
      may_be_cut_(job.cut_body),
      data_(reinterpret_cast<char*>(slot.data()) + layout.text_offset()),
      may_be_gzip_file_(job.unpack_gzip) {
  if (slot.size() < layout.slot_bytes()) throw std::length_error("the slot is too small");
}

uint64_t BodyInSlot::max_wire_bytes() const {
  return may_be_cut_ ? std::numeric_limits<uint64_t>::max() : max_bytes_ + kWireSlackBytes;
}

FetchError BodyInSlot::Start(const HeaderList& headers, std::optional<uint64_t> content_length) {
  const FetchError error = decoder_.Start(headers, max_bytes_ + kWireSlackBytes);
  if (error != FetchError::kNone) return error;
  const bool too_large = decoder_.identity() && content_length.value_or(0) > max_bytes_;
  return too_large && !may_be_cut_ ? FetchError::kBodyTooLarge : FetchError::kNone;
}

bool BodyInSlot::Append(std::string_view decoded) {
  const size_t room = max_bytes_ - size_;
  const bool fits = decoded.size() <= room;
  is_cut_ = !fits && may_be_cut_;
  if (!fits && !is_cut_) return false;
  decoded = decoded.substr(0, room);
  std::memcpy(data_ + size_, decoded.data(), decoded.size());
  size_ += decoded.size();
  return fits;
}

FetchError BodyInSlot::Receive(std::string_view wire) {
  wire_bytes_ += wire.size();
  if (wire_bytes_ > max_bytes_ + kWireSlackBytes) return FetchError::kBodyTooLarge;
  FetchError inner = FetchError::kNone;
  const FetchError outer = decoder_.Decode(wire, [&](std::string_view decoded) {
    inner = Take(decoded);
    return inner == FetchError::kNone;
  });
  return inner != FetchError::kNone ? inner : outer;
}

// Takes decoded bytes, out of the gzip file that they are if the job asks for that. The first piece
// tells, by its first byte: no text begins with 0x1f.
FetchError BodyInSlot::Take(std::string_view decoded) {
  if (std::exchange(may_be_gzip_file_, false) && decoded.starts_with('\x1f')) {
    file_decoder_.emplace();
    file_decoder_->Start({{"content-encoding", "gzip"}}, max_bytes_ + kWireSlackBytes);
  }
  const auto append = [this](std::string_view bytes) { return Append(bytes); };
  if (file_decoder_) return file_decoder_->Decode(decoded, append);
  return append(decoded) ? FetchError::kNone : FetchError::kBodyTooLarge;
}

FetchError BodyInSlot::End() const {
  const FetchError error = decoder_.Finish();
  if (error != FetchError::kNone || !file_decoder_) return error;
  return file_decoder_->Finish();
}

void BodyInSlot::Finish(const FetchJob& job, std::string_view content_type, ResultMessage* result) {
  result->body_bytes = size_;
  if (size_ == 0) return;
  if (file_decoder_) content_type = {};  // it spoke of the file, not of what was in it
  const ContentKind kind = JudgeContent(content_type, bytes());
  result->mislabelled = kind.mislabelled;
  result->body_hash = HexHash(bytes());
  if (job.keep_body) result->stored_bytes = Compress();
  if (!kind.text) return;
  result->charset = DetectCharset(bytes(), content_type, job.charset);
  result->text_bytes = MakeText(result->charset);
}

// UTF-8 stays where it is, however broken: the parent's checked copy repairs it. Only a byte order
// mark has to go.
size_t BodyInSlot::MakeText(const Charset& charset) {
  if (charset.name == "utf-8") {
    if (!bytes().starts_with(kUtf8ByteOrderMark)) return size_;
    const size_t size = size_ - kUtf8ByteOrderMark.size();
    std::memmove(data_, data_ + kUtf8ByteOrderMark.size(), size);
    return size;
  }
  const std::string text = ToUtf8(bytes(), charset.name);
  const size_t size = std::min(text.size(), layout_.text_bytes());
  std::memcpy(data_, text.data(), size);
  return size;
}

size_t BodyInSlot::Compress() {
  const size_t size = ZSTD_compressCCtx(ZstdContext(), slot_.data() + layout_.stored_offset(),
                                        layout_.stored_bytes(), data_, size_, kZstdLevel);
  if (ZSTD_isError(size)) throw std::runtime_error(ZSTD_getErrorName(size));
  return size;
}

}  // namespace thresh
