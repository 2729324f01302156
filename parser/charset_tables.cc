#include "parser/charset_tables.h"

#include <unicode/ucnv.h>
#include <unicode/utf16.h>

#include <algorithm>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>

namespace thresh::charset {
namespace {

struct CloseConverter {
  void operator()(UConverter* converter) const { ucnv_close(converter); }
};

// An ICU converter that gives up on what it does not know. Throws when ICU lacks it.
class Converter {
 public:
  explicit Converter(const char* icu_name) {
    UErrorCode error = U_ZERO_ERROR;
    converter_.reset(ucnv_open(icu_name, &error));
    if (U_SUCCESS(error)) {
      ucnv_setToUCallBack(converter_.get(), UCNV_TO_U_CALLBACK_STOP, nullptr, nullptr, nullptr,
                          &error);
    }
    if (U_FAILURE(error)) {
      throw std::runtime_error(std::string("ICU has no converter ") + icu_name + ": " +
                               u_errorName(error));
    }
  }

  // The one code point that `bytes` stand for; zero when it is none or several.
  char32_t CodePoint(std::initializer_list<unsigned> bytes) {
    std::array<char, 4> input;
    std::copy(bytes.begin(), bytes.end(), input.begin());
    std::array<UChar, 8> output;
    UErrorCode error = U_ZERO_ERROR;
    const int length = ucnv_toUChars(converter_.get(), output.data(), output.size(), input.data(),
                                     static_cast<int>(bytes.size()), &error);
    if (U_FAILURE(error) || length == 0) return 0;
    UChar32 code_point;
    int next = 0;
    U16_NEXT(output.data(), next, length, code_point);
    return next == length ? code_point : 0;
  }

