#include "parser/charset_encode.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "parser/charset.h"
#include "parser/utf8.h"

namespace thresh::charset {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view kLegacy[] = {
    "gbk",          "gb18030",        "big5",         "shift_jis",      "euc-jp",
    "iso-2022-jp",  "euc-kr",         "ibm866",       "iso-8859-2",     "iso-8859-15",
    "koi8-r",       "koi8-u",         "macintosh",    "windows-874",    "windows-1250",
    "windows-1251", "windows-1252",   "windows-1253", "windows-1254",   "windows-1255",
    "windows-1256", "windows-1257",   "windows-1258", "x-mac-cyrillic", "iso-8859-16",
    "iso-8859-8-i", "x-user-defined",
};

// The bytes of all characters, those that the encoding lacks as '?'.
std::string Encode(std::string_view charset, std::u32string_view text) {
  std::string out;
  while (!text.empty()) {
    text.remove_prefix(Encoder::Find(charset)->Encode(text, &out));
    if (text.empty()) break;
    out += '?';
    text.remove_prefix(1);
  }
  return out;
}

TEST(EncoderTest, EncodesAsTheStandardSays) {
  const struct {
    std::string_view charset;
    std::u32string_view text;
    std::string_view bytes;
    std::string_view why;
  } cases[] = {
      {"windows-1252", U"é€Ā", "\xE9\x80?", "§9.1"},
      {"windows-1251", U"Яя", "\xDF\xFF", "§9.1"},
      {"iso-8859-15", U"€¤", "\xA4?", "§9.1: the euro stands in the place of the other"},
      {"x-user-defined", U"\uF780\uF7FF", "\x80\xFF", "§14.5.2"},
      {"gbk", U"中文", "\xD6\xD0\xCE\xC4", "§10.1.2"},
      {"gbk", U"€", "\x80", "§10.1.2: one byte, against two in GB18030"},
      {"gbk", U"가😀", "??", "§10.1.2: no four bytes"},
      {"gb18030", U"€", "\xA2\xE3", "§10.2.2"},
      {"gb18030", U"가", "\x82\x37\xCF\x35", "§10.2.2: four bytes"},
      {"gb18030", U"😀", "\x94\x39\xFC\x36", "§10.2.2: four bytes, beyond U+FFFF"},
      {"gb18030", U"\u3000", "\xA1\xA1", "§5: the first pointer"},
      {"gb18030", U"\uE5E5", "?", "§10.2.2: lost on purpose"},
      {"big5", U"中文", "\xA4\xA4\xA4\xE5", "§11.1.2"},
      {"big5", U"十卅═╞", "\xA4\x51\xA4\xCA\xF9\xF9\xF9\xE9", "§5: the last pointer of some"},
      {"big5", U"兀", "\xA4\x61", "§5: the first pointer of others"},
      {"big5", U"港\u2400", "\xB4\xE4\xA3\xC0", "§5: not the second spelling, 0xFDBB"},
      {"big5", U"㐀", "?", "§5: HKSCS below 0xA1 is only read"},
      {"euc-kr", U"한똠", "\xC7\xD1\x8C\x63", "§13.1.2: windows-949"},
      {"euc-jp", U"テスト", "\xA5\xC6\xA5\xB9\xA5\xC8", "§12.1.2"},
      {"euc-jp", U"¥‾ｱ−", "\x5C\x7E\x8E\xB1\xA1\xDD", "§12.1.2: yen, overline, katakana, minus"},
      {"euc-jp", U"丂", "?", "§12.1.2: JIS X 0212 is only read"},
      {"shift_jis", U"ソート", "\x83\x5C\x81\x5B\x83\x67", "§12.3.2: with trail bytes in ASCII"},
      {"shift_jis", U"¥‾ｱ−\u0080", "\x5C\x7E\xB1\x81\x7C\x80", "§12.3.2"},
      {"shift_jis", U"≒∵纊", "\x81\xE0\x81\xE6\xFA\x5C", "§5: not NEC's selection"},
      {"shift_jis", U"\uE000", "?", "§5: user-defined characters are only read"},
      {"iso-2022-jp", U"テスト", "\x1B$B%F%9%H\x1B(B", "§12.2.2: back to ASCII at the end"},
      {"iso-2022-jp", U"¥テ", "\x1B(J\\\x1B$B%F\x1B(B", "§12.2.2: Roman"},
      {"iso-2022-jp", U"ｱ−", "\x1B$B%\"!]\x1B(B", "§12.2.2: half width is written as full"},
      {"iso-2022-jp", U"テ가ト", "\x1B$B%F\x1B(B?\x1B$B%H\x1B(B", "§12.2.2: ASCII before an error"},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(Encode(c.charset, c.text), c.bytes) << c.charset << ": " << c.why;
  }
}

TEST(EncoderTest, ThereIsNoneWhereTheOutputEncodingIsUtf8) {
  for (const auto charset : {"", "utf-8", "utf-16le", "utf-16be", "replacement", "utf-7"}) {
    EXPECT_EQ(Encoder::Find(charset), nullptr) << charset;
  }
}

// But for what is one character written in two ways: half-width katakana.
TEST(EncoderTest, WhatItEncodesIsDecodedToTheSame) {
  for (const auto charset : kLegacy) {
    size_t encoded = 0;
    for (char32_t c = 0x80; c <= 0x2FFFF; ++c) {
      if ((c >= 0xD800 && c <= 0xDFFF) || c == 0xA5 || c == 0x203E || c == 0x2212) continue;
      if (charset == "iso-2022-jp" && c >= 0xFF61 && c <= 0xFF9F) continue;
      std::string bytes;
      if (Encoder::Find(charset)->Encode({&c, 1}, &bytes) == 0) continue;
      ++encoded;
      std::string expected;
      AppendUtf8(c, &expected);
      ASSERT_EQ(ToUtf8(bytes, charset), expected) << charset << " U+" << std::hex << uint32_t{c};
    }
    EXPECT_GT(encoded, 80u) << charset;
  }
}

}  // namespace
}  // namespace thresh::charset
