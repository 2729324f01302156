#include "fetcher/pool/process/byte_map.h"

#include <atomic>
#include <bit>
#include <cstdint>
#include <cstring>
#include <stdexcept>

#include "fetcher/pool/process/robust_lock.h"

namespace thresh::pool {
namespace {

constexpr size_t kMaxCapacity = size_t{1} << 40;

// What a slot of the table holds: one of these, or a record's place in the log and, above it, some
// bits of the key's hash.
constexpr uint64_t kUnused = 0;
constexpr uint64_t kErased = 1;
constexpr uint64_t kFirstPlace = 2;
constexpr unsigned kPlaceBits = 48;
constexpr uint64_t kPlaceMask = (uint64_t{1} << kPlaceBits) - 1;

bool IsRecord(uint64_t word) { return word > kErased; }

MapCapacity Checked(MapCapacity capacity) {
  if (capacity.entries == 0 || capacity.bytes == 0 || capacity.entries > kMaxCapacity ||
      capacity.bytes > kMaxCapacity) {
    throw std::invalid_argument("a map's capacity is out of range");
  }
  return capacity;
}

}  // namespace

struct ByteMap::Record {
  uint64_t key_bytes;
  uint64_t value_bytes;

  static size_t Need(size_t content_bytes) { return sizeof(Record) + (content_bytes + 7) / 8 * 8; }
  char* content() { return reinterpret_cast<char*>(this + 1); }
  std::string_view key() { return {content(), key_bytes}; }
  std::string_view value() { return {content() + key_bytes, value_bytes}; }
};

struct ByteMap::Half {
  std::atomic<uint64_t>* slots;
  char* log;
  std::atomic<size_t> used;  // of the log
  // For speed; counted anew after a death.
  size_t entries;
  size_t bytes;  // of keys and values
  size_t used_slots;

  Record* At(uint64_t word) {
    return reinterpret_cast<Record*>(log + (word & kPlaceMask) - kFirstPlace);
  }
};

struct ByteMap::State {
  RobustLock lock;
  std::atomic<uint32_t> active;  // which half is the map
  Half halves[2];
};

// The map under its lock.
class ByteMap::Locked {
 public:
  explicit Locked(const ByteMap& map)
      : map_(map), guard_(map.state_->lock), half_(&map.state_->halves[map.state_->active]) {
    if (guard_.owner_died()) CountAnew();
  }

  struct Place {
    size_t slot;     // of the key, or where it may be put
    Record* record;  // null: there is none
  };
  Place Find(std::string_view key) const {
    const uint64_t hash = HashOf(key);
    std::optional<size_t> free;
    for (size_t slot = hash % map_.slots_;; slot = (slot + 1) % map_.slots_) {
      const uint64_t word = half_->slots[slot];
      if (word == kErased && !free) free = slot;
      if (word == kUnused) return {free.value_or(slot), nullptr};
      if (!IsRecord(word) || word >> kPlaceBits != hash >> kPlaceBits) continue;
      if (half_->At(word)->key() == key) return {slot, half_->At(word)};
    }
  }

  void Set(std::string_view key, std::string_view value) {
    const Record* old = Find(key).record;
    const size_t old_bytes = old == nullptr ? 0 : old->key_bytes + old->value_bytes;
    const size_t bytes = key.size() + value.size();
    if (bytes > map_.capacity_.bytes || half_->bytes - old_bytes > map_.capacity_.bytes - bytes ||
        (old == nullptr && half_->entries == map_.capacity_.entries)) {
      throw std::length_error("the map is full");
    }
    if (half_->used + Record::Need(bytes) > map_.log_bytes_ ||
        half_->used_slots + 1 > map_.slots_ / 4 * 3) {
      Compact();
    }
    Append(Find(key).slot, key, value, old == nullptr, bytes - old_bytes);
  }

  void Erase(const Place& place) {
    if (place.record == nullptr) return;
    half_->slots[place.slot] = kErased;
    --half_->entries;
    half_->bytes -= place.record->key_bytes + place.record->value_bytes;
  }

