#include "parser/charset_encode.h"

#include <algorithm>
#include <map>

#include "parser/charset_tables.h"

namespace thresh::charset {
namespace {

// ISO-2022-JP's escape sequences (§12.2.2): what the bytes behind them are.
constexpr std::string_view kAsciiEscape = "\x1B(B";
constexpr std::string_view kRomanEscape = "\x1B(J";
constexpr std::string_view kJis0208Escape = "\x1B$B";

// U+FF61 to U+FF9F as full-width characters, which ISO-2022-JP writes instead (§5, index
// ISO-2022-JP katakana).
constexpr std::u32string_view kFullWidthKatakana =
    U"。「」、・ヲァィゥェォャュョッーアイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホ"
    U"マ"
    U"ミムメモヤユヨラリルレロワン゛゜";
constexpr char32_t kFirstKatakana = 0xFF61;

void AppendBytes(uint32_t bytes, std::string* out) {
  for (int shift = 24; shift >= 0; shift -= 8) {
    if (bytes >> shift != 0) out->push_back(static_cast<char>(bytes >> shift & 0xFF));
  }
}

void SwitchTo(std::string_view set, std::string_view* current, std::string* out) {
  if (set != *current) out->append(set);
  *current = set;
}

}  // namespace

// Collects what an encoding has. Of several spellings of one character the first that is added
// counts, as the standard takes the first pointer of an index.
class Encoder::Mappings {
 public:
  void Add(char32_t code_point, uint32_t bytes) { mappings_.push_back({code_point, bytes}); }

  void AddSingleBytes(const SingleByteTable& table) {
    for (uint32_t byte = 0x80; byte <= 0xFF; ++byte) {
      if (table[byte - 0x80] != kReplacementCharacter) Add(table[byte - 0x80], byte);
    }
  }

  // With lead bytes from `first` to `last`; `mask` is laid on the bytes.
  void AddPairs(const DoubleByteTable& table, unsigned first = 0x81, unsigned last = 0xFE,
                uint32_t mask = 0xFFFF) {
    for (unsigned lead = first; lead <= last; ++lead) {
      for (unsigned trail = 0x40; trail <= 0xFE; ++trail) {
        const uint32_t code_point =
            table.At(static_cast<uint8_t>(lead), static_cast<uint8_t>(trail));
        if (code_point != 0) Add(code_point, (lead << 8 | trail) & mask);
      }
    }
  }

  // Of six characters Big5 takes the last pointer; those below 0xA1 are HKSCS, which is only read.
  void AddBig5() {
    constexpr Mapping kLastPointers[] = {{0x2550, 0xF9F9}, {0x255E, 0xF9E9}, {0x2561, 0xF9EB},
                                         {0x256A, 0xF9EA}, {0x5341, 0xA451}, {0x5345, 0xA4CA}};
    mappings_.insert(mappings_.end(), std::begin(kLastPointers), std::end(kLastPointers));
    AddPairs(Big5Table(), 0xA1);
  }

  // What the three Japanese encodings have in common: `minus` is the bytes of U+FF0D.
  void AddJapanese(uint32_t minus) {
    Add(0xA5, 0x5C);
    Add(0x203E, 0x7E);
    Add(0x2212, minus);
  }

  // Half-width katakana, with what stands before the byte.
  void AddKatakana(uint32_t lead) {
    for (uint32_t byte = 0xA1; byte <= 0xDF; ++byte) {
      Add(kFirstKatakana + (byte - 0xA1), lead << 8 | byte);
    }
  }

  // The NEC-selected and the user-defined characters, lead bytes 0xED to 0xF9, are only read.
  void AddShiftJis() {
    AddJapanese(0x817C);
    AddKatakana(0);
    Add(0x80, 0x80);
    AddPairs(ShiftJisTable(), 0x81, 0xEC);
    AddPairs(ShiftJisTable(), 0xFA, 0xFC);
  }

  void AddEucJp() {
    AddJapanese(0xA1DD);
    AddKatakana(0x8E);
    AddPairs(Jis0208Table());
  }

  void AddIso2022Jp() {
    has_escapes_ = true;
    AddJapanese(0x215D);
    AddPairs(Jis0208Table(), 0xA1, 0xFE, 0x7F7F);
    const std::vector<Mapping> pairs = Sorted();
    for (size_t i = 0; i < kFullWidthKatakana.size(); ++i) {
      Add(kFirstKatakana + static_cast<char32_t>(i), Find(pairs, kFullWidthKatakana[i]));
    }
  }

