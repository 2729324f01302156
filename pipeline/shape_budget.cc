#include "pipeline/shape_budget.h"

#include <xxhash.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <string>
#include <utility>

#include "parser/ascii.h"
#include "parser/url_shape.h"
#include "pipeline/public_suffix.h"

namespace thresh {
namespace {

constexpr size_t kFirstHashes = 64;  // a power of two

uint64_t Hash(std::string_view text) { return XXH3_64bits(text.data(), text.size()); }

// The key of the URL's shape. Nothing when the shape is the URL itself, but for its scheme: without
// a query and a folded number no other URL has it.
std::optional<uint64_t> ShapeKey(const Url& url) {
  const std::string_view path = url.path();
  if (url.query().empty() && std::none_of(path.begin(), path.end(), ascii::IsDigit)) {
    return std::nullopt;  // as its shape would tell
  }
  const std::string shape = UrlShape(url);
  if (shape.find_first_of("#?") == std::string::npos) return std::nullopt;
  return Hash(shape);
}

uint64_t DomainKey(const Url& url) { return Hash(RegistrableDomain(url.host())); }

void Increment(uint32_t* count) {
  if (*count < std::numeric_limits<uint32_t>::max()) ++*count;
}

}  // namespace

HashCounts::HashCounts() : keys_(kFirstHashes, 0), counts_(kFirstHashes, 0) {}

// The place of `key`, or the empty place where it belongs.
size_t HashCounts::Find(uint64_t key) const {
  const size_t mask = keys_.size() - 1;
  size_t place = key & mask;
  while (keys_[place] != 0 && keys_[place] != key) place = (place + 1) & mask;
  return place;
}

uint32_t& HashCounts::operator[](uint64_t key) {
  if (key == 0) key = 1;
  size_t place = Find(key);
  if (keys_[place] == key) return counts_[place];
  if (size_ + 1 > keys_.size() / 8 * 7) {
    Grow();
    place = Find(key);
  }
  keys_[place] = key;
  ++size_;
  return counts_[place];
}

void HashCounts::Grow() {
  std::vector<uint64_t> old_keys(keys_.size() * 2, 0);
  std::vector<uint32_t> old_counts(keys_.size() * 2, 0);
  old_keys.swap(keys_);
  old_counts.swap(counts_);
  for (size_t i = 0; i < old_keys.size(); ++i) {
    if (old_keys[i] == 0) continue;
    const size_t place = Find(old_keys[i]);
    keys_[place] = old_keys[i];
    counts_[place] = old_counts[i];
  }
}

ShapeBudget::Verdict ShapeBudget::Admit(const Url& url) {
  uint32_t& of_domain = domains_[DomainKey(url)];
  if (of_domain >= per_domain_) return Verdict::kDomainFull;
  if (per_shape_ < 1) return Verdict::kShapeFull;
  if (const auto shape = ShapeKey(url)) {
    uint32_t& of_shape = shapes_[*shape];
    if (of_shape >= per_shape_) return Verdict::kShapeFull;
    Increment(&of_shape);
  }
  Increment(&of_domain);
  return Verdict::kAdmit;
}

void ShapeBudget::Count(const Url& url) {
  Increment(&domains_[DomainKey(url)]);
  if (const auto shape = ShapeKey(url)) Increment(&shapes_[*shape]);
}

std::string_view Describe(ShapeBudget::Verdict verdict) {
  switch (verdict) {
    case ShapeBudget::Verdict::kAdmit:
      break;
    case ShapeBudget::Verdict::kShapeFull:
      return "too many URLs of one shape (limits.per_shape)";
    case ShapeBudget::Verdict::kDomainFull:
      return "too many URLs of one domain (limits.per_domain)";
  }
  return {};
}

}  // namespace thresh
