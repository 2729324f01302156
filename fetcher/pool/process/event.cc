#include "fetcher/pool/process/event.h"

#include "fetcher/pool/process/wait_point.h"

namespace thresh::pool {

Event::Event()
    : region_(SharedRegion::Need<std::atomic<uint32_t>>()),
      word_(region_.Make<std::atomic<uint32_t>>()) {}

void Event::Set() {
  uint32_t word = word_->load();
  while (word % 2 == 0 && !word_->compare_exchange_weak(word, word + 1)) {
  }
  FutexWake(*word_, INT32_MAX);
}

void Event::Clear() {
  uint32_t word = word_->load();
  while (word % 2 == 1 && !word_->compare_exchange_weak(word, word + 1)) {
  }
}

// Any change of a word that was even means that the flag was set in between.
bool Event::WaitUntil(Deadline deadline) const {
  const uint32_t begin = word_->load();
  if (begin % 2 == 1) return true;
  while (word_->load() == begin) {
    if (!FutexWait(*word_, begin, deadline)) return false;
  }
  return true;
}

}  // namespace thresh::pool
