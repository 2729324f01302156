// The memory that one worker and its pool share: a heartbeat and the slots.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "fetcher/pool/process/unique_fd.h"

namespace thresh::pool {

// A mapping of one memfd, which is sealed against resizing, so that neither side can make the other
// fault. Its first page holds the heartbeat, then come slots of equal size, each at a page's start
// and sparse. Each side owns a mapping of its own; dropping it unmaps.
class SharedMemory {
 public:
  // A new memfd for `slots` slots of `slot_bytes`. Throws std::system_error.
  SharedMemory(size_t slots, size_t slot_bytes);
  // Maps the other side's memfd, of `bytes` in all. Throws std::system_error.
  SharedMemory(UniqueFd fd, size_t bytes, size_t slot_bytes);
  ~SharedMemory();
  SharedMemory(const SharedMemory&) = delete;
  SharedMemory& operator=(const SharedMemory&) = delete;

  int fd() const { return fd_.get(); }
  size_t bytes() const { return bytes_; }
  void CloseFd() { fd_.reset(); }  // the mapping stays
  // Throws std::out_of_range.
  std::span<std::byte> Slot(size_t slot) const;

  // Counts signs of life. The parent only ever compares it with what it was.
  void Beat();
  uint64_t heartbeat() const;

  // To be called when a slot has become free: gives its pages back to the system when all slots
  // together have more than `kept` bytes, and this one has more than its equal share of that. One
  // fstat(2) as long as it is less.
  void Release(size_t slot, size_t kept);

 private:
  void Map();
  size_t Offset(size_t slot) const { return header_bytes_ + slot * stride_; }
  size_t UsedBytes(size_t slot) const;
  size_t AllBytes() const;

  UniqueFd fd_;
  size_t header_bytes_;
  size_t slot_bytes_;
  size_t stride_;
  size_t bytes_;
  size_t slots_;
  std::byte* base_ = nullptr;
};

}  // namespace thresh::pool
