// A map of byte strings that processes share: what shared_map.h is made of.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "fetcher/pool/process/shared_region.h"

namespace thresh::pool {

struct MapCapacity {
  size_t entries = 4096;
  size_t bytes = 1u << 20;  // of all keys and values together
};

// A hash table over a log of records, both in shared memory, under one lock. A new value is written
// behind the others and then found by one store into the table. When the log is full, what counts
// is copied into the other of two halves, which then becomes the map by one store. So a process
// that is killed has changed all of an entry or nothing.
class ByteMap {
 public:
  // Throws std::invalid_argument when a capacity is zero or above 2^40, and std::system_error.
  explicit ByteMap(MapCapacity capacity);

  // Replaces the value of `key`, or nothing where there is none, by what `change` gives; by
  // nothing: erases it. Others wait meanwhile. When `change` throws nothing is changed. Throws
  // std::length_error when the map is full.
  using Change = std::function<std::optional<std::string>(std::optional<std::string_view> value)>;
  void Update(std::string_view key, const Change& change);

  // Shows the value, where it lies; false when there is none.
  bool Find(std::string_view key, const std::function<void(std::string_view value)>& show) const;
  // Shows all, in no order.
  void ForEach(const std::function<void(std::string_view key, std::string_view value)>& show) const;
  size_t size() const;

 private:
  struct State;
  struct Half;
  struct Record;
  class Locked;

  MapCapacity capacity_;
  size_t slots_;      // a power of two
  size_t log_bytes_;  // of each half
  SharedRegion region_;
  State* state_;
};

}  // namespace thresh::pool
