#include "fetcher/pool/process/byte_queue.h"

#include <atomic>
#include <cstdint>
#include <cstring>

#include "fetcher/pool/process/robust_lock.h"
#include "fetcher/pool/process/wait_point.h"

namespace thresh::pool {
namespace {

QueueCapacity Checked(QueueCapacity capacity) {
  if (capacity.items == 0 || capacity.bytes == 0) {
    throw std::invalid_argument("a queue needs room for an item");
  }
  return capacity;
}

}  // namespace

struct ByteQueue::State {
  struct alignas(64) Side {
    RobustLock lock;
    std::atomic<uint64_t> count;  // items ever put, or got: the store that makes it true
    WaitPoint changed;            // where the other side waits
  };
  Side put;
  Side got;
  std::atomic<bool> closed;
};

// Where an item's bytes lie. Positions grow for ever; the ring is what they are modulo its size. An
// item lies in one piece.
struct ByteQueue::Item {
  uint64_t begin;
  uint64_t size;
};

ByteQueue::ByteQueue(QueueCapacity capacity)
    : capacity_(Checked(capacity)),
      region_(SharedRegion::Need<State>() + SharedRegion::Need<Item>(capacity.items) +
              SharedRegion::Need<char>(capacity.bytes)),
      state_(region_.Make<State>()),
      items_(region_.Make<Item>(capacity.items)),
      ring_(region_.Make<char>(capacity.bytes)) {}

ByteQueue::Item* ByteQueue::At(size_t number) const { return &items_[number % capacity_.items]; }

// Behind the last item that was put, or at the ring's next beginning.
size_t ByteQueue::PlaceFor(size_t size, size_t put) const {
  const size_t end = put == 0 ? 0 : At(put - 1)->begin + At(put - 1)->size;
  const size_t offset = end % capacity_.bytes;
  return size <= capacity_.bytes - offset ? end : end + capacity_.bytes - offset;
}

// For a holder of the lock of those who put. `got` may be behind: then there is more room.
bool ByteQueue::HasRoomFor(size_t size, size_t put, size_t got) const {
  if (put == got) return true;
  return put - got < capacity_.items &&
         PlaceFor(size, put) + size - At(got)->begin <= capacity_.bytes;
}

bool ByteQueue::TryPut(std::string_view bytes, Deadline deadline, bool* more) {
  const RobustGuard guard(state_->put.lock, deadline);
  if (!guard.locked()) return false;
  if (closed()) throw ClosedError("the queue is closed");
  const uint64_t put = state_->put.count.load();
  if (!HasRoomFor(bytes.size(), put, state_->got.count.load())) return false;
  const uint64_t begin = PlaceFor(bytes.size(), put);
  if (!bytes.empty()) memcpy(ring_ + begin % capacity_.bytes, bytes.data(), bytes.size());
  *At(put) = {.begin = begin, .size = bytes.size()};
  state_->put.count.store(put + 1);
  *more = HasRoomFor(1, put + 1, state_->got.count.load());
  return true;
}

bool ByteQueue::Put(std::string_view bytes, Deadline deadline) {
  if (bytes.size() > capacity_.bytes) throw std::length_error("larger than the queue");
  bool more = false;
  const auto attempt = [&] { return TryPut(bytes, deadline, &more); };
  if (!state_->got.changed.Await(deadline, attempt)) return false;
  state_->put.changed.Notify();
  if (more) state_->got.changed.Notify();  // the next who waits, whom the Get that woke us did not
  return true;
}

bool ByteQueue::Get(Deadline deadline, const std::function<void(std::string_view)>& take) {
  bool taken = false;
  state_->put.changed.Await(deadline, [&] {
    if (size() == 0) return closed() && size() == 0;
    const RobustGuard guard(state_->got.lock, deadline);
    if (!guard.locked()) return false;
    const uint64_t got = state_->got.count.load();
    if (got == state_->put.count.load()) return false;
    const Item& item = *At(got);
    take({ring_ + item.begin % capacity_.bytes, item.size});
    state_->got.count.store(got + 1);
    return taken = true;
  });
  if (!taken) return false;
  state_->got.changed.Notify();
  if (size() > 0) state_->put.changed.Notify();
  return true;
}

void ByteQueue::Close() {
  {
    const RobustGuard guard(state_->put.lock);  // so that nobody puts any more who saw it open
    state_->closed = true;
  }
  state_->put.changed.NotifyAll();
  state_->got.changed.NotifyAll();
}

bool ByteQueue::closed() const { return state_->closed; }

size_t ByteQueue::size() const {
  const uint64_t got = state_->got.count.load();  // first, so that it is not above the other
  return state_->put.count.load() - got;
}

size_t ByteQueue::taken() const { return state_->got.count.load(); }

bool ByteQueue::full() {
  const RobustGuard guard(state_->put.lock);
  return !HasRoomFor(1, state_->put.count.load(), state_->got.count.load());
}

bool ByteQueue::IsEmptyAnd(const std::function<bool()>& condition) {
  const RobustGuard guard(state_->got.lock);
  return condition() && size() == 0;
}

}  // namespace thresh::pool
