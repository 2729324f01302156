// What the bytes of the legacy encodings stand for: the indexes of the Encoding standard (§5), made
// from ICU's converters at first use, with the few code points changed in which the two differ.
// ICU's converter data is linked in: no file is opened, so this works in a sandbox.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "parser/utf8.h"

namespace thresh::charset {

// The code points of the bytes 0x80 to 0xFF, U+FFFD where there is none.
using SingleByteTable = std::array<char16_t, 128>;

// Null when `charset` (a standard's name) is no single-byte encoding.
const SingleByteTable* FindSingleByteTable(std::string_view charset);

// The encodings that have one.
std::vector<std::string_view> SingleByteCharsets();

// Code points by lead byte (0x81 to 0xFE) and trail byte (0x40 to 0xFE).
class DoubleByteTable {
 public:
  static constexpr size_t kTrails = 0xFF - 0x40;

  DoubleByteTable() : code_points_((0xFF - 0x81) * kTrails) {}

  // Zero when there is none. Above U+10FFFF it is two code points, the first in the high 16 bits:
  // four pointers of Big5 are a letter with a combining mark (§12.1.1).
  uint32_t At(uint8_t lead, uint8_t trail) const {
    if (lead < 0x81 || lead > 0xFE || trail < 0x40 || trail > 0xFE) return 0;
    return code_points_[(lead - 0x81) * kTrails + (trail - 0x40)];
  }
  void Set(uint8_t lead, uint8_t trail, uint32_t code_point) {
    code_points_[(lead - 0x81) * kTrails + (trail - 0x40)] = code_point;
  }

 private:
  std::vector<uint32_t> code_points_;
};

// Each is made when it is first asked for, which takes about 2 ms, and kept. Thread-safe.
const DoubleByteTable& Gb18030Table();
const DoubleByteTable& Big5Table();
const DoubleByteTable& EucKrTable();
const DoubleByteTable& ShiftJisTable();
const DoubleByteTable& Jis0208Table();  // both bytes as in EUC-JP, 0xA1 to 0xFE
const DoubleByteTable& Jis0212Table();  // the same, behind EUC-JP's 0x8F

// The pointers of GB18030's four-byte sequences (§10.2.1): those below the first are of the basic
// plane (§5, index gb18030 ranges), from the second on they count U+10000 and up.
inline constexpr uint32_t kGb18030BmpPointers = 39420;
inline constexpr uint32_t kGb18030AstralPointer = 189000;

// The sequence of a pointer, its first byte in the highest bits.
constexpr uint32_t Gb18030Bytes(uint32_t pointer) {
  return (0x81 + pointer / 12600) << 24 | (0x30 + pointer / 1260 % 10) << 16 |
         (0x81 + pointer / 10 % 126) << 8 | (0x30 + pointer % 10);
}

// The code point of a pointer; zero when there is none.
char32_t Gb18030CodePoint(uint32_t pointer);

}  // namespace thresh::charset
