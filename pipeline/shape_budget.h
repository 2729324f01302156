// How many URLs of one kind, and of one domain, a site may have: what ends endless calendars and
// endless subdomains.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "parser/url.h"

namespace thresh {

// Counts by 64-bit hash, in a table of open addressing: 13 to 28 bytes a key. Two keys of ten
// million share a count with a chance of 1 in 370,000.
class HashCounts {
 public:
  HashCounts();
  // The count of `key`, 0 when it is new. Stays at 2^32 - 1 when it gets there.
  uint32_t& operator[](uint64_t key);
  size_t size() const { return size_; }

 private:
  size_t Find(uint64_t key) const;
  void Grow();

  std::vector<uint64_t> keys_;  // 0 is an empty place; the key 0 is kept as 1
  std::vector<uint32_t> counts_;
  size_t size_ = 0;
};

// One site's URLs, counted by shape (url_shape.h) and host, and by registrable domain. A URL whose
// shape no other can have, such as /about/us, is not kept by shape: most costs no memory. The
// caller asks once a URL, and counts those that an earlier run knew before the first question.
class ShapeBudget {
 public:
  enum class Verdict : uint8_t { kAdmit, kShapeFull, kDomainFull };

  // The most URLs of one shape on one host, and of one registrable domain; 0 lets none in.
  ShapeBudget(int64_t per_shape, int64_t per_domain)
      : per_shape_(per_shape), per_domain_(per_domain) {}

  // Counts `url` when both limits have room for it; else counts nothing and says which has not.
  // Costs about 1 µs.
  Verdict Admit(const Url& url);
  // Counts a URL that is in already: what the database knew at the start.
  void Count(const Url& url);

  // Shapes kept; what memory grows with.
  size_t shapes() const { return shapes_.size(); }

 private:
  const int64_t per_shape_;
  const int64_t per_domain_;
  HashCounts shapes_;
  HashCounts domains_;
};

// Why, for `dropped` and for people: "too many URLs of one shape (limits.per_shape)". Empty for
// kAdmit.
std::string_view Describe(ShapeBudget::Verdict verdict);

}  // namespace thresh
