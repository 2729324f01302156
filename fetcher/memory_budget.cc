#include "fetcher/memory_budget.h"

#include <sys/mman.h>

namespace thresh {
namespace {

// Whether the first page of a shared mapping holds memory. When the kernel does not say, it does.
bool IsResident(const std::byte* page) {
  unsigned char resident = 1;
  if (mincore(const_cast<std::byte*>(page), 1, &resident) != 0) return true;
  return (resident & 1) != 0;
}

}  // namespace

void MemoryBudget::Forget(std::map<uint32_t, Body>::iterator body) {
  in_use_ -= body->second.bytes;
  if (body->second.delivered != nullptr) delivered_bytes_ -= body->second.bytes;
  receiving_.erase(body->second.age);
  bodies_.erase(body);
}

void MemoryBudget::Begin(uint32_t slot) {
  if (const auto old = bodies_.find(slot); old != bodies_.end()) Forget(old);
  const uint64_t age = next_age_++;
  bodies_[slot] = {.age = age};
  receiving_[age] = slot;
}

bool MemoryBudget::MayReceive(uint32_t slot) const {
  if (!exhausted()) return true;
  if (delivered_bytes_ >= total_bytes_ / 2) return false;
  return !receiving_.empty() && receiving_.begin()->second == slot;
}

void MemoryBudget::Received(uint32_t slot, size_t bytes) {
  bodies_.at(slot).bytes += bytes;
  in_use_ += bytes;
}

void MemoryBudget::Delivered(uint32_t slot, std::span<const std::byte> memory) {
  const auto body = bodies_.find(slot);
  if (body == bodies_.end()) return;
  if (body->second.bytes <= counted_bytes_) {
    Forget(body);
    return;
  }
  receiving_.erase(body->second.age);
  body->second.delivered = memory.data();
  delivered_bytes_ += body->second.bytes;
}

void MemoryBudget::CollectFreed() {
  for (auto body = bodies_.begin(); body != bodies_.end();) {
    const auto next = std::next(body);
    if (body->second.delivered != nullptr && !IsResident(body->second.delivered)) Forget(body);
    body = next;
  }
}

}  // namespace thresh
