// Where in a page stand the tags that matter, when nearly none does.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "parser/ascii.h"
#include "parser/html_syntax.h"

namespace thresh {

// ASCII letters in either case.
class LetterSet {
 public:
  constexpr explicit LetterSet(std::string_view letters) {
    for (const char letter : letters) bits_ |= 1u << (letter & 31);
  }
  constexpr bool Has(char letter) const { return (bits_ >> (letter & 31) & 1) != 0; }

 private:
  uint32_t bits_ = 0;
};

// Tells by the two bytes behind a '<' whether it matters: whether it begins a start tag whose name
// begins with one of `letters`, or a tag that may change how the text behind it is read, or what
// is no tag.
class TagInterest {
 public:
  constexpr explicit TagInterest(LetterSet letters) : letters_(letters) {
    by_first_.fill(~0u);  // no tag
    groups_.of_first.fill(Groups::kAlways);
    groups_.of_second.fill(Groups::kAlways);
    uint8_t group = 1;
    // `seconds` has a bit for the number of each second byte with which `first` matters.
    const auto judge = [&](unsigned char first, uint32_t seconds) {
      if (group == Groups::kAlways && seconds != 0) seconds = ~0u;  // no group is left
      by_first_[first] = seconds;
      groups_.of_first[first] = seconds == ~0u ? Groups::kAlways : seconds != 0 ? group : 0;
      if (seconds == ~0u || seconds == 0) return;
      for (size_t second = 0; second < groups_.of_second.size(); ++second) {
        if ((seconds >> kLetterNumbers[second] & 1) != 0) groups_.of_second[second] |= group;
      }
      group = static_cast<uint8_t>(group << 1);
    };
    judge('/', 1);  // none but before a letter
    for (unsigned char lower = 'a', upper = 'A'; lower <= 'z'; ++lower, ++upper) {
      judge(lower, letters.Has(lower) ? ~0u : html::SecondLettersOfChangers(lower));
      by_first_[upper] = by_first_[lower];
      groups_.of_first[upper] = groups_.of_first[lower];
    }
  }
  LetterSet letters() const { return letters_; }
  // The same for processors that look many bytes up at once, by ASCII bytes, of which the last one
  // stands for all that are none: a tag matters when both its bytes are in a group.
  struct Groups {
    static constexpr uint8_t kAlways = 0x80;
    alignas(64) std::array<uint8_t, 128> of_first{};
    alignas(64) std::array<uint8_t, 128> of_second{};
  };
  const Groups& groups() const { return groups_; }
  bool Has(const char* less) const {
    const auto first = static_cast<unsigned char>(less[1]);
    const auto second = static_cast<unsigned char>(less[2]);
    return (by_first_[first] >> kLetterNumbers[second] & 1) != 0;
  }

 private:
  // 1 to 26 for letters in either case, 0 for the rest.
  static constexpr auto kLetterNumbers = [] {
    std::array<uint8_t, 256> numbers{};
    for (unsigned char c = 'A'; c <= 'z'; ++c) {
      if (ascii::IsAlpha(c)) numbers[c] = c & 31;
    }
    return numbers;
  }();

  LetterSet letters_;
  std::array<uint32_t, 256> by_first_{};  // by the first byte, a bit for each number of the second
  Groups groups_;
};

// Walks over the '<' of a text that matter. Reads 64 bytes at a time (by SSE2, AVX2 or AVX-512 with
// VBMI) and makes sure, in a few operations on their bits, that all tags on the way are such as
// people write them: closed before the next '<', their values in double quotes. So a tag that does
// not matter costs about a nanosecond. Where it cannot be sure it stops, and a tokenizer has to go
// on. Allocates nothing; `text` and `interest` must outlive it.
class TagStarts {
 public:
  TagStarts(std::string_view text, const TagInterest& interest, int width = Width())
      : interest_(interest), width_(width), end_(text.data() + text.size()) {
    Restart(text.data());
  }

  // How many bytes this processor compares at once: 16, 32 or 64.
  static int Width();

  // The next '<' that matters. At the end, or where a tokenizer has to read, nullptr: doubt() says
  // from where, and Restart to where it did.
  const char* Next() {
    if (matter_ == 0) {
      while (blocks_ == 0) {
        if (doubt_ != nullptr) return nullptr;
        Scan();
      }
      const int number = __builtin_ctz(blocks_);
      blocks_ &= blocks_ - 1;
      block_ = window_ + number * kBlock;
      matter_ = of_blocks_[number];
    }
    const char* const less = block_ + __builtin_ctzll(matter_);
    matter_ &= matter_ - 1;
    return less;
  }
  // The '<' of the first tag that is not sure, or text before it.
  const char* doubt() const { return doubt_; }
  // Whether the tag at `begin`, which Next gave, is one as people write them and ends with the
  // first '>' behind `begin`, which is at `close`. True for nearly all such.
  bool IsSure(const char* begin, const char* close) const {
    return doubt_ != nullptr ? begin < doubt_ : close < next_;
  }
  // Goes on at `at`, between two tags.
  void Restart(const char* at) {
    next_ = at;
    matter_ = blocks_ = 0;
    doubt_ = nullptr;
    carry_ = {};
  }

  // For each of 64 bytes a bit in each of these.
  struct Marks {
    uint64_t less;        // '<'
    uint64_t greater;     // '>'
    uint64_t quote;       // '"'
    uint64_t apostrophe;  // '\''
    uint64_t equals;      // '='
    uint64_t space;       // white space, and control
  };

 private:
  // What the bytes before a block leave to it, each 0 or 1.
  struct Carry {
    uint64_t in_tag = 0;
    uint64_t in_value = 0;
    uint64_t equals = 0;  // the last byte was '='
    uint64_t space = 0;
  };

  static constexpr size_t kBlock = 64;
  static constexpr size_t kBytesBehind = 2;  // which a block's last '<' is judged by
  // How much is read ahead of Next. A little: Restart makes it useless.
  static constexpr size_t kBlocksAhead = 8;

  bool HasWholeBlock(const char* at) const {
    return end_ - at >= static_cast<ptrdiff_t>(kBlock + kBytesBehind);
  }
  void Scan();
  template <Marks (*kMarksOf)(const char*),
            uint64_t (*kMatter)(uint64_t, const char*, const TagInterest&)>
  void ScanBlocks();
  void ScanNarrow();
  void ScanWide();
  void ScanWidest();
  void ScanTail();
  uint64_t SureLess(const Marks& marks, const char* block, Carry& carry);
  static uint64_t Doubts(const Marks& marks, Carry& carry);
  void DoubtBlock(const char* block, uint64_t sure_less, bool begins_in_tag);

  const TagInterest& interest_;
  const int width_;
  const char* const end_;
  const char* next_;  // the first block that was not read
  const char* doubt_;
  Carry carry_;
  const char* block_;                             // whose '<' are given
  uint64_t matter_;                               // those of them that are left
  const char* window_;                            // the blocks that were read last
  uint32_t blocks_;                               // those of them that are left and have any
  std::array<uint64_t, kBlocksAhead> of_blocks_;  // which '<' matter, by block
};

}  // namespace thresh
