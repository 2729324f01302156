#include "parser/utf8.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <string_view>

#include "parser/charset.h"
#include "tests/support/test_environment.h"

namespace thresh {
namespace {

using namespace std::string_view_literals;

TEST(AppendUtf8Test, WritesEachLength) {
  struct {
    char32_t code_point;
    std::string_view utf8;
  } const cases[] = {
      {0, "\0"sv},
      {0x7F, "\x7F"},
      {0x80, "\xC2\x80"},
      {0x7FF, "\xDF\xBF"},
      {0x800, "\xE0\xA0\x80"},
      {0xFFFF, "\xEF\xBF\xBF"},
      {0x10000, "\xF0\x90\x80\x80"},
      {0x10FFFF, "\xF4\x8F\xBF\xBF"},
      {0xD800, "\uFFFD"},
      {0xDFFF, "\uFFFD"},
      {0x110000, "\uFFFD"},
  };
  for (const auto& c : cases) {
    std::string out;
    AppendUtf8(c.code_point, &out);
    EXPECT_EQ(out, c.utf8) << std::hex << static_cast<uint32_t>(c.code_point);
  }
}

struct RepairCase {
  std::string_view bytes;
  std::string_view utf8;
  std::string_view why;
};

TEST(CopyAsValidUtf8Test, ReplacesMaximalSubparts) {
  const RepairCase cases[] = {
      {"", "", "nothing"},
      {"a\0b"sv, "a\0b"sv, "NUL is a character"},
      {"\u00e9\u4e2d\U0001F600", "\u00e9\u4e2d\U0001F600", "each length"},
      {"\x80", "\uFFFD", "a trail byte alone"},
      {"\x80\xBF", "\uFFFD\uFFFD", "each is one"},
      {"\xC0\x80", "\uFFFD\uFFFD", "overlong: 0xC0 is no lead byte"},
      {"\xC1\xBF", "\uFFFD\uFFFD", "overlong"},
      {"\xE0\x80\x80", "\uFFFD\uFFFD\uFFFD", "overlong: the second byte fits no lead"},
      {"\xF0\x8F\xBF\xBF", "\uFFFD\uFFFD\uFFFD\uFFFD", "overlong"},
      {"\xED\xA0\x80", "\uFFFD\uFFFD\uFFFD", "a surrogate"},
      {"\xED\x9F\xBF\xEE\x80\x80", "\uD7FF\uE000", "around the surrogates"},
      {"\xF4\x90\x80\x80", "\uFFFD\uFFFD\uFFFD\uFFFD", "above U+10FFFF"},
      {"\xF5\xFF", "\uFFFD\uFFFD", "never in UTF-8"},
      {"\xE4\xB8", "\uFFFD", "cut off: one for the subpart"},
      {"\xE4\xB8-", "\uFFFD-", "the byte behind it stays"},
      {"\xF0\x9F\x98", "\uFFFD", "three of four"},
      {"\xF0\x9F\x98\xF0\x9F\x98\x80", "\uFFFD\U0001F600", "then a good one"},
      {"\x61\xF1\x80\x80\xE1\x80\xC2\x62\x80\x63\x80\xBF\x64",
       "a\uFFFD\uFFFD\uFFFDb\uFFFDc\uFFFD\uFFFDd", "Unicode §3.9, table 3-8"},
  };
  for (const RepairCase& c : cases) EXPECT_EQ(CopyAsValidUtf8(c.bytes), c.utf8) << c.why;
}

TEST(Utf8PrefixTest, EndsBetweenTwoCharacters) {
  EXPECT_EQ(Utf8Prefix("aä€", 6), "aä€");
  EXPECT_EQ(Utf8Prefix("aä€", 5), "aä");
  EXPECT_EQ(Utf8Prefix("aä€", 3), "aä");
  EXPECT_EQ(Utf8Prefix("aä€", 2), "a");
  EXPECT_EQ(Utf8Prefix("ä", 1), "");
}

// The blocks that are read at once must not hide what is at their ends.
TEST(CopyAsValidUtf8Test, FindsABadByteAtAnyPlace) {
  for (size_t size = 1; size < 200; ++size) {
    for (size_t bad = 0; bad < size; ++bad) {
      std::string bytes(size, 'x');
      bytes[bad] = '\xFF';
      ASSERT_EQ(ValidUtf8Prefix(bytes), bad);
      ASSERT_EQ(SkipAscii(bytes, 0), bad);
      ASSERT_EQ(CopyAsValidUtf8(bytes), bytes.substr(0, bad) + "\uFFFD" + bytes.substr(bad + 1));
    }
  }
}

TEST(CopyAsValidUtf8Test, GivesValidUtf8ForAnyBytes) {
  std::mt19937 random(RandomSeed());
  for (int round = 0; round < 20'000; ++round) {
    std::string bytes(random() % 40, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random() % 4 ? 0x80 + random() % 128 : 'a');
    const std::string copy = CopyAsValidUtf8(bytes);
    ASSERT_EQ(ValidUtf8Prefix(copy), copy.size());
    ASSERT_LE(copy.size(), 3 * bytes.size());
    ASSERT_EQ(CopyAsValidUtf8(copy), copy);
  }
}

}  // namespace
}  // namespace thresh
