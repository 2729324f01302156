#include "parser/percent.h"

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>

namespace thresh {
namespace {

struct PercentCase {
  std::string text, expected, why;
};

TEST(PercentTest, TheNormalFormHasOneSpelling) {
  for (const PercentCase& test : std::initializer_list<PercentCase>{
           {"aZ09-._~", "aZ09-._~", "unreserved"},
           {"%61%5a%30%2D%2E%5F%7e", "aZ0-._~", "unreserved, escaped"},
           {"/%2f", "/%2F", "reserved and escaped are two things"},
           {" \"<>`{}^", "%20%22%3C%3E%60%7B%7D%5E", "not plain in a path"},
           {"é€😀", "%C3%A9%E2%82%AC%F0%9F%98%80", "UTF-8 of two, three and four bytes"},
           {"%c3%A9", "%C3%A9", "UTF-8, escaped"},
           {"\x80\xc3z\xe2\x82\xf0\x9f\x98", "%EF%BF%BD%EF%BF%BDz%EF%BF%BD%EF%BF%BD",
            "a maximal invalid part is one U+FFFD"},
           {"%", "%", "no escape"},
           {"%4", "%4", "no escape"},
           {"%4g%", "%4g%", "no escape"},
           {"%%34%31", "%%341", "only the first would complete an escape"},
           {"%4%31", "%4%31", "would complete an escape"},
           {"%25%34%31", "%2541", "an escaped '%' begins none"},
           {"", "", "nothing"},
       }) {
    std::string out = "%4";  // what stands before is no part of it
    AppendNormalised(test.text, kPathBytes, &out);
    EXPECT_EQ(out, "%4" + test.expected) << test.why;
  }
}

TEST(PercentTest, EncodingIsUndoneByDecoding) {
  std::string all;
  for (int byte = 0; byte < 256; ++byte) all.push_back(static_cast<char>(byte));
  const std::string encoded = PercentEncode(all);
  EXPECT_EQ(PercentDecode(encoded), all);
  EXPECT_EQ(encoded.size(), 66 + 3 * (256 - 66)) << "66 are unreserved";
  EXPECT_EQ(PercentEncode("a/b c%é"), "a%2Fb%20c%25%C3%A9");
  EXPECT_EQ(PercentDecode("%zz%4%+%00"), std::string("%zz%4%+\0", 8));
}

}  // namespace
}  // namespace thresh
