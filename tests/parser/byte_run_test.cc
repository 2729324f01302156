#include "parser/byte_run.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "tests/support/test_environment.h"

namespace thresh {
namespace {

constexpr size_t kNone = ByteRun::kNone;

ByteRun Literal(std::string_view text, bool any_case = false) {
  ByteRun run;
  run.AppendLiteral(text, any_case);
  return run;
}

TEST(ByteRunTest, FindsTheFirstPlace) {
  EXPECT_EQ(Literal("ab").Find("ab ab", 0), 0u);
  EXPECT_EQ(Literal("ab").Find("ab ab", 1), 3u);
  EXPECT_EQ(Literal("ab").Find("ab ab", 4), kNone);
  EXPECT_EQ(Literal("ab").Find("ab", 3), kNone) << "from behind the text";
  EXPECT_EQ(Literal("ab").Find("", 0), kNone);
  EXPECT_EQ(Literal("a").Find("bba", 0), 2u);
}

TEST(ByteRunTest, CaseIsThatOfAsciiLetters) {
  EXPECT_EQ(Literal("<h1", true).Find("<H2 <H1", 0), 4u);
  EXPECT_EQ(Literal("<h1", false).Find("<H1", 0), kNone);
  EXPECT_EQ(Literal("[a]", true).Find("{A}", 0), kNone) << "a bit apart, but no letters";
}

TEST(ByteRunTest, SetsStandAnywhere) {
  ByteSet digits;
  for (char c = '0'; c <= '9'; ++c) digits.set(static_cast<size_t>(c));
  ByteRun run;
  EXPECT_TRUE(run.Append(digits));
  EXPECT_TRUE(run.Append(digits));
  EXPECT_EQ(run.Find("a1b23", 0), 3u) << "no place with a single byte to look for";
  EXPECT_FALSE(run.Append(ByteSet()));
  EXPECT_EQ(run.size(), 2u);
}

TEST(ByteRunTest, HoldsNoMoreThanItHasRoomFor) {
  const ByteRun run = Literal("0123456789abcdefg");
  EXPECT_EQ(run.size(), ByteRun::kMaxBytes);
  EXPECT_EQ(run.Find("0123456789abcdef", 0), 0u);
  EXPECT_EQ(run.Find("0123456789abcde", 0), kNone);
}

// Every offset to a block of 16 or 64 bytes, every distance to the text's end, and bytes that agree
// with what is looked for.
TEST(ByteRunTest, EqualsASearchByteByByte) {
  std::mt19937 random(RandomSeed());
  const auto below = [&](uint32_t limit) { return random() % limit; };
  for (int i = 0; i < 20'000; ++i) {
    std::string wanted;
    for (uint32_t n = below(5) + 1; n > 0; --n) wanted += "ab<"[below(3)];
    std::string text;
    for (uint32_t n = below(300); n > 0; --n) text += "ab<  x"[below(6)];
    const size_t from = below(100);
    ASSERT_EQ(Literal(wanted).Find(text, from), text.find(wanted, from))
        << '"' << wanted << "\" in \"" << text << "\" from " << from;
  }
}

}  // namespace
}  // namespace thresh
