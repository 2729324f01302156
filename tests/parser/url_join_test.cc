#include "parser/url_join.h"

#include <gtest/gtest.h>

#include <random>

#include "tests/support/test_environment.h"

namespace thresh {
namespace {

std::string Joined(std::string_view base, std::string_view reference) {
  const Url url = Url::Parse(base).value();
  return std::string(UrlJoiner(url).Join(reference));
}

TEST(UrlJoinTest, JoinsPaths) {
  struct {
    const char* reference;
    const char* joined;
  } const cases[] = {
      {"d.html", "http://x.test:81/a/b/d.html"},
      {"d/e.html", "http://x.test:81/a/b/d/e.html"},
      {"../d", "http://x.test:81/a/d"},
      {"../../d", "http://x.test:81/d"},
      {"../../../d", "http://x.test:81/d"},
      {"/d/e", "http://x.test:81/d/e"},
      {"/", "http://x.test:81/"},
      {"d/", "http://x.test:81/a/b/d/"},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(Joined("http://x.test:81/a/b/c.html?q=/../", c.reference), c.joined) << c.reference;
  }
}

TEST(UrlJoinTest, LeavesTheRestToTheParser) {
  for (const char* reference :
       {"",      "//y.test/", "/\\y.test/", "mailto:a", "d?q",  "?q",   "d#f", "#",
        "d;s=1", "a%7eb",     "ä",          " d",       "d\n",  "..",   "../", ".",
        "./d",   "d/../e",    "d/./e",      ".hidden",  "d\\e", "a\"b", "{a}"}) {
    EXPECT_EQ(Joined("http://x.test/a/b", reference), "") << reference;
  }
}

TEST(UrlJoinTest, LengthIsLimited) {
  const std::string longest(kMaxUrlBytes - 14, 'a');
  EXPECT_EQ(Joined("http://x.test/", longest).size(), kMaxUrlBytes);
  EXPECT_EQ(Joined("http://x.test/", longest + "a"), "");
}

TEST(UrlJoinTest, AgreesWithTheParser) {
  std::mt19937 random(RandomSeed());
  const auto below = [&](uint32_t limit) { return random() % limit; };
  constexpr std::string_view kBytes = "ab./.../:?;%\\~ #\tA1-_@'\"<";
  size_t joined = 0;
  for (int i = 0; i < 50'000; ++i) {
    std::string reference, path = "/";
    for (uint32_t n = below(4); n > 0; --n) reference += "../";
    for (uint32_t n = below(8); n > 0; --n) reference += kBytes[below(below(2) == 0 ? 8 : 25)];
    for (uint32_t n = below(8); n > 0; --n) path += "ab/.?"[below(5)];
    const Url base = Url::Parse("http://x.test" + path).value();
    UrlJoiner joiner(base);
    const std::string_view href = joiner.Join(reference);
    if (href.empty()) continue;
    ++joined;
    const auto parsed = Url::Parse(reference, &base);
    ASSERT_TRUE(parsed) << reference;
    ASSERT_EQ(href, parsed->href()) << reference << " against " << base.href();
  }
  EXPECT_GT(joined, 5'000u);
}

}  // namespace
}  // namespace thresh
