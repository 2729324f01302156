// A bounded queue between processes: Python's multiprocessing.Queue in C++.
//
//   Queue<std::string> urls({.items = 100});          // made before the processes that share it
//   Process reader = Process::Start([&] {
//     while (const auto url = urls.Get()) Fetch(*url);  // until it is closed and empty
//   });
//   urls.Put("https://x.test/");
//   urls.Close();
#pragma once

#include <chrono>
#include <concepts>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "fetcher/pool/process/byte_queue.h"
#include "fetcher/pool/process/codec.h"

namespace thresh::pool {

// First in, first out; for any number of processes on both sides, and any of their threads. Shared
// by the process that makes it and those it starts afterwards. T is a type that codec.h knows; its
// bytes, not the value, are copied into and out of the queue. There is no thread behind it: when
// Put has returned, the item is there.
//
// A process may be killed anywhere. An item is in the queue whole or not at all; one that is killed
// while it puts has put it or not, one that is killed while it gets has taken it or left it for the
// next. Others go on, at worst 100 ms later. One that is stopped (SIGSTOP) while it copies holds up
// its side of the queue.
template <class T>
class Queue {
 public:
  // Throws std::invalid_argument when a capacity is zero.
  explicit Queue(QueueCapacity capacity = {}) : bytes_(capacity) {}
  virtual ~Queue() = default;
  Queue(const Queue&) = delete;
  Queue& operator=(const Queue&) = delete;

  // Put an item; wait while the queue is full, at most `timeout`, and give false then. Throw
  // ClosedError when the queue is closed or becomes so, and std::length_error when the item takes
  // more than the queue's bytes.
  void Put(const T& item) { PutUntil(item, kNever); }
  [[nodiscard]] bool Put(const T& item, std::chrono::milliseconds timeout) {
    return PutUntil(item, DeadlineAfter(timeout));
  }
  [[nodiscard]] bool TryPut(const T& item) { return PutUntil(item, kAtOnce); }

  // Take an item; wait while the queue is empty, at most `timeout`. Nothing after that, and when
  // the queue is closed and empty. When a Codec throws, the item stays.
  std::optional<T> Get() { return GetUntil(kNever); }
  std::optional<T> Get(std::chrono::milliseconds timeout) {
    return GetUntil(DeadlineAfter(timeout));
  }
  std::optional<T> TryGet() { return GetUntil(kAtOnce); }

  // Nothing more is put, by any process; what is there can still be got. Wakes all who wait.
  void Close() { bytes_.Close(); }
  bool closed() const { return bytes_.closed(); }

  // What was true a moment ago: others put and get meanwhile.
  size_t size() const { return bytes_.size(); }
  bool empty() const { return size() == 0; }
  bool full() { return bytes_.full(); }

 protected:
  // Runs when an item has been read, just before it counts as taken, while nobody else can take.
  virtual void OnTaking() {}
  ByteQueue& bytes() { return bytes_; }

 private:
  static constexpr bool kIsBytes = std::same_as<T, std::string>;  // goes as it is

  bool PutUntil(const T& item, Deadline deadline) {
    if constexpr (kIsBytes) {
      return bytes_.Put(item, deadline);
    } else {
      return bytes_.Put(pool::ToBytes(item), deadline);
    }
  }
  std::optional<T> GetUntil(Deadline deadline) {
    std::optional<T> item;
    const bool taken = bytes_.Get(deadline, [&](std::string_view bytes) {
      if constexpr (kIsBytes) {
        item.emplace(bytes);
      } else {
        item.emplace(pool::FromBytes<T>(bytes));
      }
      OnTaking();
    });
    if (!taken) item.reset();
    return item;
  }

  ByteQueue bytes_;
};

}  // namespace thresh::pool
