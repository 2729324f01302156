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
  const __m128i from_tab = _mm_sub_epi8(bytes, _mm_set1_epi8('\t'));
  const __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(from_tab, _mm_set1_epi8(4)), from_tab);
  const __m128i space = _mm_or_si128(control, _mm_cmpeq_epi8(bytes, _mm_set1_epi8(' ')));
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
  const __m256i from_tab = _mm256_sub_epi8(bytes, _mm256_set1_epi8('\t'));
  const __m256i control =
      _mm256_cmpeq_epi8(_mm256_min_epu8(from_tab, _mm256_set1_epi8(4)), from_tab);
  const __m256i space = _mm256_or_si256(control, _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(' ')));
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

#define THRESH_TARGET_WIDEST gnu::target("avx512bw,avx512vbmi,avx512vbmi2,bmi,popcnt")

[[THRESH_TARGET_WIDEST]] inline Marks WidestMarksOf(const char* block) {
  const __m512i bytes = _mm512_loadu_si512(block);
  const __m512i from_tab = _mm512_sub_epi8(bytes, _mm512_set1_epi8('\t'));
  return {_mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8('<')),
          _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8('>')),
          _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8('"')),
          _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8('\'')),
          _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8('=')),
          _mm512_cmple_epu8_mask(from_tab, _mm512_set1_epi8(4)) |
              _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8(' '))};
}

// The numbers of 64 letters in the alphabet, from 1 on; 0 of what is no letter.
[[THRESH_TARGET_WIDEST]] inline __m512i LetterNumbers(__m512i bytes) {
  const __m512i number =
      _mm512_sub_epi8(_mm512_or_si512(bytes, _mm512_set1_epi8(0x20)), _mm512_set1_epi8('a' - 1));
  const __m512i from_zero = _mm512_sub_epi8(number, _mm512_set1_epi8(1));
  return _mm512_maskz_mov_epi8(_mm512_cmple_epu8_mask(from_zero, _mm512_set1_epi8(25)), number);
}

// GCC 12 warns of an uninitialized operand where a mask of ones is left out, here and below.
[[THRESH_TARGET_WIDEST]] inline __m512i LookUp(__m512i places,
                                               const std::array<uint8_t, 64>& table) {
  return _mm512_maskz_permutexvar_epi8(~__mmask64{0}, places, _mm512_load_si512(table.data()));
}

// For each of 64 bytes a bit: whether a '<' there would matter.
[[THRESH_TARGET_WIDEST]] inline uint64_t Matter(const char* block,
                                                const TagInterest::Groups& groups) {
  const __m512i first = _mm512_loadu_si512(block + 1);
  const __m512i number = _mm512_mask_mov_epi8(LetterNumbers(first),
                                              _mm512_cmpeq_epi8_mask(first, _mm512_set1_epi8('/')),
                                              _mm512_set1_epi8(TagInterest::kSlashNumber));
  const __m512i second_number = LetterNumbers(_mm512_loadu_si512(block + 2));
  return _mm512_test_epi8_mask(LookUp(number, groups.of_first),
                               LookUp(second_number, groups.of_second));
}

[[THRESH_TARGET_WIDEST]] inline __m512i Widened(__m256i bytes) {
  return _mm512_maskz_cvtepu8_epi16(~__mmask32{0}, bytes);
}

// Writes the numbers of the bits that are set, plus `offset`, and something behind them.
[[THRESH_TARGET_WIDEST]] inline uint16_t* WritePlaces(uint64_t bits, ptrdiff_t offset,
                                                      uint16_t* out) {
  alignas(64) static constexpr auto kPlaces = [] {
    std::array<uint8_t, 64> places{};
    for (uint8_t i = 0; i < places.size(); ++i) places[i] = i;
    return places;
  }();
  const __m512i places = _mm512_maskz_compress_epi8(bits, _mm512_load_si512(kPlaces.data()));
  const __m512i base = _mm512_set1_epi16(static_cast<short>(offset));
  const auto count = static_cast<size_t>(_mm_popcnt_u64(bits));
  const __m512i low = Widened(_mm512_maskz_extracti64x4_epi64(0xf, places, 0));
  _mm512_storeu_si512(out, _mm512_add_epi16(base, low));
  if (count > 32) [[unlikely]] {
    const __m512i high = Widened(_mm512_maskz_extracti64x4_epi64(0xf, places, 1));
    _mm512_storeu_si512(out + 32, _mm512_add_epi16(base, high));
  }
  return out + count;
}
#else
inline void MarkByte(char byte, uint64_t bit, Marks* marks) {
  if (byte == '<') marks->less |= bit;
  if (byte == '>') marks->greater |= bit;
  if (byte == '"') marks->quote |= bit;
  if (byte == '\'') marks->apostrophe |= bit;
  if (byte == '=') marks->equals |= bit;
  if (byte == ' ' || (byte >= '\t' && byte <= '\r')) marks->space |= bit;
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

}  // namespace

