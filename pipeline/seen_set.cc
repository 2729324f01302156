#include "pipeline/seen_set.h"

#include <xxhash.h>

namespace thresh {
namespace {

constexpr size_t kFirstCapacity = 1024;  // a power of two

}  // namespace

uint64_t UrlFingerprint(std::string_view method, std::string_view url, std::string_view body_hash) {
  const uint64_t plain = XXH3_64bits(url.data(), url.size());
  if (method == "GET" && body_hash.empty()) return plain;
  const uint64_t by_method = XXH3_64bits_withSeed(method.data(), method.size(), plain);
  return XXH3_64bits_withSeed(body_hash.data(), body_hash.size(), by_method);
}

SeenSet::SeenSet() : table_(kFirstCapacity, 0) {}

// The place of `fingerprint`, or the empty place where it belongs.
size_t SeenSet::Find(uint64_t fingerprint) const {
  const size_t mask = table_.size() - 1;
  size_t place = fingerprint & mask;
  while (table_[place] != 0 && table_[place] != fingerprint) place = (place + 1) & mask;
  return place;
}

bool SeenSet::Insert(uint64_t fingerprint) {
  if (fingerprint == 0) fingerprint = 1;
  size_t place = Find(fingerprint);
  if (table_[place] == fingerprint) return false;
  if (size_ + 1 > table_.size() / 4 * 3) {
    Grow();
    place = Find(fingerprint);
  }
  table_[place] = fingerprint;
  ++size_;
  return true;
}

bool SeenSet::Contains(uint64_t fingerprint) const {
  if (fingerprint == 0) fingerprint = 1;
  return table_[Find(fingerprint)] == fingerprint;
}

void SeenSet::Grow() {
  std::vector<uint64_t> old(table_.size() * 2, 0);
  old.swap(table_);
  for (const uint64_t fingerprint : old) {
    if (fingerprint != 0) table_[Find(fingerprint)] = fingerprint;
  }
}

}  // namespace thresh
