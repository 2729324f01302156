// The encoders of the Encoding standard (§9 to §14) for what is not UTF-8: the tables of the
// decoders read backwards, with the rules by which the standard chooses among several spellings.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace thresh::charset {

// Encodes into one encoding. Immutable.
class Encoder {
 public:
  // Null where the output encoding (§4.3) is UTF-8: for UTF-8 itself, UTF-16, "replacement", and
  // what is no standard's name. It lives as long as the program. The first call for an encoding
  // takes some milliseconds. Thread-safe.
  static const Encoder* Find(std::string_view charset);

  // "Encode or fail" (§6): appends the bytes of the characters of `text`, none of which is ASCII,
  // up to the first that the encoding lacks; gives how many that were. The bytes begin and end in
  // the state in which ASCII stands for itself.
  size_t Encode(std::u32string_view text, std::string* out) const;

 private:
  // Up to four bytes, the first in the highest bits, without leading zeros.
  struct Mapping {
    char32_t code_point;
    uint32_t bytes;
  };
  class Mappings;

  explicit Encoder(const Mappings& mappings);
  // The one whose mappings `kAdd` adds, made at first use.
  template <void (Mappings::*kAdd)()>
  static const Encoder* Made();
  static const Encoder* FindSingleByte(std::string_view charset);
  uint32_t BytesOf(char32_t code_point) const;  // zero when there are none

  std::vector<Mapping> mappings_;  // by code point
  bool has_all_;                   // GB18030 has four bytes for whatever is not in the mappings
  bool has_escapes_;               // ISO-2022-JP: the bytes are ASCII, behind an escape sequence
};

}  // namespace thresh::charset