  void AddEucKr() { AddPairs(EucKrTable()); }

  void AddGb18030() {
    has_all_ = true;
    AddPairs(Gb18030Table());
    for (uint32_t pointer = 0; pointer < kGb18030BmpPointers; ++pointer) {
      if (const char32_t c = Gb18030CodePoint(pointer); c != 0) Add(c, Gb18030Bytes(pointer));
    }
  }

  void AddGbk() {
    Add(0x20AC, 0x80);
    AddPairs(Gb18030Table());
  }

  bool has_all() const { return has_all_; }
  bool has_escapes() const { return has_escapes_; }

  std::vector<Mapping> Sorted() const {
    std::vector<Mapping> sorted = mappings_;
    std::stable_sort(sorted.begin(), sorted.end(), [](const Mapping& a, const Mapping& b) {
      return a.code_point < b.code_point;
    });
    const auto end = std::unique(
        sorted.begin(), sorted.end(),
        [](const Mapping& a, const Mapping& b) { return a.code_point == b.code_point; });
    sorted.erase(end, sorted.end());
    sorted.shrink_to_fit();
    return sorted;
  }

  static uint32_t Find(const std::vector<Mapping>& sorted, char32_t code_point) {
    const auto found = std::lower_bound(
        sorted.begin(), sorted.end(), code_point,
        [](const Mapping& mapping, char32_t sought) { return mapping.code_point < sought; });
    return found == sorted.end() || found->code_point != code_point ? 0 : found->bytes;
  }

 private:
  std::vector<Mapping> mappings_;
  bool has_all_ = false;
  bool has_escapes_ = false;
};

Encoder::Encoder(const Mappings& mappings)
    : mappings_(mappings.Sorted()),
      has_all_(mappings.has_all()),
      has_escapes_(mappings.has_escapes()) {}

template <void (Encoder::Mappings::*kAdd)()>
const Encoder* Encoder::Made() {
  static const Encoder encoder = [] {
    Mappings mappings;
    (mappings.*kAdd)();
    return Encoder(mappings);
  }();
  return &encoder;
}

const Encoder* Encoder::FindSingleByte(std::string_view charset) {
  static const std::map<std::string_view, Encoder> encoders = [] {
    std::map<std::string_view, Encoder> made;
    for (const std::string_view name : SingleByteCharsets()) {
      Mappings mappings;
      mappings.AddSingleBytes(*FindSingleByteTable(name));
      made.emplace(name, Encoder(mappings));
    }
    return made;
  }();
  const auto found = encoders.find(charset);
  return found == encoders.end() ? nullptr : &found->second;
}

const Encoder* Encoder::Find(std::string_view charset) {
  if (charset.empty() || charset == "utf-8") return nullptr;
  if (charset == "gbk") return Made<&Mappings::AddGbk>();
  if (charset == "gb18030") return Made<&Mappings::AddGb18030>();
  if (charset == "big5") return Made<&Mappings::AddBig5>();
  if (charset == "shift_jis") return Made<&Mappings::AddShiftJis>();
  if (charset == "euc-jp") return Made<&Mappings::AddEucJp>();
  if (charset == "iso-2022-jp") return Made<&Mappings::AddIso2022Jp>();
  if (charset == "euc-kr") return Made<&Mappings::AddEucKr>();
  return FindSingleByte(charset);
}

uint32_t Encoder::BytesOf(char32_t code_point) const {
  const uint32_t bytes = Mappings::Find(mappings_, code_point);
  if (bytes != 0 || !has_all_ || code_point <= 0xFFFF) return bytes;
  return Gb18030Bytes(kGb18030AstralPointer + (code_point - 0x10000));
}

size_t Encoder::Encode(std::u32string_view text, std::string* out) const {
  std::string_view set = kAsciiEscape;
  size_t done = 0;
  for (; done < text.size(); ++done) {
    const uint32_t bytes = BytesOf(text[done]);
    if (bytes == 0) break;
    if (has_escapes_) SwitchTo(bytes > 0xFF ? kJis0208Escape : kRomanEscape, &set, out);
    AppendBytes(bytes, out);
  }
  SwitchTo(kAsciiEscape, &set, out);
  return done;
}

}  // namespace thresh::charset
