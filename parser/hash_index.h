// A set of things that live elsewhere: what a page's links are told apart with.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace thresh {

// Numbers of things, found by hash. The things themselves, and what makes two of them equal, are
// the caller's; at least half of the slots are free.
class HashIndex {
 public:
  // The number of an earlier thing of `hash` for which `is_equal(number)` holds, or `next`, which
  // is then in the index. Numbers must be given in order: 0, 1, 2, …
  template <typename IsEqual>
  size_t FindOrAdd(uint64_t hash, size_t next, IsEqual is_equal) {
    if (2 * (next + 1) > slots_.size()) Grow();
    for (size_t at = hash & (slots_.size() - 1);; at = (at + 1) & (slots_.size() - 1)) {
      Slot& slot = slots_[at];
      if (slot.number == kFree) {
        slot = {static_cast<uint32_t>(hash >> 32), static_cast<uint32_t>(next)};
        hashes_.push_back(hash);
        return next;
      }
      if (slot.tag == static_cast<uint32_t>(hash >> 32) && is_equal(slot.number)) {
        return slot.number;
      }
    }
  }

 private:
  static constexpr uint32_t kFree = ~uint32_t{0};
  struct Slot {
    uint32_t tag = 0;  // the upper half of the hash: the lower one chose the place
    uint32_t number = kFree;
  };

  void Grow() {
    const size_t size = std::max<size_t>(64, 2 * slots_.size());
    slots_.assign(size, Slot());
    hashes_.reserve(size / 2);
    for (size_t number = 0; number < hashes_.size(); ++number) {
      size_t at = hashes_[number] & (size - 1);
      while (slots_[at].number != kFree) at = (at + 1) & (size - 1);
      slots_[at] = {static_cast<uint32_t>(hashes_[number] >> 32), static_cast<uint32_t>(number)};
    }
  }

  std::vector<Slot> slots_;
  std::vector<uint64_t> hashes_;
};

}  // namespace thresh
