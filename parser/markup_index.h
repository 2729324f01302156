// Where in a page stand the bytes that tags are made of.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace thresh {

// Walks over the marks '<', '>', '"' and '\'' of a text that must outlive it. Looks ahead by a
// window of some kilobytes, 64 bytes at a time (SSE2 or AVX2), so that who asks for the next mark
// does not wait for a search from the last one: about 0.2 ns a byte and 1 ns a mark. Allocates
// nothing; one object is about 8 KB.
class MarkupIndex {
 public:
  explicit MarkupIndex(std::string_view text) : text_(text) {}

  // The marks that were found and not yet taken, by their offsets in the window; at least one, but
  // for the end of the text. What is taken is told by TakeUpTo or SkipTo.
  struct Marks {
    const char* window;
    const uint16_t* next;
    const uint16_t* end;
  };
  Marks Ahead() {
    if (next_ == count_) Refill();
    return {text_.data() + begin_, offsets_.data() + next_, offsets_.data() + count_};
  }
  // `next` is of the last Ahead.
  void TakeUpTo(const uint16_t* next) { next_ = static_cast<size_t>(next - offsets_.data()); }
  // Goes on with the first mark at `offset` or behind it, which must not be before the last one
  // that was taken.
  void SkipTo(size_t offset);

 private:
  static constexpr size_t kWindow = 4096;

  void Refill();
  void LookAhead(size_t begin);

  std::string_view text_;
  size_t begin_ = 0;  // of the window
  size_t end_ = 0;
  size_t next_ = 0;
  size_t count_ = 0;
  // In the window; a few more places than there can be marks, since they are written in groups.
  std::array<uint16_t, kWindow + 8> offsets_;
};

}  // namespace thresh
