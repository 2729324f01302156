// Numbers that processes share: Python's multiprocessing.Array and Value in C++.
//
//   SharedArray<int> tickets(3);                      // made before the processes that share it
//   std::unique_lock lock(tickets.mutex());
//   if (tickets[0] > 0) --tickets[0];
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <type_traits>

#include "fetcher/pool/process/mutex.h"
#include "fetcher/pool/process/shared_region.h"

namespace thresh::pool {

// So many T, all zeros at first, in memory of the process that makes it and of those it starts
// afterwards. T holds no pointers. Reading and writing cost what they cost in other memory, and
// nothing guards them by itself: hold the mutex, or use std::atomic_ref. Who holds the mutex after
// a process was killed with it is told by Mutex::owner_died.
template <class T>
class SharedArray {
  static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_default_constructible_v<T>);

 public:
  // Throws std::system_error when there is no such memory.
  explicit SharedArray(size_t size)
      : region_(SharedRegion::Need<T>(size)), items_(region_.Make<T>(size), size) {}

  size_t size() const { return items_.size(); }
  T& operator[](size_t index) const { return items_[index]; }  // unchecked
  auto begin() const { return items_.begin(); }
  auto end() const { return items_.end(); }
  std::span<T> span() const { return items_; }
  Mutex& mutex() { return mutex_; }

 private:
  SharedRegion region_;
  std::span<T> items_;
  Mutex mutex_;
};

}  // namespace thresh::pool
