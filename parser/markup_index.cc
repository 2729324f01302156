#include "parser/markup_index.h"

#ifdef __x86_64__
#include <immintrin.h>
#endif

#include <algorithm>

namespace thresh {
namespace {

constexpr size_t kBlock = 64;

constexpr bool IsMark(char byte) {
  return byte == '<' || byte == '>' || byte == '"' || byte == '\'';
}

// Each of the functions below writes the offsets of the marks in the first `blocks` blocks of
// `text` and gives the end of what it wrote. They may write eight places beyond it: most blocks
// have few marks, and to write eight, whatever there are, costs less than to ask before each.

#ifdef __x86_64__
[[gnu::always_inline]] inline uint16_t* WriteOffsets(uint64_t marks, size_t base, uint16_t* out) {
  constexpr uint64_t kSentinel = uint64_t{1} << 63;  // where no mark is left; nobody reads that
  constexpr size_t kGroup = 8;
  const auto count = static_cast<size_t>(__builtin_popcountll(marks));
  for (size_t i = 0;; i += kGroup) {
#pragma GCC unroll 8
    for (size_t j = i; j < i + kGroup; ++j) {
      out[j] =
          static_cast<uint16_t>(base + static_cast<size_t>(__builtin_ctzll(marks | kSentinel)));
      marks &= marks - 1;
    }
    if (i + kGroup >= count) return out + count;
  }
}

// '<' and '>' differ in one bit.
inline uint64_t MarksIn16(const char* at) {
  const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
  const __m128i angles = _mm_cmpeq_epi8(_mm_or_si128(bytes, _mm_set1_epi8(2)), _mm_set1_epi8('>'));
  const __m128i quotes = _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('"')),
                                      _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\'')));
  return static_cast<uint32_t>(_mm_movemask_epi8(_mm_or_si128(angles, quotes)));
}

uint16_t* ScanBlocks(const char* text, size_t blocks, uint16_t* out) {
  for (size_t block = 0; block < blocks; ++block) {
    const char* const at = text + block * kBlock;
    const uint64_t marks = MarksIn16(at) | MarksIn16(at + 16) << 16 | MarksIn16(at + 32) << 32 |
                           MarksIn16(at + 48) << 48;
    out = WriteOffsets(marks, block * kBlock, out);
  }
  return out;
}

[[gnu::target("avx2,bmi,popcnt")]] inline uint64_t MarksIn32(const char* at) {
  const __m256i bytes = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at));
  const __m256i angles =
      _mm256_cmpeq_epi8(_mm256_or_si256(bytes, _mm256_set1_epi8(2)), _mm256_set1_epi8('>'));
  const __m256i quotes = _mm256_or_si256(_mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('"')),
                                         _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('\'')));
  return static_cast<uint32_t>(_mm256_movemask_epi8(_mm256_or_si256(angles, quotes)));
}

// The same in half the time, for processors that have it.
[[gnu::target("avx2,bmi,popcnt")]] uint16_t* ScanBlocksWide(const char* text, size_t blocks,
                                                            uint16_t* out) {
  for (size_t block = 0; block < blocks; ++block) {
    const char* const at = text + block * kBlock;
    out = WriteOffsets(MarksIn32(at) | MarksIn32(at + 32) << 32, block * kBlock, out);
  }
  return out;
}

const bool has_wide = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
                      __builtin_cpu_supports("popcnt");
#else
uint16_t* ScanBlocks(const char* text, size_t blocks, uint16_t* out) {
  for (size_t at = 0; at < blocks * kBlock; ++at) {
    if (IsMark(text[at])) *out++ = static_cast<uint16_t>(at);
  }
  return out;
}
#endif

uint16_t* Scan(const char* text, size_t blocks, uint16_t* out) {
#ifdef __x86_64__
  if (has_wide) return ScanBlocksWide(text, blocks, out);
#endif
  return ScanBlocks(text, blocks, out);
}

}  // namespace

void MarkupIndex::SkipTo(size_t offset) {
  if (offset >= end_) {
    LookAhead(std::min(offset, text_.size()));
    return;
  }
  while (next_ < count_ && begin_ + offsets_[next_] < offset) ++next_;
}

void MarkupIndex::Refill() {
  do {
    LookAhead(end_);
  } while (count_ == 0 && end_ < text_.size());
}

void MarkupIndex::LookAhead(size_t begin) {
  begin_ = begin;
  end_ = std::min(begin + kWindow, text_.size());
  next_ = 0;
  const char* const window = text_.data() + begin;
  const size_t blocks = (end_ - begin) / kBlock;
  uint16_t* out = Scan(window, blocks, offsets_.data());
  for (size_t at = blocks * kBlock; at < end_ - begin; ++at) {
    if (IsMark(window[at])) *out++ = static_cast<uint16_t>(at);
  }
  count_ = static_cast<size_t>(out - offsets_.data());
}

}  // namespace thresh
