#include "parser/html.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "tests/support/test_environment.h"

namespace thresh {
namespace {

using ::testing::ElementsAre;

// The tags of a page in short: "a", "/a", "br/" (self-closing).
std::vector<std::string> Tags(std::string_view html) {
  std::vector<std::string> tags;
  HtmlScanner scanner(html);
  HtmlTag tag;
  while (scanner.Next(&tag)) {
    EXPECT_EQ(html[tag.begin], '<');
    EXPECT_EQ(html[tag.end - 1], '>');
    tags.push_back((tag.is_end ? "/" : "") + std::string(tag.name) + (tag.self_closing ? "/" : ""));
  }
  EXPECT_EQ(scanner.offset(), html.size());
  return tags;
}

// The attributes of the first tag in short: "name=value".
std::vector<std::string> Attributes(std::string_view html) {
  std::vector<std::string> attributes;
  HtmlTag tag;
  if (!HtmlScanner(html).Next(&tag)) return {"no tag"};
  HtmlAttributes walk(tag.attributes);
  HtmlAttribute attribute;
  while (walk.Next(&attribute)) {
    attributes.push_back(std::string(attribute.name) + "=" + std::string(attribute.value));
  }
  return attributes;
}

struct TagsCase {
  std::string_view html;
  std::vector<std::string> tags;
  std::string_view why;
};

TEST(HtmlScannerTest, FindsTheTagsThatTheStandardsTokenizerFinds) {
  const TagsCase cases[] = {
      {"", {}, "nothing"},
      {"text", {}, "no markup"},
      {"<p>a</p>", {"p", "/p"}, "§13.2.5.6 tag open"},
      {"<DiV>", {"DiV"}, "names keep their case"},
      {"a < b <3 <", {}, "§13.2.5.6: only a letter, '!', '/' or '?' opens markup"},
      {"a <<b>", {"b"}, "the second '<' opens"},
      {"<>", {}, "§13.2.5.6: '>' is text"},
      {"</><b>", {"b"}, "§13.2.5.7: \"</>\" is nothing"},
      {"</ p><b>", {"b"}, "§13.2.5.7: a bogus comment"},
      {"</", {}, "§13.2.5.7: the end of the page is text"},
      {"<a", {}, "§13.2.5.8: a tag that the page ends in is none"},
      {"<a href", {}, "§13.2.5.33"},
      {"<a href=\"x><b>", {}, "§13.2.5.36: an open quote takes the rest"},
      {"<a title='>'><b>", {"a", "b"}, "§13.2.5.37: '>' in quotes"},
      {"<a title=\">\"><b>", {"a", "b"}, "§13.2.5.36"},
      {"<a title=x'><b>", {"a", "b"}, "§13.2.5.38: a quote within an unquoted value is no quote"},
      {"<a '><b>", {"a", "b"}, "§13.2.5.33: nor in a name"},
      {"<a b=>", {"a"}, "§13.2.5.35: no value"},
      {"<a b= ><c>", {"a", "c"}, "§13.2.5.35"},
      {"<br/><br /><br / >", {"br/", "br/", "br"}, "§13.2.5.40: only \"/>\" closes itself"},
      {"<a href=x/>", {"a"}, "§13.2.5.38: the '/' is the value's"},
      {"<a href=\"x\"/>", {"a/"}, "§13.2.5.39"},
      {"<a b/c>", {"a"}, "§13.2.5.40: a '/' in a tag parts attributes"},
      {"<a<b>", {"a<b"}, "§13.2.5.8: '<' may be in a name"},
      {"<my-tag:x>", {"my-tag:x"}, "custom names"},
      {"</p class=x>", {"/p"}, "end tags may have attributes"},
  };
  for (const TagsCase& c : cases) EXPECT_EQ(Tags(c.html), c.tags) << c.html << "  " << c.why;
}

TEST(HtmlScannerTest, PassesOverComments) {
  const TagsCase cases[] = {
      {"<!-- <a> --><b>", {"b"}, "§13.2.5.45"},
      {"<!--><b>", {"b"}, "§13.2.5.43: closed at once"},
      {"<!---><b>", {"b"}, "§13.2.5.44"},
      {"<!----><b>", {"b"}, "empty"},
      {"<!----!><b>", {"b"}, "§13.2.5.52"},
      {"<!--a--!><b>", {"b"}, "§13.2.5.52"},
      {"<!--!><a>--><b>", {"b"}, "the dashes that open do not count for \"--!>\""},
      {"<!---!><a>--><b>", {"b"}, "nor with one more"},
      {"<!--a--!-><a>--><b>", {"b"}, "\"--!\" and no '>'"},
      {"<!--a-- ><a>--><b>", {"b"}, "\"--\" and no '>'"},
      {"<!--a<!--b--><c>", {"c"}, "comments do not nest"},
      {"<!--a--->", {}, "more dashes"},
      {"<!-- <a>", {}, "§13.2.5.45: open until the end"},
      {"<!doctype html><b>", {"b"}, "§13.2.5.53"},
      {"<!DOCTYPE a \"<a>\"><b>", {"b"}, "§13.2.5.59: '>' ends a doctype even in quotes"},
      {"<!x <a><b>", {"b"}, "§13.2.5.41: a bogus comment"},
      {"<!-<a><b>", {"b"}, "one dash is bogus"},
      {"<?xml version='1.0'?><b>", {"b"}, "§13.2.5.6"},
      {"<![CDATA[<a>]]><b>", {"b"}, "§13.2.5.42: bogus in HTML, ends at the first '>'"},
      {"<svg><![CDATA[<a>]]></svg><b>", {"svg", "/svg", "b"}, "§13.2.5.69: real in SVG"},
      {"<svg><p><![CDATA[<a>]]><b>", {"svg", "p", "b"}, "§13.2.6.5: <p> leaves SVG"},
  };
  for (const TagsCase& c : cases) EXPECT_EQ(Tags(c.html), c.tags) << c.html << "  " << c.why;
}

TEST(HtmlScannerTest, TakesRawTextForText) {
  const TagsCase cases[] = {
      {"<title><a></title><b>", {"title", "/title", "b"}, "§13.2.5.2 RCDATA"},
      {"<textarea><a></TextArea ><b>", {"textarea", "/TextArea", "b"}, "§13.2.5.11"},
      {"<style><a></style/><b>", {"style", "/style/", "b"}, "§13.2.5.14"},
      {"<style></styles></style><b>", {"style", "/style", "b"}, "another name"},
      {"<xmp></xmp", {"xmp"}, "the page ends in the name"},
      {"<xmp><a>", {"xmp"}, "no end tag: to the end"},
      {"<iframe><!--</iframe><b>-->", {"iframe", "/iframe", "b"}, "no comments in raw text"},
      {"<noembed><a></noembed><noframes><a></noframes>",
       {"noembed", "/noembed", "noframes", "/noframes"},
       "§13.2.6.4.7"},
      {"<noscript><a></noscript>", {"noscript", "a", "/noscript"}, "scripting is off"},
      {"<plaintext></plaintext><a>", {"plaintext"}, "§13.2.5.5: never ends"},
      {"<script/><a></script><b>", {"script/", "/script", "b"}, "§13.2.6.4.4: '/' does not close"},
      {"<svg><title/><a></svg>", {"svg", "title/", "a", "/svg"}, "§13.2.6.5: in SVG it does"},
  };
  for (const TagsCase& c : cases) EXPECT_EQ(Tags(c.html), c.tags) << c.html << "  " << c.why;
}

TEST(HtmlScannerTest, TakesNoRawTextInForeignContent) {
  const TagsCase cases[] = {
      {"<svg><title></svg><a>", {"svg", "title", "/svg", "a"}, "§13.2.6.5: not even in a title"},
      {"<svg><style><a></svg>", {"svg", "style", "a", "/svg"}, "nor in a style"},
      {"<math><title><b>", {"math", "title", "b"}, "nor in MathML"},
      {"<svg/><style><a>", {"svg/", "style"}, "closed at once"},
      {"<svg></svg><style><a>", {"svg", "/svg", "style"}, "or by its end tag"},
      {"<svg><svg></svg><style><a>", {"svg", "svg", "/svg", "style", "a"}, "by that of its own"},
      {"<svg><b><style><a>", {"svg", "b", "style"}, "left by what is HTML's only"},
      {"<svg><font><style><a>", {"svg", "font", "style", "a"}, "a font may be SVG's"},
      {"<svg><font color=x><style><a>", {"svg", "font", "style"}, "unless it has a colour"},
      {"<div><svg></div><script><a>", {"div", "svg", "/div", "script"}, "by the end of a parent"},
      {"<svg><desc><style><a>", {"svg", "desc", "style"}, "HTML inside of SVG"},
      {"<svg><desc></desc><style><a>", {"svg", "desc", "/desc", "style", "a"}, "and behind it"},
      {"<svg><desc/><style><a>", {"svg", "desc/", "style", "a"}, "or where it is empty"},
      {"<svg><title></title><style><a>",
       {"svg", "title", "/title", "style", "a"},
       "a title's, too"},
      {"<math><mi><style><a>", {"math", "mi", "style"}, "HTML inside of MathML"},
      {"<svg><style><![CDATA[<a>]]></style><b>", {"svg", "style", "/style", "b"}, "but CDATA"},
  };
  for (const TagsCase& c : cases) EXPECT_EQ(Tags(c.html), c.tags) << c.html << "  " << c.why;
  std::string deep;
  for (int i = 0; i < 100; ++i) deep += "<svg><desc>";
  EXPECT_EQ(Tags(deep + "<style><a>").back(), "style") << "deeper than is counted";
}

TEST(HtmlScannerTest, FollowsTheEscapedStatesOfScripts) {
  const std::vector<std::string> closed = {"script", "/script", "b"};
  const TagsCase cases[] = {
      {"<script>if(a<b)</script><b>", closed, "§13.2.5.4"},
      {"<script>'</scripts>'</script><b>", closed, "§13.2.5.17"},
      {"<script><!-- x --></script><b>", closed, "§13.2.5.20"},
      {"<script><!-- x </script><b>", closed, "§13.2.5.25: one level does not hide"},
      {"<script><!-- <script> </script> --></script><b>", closed, "§13.2.5.27 double escaped"},
      {"<script><!-- <script> </script> </script><b>", closed, "§13.2.5.31"},
      {"<script><!-- <script> --></script><b>", closed, "§13.2.5.29: \"-->\" leaves both"},
      {"<script><!--><script></script><b>", closed, "§13.2.5.21: \"<!-->\" is already left"},
      {"<script><!-- <scripts> </script><b>", closed, "another name does not escape"},
      {"<script><!-- <script> </script><b>", {"script"}, "still escaped at the end"},
      {"<script><!-- <SCRIPT/ </ScRiPt\t--><a></script><b>", closed, "case, other delimiters"},
  };
  for (const TagsCase& c : cases) EXPECT_EQ(Tags(c.html), c.tags) << c.html << "  " << c.why;
}

TEST(HtmlScannerTest, GivesOffsetsAndBeginsAnywhere) {
  const std::string_view html = "<p>x</p>";
  HtmlScanner scanner(html, 1);
  HtmlTag tag;
  ASSERT_TRUE(scanner.Next(&tag));
  EXPECT_EQ(tag.begin, 4u);
  EXPECT_EQ(tag.end, 8u);
  EXPECT_TRUE(tag.is_end);
  EXPECT_TRUE(tag.NameIs("p"));
  EXPECT_FALSE(tag.NameIs("pp"));
  EXPECT_FALSE(tag.NameIs("q"));
  EXPECT_FALSE(scanner.Next(&tag));
  EXPECT_FALSE(scanner.Next(&tag));
}

TEST(HtmlAttributesTest, ReadsAttributes) {
  struct {
    std::string_view html;
    std::vector<std::string> attributes;
    std::string_view why;
  } const cases[] = {
      {"<a>", {}, "none"},
      {"<a b>", {"b="}, "§13.2.5.33: no value"},
      {"<a b=c>", {"b=c"}, "§13.2.5.38"},
      {"<a b='c d'>", {"b=c d"}, "§13.2.5.37"},
      {"<a b=\"c'd\">", {"b=c'd"}, "§13.2.5.36"},
      {"<a b = \n 'c'>", {"b=c"}, "§13.2.5.34: space around '='"},
      {"<a b=\"1\"c=\"2\">", {"b=1", "c=2"}, "§13.2.5.39: space left out"},
      {"<a b=c/d>", {"b=c/d"}, "a '/' in an unquoted value"},
      {"<a b=c/>", {"b=c/"}, "also at its end"},
      {"<a b/c>", {"b=", "c="}, "§13.2.5.40"},
      {"<a/b>", {"b="}, "§13.2.5.8"},
      {"<a =b=c>", {"=b=c"}, "§13.2.5.32: a '=' begins a name"},
      {"<a ==b>", {"==b"}, "the second '=' gives the value"},
      {"<a b=>", {"b="}, "§13.2.5.35"},
      {"<a b='' c>", {"b=", "c="}, "empty"},
      {"<a b=\"x>y\" c=&amp;>", {"b=x>y", "c=&amp;"}, "raw"},
      {"<a DATA-X=1>", {"DATA-X=1"}, "names keep their case"},
      {"<a b=c=d>", {"b=c=d"}, "'=' in an unquoted value"},
      {"<br/>", {}, "the '/' is no attribute"},
  };
  for (const auto& c : cases) EXPECT_EQ(Attributes(c.html), c.attributes) << c.html << c.why;
}

TEST(HtmlTagTest, GivesTheFirstOfEqualAttributes) {
  HtmlTag tag;
  ASSERT_TRUE(HtmlScanner("<a HREF=1 href=2 nofollow>").Next(&tag));
  EXPECT_EQ(tag.Attribute("href"), "1");
  EXPECT_EQ(tag.Attribute("nofollow"), "");
  EXPECT_EQ(tag.Attribute("rel"), std::nullopt);
}

// Views that no tag gave, as a regex may cut them.
TEST(HtmlAttributesTest, EndsOnAnyText) {
  for (std::string_view text : {"a=\"b", "a='", "a=", "a", "=", "/", " ", "a=b>c", ">x"}) {
    HtmlAttributes walk(text);
    HtmlAttribute attribute;
    int count = 0;
    while (walk.Next(&attribute)) ASSERT_LT(++count, 10) << text;
  }
}

std::string Repeat(std::string_view text, size_t times) {
  std::string all;
  all.reserve(text.size() * times);
  for (size_t i = 0; i < times; ++i) all += text;
  return all;
}

// Each of these takes minutes when the scan is quadratic.
TEST(HtmlScannerTest, IsLinearOnHostilePages) {
  for (std::string_view piece : {"<",
                                 "</",
                                 "<!",
                                 "<!-",
                                 "<!--",
                                 "<a ",
                                 "<a b='",
                                 "<a b=\"",
                                 "<div>",
                                 "</div>",
                                 "--!",
                                 "<?",
                                 "<title>",
                                 "</title",
                                 "<script>",
                                 "<script><!--",
                                 "<!--<script>",
                                 "<![CDATA[",
                                 "<svg>",
                                 "<svg><![CDATA[",
                                 "&",
                                 "<a b=c ",
                                 "<p/"}) {
    HtmlScanner scanner("");
    const std::string html = Repeat(piece, 2'000'000 / piece.size());
    scanner = HtmlScanner(html);
    HtmlTag tag;
    while (scanner.Next(&tag)) {
    }
    EXPECT_EQ(scanner.offset(), html.size()) << piece;
  }
}

TEST(HtmlScannerTest, ReadsAnyBytes) {
  std::mt19937 random(RandomSeed());
  const std::string_view pieces[] = {
      "<",       ">",    "/",   "!",  "--",      "\"",     "'",   "=",    " ",         "a",  "svg",
      "<script", "<!--", "-->", "</", "<title>", "script", "\0x", "\xff", "<![CDATA[", "]]>"};
  for (int round = 0; round < 20'000; ++round) {
    std::string html;
    for (int i = random() % 30; i > 0; --i) html += pieces[random() % std::size(pieces)];
    HtmlScanner scanner(html);
    HtmlTag tag;
    size_t last = 0;
    while (scanner.Next(&tag)) {
      ASSERT_LE(last, tag.begin) << html;
      ASSERT_LT(tag.begin, tag.end) << html;
      ASSERT_LE(tag.end, html.size()) << html;
      ASSERT_EQ(scanner.offset(), tag.end) << html;
      last = tag.end;
      tag.Attribute("none");
    }
  }
}

}  // namespace
}  // namespace thresh