int TagStarts::Width() {
#ifdef __x86_64__
  static const int width = [] {
    if (!__builtin_cpu_supports("bmi") || !__builtin_cpu_supports("popcnt")) return 16;
    if (__builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vbmi") &&
        __builtin_cpu_supports("avx512vbmi2")) {
      return 64;
    }
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
  const uint64_t in_tag = marks.greater - marks.less - carry.in_tag;
  const uint64_t after_equals = marks.equals << 1 | carry.equals;
  const uint64_t may_open = after_equals | marks.space << 1 | carry.space;
  const uint64_t opening = marks.quote & in_tag & after_equals;
  const uint64_t closing = marks.quote & in_tag & ~after_equals;
  const uint64_t in_value = closing - opening - carry.in_value;
  carry = {in_tag >> 63, in_value >> 63, marks.equals >> 63, marks.space >> 63};
  return (marks.less & ~in_tag) | (marks.greater & in_tag) |
         ((marks.less | marks.greater) & in_value) | (opening & ~in_value) |
         (closing & (in_value | may_open)) | (marks.apostrophe & in_tag & (~in_value | may_open));
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
  const uint64_t less = marks.less & ((doubts & -doubts) - 1);
  if (doubts != 0) [[unlikely]]
    DoubtBlock(block, less, begins_in_tag);
  return less;
}

// Writes where the '<' of a block stand, which is at `offset` from next_.
[[gnu::always_inline]] inline uint16_t* TagStarts::Write(uint64_t less, ptrdiff_t offset,
                                                         uint16_t* out) {
  uint16_t* const last = out + __builtin_popcountll(less);
  do {
#pragma GCC unroll 4
    for (size_t i = 0; i < kGroup; ++i) {
      constexpr uint64_t kSentinel = uint64_t{1} << 63;  // where none is left; nobody reads that
      *out++ = static_cast<uint16_t>(offset + __builtin_ctzll(less | kSentinel));
      less &= less - 1;
    }
  } while (out < last);
  return last;
}

// Keeps of the '<' up to `end` those that matter. The text from next_ on stands at `bytes`.
[[gnu::always_inline]] inline void TagStarts::Keep(const uint16_t* end, const char* bytes) {
  uint16_t* kept = starts_.data();
  for (const uint16_t* start = kept; start != end; ++start) {
    const uint16_t less = *start;
    *kept = less;
    kept += interest_.Has(bytes + less) ? 1 : 0;
  }
  Give(kept);
}

// Has Next give those up to `end`, which stand behind next_.
void TagStarts::Give(const uint16_t* end) {
  window_ = next_;
  given_ = 0;
  found_ = static_cast<size_t>(end - starts_.data());
}

template <Marks (*kMarksOf)(const char*)>
[[gnu::always_inline]] inline void TagStarts::ScanBlocks() {
  const char* at = next_;
  uint16_t* out = starts_.data();
  Carry carry = carry_;
  for (size_t i = 0; i < kBlocksAhead && doubt_ == nullptr && HasWholeBlock(at); ++i) {
    out = Write(SureLess(kMarksOf(at), at, carry), at - next_, out);
    at += kBlock;
  }
  carry_ = carry;
  Keep(out, next_);
  next_ = at;
}

void TagStarts::ScanNarrow() { ScanBlocks<MarksOf>(); }

#ifdef __x86_64__
// The same in less time, for processors that have it.
[[gnu::target("avx2,bmi,popcnt")]] void TagStarts::ScanWide() { ScanBlocks<WideMarksOf>(); }
// What does not matter is not even written.
[[THRESH_TARGET_WIDEST]] void TagStarts::ScanWidest() {
  const char* at = next_;
  uint16_t* out = starts_.data();
  Carry carry = carry_;
  for (size_t i = 0; i < kBlocksAhead && doubt_ == nullptr && HasWholeBlock(at); ++i) {
    const uint64_t less = SureLess(WidestMarksOf(at), at, carry);
    out = WritePlaces(less & Matter(at, interest_.groups()), at - next_, out);
    at += kBlock;
  }
  carry_ = carry;
  Give(out);
  next_ = at;
}
#endif

// What is left of the text is read from a copy with zeros behind it.
void TagStarts::ScanTail() {
  if (next_ >= end_) {
    doubt_ = end_;
    return;
  }
  char bytes[kBlock + kBytesBehind] = {};
  std::memcpy(bytes, next_, std::min<size_t>(sizeof(bytes), end_ - next_));
  Keep(Write(SureLess(MarksOf(bytes), next_, carry_), 0, starts_.data()), bytes);
  next_ += kBlock;
}

void TagStarts::Scan() {
  if (!HasWholeBlock(next_)) return ScanTail();
#ifdef __x86_64__
  if (width_ == 64) return ScanWidest();
  if (width_ == 32) return ScanWide();
#endif
  ScanNarrow();
}

}  // namespace thresh