  template <class Visit>
  void ForEach(Visit visit) const {
    for (size_t slot = 0; slot < map_.slots_; ++slot) {
      if (IsRecord(half_->slots[slot])) visit(*half_->At(half_->slots[slot]));
    }
  }
  size_t entries() const { return half_->entries; }

 private:
  static uint64_t HashOf(std::string_view key) { return std::hash<std::string_view>()(key); }

  void Append(size_t slot, std::string_view key, std::string_view value, bool added,
              size_t more_bytes) {
    const size_t place = half_->used;
    half_->used = place + Record::Need(key.size() + value.size());
    const uint64_t word = (HashOf(key) & ~kPlaceMask) | (place + kFirstPlace);
    Record* record = half_->At(word);
    record->key_bytes = key.size();
    record->value_bytes = value.size();
    if (!key.empty()) memcpy(record->content(), key.data(), key.size());
    if (!value.empty()) memcpy(record->content() + key.size(), value.data(), value.size());
    if (half_->slots[slot] == kUnused) ++half_->used_slots;
    half_->slots[slot] = word;  // from here on it is true
    half_->entries += added ? 1 : 0;
    half_->bytes += more_bytes;
  }

  // Copies what counts into the other half, and makes that the map.
  void Compact() {
    const uint32_t other = 1 - map_.state_->active;
    Half* from = half_;
    half_ = &map_.state_->halves[other];
    for (size_t slot = 0; slot < map_.slots_; ++slot) half_->slots[slot] = kUnused;
    half_->used = half_->entries = half_->bytes = half_->used_slots = 0;
    for (size_t slot = 0; slot < map_.slots_; ++slot) {
      if (!IsRecord(from->slots[slot])) continue;
      Record* record = from->At(from->slots[slot]);
      Append(Find(record->key()).slot, record->key(), record->value(), true,
             record->key_bytes + record->value_bytes);
    }
    map_.state_->active = other;
  }

  void CountAnew() {
    half_->entries = half_->bytes = half_->used_slots = 0;
    for (size_t slot = 0; slot < map_.slots_; ++slot) {
      const uint64_t word = half_->slots[slot];
      half_->used_slots += word == kUnused ? 0 : 1;
      if (!IsRecord(word)) continue;
      ++half_->entries;
      half_->bytes += half_->At(word)->key_bytes + half_->At(word)->value_bytes;
    }
  }

  const ByteMap& map_;
  RobustGuard guard_;
  Half* half_;
};

ByteMap::ByteMap(MapCapacity capacity)
    : capacity_(Checked(capacity)),
      slots_(std::bit_ceil(2 * capacity.entries + 2)),
      log_bytes_(2 * (capacity.bytes + capacity.entries * Record::Need(7))),
      region_(SharedRegion::Need<State>() + 2 * (SharedRegion::Need<std::atomic<uint64_t>>(slots_) +
                                                 SharedRegion::Need<char>(log_bytes_))),
      state_(region_.Make<State>()) {
  for (Half& half : state_->halves) {
    half.slots = region_.Make<std::atomic<uint64_t>>(slots_);
    half.log = region_.Make<char>(log_bytes_);
  }
}

void ByteMap::Update(std::string_view key, const Change& change) {
  Locked map(*this);
  const Locked::Place place = map.Find(key);
  const auto value =
      change(place.record == nullptr ? std::nullopt : std::optional(place.record->value()));
  if (value) {
    map.Set(key, *value);
  } else {
    map.Erase(place);
  }
}

bool ByteMap::Find(std::string_view key, const std::function<void(std::string_view)>& show) const {
  const Locked map(*this);
  Record* record = map.Find(key).record;
  if (record != nullptr) show(record->value());
  return record != nullptr;
}

void ByteMap::ForEach(const std::function<void(std::string_view, std::string_view)>& show) const {
  const Locked map(*this);
  map.ForEach([&](Record& record) { show(record.key(), record.value()); });
}

size_t ByteMap::size() const { return Locked(*this).entries(); }

}  // namespace thresh::pool
