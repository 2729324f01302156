// How many bytes of bodies a worker may hold at a time.
//
// A body counts while it is received and, when it is large, after it was delivered until its slot
// is free again: until the next task came in the slot, or the parent gave the slot's memory back.
// When all is used the oldest transfer still goes on, so that always one ends; but while delivered
// bodies hold half of the bytes, the parent is what is waited for. Thus the worker holds at most
// one and a half times the bytes and a body, and what one write of each transfer overshoots: a
// single network buffer can decode into a whole body.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>

namespace thresh {

// Used by one thread. Transfers are known by their slots.
class MemoryBudget {
 public:
  // Delivered bodies of at most `counted_bytes` are not counted: the parent keeps their slots'
  // memory for the next ones anyway. What it keeps is less than half of `total_bytes`.
  MemoryBudget(size_t total_bytes, size_t counted_bytes)
      : total_bytes_(total_bytes), counted_bytes_(counted_bytes) {}

  // A transfer begins in `slot`, which therefore is free.
  void Begin(uint32_t slot);
  // Whether the transfer in `slot` may receive more now.
  bool MayReceive(uint32_t slot) const;
  bool exhausted() const { return in_use_ >= total_bytes_; }
  void Received(uint32_t slot, size_t bytes);
  // Its result is about to be handed over; `memory` is where the body lies, from a page's start.
  void Delivered(uint32_t slot, std::span<const std::byte> memory);
  // Looks which delivered bodies' memory the parent has given back: a system call for each.
  void CollectFreed();

  size_t bytes_in_use() const { return in_use_; }

 private:
  struct Body {
    uint64_t age = 0;
    size_t bytes = 0;
    const std::byte* delivered = nullptr;  // null: still being received
  };

  void Forget(std::map<uint32_t, Body>::iterator body);

  const size_t total_bytes_;
  const size_t counted_bytes_;
  size_t in_use_ = 0;
  size_t delivered_bytes_ = 0;  // of those in use
  uint64_t next_age_ = 0;
  std::map<uint32_t, Body> bodies_;         // by slot
  std::map<uint64_t, uint32_t> receiving_;  // slots by age
};

}  // namespace thresh
