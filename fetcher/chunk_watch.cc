#include "fetcher/chunk_watch.h"

#include <algorithm>

#include "parser/ascii.h"

namespace thresh {
namespace {

constexpr int kMostDigits = 16;  // libcurl refuses more, whatever they say

}  // namespace

FetchError ChunkWatch::Feed(std::string_view bytes) {
  FetchError error = FetchError::kNone;
  while (!bytes.empty() && error == FetchError::kNone) {
    switch (state_) {
      case State::kSize:
        error = Size(&bytes);
        break;
      case State::kExtension:
        error = Extension(&bytes);
        break;
      case State::kContent:
        Content(&bytes);
        break;
      case State::kContentEnd:
        ContentEnd(&bytes);
        break;
      case State::kDone:
        return FetchError::kNone;
    }
  }
  return error;
}

// Without digits, or with too many, it is no size, which libcurl says.
FetchError ChunkWatch::Size(std::string_view* bytes) {
  while (!bytes->empty() && ascii::IsHexDigit(bytes->front())) {
    if (++digits_ > kMostDigits) {
      state_ = State::kDone;
      return FetchError::kNone;
    }
    size_ = size_ * 16 + ascii::HexValue(bytes->front());
    bytes->remove_prefix(1);
  }
  if (bytes->empty()) return FetchError::kNone;
  state_ = digits_ == 0 ? State::kDone : State::kExtension;
  if (size_ > max_bytes_ - said_bytes_) return FetchError::kBodyTooLarge;
  said_bytes_ += size_;
  return FetchError::kNone;
}

// The rest of the line, with its CR.
FetchError ChunkWatch::Extension(std::string_view* bytes) {
  const size_t end = bytes->find('\n');
  extension_bytes_ += std::min(end, bytes->size());
  if (extension_bytes_ > kMaxExtensionBytes) return FetchError::kBadResponse;
  bytes->remove_prefix(end == bytes->npos ? bytes->size() : end + 1);
  if (end != bytes->npos) state_ = size_ == 0 ? State::kDone : State::kContent;
  return FetchError::kNone;
}

void ChunkWatch::Content(std::string_view* bytes) {
  const size_t part = static_cast<size_t>(std::min<uint64_t>(size_, bytes->size()));
  bytes->remove_prefix(part);
  size_ -= part;
  if (size_ == 0) state_ = State::kContentEnd;
}

void ChunkWatch::ContentEnd(std::string_view* bytes) {
  const size_t end = bytes->find('\n');
  bytes->remove_prefix(end == bytes->npos ? bytes->size() : end + 1);
  if (end == bytes->npos) return;
  state_ = State::kSize;
  digits_ = 0;
}

}  // namespace thresh
