// How a task's slot is laid out: private to the fetcher's two sides.
//
// A slot is a sparse range of shared memory; what is never touched costs nothing. A worker decodes
// a body straight into the text area, converts it there, and compresses it into the area behind.
// Messages carry sizes only; the offsets are these.
#pragma once

#include <cstddef>
#include <cstdint>

namespace thresh {

// Headers are encoded in less than twice their bytes on the wire (at most kMaxHeadBytes).
inline constexpr size_t kSlotHeaderBytes = 640 * 1024;

struct SlotLayout {
  size_t max_body_bytes = 0;  // decoded

  // For bodies of at most `max_body_bytes`.
  static SlotLayout For(size_t max_body_bytes) {
    constexpr size_t kGrain = 64 * 1024;
    return {(max_body_bytes + kGrain - 1) / kGrain * kGrain};
  }

  size_t text_offset() const { return kSlotHeaderBytes; }
  size_t text_bytes() const { return 3 * max_body_bytes; }  // as much as UTF-8 can grow
  size_t stored_offset() const { return text_offset() + text_bytes(); }
  // More than ZSTD_compressBound, which adds a 256th and some for small bodies.
  size_t stored_bytes() const { return max_body_bytes + max_body_bytes / 128 + 64 * 1024; }
  size_t slot_bytes() const { return (stored_offset() + stored_bytes() + 4095) / 4096 * 4096; }
};

}  // namespace thresh
