#include "parser/byte_run.h"

#ifdef __x86_64__
#include <immintrin.h>
#endif

#include <algorithm>
#include <cstring>

#include "parser/ascii.h"

namespace thresh {
namespace {

// Higher is more common; what is not in the list is rare. After the bytes of some thousand pages of
// HTML, the most common first.
int Commonness(uint8_t byte) {
  constexpr std::string_view kCommon = " etaoinsrlc\"dp</>=hm\nufgbv.-ywk_#;1203:&()SCTxAI4j5E";
  const size_t place = kCommon.find(static_cast<char>(byte));
  return place == std::string_view::npos ? 0 : static_cast<int>(kCommon.size() - place);
}

#ifdef __x86_64__
constexpr size_t kBlock = 64;

// One probe in all bytes of a register.
struct WideProbe {
  __m128i value;
  __m128i ignored;

  WideProbe(uint8_t byte, uint8_t ignored_bits)
      : value(_mm_set1_epi8(static_cast<char>(byte | ignored_bits))),
        ignored(_mm_set1_epi8(static_cast<char>(ignored_bits))) {}
  __m128i Agrees(const char* at) const {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    return _mm_cmpeq_epi8(_mm_or_si128(bytes, ignored), value);
  }
};

const bool has_avx2 = __builtin_cpu_supports("avx2");
#endif

}  // namespace

ByteSet OneByte(char byte, bool any_case) {
  ByteSet set;
  set.set(static_cast<uint8_t>(byte));
  if (any_case && ascii::IsAlpha(byte)) set.set(static_cast<uint8_t>(byte) ^ 0x20u);
  return set;
}

bool ByteRun::Append(const ByteSet& bytes) {
  if (size_ == kMaxBytes || bytes.none()) return false;
  for (size_t byte = 0; byte < bytes.size(); ++byte) {
    if (bytes[byte]) places_[byte] |= static_cast<uint16_t>(1u << size_);
  }
  Consider(bytes);
  ++size_;
  return true;
}

void ByteRun::AppendLiteral(std::string_view literal, bool any_case) {
  for (const char byte : literal) {
    if (!Append(OneByte(byte, any_case))) return;
  }
}

// Whether the new last place is a better probe than those there are: it must have one byte, or two
// that differ in one bit.
void ByteRun::Consider(const ByteSet& bytes) {
  if (bytes.count() > 2) return;
  size_t first = 0;
  while (!bytes[first]) ++first;
  size_t last = bytes.size() - 1;
  while (!bytes[last]) --last;
  const auto difference = static_cast<uint8_t>(first ^ last);
  if ((difference & (difference - 1)) != 0) return;
  const auto byte = static_cast<uint8_t>(first);
  const int commonness = std::max(Commonness(byte), Commonness(static_cast<uint8_t>(last)));
  const Probe probe{static_cast<uint8_t>(size_), byte, difference, commonness};
  if (!has_probe_) {
    probes_ = {probe, probe};
    has_probe_ = true;
  } else if (probe.commonness < probes_[0].commonness) {
    probes_ = {probe, probes_[0]};
  } else if (probes_[0].offset == probes_[1].offset || probe.commonness < probes_[1].commonness) {
    probes_[1] = probe;
  }
}

bool ByteRun::StandsAt(const char* at) const {
  for (size_t i = 0; i < size_; ++i) {
    if ((places_[static_cast<uint8_t>(at[i])] >> i & 1) == 0) return false;
  }
  return true;
}

#ifdef __x86_64__
// In `bytes` places from `block` on, a multiple of 16.
size_t ByteRun::FindInBlock(const char* block, size_t bytes) const {
  const WideProbe rarest(probes_[0].value, probes_[0].ignored);
  const WideProbe second(probes_[1].value, probes_[1].ignored);
  for (size_t at = 0; at < bytes; at += sizeof(__m128i)) {
    const __m128i both = _mm_and_si128(rarest.Agrees(block + probes_[0].offset + at),
                                       second.Agrees(block + probes_[1].offset + at));
    for (int bits = _mm_movemask_epi8(both); bits != 0; bits &= bits - 1) {
      const size_t place = at + static_cast<size_t>(__builtin_ctz(bits));
      if (StandsAt(block + place)) return place;
    }
  }
  return kNone;
}

// The first block from `at` on that has a place where both probes agree; it may be the one that
// reaches beyond `end`.
[[gnu::target("avx2")]] size_t ByteRun::SkipBlocks(const char* data, size_t at, size_t end) const {
  const __m256i value0 = _mm256_set1_epi8(static_cast<char>(probes_[0].value | probes_[0].ignored));
  const __m256i value1 = _mm256_set1_epi8(static_cast<char>(probes_[1].value | probes_[1].ignored));
  const __m256i ignored0 = _mm256_set1_epi8(static_cast<char>(probes_[0].ignored));
  const __m256i ignored1 = _mm256_set1_epi8(static_cast<char>(probes_[1].ignored));
  const char* const in_first = data + probes_[0].offset;
  const char* const in_second = data + probes_[1].offset;
  for (; at + kBlock <= end; at += kBlock) {
    __m256i any = _mm256_setzero_si256();
    for (size_t half = 0; half < kBlock; half += sizeof(__m256i)) {
      const __m256i first =
          _mm256_loadu_si256(reinterpret_cast<const __m256i*>(in_first + at + half));
      const __m256i second =
          _mm256_loadu_si256(reinterpret_cast<const __m256i*>(in_second + at + half));
      any = _mm256_or_si256(
          any, _mm256_and_si256(_mm256_cmpeq_epi8(_mm256_or_si256(first, ignored0), value0),
                                _mm256_cmpeq_epi8(_mm256_or_si256(second, ignored1), value1)));
    }
    if (_mm256_movemask_epi8(any) != 0) return at;
  }
  return at;
}
#endif

size_t ByteRun::Find(std::string_view text, size_t from) const {
  if (text.size() < size_ || from > text.size() - size_) return kNone;
  const char* const data = text.data();
  const size_t last = text.size() - size_;
  size_t at = from;
  if (has_probe_ && probes_[0].commonness == 0 && probes_[0].ignored == 0) {
    const char* const first = data + probes_[0].offset;
    const void* const rare = std::memchr(first + at, probes_[0].value, last - at + 1);
    if (rare == nullptr) return kNone;
    at = static_cast<size_t>(static_cast<const char*>(rare) - first);
  }
#ifdef __x86_64__
  for (; has_probe_ && at + kBlock + size_ <= text.size(); at += kBlock) {
    if (has_avx2) at = SkipBlocks(data, at, text.size() - size_);
    if (at + kBlock + size_ > text.size()) break;
    const size_t place = FindInBlock(data + at, kBlock);
    if (place != kNone) return at + place;
  }
  constexpr size_t kStep = sizeof(__m128i);
  for (; has_probe_ && at + kStep + size_ <= text.size(); at += kStep) {
    const size_t place = FindInBlock(data + at, kStep);
    if (place != kNone) return at + place;
  }
  // The last places are looked at together with those before them, where nothing was.
  if (has_probe_ && last - from + 1 >= kStep) {
    const size_t begin = last + 1 - kStep;
    const size_t place = FindInBlock(data + begin, kStep);
    return place == kNone ? kNone : begin + place;
  }
#endif
  for (; at <= last; ++at) {
    if (StandsAt(data + at)) return at;
  }
  return kNone;
}

}  // namespace thresh
