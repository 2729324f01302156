#include "pipeline/html_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace thresh {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string Escaped(std::string_view text) {
  std::string out;
  AppendHtmlText(text, &out);
  return out;
}

struct TextCase {
  std::string_view text, html, reason;
};

TEST(HtmlTextTest, NothingGetsOut) {
  using namespace std::string_view_literals;
  static constexpr TextCase kCases[] = {
      {"<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;", "an element"},
      {"\"><img src=x onerror=a>", "&quot;&gt;&lt;img src=x onerror=a&gt;", "out of an attribute"},
      {"' onload='", "&#39; onload=&#39;", "out of an attribute in single quotes"},
      {"&lt;", "&amp;lt;", "a reference stays what it was"},
      {"a\0b\x1b[31m\x7f"sv, "a␀b␛[31m␡", "controls show as their pictures"},
      {"a\r\nb\rc", "a\nb␍c", "only a lone CR is something to see"},
      {"\xe2\x80\xaegpj.exe", "&lt;U+202E&gt;gpj.exe", "a right-to-left override"},
      {"pay\xe2\x80\x8bpal", "pay&lt;U+200B&gt;pal", "a space without width"},
      {"\xc2\x85", "&lt;U+0085&gt;", "a control of C1"},
      {"\xff<\xc3", "\xef\xbf\xbd&lt;\xef\xbf\xbd", "bytes that are no UTF-8"},
      {"\xc0\xbcscript>", "\xef\xbf\xbd\xef\xbf\xbdscript&gt;", "an overlong '<'"},
      {"\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd", "half of a surrogate pair"},
      {"\xef\xbf\xbf", "\xef\xbf\xbd", "a noncharacter, an error in HTML"},
      {"grün 漢 \xf0\x9f\x98\x80", "grün 漢 \xf0\x9f\x98\x80", "what is text stays"},
  };
  for (const TextCase& test : kCases) EXPECT_EQ(Escaped(test.text), test.html) << test.reason;
}

TEST(HtmlWriterTest, WritesElementsThatEnd) {
  std::string page;
  HtmlWriter html(&page);
  {
    const auto row = html.Open("tr", {{"class", "a\"b"}, {"width", 1.50}, {"rowspan", 2}});
    html.Leaf("td", {}, "<");
    html.Void("br");
  }
  EXPECT_EQ(page, "<tr class=\"a&quot;b\" width=\"1.5\" rowspan=\"2\"><td>&lt;</td><br></tr>");
}

TEST(HtmlWriterTest, NumbersAreFiniteAndShort) {
  std::string page;
  HtmlWriter html(&page);
  html.Void("a", {{"x", 0.0 / 1.0}, {"y", -0.001}, {"z", 1e300 * 1e300}, {"w", 1234.567}});
  EXPECT_EQ(page, "<a x=\"0\" y=\"0\" z=\"0\" w=\"1234.57\">");
}

TEST(AddressTest, OnlyTheWebAndOurOwn) {
  EXPECT_FALSE(Address::Web("javascript:alert(1)"));
  EXPECT_FALSE(Address::Web("JaVaScRiPt:alert(1)"));
  EXPECT_FALSE(Address::Web("data:text/html,<script>"));
  EXPECT_FALSE(Address::Web("file:///etc/passwd"));
  EXPECT_FALSE(Address::Web(" https://x.test/"));
  EXPECT_EQ(Address::Web("https://x.test/\"><b>")->text(), "https://x.test/\"><b>");
  std::string page;
  HtmlWriter(&page).Leaf("a", {{"href", *Address::Web("https://x.test/\"><b>")}}, "x");
  EXPECT_THAT(page, Not(HasSubstr("<b>")));
}

TEST(AddressTest, QueriesAreEncoded) {
  EXPECT_EQ(Address("/page", {{"url", "http://x/?a=b&c#d é"}, {"n", ""}}).text(),
            "/page?url=http%3A%2F%2Fx%2F%3Fa%3Db%26c%23d%20%C3%A9&n=");
  EXPECT_EQ(Address::Place("#place", 7).text(), "#place7");
}

}  // namespace
}  // namespace thresh
