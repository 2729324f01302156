#include "parser/tag_starts.h"

#ifdef __x86_64__
#include <immintrin.h>
#endif

#include <algorithm>
#include <cstring>

namespace thresh {
namespace {

using Marks = TagStarts::Marks;

#ifdef __x86_64__
inline uint64_t Bits(__m128i equal) { return static_cast<uint32_t>(_mm_movemask_epi8(equal)); }

inline void MarkBytes(const char* at, int shift, Marks* marks) {
  const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
  const __m128i space = _mm_cmpeq_epi8(_mm_min_epu8(bytes, _mm_set1_epi8(' ')), bytes);
  marks->less |= Bits(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('<'))) << shift;
  marks->greater |= Bits(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('>'))) << shift;
  marks->quote |= Bits(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('"'))) << shift;
  marks->apostrophe |= Bits(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('\''))) << shift;
  marks->equals |= Bits(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('='))) << shift;
  marks->space |= Bits(space) << shift;
}

[[gnu::target("avx2,bmi")]] inline uint64_t Bits(__m256i equal) {
  return static_cast<uint32_t>(_mm256_movemask_epi8(equal));
}

[[gnu::target("avx2,bmi")]] inline void MarkBytesWide(const char* at, int shift, Marks* marks) {
  const __m256i bytes = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at));
  const __m256i space = _mm256_cmpeq_epi8(_mm256_min_epu8(bytes, _mm256_set1_epi8(' ')), bytes);
  marks->less |= Bits(_mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('<'))) << shift;
  marks->greater |= Bits(_mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('>'))) << shift;
  marks->quote |= Bits(_mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('"'))) << shift;
  marks->apostrophe |= Bits(_mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('\''))) << shift;
  marks->equals |= Bits(_mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('='))) << shift;
  marks->space |= Bits(space) << shift;
}

[[gnu::target("avx2,bmi")]] inline Marks WideMarksOf(const char* block) {
  Marks marks{};
  MarkBytesWide(block, 0, &marks);
  MarkBytesWide(block + 32, 32, &marks);
  return marks;
}

#define THRESH_TARGET_WIDEST gnu::target("avx512bw,avx512vbmi,bmi")

[[THRESH_TARGET_WIDEST]] inline Marks WidestMarksOf(const char* block) {
  const __m512i bytes = _mm512_loadu_si512(block);
  return {_mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8('<')),
          _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8('>')),
          _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8('"')),
          _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8('\'')),
          _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8('=')),
          _mm512_cmple_epu8_mask(bytes, _mm512_set1_epi8(' '))};
}

// The values of 64 bytes in `table`.
[[THRESH_TARGET_WIDEST]] inline __m512i LookUp(const char* at,
                                               const std::array<uint8_t, 128>& table) {
  const __m512i ascii = _mm512_min_epu8(_mm512_loadu_si512(at), _mm512_set1_epi8(127));
  return _mm512_permutex2var_epi8(_mm512_load_si512(table.data()), ascii,
                                  _mm512_load_si512(table.data() + 64));
}

[[THRESH_TARGET_WIDEST]] inline uint64_t WidestMatter(uint64_t less, const char* block,
                                                      const TagInterest& interest) {
  const TagInterest::Groups& groups = interest.groups();
  return less & _mm512_test_epi8_mask(LookUp(block + 1, groups.of_first),
                                      LookUp(block + 2, groups.of_second));
}
#else
inline void MarkByte(char byte, uint64_t bit, Marks* marks) {
  if (byte == '<') marks->less |= bit;
  if (byte == '>') marks->greater |= bit;
  if (byte == '"') marks->quote |= bit;
  if (byte == '\'') marks->apostrophe |= bit;
  if (byte == '=') marks->equals |= bit;
  if (static_cast<unsigned char>(byte) <= ' ') marks->space |= bit;
}
#endif

inline Marks MarksOf(const char* block) {
  Marks marks{};
#ifdef __x86_64__
  for (int at = 0; at < 64; at += 16) MarkBytes(block + at, at, &marks);
#else
  for (int at = 0; at < 64; ++at) MarkByte(block[at], uint64_t{1} << at, &marks);
#endif
  return marks;
}

// Of the '<' of a block those that matter; up to kGroup of them, as most blocks have, without
// asking before each whether it is there.
[[gnu::always_inline]] inline uint64_t Matter(uint64_t less, const char* block,
                                              const TagInterest& interest) {
  constexpr size_t kGroup = 4;
  constexpr uint64_t kSentinel = uint64_t{1} << 63;  // where none is left
  uint64_t matter = 0;
  for (uint64_t left = less; left != 0;) {
#pragma GCC unroll 4
    for (size_t i = 0; i < kGroup; ++i) {
      const int at = __builtin_ctzll(left | kSentinel);
      matter |= uint64_t{interest.Has(block + at)} << at;
      left &= left - 1;
    }
  }
  return matter & less;
}

}  // namespace

