// Memory that a process shares with those it starts.
#pragma once

#include <cstddef>
#include <memory>
#include <type_traits>

namespace thresh::pool {

// An anonymous shared mapping, zeroed and sparse: only touched pages cost memory. It lies at the
// same address in the process that made it and in all that are forked afterwards, so that pointers
// into it hold in each of them. Each has a mapping of its own; dropping it unmaps.
class SharedRegion {
 public:
  // Throws std::system_error.
  explicit SharedRegion(size_t bytes);
  ~SharedRegion();
  SharedRegion(const SharedRegion&) = delete;
  SharedRegion& operator=(const SharedRegion&) = delete;

  // How much `count` objects of T can take from a region.
  template <class T>
  static constexpr size_t Need(size_t count = 1) {
    return Product(count, sizeof(T)) + kAlignment;
  }
  // Makes `count` objects of T in what is left. They are never destroyed: the memory goes when the
  // last process is gone. To be called by the maker, before others have the region. Those that are
  // all zeros by default are not touched. Throws std::length_error when they do not fit.
  template <class T>
  T* Make(size_t count = 1) {
    static_assert(std::is_trivially_destructible_v<T> && alignof(T) <= kAlignment);
    T* objects = static_cast<T*>(Take(Product(count, sizeof(T))));
    if constexpr (!std::is_trivially_default_constructible_v<T>) {
      std::uninitialized_value_construct_n(objects, count);
    }
    return objects;
  }

 private:
  static constexpr size_t kAlignment = 64;  // a cache line, so that neighbours do not disturb

  static constexpr size_t Product(size_t count, size_t size) {
    return size > 0 && count > (~size_t{0} >> 2) / size ? ~size_t{0} >> 2 : count * size;
  }
  void* Take(size_t bytes);

  std::byte* base_;
  size_t bytes_;
  size_t used_ = 0;
};

}  // namespace thresh::pool
