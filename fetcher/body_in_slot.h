// A body as it is received, decoded and finished inside its task's slot.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "fetcher/content_decoder.h"
#include "fetcher/messages.h"

namespace thresh {

// Bytes are decoded straight into the slot's text area. When the body is complete, Finish hashes
// and compresses it there and makes it UTF-8 in the same place, so that a page in UTF-8 is never
// copied in the worker. Lives as long as its transfer; the slot must outlive it.
class BodyInSlot {
 public:
  // The body may be as large as the job allows, or the slot if that is less.
  BodyInSlot(std::span<std::byte> slot, const SlotLayout& layout, const FetchJob& job);

  // Learns how the body is encoded. kBadEncoding when we cannot decode that; kBodyTooLarge when
  // `content_length` alone shows it.
  FetchError Start(const HeaderList& headers, std::optional<uint64_t> content_length);
  // The next bytes from the wire. kBadEncoding, kBodyTooLarge; with is_cut() the latter says that
  // no more is wanted.
  FetchError Receive(std::string_view wire);
  // After the last one. kTruncated when an encoding's stream has not ended.
  FetchError End() const;
  // Writes the sizes, the hash, the charset and what else is known of the body to `result`.
  // Costs, for 26 KB: about 1 µs to hash, 60 to compress, the conversion when it is not UTF-8.
  void Finish(const FetchJob& job, std::string_view content_type, ResultMessage* result);

  // What may be announced to come from the wire, as far as the body's size is known then.
  uint64_t max_wire_bytes() const;

  // Whether it was larger than the job allows, which takes its beginning then (cut_body).
  bool is_cut() const { return is_cut_; }
  size_t size() const { return size_; }
  std::string_view bytes() const { return {data_, size_}; }
  std::span<const std::byte> memory() const { return slot_.subspan(layout_.text_offset()); }

 private:
  FetchError Take(std::string_view decoded);
  bool Append(std::string_view decoded);
  size_t MakeText(const Charset& charset);
  size_t Compress();

  const std::span<std::byte> slot_;
  const SlotLayout layout_;
  const size_t max_bytes_;
  const bool may_be_cut_;
  bool is_cut_ = false;
  char* const data_;
  size_t size_ = 0;
  uint64_t wire_bytes_ = 0;
  ContentDecoder decoder_;
  bool may_be_gzip_file_;
  std::optional<ContentDecoder> file_decoder_;  // of a gzip file
};

}  // namespace thresh
