#include "parser/charset_decode.h"

#include <algorithm>

#include "parser/ascii.h"
#include "parser/charset.h"
#include "parser/utf8.h"

namespace thresh {
namespace charset {
namespace {

using ascii::IsDigit;

constexpr bool IsAscii(uint8_t byte) { return byte < 0x80; }

void Append(uint32_t code_point, std::string* out) {
  if (code_point > 0x10FFFF) {  // two in one: see DoubleByteTable
    AppendUtf8(code_point >> 16, out);
    code_point &= 0xFFFF;
  }
  AppendUtf8(code_point, out);
}

// What one decoder makes of the bytes that begin at a byte that is not ASCII.
struct Decoded {
  uint32_t code_point = kReplacementCharacter;
  size_t length = 1;
};

// A lead byte with a trail byte. An ASCII byte that fits no lead byte stays for itself: all of the
// standard's decoders give it back ("prepend byte to ioQueue").
Decoded DecodePair(std::string_view rest, const DoubleByteTable& table) {
  if (rest.size() < 2) return {};
  const auto trail = static_cast<uint8_t>(rest[1]);
  const uint32_t code_point = table.At(rest[0], trail);
  if (code_point != 0) return {code_point, 2};
  return {kReplacementCharacter, IsAscii(trail) ? 1u : 2u};
}

// Copies ASCII, has `decode` decode what stands between.
template <typename Decode>
void DecodeWith(std::string_view bytes, std::string* out, Decode decode) {
  size_t at = 0;
  while (at < bytes.size()) {
    const size_t ascii_end = SkipAscii(bytes, at);
    out->append(bytes, at, ascii_end - at);
    at = ascii_end;
    while (at < bytes.size() && !IsAscii(bytes[at])) {
      const Decoded decoded = decode(bytes.substr(at));
      Append(decoded.code_point, out);
      at += decoded.length;
    }
  }
}

bool IsLead(char c) { return static_cast<uint8_t>(c) >= 0x81 && static_cast<uint8_t>(c) <= 0xFE; }

// Four bytes, of which the second is a digit (§10.2.1).
Decoded DecodeGb18030Four(std::string_view rest) {
  if (rest.size() < 3) return {kReplacementCharacter, rest.size()};
  if (!IsLead(rest[2])) return {};
  if (rest.size() < 4) return {kReplacementCharacter, rest.size()};
  if (!IsDigit(rest[3])) return {};
  const auto byte = [rest](size_t i) { return static_cast<uint8_t>(rest[i]); };
  const uint32_t pointer = (byte(0) - 0x81) * 12600u + (byte(1) - 0x30) * 1260u +
                           (byte(2) - 0x81) * 10u + (byte(3) - 0x30);
  const char32_t code_point = Gb18030CodePoint(pointer);
  return {code_point != 0 ? code_point : kReplacementCharacter, 4};
}

// Half-width katakana, in Shift_JIS by themselves, in EUC-JP behind 0x8E.
bool IsKatakana(uint8_t byte) { return byte >= 0xA1 && byte <= 0xDF; }
uint32_t Katakana(uint8_t byte) { return 0xFF61 + (byte - 0xA1); }

}  // namespace

void DecodeSingleByte(std::string_view bytes, const SingleByteTable& table, std::string* out) {
  DecodeWith(bytes, out, [&table](std::string_view rest) {
    return Decoded{table[static_cast<uint8_t>(rest[0]) - 0x80], 1};
  });
}

void DecodeUtf16(std::string_view bytes, bool big_endian, std::string* out) {
  const auto unit = [bytes, big_endian](size_t at) -> char32_t {
    const auto first = static_cast<uint8_t>(bytes[at]);
    const auto second = static_cast<uint8_t>(bytes[at + 1]);
    return big_endian ? first << 8 | second : second << 8 | first;
  };
  size_t at = 0;
  for (; at + 1 < bytes.size(); at += 2) {
    const char32_t lead = unit(at);
    const bool pair = lead >= 0xD800 && lead <= 0xDBFF && at + 3 < bytes.size() &&
                      unit(at + 2) >= 0xDC00 && unit(at + 2) <= 0xDFFF;
    AppendUtf8(pair ? 0x10000 + ((lead - 0xD800) << 10) + (unit(at + 2) - 0xDC00) : lead, out);
    if (pair) at += 2;
  }
  if (at < bytes.size()) AppendUtf8(kReplacementCharacter, out);
}

void DecodeGb18030(std::string_view bytes, std::string* out) {
  const DoubleByteTable& table = Gb18030Table();
  DecodeWith(bytes, out, [&table](std::string_view rest) -> Decoded {
    if (rest[0] == '\x80') return {0x20AC, 1};
    if (rest[0] == '\xFF') return {};
    if (rest.size() > 1 && IsDigit(rest[1])) return DecodeGb18030Four(rest);
    return DecodePair(rest, table);
  });
}

void DecodeBig5(std::string_view bytes, std::string* out) {
  const DoubleByteTable& table = Big5Table();
  DecodeWith(bytes, out, [&table](std::string_view rest) -> Decoded {
    return IsLead(rest[0]) ? DecodePair(rest, table) : Decoded{};
  });
}

void DecodeEucKr(std::string_view bytes, std::string* out) {
  const DoubleByteTable& table = EucKrTable();
  DecodeWith(bytes, out, [&table](std::string_view rest) -> Decoded {
    return IsLead(rest[0]) ? DecodePair(rest, table) : Decoded{};
  });
}

void DecodeShiftJis(std::string_view bytes, std::string* out) {
  const DoubleByteTable& table = ShiftJisTable();
  DecodeWith(bytes, out, [&table](std::string_view rest) -> Decoded {
    const auto lead = static_cast<uint8_t>(rest[0]);
    if (lead == 0x80) return {0x80, 1};
    if (IsKatakana(lead)) return {Katakana(lead), 1};
    return lead == 0xA0 || lead > 0xFC ? Decoded{} : DecodePair(rest, table);
  });
}

void DecodeEucJp(std::string_view bytes, std::string* out) {
  const DoubleByteTable& jis0208 = Jis0208Table();
  DecodeWith(bytes, out, [&jis0208](std::string_view rest) -> Decoded {
    const auto lead = static_cast<uint8_t>(rest[0]);
    const auto next = static_cast<uint8_t>(rest.size() > 1 ? rest[1] : 0);
    if (lead == 0x8E && IsKatakana(next)) return {Katakana(next), 2};
    if (lead == 0x8F && next >= 0xA1 && next <= 0xFE) {
      const Decoded pair = DecodePair(rest.substr(1), Jis0212Table());
      return {pair.code_point, 1 + pair.length};
    }
    if (lead == 0x8E || lead == 0x8F || (lead >= 0xA1 && lead <= 0xFE)) {
      return DecodePair(rest, jis0208);
    }
    return {};
  });
}

}  // namespace charset

std::string ToUtf8(std::string_view bytes, std::string_view name) {
  using namespace charset;
  if (name == "utf-8") {
    if (bytes.starts_with(kUtf8ByteOrderMark)) bytes.remove_prefix(kUtf8ByteOrderMark.size());
    return CopyAsValidUtf8(bytes);
  }
  std::string out;
  out.reserve(bytes.size() + bytes.size() / 2 + 4);
  if (name == "utf-16le" || name == "utf-16be") {
    const bool big_endian = name == "utf-16be";
    if (bytes.starts_with(big_endian ? "\xFE\xFF" : "\xFF\xFE")) bytes.remove_prefix(2);
    DecodeUtf16(bytes, big_endian, &out);
  } else if (name == "gbk" || name == "gb18030") {
    DecodeGb18030(bytes, &out);
  } else if (name == "big5") {
    DecodeBig5(bytes, &out);
  } else if (name == "shift_jis") {
    DecodeShiftJis(bytes, &out);
  } else if (name == "euc-jp") {
    DecodeEucJp(bytes, &out);
  } else if (name == "iso-2022-jp") {
    DecodeIso2022Jp(bytes, &out);
  } else if (name == "euc-kr") {
    DecodeEucKr(bytes, &out);
  } else if (name == "replacement") {
    if (!bytes.empty()) AppendUtf8(kReplacementCharacter, &out);  // §14.1.1
  } else if (const SingleByteTable* table = FindSingleByteTable(name)) {
    DecodeSingleByte(bytes, *table, &out);
  } else {
    return CopyAsValidUtf8(bytes);
  }
  return out;
}

}  // namespace thresh
