#include "parser/url_query.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "parser/url.h"

namespace thresh {
namespace {

// URL §4.4, "query state", and §1.3, "percent-encode after encoding".
TEST(UrlQueryTest, IsInTheEncodingOfItsPage) {
  const struct {
    std::string_view charset, reference, expected, why;
  } cases[] = {
      {"gbk", "/中?q=中文&x=/中", "/%E4%B8%AD?q=%D6%D0%CE%C4&x=/%D6%D0", "the query alone"},
      {"gbk", "?q=a%E4%b8b ~", "/dir/page?q=a%E4%B8b%20~", "escapes stay the bytes they are"},
      {"gbk", "?q=😀!", "/dir/page?q=%26%23128512%3B!", "what it lacks is a reference"},
      {"gb18030", "?😀", "/dir/page?%949%FC6", "digits among the bytes stand for themselves"},
      {"shift_jis", "?ソ", "/dir/page?%83\\", "and so does a backslash"},
      {"windows-1252", "http://ä.test/?ä", "http://xn--4ca.test/?%E4", "the host is no query"},
      {"iso-2022-jp", "?aテb", "/dir/page?a%1B$B%25F%1B(Bb", "'%' would begin an escape"},
      {"utf-16le", "?ä", "/dir/page?%C3%A4", "UTF-16 writes UTF-8"},
      {"utf-8", "?ä", "/dir/page?%C3%A4", "so does UTF-8"},
  };
  const Url base = Url::Parse("http://x.test/dir/page?old").value();
  for (const auto& c : cases) {
    const auto url = Url::Parse(c.reference, {&base, charset::Encoder::Find(c.charset)});
    const bool relative = c.expected.starts_with('/');
    const std::string expected = (relative ? "http://x.test" : "") + std::string(c.expected);
    ASSERT_TRUE(url) << c.why;
    EXPECT_EQ(url->href(), expected) << c.charset << ": " << c.why;
    EXPECT_EQ(Url::Parse(url->href())->href(), expected) << c.charset << ": " << c.why;
  }
}

}  // namespace
}  // namespace thresh
