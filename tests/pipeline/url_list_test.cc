#include "pipeline/url_list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <vector>

#include "parser/url.h"

namespace thresh {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> ListedUrls(const std::string& text) {
  std::istringstream in(text);
  UrlList list(in);
  std::vector<std::string> lines;
  while (list.Next()) lines.emplace_back(list.line());
  return lines;
}

TEST(UrlListTest, EmptyLinesAndCommentsAreNone) {
  EXPECT_THAT(ListedUrls("a\n\n # b\n  \t\r\n#\n  c d\r\ne"), ElementsAre("a", "c d\r", "e"));
  EXPECT_THAT(ListedUrls("\xef\xbb\xbfhttp://x.test/"), ElementsAre("http://x.test/"));
  EXPECT_THAT(ListedUrls(""), IsEmpty());
  EXPECT_THAT(ListedUrls("\n\n"), IsEmpty());
}

TEST(UrlListTest, OfALineThatIsTooLongOnlyTheBeginningIsRead) {
  const std::string longest(8 * kMaxUrlBytes, 'x');
  for (const char* end : {"", "\n", "\nb"}) {
    std::istringstream in("\n" + longest + "aaa" + end);
    UrlList list(in);
    ASSERT_TRUE(list.Next());
    EXPECT_TRUE(list.is_too_long());
    EXPECT_EQ(list.number(), 2u);
    EXPECT_EQ(list.line(), longest + "a");
    EXPECT_EQ(list.Next(), end[0] != '\0' && end[1] != '\0');
  }
  for (const char* end : {"", "\n", "\nb"}) {
    std::istringstream in(longest + end);
    UrlList list(in);
    ASSERT_TRUE(list.Next());
    EXPECT_FALSE(list.is_too_long());
    EXPECT_EQ(list.line(), longest);
    EXPECT_EQ(list.Next(), end[0] != '\0' && end[1] != '\0');
    EXPECT_FALSE(list.is_too_long());
  }
}

}  // namespace
}  // namespace thresh
