#include "parser/charset.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <string_view>

#include "parser/utf8.h"
#include "tests/support/test_environment.h"

namespace thresh {
namespace {

using namespace std::string_view_literals;

TEST(CharsetFromLabelTest, KnowsTheStandardsLabels) {
  struct {
    std::string_view label;
    std::string_view name;
    std::string_view why;
  } const cases[] = {
      {"utf-8", "utf-8", "§4.2"},
      {"UTF8", "utf-8", "ASCII case-insensitive"},
      {" \t\r\n\futf-8 ", "utf-8", "white space at the ends"},
      {"latin1", "windows-1252", "a superset on the web"},
      {"iso-8859-1", "windows-1252", "the same"},
      {"us-ascii", "windows-1252", "the same"},
      {"gb2312", "gbk", "the same"},
      {"gb_2312-80", "gbk", "the same"},
      {"gb18030", "gb18030", "apart from gbk"},
      {"big5-hkscs", "big5", "one decoder"},
      {"ks_c_5601-1987", "euc-kr", "windows-949"},
      {"x-sjis", "shift_jis", "windows-31j"},
      {"iso-8859-9", "windows-1254", "a superset"},
      {"tis-620", "windows-874", "a superset"},
      {"logical", "iso-8859-8-i", "apart from visual"},
      {"visual", "iso-8859-8", "apart from logical"},
      {"unicode", "utf-16le", "little-endian"},
      {"iso-2022-kr", "replacement", "unsafe encodings"},
      {"cseucpkdfmtjapanese", "euc-jp", "the longest"},
      {"l9", "iso-8859-15", "the shortest"},
      {"", "", "none"},
      {"utf-7", "", "no label"},
      {"utf 8", "", "space within"},
      {"cseucpkdfmtjapanese1", "", "longer than any"},
      {"\0utf-8"sv, "", "NUL is no white space"},
  };
  for (const auto& c : cases) EXPECT_EQ(CharsetFromLabel(c.label), c.name) << c.label << c.why;
}

TEST(CharsetParameterTest, ReadsContentTypes) {
  struct {
    std::string_view header;
    std::string_view value;
  } const cases[] = {
      {"text/html", ""},
      {"text/html; charset=utf-8", "utf-8"},
      {"text/html;charset=utf-8", "utf-8"},
      {"text/html; Charset = GBK ; x=y", "GBK"},
      {"text/html; charset=\"gbk\"; x", "gbk"},
      {"text/html; charset='gbk'", "gbk"},
      {"text/html; charset=\"gbk", "gbk"},
      {"text/html; boundary=x; charset=gbk", "gbk"},
      {"text/html; charset=a; charset=b", "a"},
      {"text/html; xcharset=a", ""},
      {"text/html; charset", ""},
      {"text/html; x; charset=a", "a"},
      {"text/html; charset=", ""},
      {"text/html; charset=a, text/html", "a"},
      {"charset=a", ""},
      {";;;=;charset=a", "a"},
  };
  for (const auto& c : cases) EXPECT_EQ(CharsetParameter(c.header), c.value) << c.header;
}

struct DetectCase {
  std::string_view bytes;
  std::string_view content_type;
  std::string_view configured;
  std::string_view name;
  CharsetSource source;
};

TEST(DetectCharsetTest, GoesByTheStandardsOrder) {
  const std::string_view meta = "<meta charset=koi8-r>";
  const DetectCase cases[] = {
      {"\xEF\xBB\xBF<meta charset=gbk>", "x;charset=big5", "euc-kr", "utf-8", CharsetSource::kBom},
      {"\xFF\xFE<\0"sv, "x;charset=big5", "", "utf-16le", CharsetSource::kBom},
      {"\xFE\xFF\0<"sv, "", "", "utf-16be", CharsetSource::kBom},
      {meta, "x;charset=big5", "ks_c_5601-1987", "euc-kr", CharsetSource::kConfig},
      {meta, "x;charset=gb2312", "", "gbk", CharsetSource::kHeader},
      {meta, "x;charset=nonsense", "nonsense", "koi8-r", CharsetSource::kMeta},
      {meta, "text/html", "", "koi8-r", CharsetSource::kMeta},
      {"caf\u00e9", "text/html", "", "utf-8", CharsetSource::kDetected},
      {"plain", "", "", "utf-8", CharsetSource::kDetected},
      {"caf\xE9", "", "", "windows-1252", CharsetSource::kDefault},
  };
  for (const DetectCase& c : cases) {
    const Charset charset = DetectCharset(c.bytes, c.content_type, c.configured);
    EXPECT_EQ(charset.name, c.name) << c.bytes;
    EXPECT_EQ(Name(charset.source), Name(c.source)) << c.bytes;
  }
}

TEST(DetectCharsetTest, ReadsDeclarationsAsTheStandardsPrescan) {
  struct {
    std::string_view html;
    std::string_view name;  // empty: not declared
    std::string_view why;
  } const cases[] = {
      {"<meta charset=gbk>", "gbk", "§13.2.3.2"},
      {"<META CharSet = 'GB2312' >", "gbk", "quotes, case, space"},
      {"<meta/charset=gbk>", "gbk", "'/' parts"},
      {"<metax charset=gbk>", "", "another name"},
      {"<meta charset=gbk", "", "the tag never ends"},
      {"<meta charset=nonsense><meta charset=gbk>", "gbk", "unknown labels are passed over"},
      {"<meta http-equiv=Content-Type content='text/html; charset=gbk'>", "gbk", "the old form"},
      {"<meta content='text/html; charset=gbk' http-equiv=content-type>", "gbk", "any order"},
      {"<meta content='text/html; charset=gbk'>", "", "no pragma"},
      {"<meta name=x content='charset=gbk'>", "", "no pragma"},
      {"<meta http-equiv=refresh content='0;charset=gbk'>", "", "another pragma"},
      {"<meta http-equiv=content-type content='charset charset = \"gbk\"'>", "gbk", "§2.4.4"},
      {"<meta http-equiv=content-type content='charset=\"gbk'>", "", "§2.4.4: quote not closed"},
      {"<meta http-equiv=content-type content='x;charset=gbk;y'>", "gbk", "up to ';'"},
      {"<meta charset=big5 charset=gbk>", "big5", "the first of equal attributes"},
      {"<!-- <meta charset=gbk> --><meta charset=big5>", "big5", "comments"},
      {"<a title='<meta charset=gbk>'><meta charset=big5>", "big5", "attributes"},
      {"</meta charset=gbk>", "", "an end tag"},
      {"<script><meta charset=gbk></script>", "gbk", "the prescan knows no raw text"},
      {"<meta charset=utf-16>", "utf-8", "it was read as ASCII"},
      {"<meta charset=x-user-defined>", "windows-1252", "by the standard"},
      {"<?xml version='1.0' encoding='gbk'?>", "gbk", "get an XML encoding"},
      {"<?xml encoding = \"utf-16\"?>", "utf-8", "read as ASCII"},
      {"<?xml version='1.0'?><x encoding='gbk'>", "", "behind the declaration"},
      {" <?xml encoding='gbk'?>", "", "not at the beginning"},
      {"<\0?\0x\0m\0l\0"sv, "utf-16le", "the bytes of \"<?x\""},
      {"\0<\0?\0x\0m\0l"sv, "utf-16be", "the bytes of \"<?x\""},
  };
  for (const auto& c : cases) {
    const Charset charset = DetectCharset(c.html, "");
    EXPECT_EQ(charset.source == CharsetSource::kMeta ? charset.name : "", c.name)
        << c.html << "  " << c.why;
  }
}

TEST(DetectCharsetTest, FindsALateMeta) {
  const std::string late =
      "<script>" + std::string(2000, ' ') + "<meta charset=big5></script><meta charset=gbk>";
  EXPECT_EQ(DetectCharset(late, "").name, "gbk");
}

// Text long enough for the statistics, in an encoding that nothing declares.
TEST(DetectCharsetTest, DetectsByTheBytes) {
  const std::string gbk =
      "\xD6\xD0\xB9\xFA\xB5\xE7\xD3\xB0\xCA\xC7\xCA\xC0\xBD\xE7\xB5\xE7\xD3\xB0\xB5\xC4\xD6\xD8"
      "\xD2\xAA\xD7\xE9\xB3\xC9\xB2\xBF\xB7\xD6\xA1\xA3";
  EXPECT_TRUE(DetectCharset(gbk + gbk, "").name.starts_with("gb"));
  const std::string russian =
      "\xCF\xF0\xE8\xE2\xE5\xF2, \xEA\xE0\xEA \xE4\xE5\xEB\xE0? \xDD\xF2\xEE \xEF\xF0\xEE\xF1"
      "\xF2\xEE\xE9 \xF2\xE5\xEA\xF1\xF2 \xED\xE0 \xF0\xF3\xF1\xF1\xEA\xEE\xEC.";
  EXPECT_EQ(DetectCharset(russian + russian, "").name, "windows-1251");
  const std::string japanese = "\x1B$B$3$l$O%F%9%H$G$9\x1B(B text";
  EXPECT_EQ(DetectCharset(japanese, "").name, "iso-2022-jp");
}

TEST(DetectCharsetTest, TakesBrokenUtf8ForUtf8) {
  std::string page;
  for (int i = 0; i < 20; ++i) page += "\u4e2d\u6587";
  EXPECT_EQ(DetectCharset(page + "\xFF" + page, "").name, "utf-8");
}

struct DecodeCase {
  std::string_view charset;
  std::string_view bytes;
  std::string_view utf8;
  std::string_view why;
};

void ExpectDecoded(const DecodeCase& c) {
  EXPECT_EQ(ToUtf8(c.bytes, c.charset), c.utf8) << c.charset << ": " << c.why;
}

TEST(ToUtf8Test, DecodesUnicode) {
  const DecodeCase cases[] = {
      {"utf-8", "\xEF\xBB\xBF\u4e2d", "\u4e2d", "the BOM goes"},
      {"utf-8", "\u4e2d\xEF\xBB\xBF", "\u4e2d\uFEFF", "elsewhere it is a character"},
      {"utf-8", "a\0\xFF"sv, "a\0\uFFFD"sv, "NUL stays"},
      {"utf-16le", "\xFF\xFE\x2D\x4E"sv, "\u4e2d", "§14.4"},
      {"utf-16be", "\xFE\xFF\x4E\x2D"sv, "\u4e2d", "§14.3"},
      {"utf-16le", "\x3D\xD8\x00\xDE"sv, "\U0001F600", "a pair"},
      {"utf-16le", "\x3D\xD8\x41\x00"sv, "\uFFFD\x41", "a high surrogate alone"},
      {"utf-16be", "\xDE\x00\x00\x41"sv, "\uFFFD\x41", "a low surrogate alone"},
      {"utf-16le", "A\0B"sv, "A\uFFFD", "an odd byte"},
      {"utf-16le", "\x3D\xD8"sv, "\uFFFD", "cut off"},
      {"replacement", "abc", "\uFFFD", "§14.1: the whole is one error"},
      {"replacement", "", "", "§14.1"},
  };
  for (const DecodeCase& c : cases) ExpectDecoded(c);
}

TEST(ToUtf8Test, DecodesSingleByteEncodings) {
  const DecodeCase cases[] = {
      {"windows-1252", "caf\xE9 \x80 \x93x\x94", "caf\u00e9 \u20ac \u201cx\u201d", "§9"},
      {"windows-1252", "\x81\x8D\x8F\x90\x9D", "\u0081\u008d\u008f\u0090\u009d", "C1 controls"},
      {"windows-1251", "\xCF\xF0\xE8\x98", "\u041f\u0440\u0438\u0098", "§9"},
      {"windows-1253", "\xAA\xD2\xFF\xE1", "\uFFFD\uFFFD\uFFFD\u03b1", "holes"},
      {"windows-1255", "\xCA\xD9", "\u05ba\uFFFD", "holam haser; a hole"},
      {"windows-874", "\xA1\xDB\x81", "\u0e01\uFFFD\u0081", "holes are not private use"},
      {"iso-8859-2", "\xB1\x80", "\u0105\u0080", "C1 controls"},
      {"iso-8859-3", "\xA5\xA6", "\uFFFD\u0124", "a hole"},
      {"iso-8859-7", "\xA4\xA5", "\u20ac\u20af", "of 2003"},
      {"iso-8859-8-i", "\xE0\xFD", "\u05d0\u200e", "as iso-8859-8"},
      {"iso-8859-15", "\xA4", "\u20ac", "the euro"},
      {"iso-8859-16", "\xAA\xDE\xE9", "\u0218\u021a\u00e9", "which ICU lacks"},
      {"koi8-r", "\xF0\xD2\xC9", "\u041f\u0440\u0438", "§9"},
      {"koi8-u", "\xA4\xAE\xBE", "\u0454\u045e\u040e", "with the letters of koi8-ru"},
      {"macintosh", "\xDB\xF0", "\u20ac\uF8FF", "the euro, the apple"},
      {"x-mac-cyrillic", "\xA2\xB6\xFF", "\u0490\u0491\u20ac", "Ukrainian"},
      {"ibm866", "\x8F\x1A\x7F", "\u041f\x1A\x7F", "ASCII is not swapped"},
      {"x-user-defined", "a\x80\xFF", "a\uF780\uF7FF", "§14.5"},
  };
  for (const DecodeCase& c : cases) ExpectDecoded(c);
}

TEST(ToUtf8Test, DecodesChinese) {
  const DecodeCase cases[] = {
      {"gbk", "\xD6\xD0\xCE\xC4", "\u4e2d\u6587", "§10.1"},
      {"gbk", "\x80", "\u20ac", "§10.2.1"},
      {"gbk", "\xFF", "\uFFFD", "no lead byte"},
      {"gbk", "\xA3\xA0", "\u3000", "index gb18030"},
      {"gb18030", "\xA6\xD9\xFE\x59", "\uFE10\u9FB4", "GB18030-2022"},
      {"gb18030", "\x81\x30\x81\x30", "\u0080", "four bytes"},
      {"gb18030", "\x81\x35\xF4\x37", "\uE7C7", "pointer 7457"},
      {"gb18030", "\x94\x39\xFC\x36", "\U0001F600", "beyond U+FFFF"},
      {"gb18030", "\xE3\x32\x9A\x36", "\uFFFD", "above U+10FFFF"},
      {"gb18030", "\x84\x31\xA5\x30", "\uFFFD", "between the ranges"},
      {"gb18030", "\x81\x30\x81", "\uFFFD", "cut off"},
      {"gb18030", "\x81\x30<b", "\uFFFD0<b", "what does not fit is read again"},
      {"gb18030", "\x81\x30\x81<",
       "\uFFFD"
       "0\uFFFD<",
       "the same, later"},
      {"gbk", "\xD6<b>", "\uFFFD<b>", "ASCII behind a lead byte survives"},
      {"gbk", "\xD6\xFF<", "\uFFFD<", "others go with it"},
      {"gbk", "\xD6", "\uFFFD", "cut off"},
      {"big5", "\xA4\xA4\xA4\xE5", "\u4e2d\u6587", "§11.1"},
      {"big5", "\x88\x62\x88\x64\x88\xA3\x88\xA5",
       "\u00ca\u0304\u00ca\u030c\u00ea\u0304\u00ea\u030c", "§11.1.1: two code points"},
      {"big5", "\x88\x40\x8C\x43", "\u31c0\u9fa6", "HKSCS"},
      {"big5", "\x87\x7B", "\U00021D53", "HKSCS-2008, beyond U+FFFF"},
      {"big5", "\x87\xA4\xC6\xDE\xFD\xBB", "\u9f97\u3003\u6e2f", "§5: second spellings"},
      {"big5", "\xA3\xC0\xA3\xE0", "\u2400\u2421", "§5: pictures of control characters"},
      {"big5", "\x8E\x69", "\u7bb8", "§5: with a trail byte in ASCII"},
      {"big5", "\x81\x40<", "\uFFFD@<", "no private use"},
      {"big5", "\x80\xFF", "\uFFFD\uFFFD", "no lead bytes"},
  };
  for (const DecodeCase& c : cases) ExpectDecoded(c);
}

TEST(ToUtf8Test, DecodesJapaneseAndKorean) {
  const DecodeCase cases[] = {
      {"shift_jis", "\x93\xFA\x96\x7B\xB1\\~", "\u65e5\u672c\uFF71\\~", "§12.3"},
      {"shift_jis", "\x81\x60\x81\x7C\x87\x40", "\uFF5E\uFF0D\u2460", "as Windows has them"},
      {"shift_jis", "\xF0\x40\xF9\xFC", "\uE000\uE757", "EUDC"},
      {"shift_jis", "\x80\xA0\xFD", "\u0080\uFFFD\uFFFD", "single bytes"},
      {"shift_jis", "\x1A\x1C\x7F", "\x1A\x1C\x7F", "ASCII is not swapped"},
      {"shift_jis", "\x81\"x", "\uFFFD\"x", "ASCII survives"},
      {"euc-jp", "\xC6\xFC\xCB\xDC\x8E\xB1", "\u65e5\u672c\uFF71", "§12.1"},
      {"euc-jp", "\xA1\xC1\xAD\xA1\x8F\xB0\xA1", "\uFF5E\u2460\u4e02", "NEC row 13; JIS X 0212"},
      {"euc-jp", "\x8F\xA2\xB7", "\uFF5E", "index jis0212"},
      {"euc-jp", "\x8F\xB0<\x8E<\xA4<", "\uFFFD<\uFFFD<\uFFFD<", "ASCII survives"},
      {"euc-jp", "\x8F\xB0", "\uFFFD", "cut off"},
      {"iso-2022-jp", "\x1B$BF|K\\\x1B(B!", "\u65e5\u672c!", "§12.2"},
      {"iso-2022-jp", "\x1B(J\\~\x1B(B\\~", "\u00a5\u203e\\~", "Roman"},
      {"iso-2022-jp", "\x1B(I1\x1B(B", "\uFF71", "katakana"},
      {"iso-2022-jp", "\x1B(B\x1B(Bx", "\uFFFDx", "two escapes and nothing between"},
      {"iso-2022-jp", "\x1B$Z", "\uFFFD$Z", "an unknown escape"},
      {"iso-2022-jp", "\x1B$BF\x1B(Bx", "\uFFFDx", "half a character"},
      {"iso-2022-jp", "\x0E\x80", "\uFFFD\uFFFD", "not in ASCII"},
      {"euc-kr", "\xC7\xD1\xB1\xDB", "\ud55c\uae00", "§13.1"},
      {"euc-kr", "\x81\x41", "\uac02", "windows-949"},
      {"euc-kr", "\xC9\xA1<", "\uFFFD<", "no private use"},
  };
  for (const DecodeCase& c : cases) ExpectDecoded(c);
}

TEST(ToUtf8Test, GivesValidUtf8ForAnyBytes) {
  std::mt19937 random(RandomSeed());
  for (std::string_view label :
       {"utf-8",  "866",    "latin2",     "l9",       "iso-8859-16", "koi",           "mac",
        "cp1251", "latin1", "gbk",        "gb18030",  "big5",        "euc-jp",        "iso-2022-jp",
        "sjis",   "euc-kr", "hz-gb-2312", "utf-16be", "utf-16le",    "x-user-defined"}) {
    const std::string_view charset = CharsetFromLabel(label);
    for (int round = 0; round < 1000; ++round) {
      std::string bytes(random() % 60, '\0');
      for (char& byte : bytes) byte = static_cast<char>(random() % 8 ? random() % 256 : '\x1B');
      const std::string utf8 = ToUtf8(bytes, charset);
      ASSERT_TRUE(IsValidUtf8(utf8)) << label;
      ASSERT_LE(utf8.size(), 3 * bytes.size()) << label;
      DetectCharset(bytes, bytes);
    }
  }
}

}  // namespace
}  // namespace thresh