 private:
  std::unique_ptr<UConverter, CloseConverter> converter_;
};

bool IsPrivateUse(char32_t c) { return c >= 0xE000 && c <= 0xF8FF; }

struct SingleByteEncoding {
  std::string_view charset;
  const char* icu_name;
};
constexpr SingleByteEncoding kSingleByteEncodings[] = {
    {"ibm866", "ibm-866_P100-1995"},
    {"iso-8859-2", "ibm-912_P100-1995"},
    {"iso-8859-3", "ibm-913_P100-2000"},
    {"iso-8859-4", "ibm-914_P100-1995"},
    {"iso-8859-5", "ibm-915_P100-1995"},
    {"iso-8859-6", "ibm-1089_P100-1995"},
    {"iso-8859-7", "ibm-9005_X110-2007"},
    {"iso-8859-8", "ibm-5012_P100-1999"},
    {"iso-8859-8-i", "ibm-5012_P100-1999"},
    {"iso-8859-10", "iso-8859_10-1998"},
    {"iso-8859-13", "ibm-921_P100-1995"},
    {"iso-8859-14", "iso-8859_14-1998"},
    {"iso-8859-15", "ibm-923_P100-1998"},
    {"iso-8859-16", "ISO-8859-1"},  // ICU lacks it: see kSingleByteChanges
    {"koi8-r", "ibm-878_P100-1996"},
    {"koi8-u", "ibm-1168_P100-2002"},
    {"macintosh", "macos-0_2-10.2"},
    {"windows-874", "windows-874-2000"},
    {"windows-1250", "ibm-5346_P100-1998"},
    {"windows-1251", "ibm-5347_P100-1998"},
    {"windows-1252", "ibm-5348_P100-1997"},
    {"windows-1253", "ibm-5349_P100-1998"},
    {"windows-1254", "ibm-5350_P100-1998"},
    {"windows-1255", "ibm-9447_P100-2002"},
    {"windows-1256", "ibm-9448_X100-2005"},
    {"windows-1257", "ibm-9449_P100-2002"},
    {"windows-1258", "ibm-5354_P100-1998"},
    {"x-mac-cyrillic", "macos-7_3-10.2"},
    {"x-user-defined", "ISO-8859-1"},  // the standard's own: 0xF780 + byte - 0x80 (§14.5.1)
};
constexpr size_t kSingleByteCount = std::size(kSingleByteEncodings);

// Where the standard's index has something else than ICU.
struct SingleByteChange {
  std::string_view charset;
  uint8_t byte;
  char16_t code_point;
};
constexpr SingleByteChange kSingleByteChanges[] = {
    {"koi8-u", 0xAE, 0x045E},       {"koi8-u", 0xBE, 0x040E},      {"windows-1253", 0xAA, 0xFFFD},
    {"windows-1255", 0xCA, 0x05BA}, {"iso-8859-16", 0xA1, 0x0104}, {"iso-8859-16", 0xA2, 0x0105},
    {"iso-8859-16", 0xA3, 0x0141},  {"iso-8859-16", 0xA4, 0x20AC}, {"iso-8859-16", 0xA5, 0x201E},
    {"iso-8859-16", 0xA6, 0x0160},  {"iso-8859-16", 0xA8, 0x0161}, {"iso-8859-16", 0xAA, 0x0218},
    {"iso-8859-16", 0xAC, 0x0179},  {"iso-8859-16", 0xAE, 0x017A}, {"iso-8859-16", 0xAF, 0x017B},
    {"iso-8859-16", 0xB2, 0x010C},  {"iso-8859-16", 0xB3, 0x0142}, {"iso-8859-16", 0xB4, 0x017D},
    {"iso-8859-16", 0xB5, 0x201D},  {"iso-8859-16", 0xB8, 0x017E}, {"iso-8859-16", 0xB9, 0x010D},
    {"iso-8859-16", 0xBA, 0x0219},  {"iso-8859-16", 0xBC, 0x0152}, {"iso-8859-16", 0xBD, 0x0153},
    {"iso-8859-16", 0xBE, 0x0178},  {"iso-8859-16", 0xBF, 0x017C}, {"iso-8859-16", 0xC3, 0x0102},
    {"iso-8859-16", 0xC5, 0x0106},  {"iso-8859-16", 0xD0, 0x0110}, {"iso-8859-16", 0xD1, 0x0143},
    {"iso-8859-16", 0xD5, 0x0150},  {"iso-8859-16", 0xD7, 0x015A}, {"iso-8859-16", 0xD8, 0x0170},
    {"iso-8859-16", 0xDD, 0x0118},  {"iso-8859-16", 0xDE, 0x021A}, {"iso-8859-16", 0xE3, 0x0103},
    {"iso-8859-16", 0xE5, 0x0107},  {"iso-8859-16", 0xF0, 0x0111}, {"iso-8859-16", 0xF1, 0x0144},
    {"iso-8859-16", 0xF5, 0x0151},  {"iso-8859-16", 0xF7, 0x015B}, {"iso-8859-16", 0xF8, 0x0171},
    {"iso-8859-16", 0xFD, 0x0119},  {"iso-8859-16", 0xFE, 0x021B},
};

SingleByteTable MakeSingleByteTable(const SingleByteEncoding& encoding) {
  Converter converter(encoding.icu_name);
  const bool user_defined = encoding.charset == "x-user-defined";
  SingleByteTable table;
  for (unsigned byte = 0x80; byte <= 0xFF; ++byte) {
    char32_t c = user_defined ? 0xF700 + byte : converter.CodePoint({byte});
    // macintosh has one private code point (the apple); in windows-874 they mean "none".
    if (c == 0 || (encoding.charset == "windows-874" && IsPrivateUse(c))) {
      c = byte < 0xA0 ? byte : kReplacementCharacter;
    }
    table[byte - 0x80] = static_cast<char16_t>(c);
  }
  for (const SingleByteChange& change : kSingleByteChanges) {
    if (change.charset == encoding.charset) table[change.byte - 0x80] = change.code_point;
  }
  return table;
}

struct DoubleByteChange {
  uint16_t bytes;
  uint32_t code_point;
};

// All pairs of bytes that ICU knows, those in private use only where `keep` says so.
template <typename Keep>
DoubleByteTable MakeDoubleByteTable(const char* icu_name, std::span<const DoubleByteChange> changes,
                                    Keep keep) {
  Converter converter(icu_name);
  DoubleByteTable table;
  for (unsigned lead = 0x81; lead <= 0xFE; ++lead) {
    for (unsigned trail = 0x40; trail <= 0xFE; ++trail) {
      const char32_t c = converter.CodePoint({lead, trail});
      if (c != 0 && (!IsPrivateUse(c) || keep(lead))) table.Set(lead, trail, c);
    }
  }
  for (const DoubleByteChange& change : changes) {
    table.Set(change.bytes >> 8, change.bytes & 0xFF, change.code_point);
  }
  return table;
}

// ICU 72 has GB18030-2005; the standard has the code points of 2022 in place of private ones, and
// U+3000 for 0xA3A0.
constexpr DoubleByteChange kGb18030Changes[] = {
    {0xA3A0, 0x3000}, {0xA6D9, 0xFE10}, {0xA6DA, 0xFE12}, {0xA6DB, 0xFE11}, {0xA6DC, 0xFE13},
    {0xA6DD, 0xFE14}, {0xA6DE, 0xFE15}, {0xA6DF, 0xFE16}, {0xA6EC, 0xFE17}, {0xA6ED, 0xFE18},
    {0xA6F3, 0xFE19}, {0xFE59, 0x9FB4}, {0xFE61, 0x9FB5}, {0xFE66, 0x9FB6}, {0xFE67, 0x9FB7},
    {0xFE6D, 0x9FB8}, {0xFE7E, 0x9FB9}, {0xFE90, 0x9FBA}, {0xFEA0, 0x9FBB},
};

// ICU has private code points for characters of HKSCS that Unicode has had since 4.1 and 5.1, and
// for the four pairs. It lacks the pictures of control characters, and what HKSCS no longer has but
// pages do: second spellings of characters.
constexpr DoubleByteChange kBig5Changes[] = {
    {0x8840, 0x31C0},     {0x8841, 0x31C1},     {0x8842, 0x31C2},     {0x8843, 0x31C3},
    {0x8844, 0x31C4},     {0x8846, 0x31C5},     {0x8849, 0x31C6},     {0x884A, 0x31C7},
    {0x884D, 0x31C8},     {0x884F, 0x31C9},     {0x8850, 0x31CA},     {0x8851, 0x31CB},
    {0x8852, 0x31CC},     {0x8854, 0x31CD},     {0x8855, 0x31CE},     {0x88A9, 0x23DA},
    {0x88AA, 0x23DB},     {0x8C43, 0x9FA6},     {0x8C6D, 0x9FA7},     {0x8C74, 0x9FA8},
    {0x8CB7, 0x9FA9},     {0x8CB9, 0x9FAA},     {0x8CBB, 0x9FAB},     {0x8CC0, 0x9FAC},
    {0x8CD7, 0x9FAD},     {0x8CD8, 0x9FAE},     {0x8CDA, 0x9FAF},     {0x8CED, 0x9FB2},
    {0x8D48, 0x9FB3},     {0xC879, 0x31CF},     {0xC8A1, 0x9FB0},     {0xC8A3, 0x9FB1},
    {0x8862, 0x00CA0304}, {0x8864, 0x00CA030C}, {0x88A3, 0x00EA0304}, {0x88A5, 0x00EA030C},
    {0x87A4, 0x9F97},     {0x87AC, 0x9F96},     {0x8E69, 0x7BB8},     {0x8E6F, 0x7C06},
    {0x8E7E, 0x7CCE},     {0x8EAB, 0x7DD2},     {0x8EB4, 0x7E1D},     {0x8ECD, 0x8005},
    {0x8ED0, 0x8028},     {0x8F57, 0x83C1},     {0x8F69, 0x84A8},     {0x8F6E, 0x840F},
    {0x8FCB, 0x89A6},     {0x8FCC, 0x89A9},     {0x8FFE, 0x8D77},     {0x906D, 0x90FD},
    {0x907A, 0x92B9},     {0x90DC, 0x975C},     {0x90F1, 0x97FF},     {0x91BF, 0x9F16},
    {0x9244, 0x8503},     {0x92AF, 0x5159},     {0x92B0, 0x515B},     {0x92B1, 0x515D},
    {0x92B2, 0x515E},     {0x92C8, 0x936E},     {0x92D1, 0x7479},     {0x9447, 0x6D67},
    {0x94CA, 0x799B},     {0x95D9, 0x9097},     {0x9644, 0x975D},     {0x96ED, 0x701E},
    {0x96FC, 0x5B28},     {0x9B76, 0x7201},     {0x9B78, 0x77D7},     {0x9B7B, 0x7E87},
    {0x9BC6, 0x99D6},     {0x9BDE, 0x91D4},     {0x9BEC, 0x60DE},     {0x9BF6, 0x6FB6},
    {0x9C42, 0x8F36},     {0x9C53, 0x4FBB},     {0x9C62, 0x71DF},     {0x9C68, 0x9104},
    {0x9C6B, 0x9DF0},     {0x9C77, 0x83CF},     {0x9CBC, 0x5C10},     {0x9CBD, 0x79E3},
    {0x9CD0, 0x5A67},     {0x9D57, 0x8F0B},     {0x9D5A, 0x7B51},     {0x9DC4, 0x62D0},
    {0x9EA9, 0x6062},     {0x9EEF, 0x75F9},     {0x9EFD, 0x6C4A},     {0x9F60, 0x9B2E},
    {0x9F66, 0x9F17},     {0x9FCB, 0x50ED},     {0x9FD8, 0x5F0C},     {0xA063, 0x880F},
    {0xA077, 0x62CE},     {0xA0D5, 0x7468},     {0xA0DF, 0x7162},     {0xA0E4, 0x7250},
    {0xA3C0, 0x2400},     {0xA3C1, 0x2401},     {0xA3C2, 0x2402},     {0xA3C3, 0x2403},
    {0xA3C4, 0x2404},     {0xA3C5, 0x2405},     {0xA3C6, 0x2406},     {0xA3C7, 0x2407},
    {0xA3C8, 0x2408},     {0xA3C9, 0x2409},     {0xA3CA, 0x240A},     {0xA3CB, 0x240B},
    {0xA3CC, 0x240C},     {0xA3CD, 0x240D},     {0xA3CE, 0x240E},     {0xA3CF, 0x240F},
    {0xA3D0, 0x2410},     {0xA3D1, 0x2411},     {0xA3D2, 0x2412},     {0xA3D3, 0x2413},
    {0xA3D4, 0x2414},     {0xA3D5, 0x2415},     {0xA3D6, 0x2416},     {0xA3D7, 0x2417},
    {0xA3D8, 0x2418},     {0xA3D9, 0x2419},     {0xA3DA, 0x241A},     {0xA3DB, 0x241B},
    {0xA3DC, 0x241C},     {0xA3DD, 0x241D},     {0xA3DE, 0x241E},     {0xA3DF, 0x241F},
    {0xA3E0, 0x2421},     {0xC6CF, 0x5EF4},     {0xC6D3, 0x65E0},     {0xC6D5, 0x7676},
    {0xC6D7, 0x96B6},     {0xC6DE, 0x3003},     {0xC6DF, 0x4EDD},     {0xFA5F, 0x5029},
    {0xFA66, 0x507D},     {0xFABD, 0x5305},     {0xFAC5, 0x5344},     {0xFAD5, 0x537F},
    {0xFB48, 0x5605},     {0xFBB8, 0x5A77},     {0xFBF3, 0x5E75},     {0xFBF9, 0x5ED0},
    {0xFC4F, 0x5F58},     {0xFC6C, 0x60A4},     {0xFCB9, 0x6490},     {0xFCE2, 0x6674},
    {0xFCF1, 0x675E},     {0xFDB7, 0x6C9C},     {0xFDB8, 0x6E1D},     {0xFDBB, 0x6E2F},
    {0xFDF1, 0x716E},     {0xFE52, 0x732A},     {0xFE6F, 0x745C},     {0xFEAA, 0x74E9},
    {0xFEDD, 0x7809},
};

// EUC-JP and Shift_JIS are two spellings of one index (§5, index jis0208).
DoubleByteTable MakeJis0208Table() {
  const DoubleByteTable& shift_jis = ShiftJisTable();
  DoubleByteTable table;
  for (unsigned pointer = 0; pointer < 94 * 94; ++pointer) {
    const unsigned lead = pointer / 188;
    const unsigned trail = pointer % 188;
    const uint32_t c =
        shift_jis.At(lead + (lead < 0x1F ? 0x81 : 0xC1), trail + (trail < 0x3F ? 0x40 : 0x41));
    if (!IsPrivateUse(c)) table.Set(0xA1 + pointer / 94, 0xA1 + pointer % 94, c);
  }
  return table;
}

DoubleByteTable MakeJis0212Table() {
  Converter converter("euc-jp-2007");
  DoubleByteTable table;
  for (unsigned lead = 0xA2; lead <= 0xED; ++lead) {  // rows 2 to 77 of the set
    for (unsigned trail = 0xA1; trail <= 0xFE; ++trail) {
      const char32_t c = converter.CodePoint({0x8F, lead, trail});
      if (!IsPrivateUse(c)) table.Set(lead, trail, c);
    }
  }
  return table;
}

std::vector<char16_t> MakeGb18030Bmp() {
  Converter converter("gb18030");
  std::vector<char16_t> code_points(kGb18030BmpPointers);
  for (uint32_t pointer = 0; pointer < kGb18030BmpPointers; ++pointer) {
    const uint32_t bytes = Gb18030Bytes(pointer);
    code_points[pointer] = static_cast<char16_t>(
        converter.CodePoint({bytes >> 24, bytes >> 16 & 0xFF, bytes >> 8 & 0xFF, bytes & 0xFF}));
  }
  return code_points;
}

}  // namespace

const SingleByteTable* FindSingleByteTable(std::string_view charset) {
  static const std::array<SingleByteTable, kSingleByteCount> tables = [] {
    std::array<SingleByteTable, kSingleByteCount> made;
    std::transform(std::begin(kSingleByteEncodings), std::end(kSingleByteEncodings), made.begin(),
                   MakeSingleByteTable);
    return made;
  }();
  const auto* found = std::find_if(
      std::begin(kSingleByteEncodings), std::end(kSingleByteEncodings),
      [charset](const SingleByteEncoding& encoding) { return encoding.charset == charset; });
  return found == std::end(kSingleByteEncodings)
             ? nullptr
             : &tables[found - std::begin(kSingleByteEncodings)];
}

std::vector<std::string_view> SingleByteCharsets() {
  std::vector<std::string_view> charsets;
  for (const SingleByteEncoding& encoding : kSingleByteEncodings) {
    charsets.push_back(encoding.charset);
  }
  return charsets;
}

const DoubleByteTable& Gb18030Table() {
  static const DoubleByteTable table =
      MakeDoubleByteTable("gb18030", kGb18030Changes, [](unsigned) { return true; });
  return table;
}

const DoubleByteTable& Big5Table() {
  static const DoubleByteTable table =
      MakeDoubleByteTable("ibm-1375_P100-2008", kBig5Changes, [](unsigned) { return false; });
  return table;
}

const DoubleByteTable& EucKrTable() {
  static const DoubleByteTable table =
      MakeDoubleByteTable("windows-949-2000", {}, [](unsigned) { return false; });
  return table;
}

const DoubleByteTable& ShiftJisTable() {
  // 0xF040 to 0xF9FC are private use in the standard too (§12.3.1, "EUDC").
  static const DoubleByteTable table = MakeDoubleByteTable(
      "ibm-943_P15A-2003", {}, [](unsigned lead) { return lead >= 0xF0 && lead <= 0xF9; });
  return table;
}

const DoubleByteTable& Jis0208Table() {
  static const DoubleByteTable table = MakeJis0208Table();
  return table;
}

const DoubleByteTable& Jis0212Table() {
  static const DoubleByteTable table = MakeJis0212Table();
  return table;
}

char32_t Gb18030CodePoint(uint32_t pointer) {
  static const std::vector<char16_t> bmp = MakeGb18030Bmp();
  if (pointer < bmp.size()) return bmp[pointer];
  if (pointer < kGb18030AstralPointer) return 0;
  const char32_t c = 0x10000 + (pointer - kGb18030AstralPointer);
  return c <= 0x10FFFF ? c : 0;
}

}  // namespace thresh::charset
