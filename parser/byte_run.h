// A short run of bytes, where some may be one of several: what a match begins with, or a literal in
// any case. Finds its places in a text at memory speed.
#pragma once

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace thresh {

// The bytes that may stand at one place.
using ByteSet = std::bitset<256>;

// Built once with Append, then immutable: a value. Searching compares 64 bytes at a time at the two
// places of the run that are rarest in web pages, and looks closer where both agree: about 0.05 ns
// a byte (AVX2; by SSE2 twice that), and at worst kMaxBytes times as much for a text that is made
// for it. A byte that is rare in all pages is looked for alone first, at a tenth of that.
class ByteRun {
 public:
  static constexpr size_t kMaxBytes = 16;
  static constexpr size_t kNone = std::string_view::npos;

  // Adds a place behind the others. False, and nothing is added, when the run is full or no byte
  // may stand there.
  bool Append(const ByteSet& bytes);
  // The bytes of `literal`, as many as there is room for; ASCII letters in both cases if
  // `any_case`.
  void AppendLiteral(std::string_view literal, bool any_case);

  bool empty() const { return size_ == 0; }
  size_t size() const { return size_; }
  // The first place of the run in `text` that begins at `from` or behind it, or kNone.
  size_t Find(std::string_view text, size_t from) const;

 private:
  // A place where, but for the bits of `ignored`, one byte stands.
  struct Probe {
    uint8_t offset = 0;
    uint8_t value = 0;
    uint8_t ignored = 0;
    int commonness = 1 << 20;  // of the byte, in web pages
  };

  void Consider(const ByteSet& bytes);
  bool StandsAt(const char* at) const;
  size_t FindInBlock(const char* block, size_t bytes) const;
  size_t SkipBlocks(const char* data, size_t at, size_t end) const;

  size_t size_ = 0;
  // For each byte a bit for each place that it may stand at.
  std::array<uint16_t, 256> places_{};
  std::array<Probe, 2> probes_;  // the rarest first; both the same when there is one
  bool has_probe_ = false;
};

// The set of one byte, or of both cases of an ASCII letter.
ByteSet OneByte(char byte, bool any_case = false);

}  // namespace thresh
