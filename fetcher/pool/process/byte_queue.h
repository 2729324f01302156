// A bounded queue of byte strings between processes: what queue.h is made of.
#pragma once

#include <cstddef>
#include <functional>
#include <stdexcept>
#include <string_view>

#include "fetcher/pool/process/deadline.h"
#include "fetcher/pool/process/shared_region.h"

namespace thresh::pool {

struct QueueCapacity {
  size_t items = 1024;
  size_t bytes = 4u << 20;  // of all items together, so also of one; only touched pages cost memory
};

// Put on a queue that is closed.
class ClosedError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// A ring in shared memory. Those who put have one lock, those who get another, so that a put and a
// get run at the same time. Both sides copy first and then count the item by one store: a process
// that is killed before that store has put or taken nothing, afterwards all of it.
class ByteQueue {
 public:
  // Throws std::invalid_argument when a capacity is zero, and std::system_error.
  explicit ByteQueue(QueueCapacity capacity);

  // Waits for room; false after the deadline. Throws std::length_error when the bytes would never
  // fit, and ClosedError, also while it waits.
  bool Put(std::string_view bytes, Deadline deadline);
  // Waits for an item and shows it to `take`, where it lies; it is gone when `take` has returned,
  // and stays when `take` throws. False after the deadline, and when the queue is closed and empty.
  bool Get(Deadline deadline, const std::function<void(std::string_view)>& take);
  // No more is put, here or elsewhere; what is there may still be got.
  void Close();
  bool closed() const;

  size_t size() const;   // items; others may change it at any time
  bool full();           // has so many items, or no byte left
  size_t taken() const;  // items ever got
  // Whether the queue is empty and `condition` held before that, while nobody took anything.
  bool IsEmptyAnd(const std::function<bool()>& condition);

 private:
  struct State;
  struct Item;

  bool TryPut(std::string_view bytes, Deadline deadline, bool* more);
  Item* At(size_t number) const;
  size_t PlaceFor(size_t size, size_t put) const;
  bool HasRoomFor(size_t size, size_t put, size_t got) const;

  QueueCapacity capacity_;
  SharedRegion region_;
  State* state_;
  Item* items_;
  char* ring_;
};

}  // namespace thresh::pool