int TagStarts::Width() {
#ifdef __x86_64__
  static const int width = [] {
    if (!__builtin_cpu_supports("bmi")) return 16;
    if (__builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vbmi")) return 64;
    return __builtin_cpu_supports("avx2") ? 32 : 16;
  }();
  return width;
#else
  return 16;
#endif
}

// A bit where the bytes up to it are not what plain tags are made of; those below the lowest one
// are sure.
//
// Where two kinds of bytes alternate, the bits from each of the one kind to the next of the other
// are the difference of the two as numbers; where they do not, one of them ends up on the wrong
// side of it. A quote behind '=' opens a value, another one closes it. Should the tokenizer have it
// otherwise (the quote in `<a b= c="` opens nothing), it still is in no value at the '>': no quote
// that closes one here, and no apostrophe, stands where it could open one.
[[gnu::always_inline]] inline uint64_t TagStarts::Doubts(const Marks& marks, Carry& carry) {
  const uint64_t ends = marks.less | marks.greater;
  const uint64_t in_tag = marks.greater - marks.less - carry.in_tag;
  const uint64_t after_equals = marks.equals << 1 | carry.equals;
  const uint64_t after_space = marks.space << 1 | carry.space;
  const uint64_t quotes = marks.quote & in_tag;
  const uint64_t opening = quotes & after_equals;
  const uint64_t closing = quotes & ~after_equals;
  const uint64_t in_value = closing - opening - carry.in_value;
  carry = {in_tag >> 63, in_value >> 63, marks.equals >> 63, marks.space >> 63};
  const uint64_t apostrophes = marks.apostrophe & in_tag & (~in_value | after_equals | after_space);
  return ((ends & in_tag) ^ marks.less) | (ends & in_value) | ((quotes & in_value) ^ opening) |
         (closing & after_space) | apostrophes;
}

void TagStarts::DoubtBlock(const char* block, uint64_t sure_less, bool begins_in_tag) {
  doubt_ = block;
  if (sure_less != 0) {
    doubt_ += 63 - __builtin_clzll(sure_less);
  } else if (begins_in_tag) {
    while (*--doubt_ != '<') continue;
  }
}

// The '<' of a block, as far as they are sure.
[[gnu::always_inline]] inline uint64_t TagStarts::SureLess(const Marks& marks, const char* block,
                                                           Carry& carry) {
  const bool begins_in_tag = carry.in_tag != 0;
  const uint64_t doubts = Doubts(marks, carry);
  if (doubts == 0) [[likely]]
    return marks.less;
  const uint64_t less = marks.less & ((doubts & -doubts) - 1);
  DoubtBlock(block, less, begins_in_tag);
  return less;
}

template <Marks (*kMarksOf)(const char*),
          uint64_t (*kMatter)(uint64_t, const char*, const TagInterest&)>
[[gnu::always_inline]] inline void TagStarts::ScanBlocks() {
  const char* at = next_;
  Carry carry = carry_;
  uint32_t blocks = 0;
  for (size_t i = 0; i < kBlocksAhead && doubt_ == nullptr && HasWholeBlock(at); ++i) {
    of_blocks_[i] = kMatter(SureLess(kMarksOf(at), at, carry), at, interest_);
    blocks |= uint32_t{of_blocks_[i] != 0} << i;
    at += kBlock;
  }
  carry_ = carry;
  blocks_ = blocks;
  next_ = at;
}

void TagStarts::ScanNarrow() { ScanBlocks<MarksOf, Matter>(); }

#ifdef __x86_64__
// The same in less time, for processors that have it.
[[gnu::target("avx2,bmi")]] void TagStarts::ScanWide() { ScanBlocks<WideMarksOf, Matter>(); }
[[THRESH_TARGET_WIDEST]] void TagStarts::ScanWidest() { ScanBlocks<WidestMarksOf, WidestMatter>(); }
#endif

// What is left of the text is read from a copy with zeros behind it.
void TagStarts::ScanTail() {
  if (next_ >= end_) {
    doubt_ = end_;
    return;
  }
  char bytes[kBlock + kBytesBehind] = {};
  std::memcpy(bytes, next_, std::min<size_t>(sizeof(bytes), end_ - next_));
  of_blocks_[0] = Matter(SureLess(MarksOf(bytes), next_, carry_), bytes, interest_);
  blocks_ = of_blocks_[0] != 0 ? 1 : 0;
  next_ += kBlock;
}

void TagStarts::Scan() {
  window_ = next_;
  if (!HasWholeBlock(next_)) return ScanTail();
#ifdef __x86_64__
  if (width_ == 64) return ScanWidest();
  if (width_ == 32) return ScanWide();
#endif
  ScanNarrow();
}

}  // namespace thresh
