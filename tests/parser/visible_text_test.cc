#include <gtest/gtest.h>

#include <random>
#include <string>
#include <string_view>

#include "parser/html.h"
#include "parser/utf8.h"
#include "tests/support/test_environment.h"

namespace thresh {
namespace {

TEST(VisibleTextTest, IsWhatAReaderSees) {
  struct {
    std::string_view html;
    std::string_view text;
    std::string_view why;
  } const cases[] = {
      {"", "", "nothing"},
      {"  a \n\t b  ", "a b", "runs of white space are one, the ends are trimmed"},
      {"a&nbsp;&nbsp;b\u00a0", "a b", "U+00A0 too"},
      {"\u3000a\u2003b\u2028", "a b", "and the rest of Unicode's white space"},
      {"a\u200bb", "a\u200bb", "U+200B is none"},
      {"<b>a</b>b", "ab", "inline elements part no words"},
      {"<b>a</b> <i>b</i>", "a b", "the space between them stays"},
      {"<p>a</p><p>b</p>", "a b", "block-level ones do"},
      {"a<br>b<hr>c", "a b c", "so do line breaks"},
      {"a<BR/>b", "a b", "in any case"},
      {"<td>a</td><td>b</td>", "a b", "and cells"},
      {"a<!-- x -->b", "ab", "a comment is nothing"},
      {"a<!-- <p> -->b<?x?>c</>d", "abcd", "nor are bogus ones"},
      {"a<script>x</script>b<style>y</style>c", "abc", "scripts and styles"},
      {"a<script><!-- <b> --></script>b", "ab", "whatever is in them"},
      {"<title>a &amp; b</title>", "a & b", "character references in a title"},
      {"<textarea><b>&lt;</textarea>", "<b><", "its tags are text"},
      {"<xmp><b>&lt;</xmp>", "<b>&lt;", "raw text has no references"},
      {"<iframe>x</iframe><noembed>x</noembed><noframes>x</noframes>", "", "never shown"},
      {"<noscript>x</noscript>", "x", "shown without scripts"},
      {"a<template>x<template>y</template>z</template>b", "a b", "templates are not shown"},
      {"a &lt;b&gt; c", "a <b> c", "references make no tags"},
      {"&amp;lt;", "&lt;", "decoded once"},
      {"a < b & c", "a < b & c", "text that looks a little like markup"},
      {"a <b", "a", "a tag that the page ends in"},
      {"a</", "a</", "no tag at all"},
      {"a &am<!-- -->p; b", "a &amp; b", "a comment parts a reference"},
      {"<svg><![CDATA[x]]></svg>a", "xa", "a picture's CDATA is text as its other text"},
      {"<![CDATA[Only]]>", "Only", "CDATA is content"},
      {"a <![CDATA[x]]> b", "a x b", "between other text"},
      {"<![CDATA[Title 36 & <b>co</b>]]>", "Title 36 & co", "with markup in it"},
      {"<title><![CDATA[a &amp; b]]></title>", "a & b", "in a feed's title"},
      {"<description>\n<![CDATA[<p>a</p><p>b</p>]]></description>c", "a b c", "or description"},
      {"<![CDATA[a]]]]><![CDATA[>b]]>", "a]]>b", "the end of a section, in two of them"},
      {"<i><![CDATA[a</i> b<p>c", "a b c", "never closed: hides nothing"},
      {"<![CDATA[a <p>b <![CDATA[c]]> d", "a b c d", "closed by the next one"},
      {"a ]]> b", "a ]]> b", "no end without a beginning"},
      {"a<script>//<![CDATA[\nx\n//]]></script>b", "ab", "a script's is not shown"},
      {"<svg><style><![CDATA[a>b{}]]></style></svg>c", "c", "nor a style's in a picture"},
      {"<p title='a>b'>c", "c", "attributes are not seen"},
  };
  for (const auto& c : cases) EXPECT_EQ(VisibleText(c.html), c.text) << c.html << "  " << c.why;
}

TEST(VisibleTextTest, ReadsAnyBytesInLinearTime) {
  for (std::string_view piece : {"<", "<!--", "&", "a ", "\xC2", "<template>", "<![CDATA[",
                                 "<![CDATA[><p>", "<![CDATA[]]>", "]]>", "<p>"}) {
    std::string html;
    while (html.size() < 2'000'000) html += piece;
    EXPECT_LE(VisibleText(html).size(), html.size());
  }
  std::mt19937 random(RandomSeed());
  const std::string_view pieces[] = {"<p>",    "<b>",      "</b>",      "<!--",      "-->", "&lt;",
                                     "\u00a0", " ",        "x",         "\n",        "<",   "&",
                                     "</p>",   "<script>", "</script>", "<![CDATA[", "]]>"};
  for (int round = 0; round < 20'000; ++round) {
    std::string html;
    for (int i = random() % 30; i > 0; --i) html += pieces[random() % std::size(pieces)];
    const std::string text = VisibleText(html);
    ASSERT_TRUE(IsValidUtf8(text)) << html;
    ASSERT_EQ(text.find("  "), std::string::npos) << html;
    ASSERT_TRUE(text.empty() || (text.front() != ' ' && text.back() != ' ')) << html;
  }
}

}  // namespace
}  // namespace thresh
