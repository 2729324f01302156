// Element names as numbers, and sets of them.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

#include "parser/ascii.h"
#include "parser/html_syntax.h"

namespace thresh::html {

// Equal for names that differ in ASCII case only. Names of up to eight bytes are their own key;
// longer ones are hashed, and marked by the top bit. To switch on: case NameKey("table").
constexpr uint64_t NameKey(std::string_view name) {
  constexpr uint64_t kHashed = uint64_t{1} << 63;
  uint64_t key = 0;
  if (name.size() <= 8) {
    for (char c : name) key = key << 8 | static_cast<uint8_t>(ascii::ToLower(c));
    return key & ~kHashed;
  }
  key = 0xCBF29CE484222325;  // FNV-1a
  for (char c : name) key = (key ^ static_cast<uint8_t>(ascii::ToLower(c))) * 0x100000001B3;
  return key | kHashed;
}

// Flags by name, known when the program is built: a hash table of a few hundred names.
class NameFlags {
 public:
  // `names` are parted by single spaces; a name may be added again for more flags.
  constexpr void Add(std::string_view names, uint32_t flags) {
    while (!names.empty()) {
      const size_t end = std::min(names.find(' '), names.size());
      const uint64_t key = NameKey(names.substr(0, end));
      Entry& entry = entries_[SlotOf(key)];
      entry.key = key;
      entry.flags |= flags;
      names.remove_prefix(std::min(end + 1, names.size()));
    }
  }

  // Zero for an unknown name.
  constexpr uint32_t Find(uint64_t key) const { return entries_[SlotOf(key)].flags; }

 private:
  struct Entry {
    uint64_t key = 0;
    uint32_t flags = 0;
  };
  static constexpr size_t kBits = 10;

  // Where `key` is, or may be put: there is always room.
  constexpr size_t SlotOf(uint64_t key) const {
    size_t slot = key * 0x9E3779B97F4A7C15 >> (64 - kBits);
    while (entries_[slot].key != key && entries_[slot].key != 0) {
      slot = (slot + 1) % entries_.size();
    }
    return slot;
  }

  std::array<Entry, size_t{1} << kBits> entries_{};
};

}  // namespace thresh::html
