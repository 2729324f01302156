// Promises that hold for every URL, tried on random ones.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <random>
#include <string>
#include <string_view>

#include "parser/url.h"
#include "parser/url_shape.h"
#include "parser/url_strip.h"
#include "tests/support/test_environment.h"

namespace thresh {
namespace {

constexpr std::array<std::string_view, 48> kPieces = {
    "http:", "https:", "/",   "//",  "\\", ".",    "..",         "%2e",         "%",  "%4",
    "%41",   "%25",    "%c3", "%a4", "ü",  "\xff", "\xe2\x80",   "?",           "#",  "@",
    ":",     "80",     "0",   "a",   "B",  "xn--", "xn--fa-hia", "[",           "]",  "::1",
    "0x7f",  "127.1",  "&",   "=",   "'",  "\"",   " ",          "\t",          "\n", ";",
    "utm_a", "日本",   "。",  "💩",   "^",  "|",    "{",          "jsessionid=1"};

class RandomInputs {
 public:
  explicit RandomInputs(uint64_t seed) : random_(seed) {}

  std::string Next() {
    std::string input = random_() % 2 == 0 ? "http://h" : "";
    for (unsigned left = random_() % 14; left > 0; --left) {
      input += kPieces[random_() % kPieces.size()];
    }
    if (!input.empty() && random_() % 5 == 0) {
      input[random_() % input.size()] = static_cast<char>(random_());
    }
    return input;
  }

 private:
  std::mt19937 random_;
};

bool IsVisibleAscii(char byte) { return byte > ' ' && byte < 0x7f; }

void ExpectSame(const Url& a, const Url& b) {
  EXPECT_EQ(a.href(), b.href());
  EXPECT_EQ(a.scheme(), b.scheme());
  EXPECT_EQ(a.host(), b.host());
  EXPECT_EQ(a.port(), b.port());
  EXPECT_EQ(a.origin(), b.origin());
  EXPECT_EQ(a.path(), b.path());
  EXPECT_EQ(a.query(), b.query());
}

TEST(UrlRandomTest, EveryUrlIsInNormalForm) {
  RandomInputs inputs(RandomSeed());
  const Url base = Url::Parse("https://h.test:81/b/c;d?e").value();
  const ParameterStripper stripper = ParameterStripper::Default();
  size_t valid = 0;
  for (int i = 0; i < 20000 && !testing::Test::HasFailure(); ++i) {
    const std::string input = inputs.Next();
    SCOPED_TRACE(testing::PrintToString(input));
    const auto url = Url::Parse(input, i % 2 == 0 ? &base : nullptr);
    if (!url) continue;
    ++valid;
    EXPECT_TRUE(std::all_of(url->href().begin(), url->href().end(), IsVisibleAscii)) << url->href();
    const auto again = Url::Parse(url->href());
    ASSERT_TRUE(again) << url->href();
    ExpectSame(*url, *again);
    const Url stripped = stripper.Strip(*url);
    ExpectSame(stripper.Strip(stripped), stripped);
    EXPECT_GE(PathRepeats(url->path()), 1);
    EXPECT_TRUE(UrlShape(*url).starts_with(url->host()));
  }
  EXPECT_GT(valid, 2000u);
}

}  // namespace
}  // namespace thresh
