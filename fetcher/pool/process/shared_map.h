// A map that processes share: the Manager().dict() of Python's multiprocessing in C++, without a
// manager.
//
//   SharedMap<std::string, int> sold;                 // made before the processes that share it
//   sold.Update("Alice", [](int& tickets) { ++tickets; });
//   for (const auto& [buyer, tickets] : sold.Items()) …
#pragma once

#include <concepts>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fetcher/pool/process/byte_map.h"
#include "fetcher/pool/process/codec.h"

namespace thresh::pool {

// Keys and values are types that codec.h knows; keys are the same when their bytes are. Each call
// is one step that no other process sees half of, not even when it is killed in the middle. Shared
// by the process that makes it and those it starts afterwards, in any of their threads. A call
// inside a function that a call of the same map runs throws std::system_error (EDEADLK).
template <class K, class V>
class SharedMap {
 public:
  // Throws std::invalid_argument when a capacity is zero. Takes as much memory as it is
  // filled, at most four times the bytes and 160 bytes an entry.
  explicit SharedMap(MapCapacity capacity = {}) : bytes_(capacity) {}

  // Throw std::length_error when the map is full, and leave it as it was.
  void Set(const K& key, const V& value) {
    bytes_.Update(pool::ToBytes(key),
                  [&](std::optional<std::string_view>) { return pool::ToBytes(value); });
  }
  // Changes the value in place; one that was not there is V() before. Others wait until `change`
  // has returned; when it throws, nothing is changed.
  template <std::invocable<V&> Change>
  void Update(const K& key, Change change) {
    bytes_.Update(pool::ToBytes(key), [&](std::optional<std::string_view> bytes) {
      V value = bytes ? pool::FromBytes<V>(*bytes) : V();
      change(value);
      return pool::ToBytes(value);
    });
  }
  // Says whether it was there.
  bool Erase(const K& key) {
    bool found = false;
    bytes_.Update(pool::ToBytes(key), [&](std::optional<std::string_view> bytes) {
      found = bytes.has_value();
      return std::nullopt;
    });
    return found;
  }

  std::optional<V> Get(const K& key) const {
    std::optional<V> value;
    bytes_.Find(pool::ToBytes(key),
                [&](std::string_view bytes) { value.emplace(pool::FromBytes<V>(bytes)); });
    return value;
  }
  bool Contains(const K& key) const {
    return bytes_.Find(pool::ToBytes(key), [](std::string_view) {});
  }
  size_t size() const { return bytes_.size(); }
  // All that was there at one moment, in no order.
  std::vector<std::pair<K, V>> Items() const {
    std::vector<std::pair<K, V>> items;
    bytes_.ForEach([&](std::string_view key, std::string_view value) {
      items.emplace_back(pool::FromBytes<K>(key), pool::FromBytes<V>(value));
    });
    return items;
  }

 private:
  ByteMap bytes_;
};

}  // namespace thresh::pool
