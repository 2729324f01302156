#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "tests/parser/rules_test.h"

namespace thresh {
namespace {

using ::testing::ElementsAre;

struct RowsCase {
  std::string_view page;
  std::string_view element;
  std::vector<std::string> rows;  // their text
  std::string_view why;
};

class ElementRowsTest : public RulesTest {
 protected:
  std::vector<std::string> Texts(std::string_view element, std::string_view page) {
    std::vector<std::string> texts;
    for (const Row& row : Rows(ElementRecord(std::string(element), {Field("v", "^.*$")}), page)) {
      texts.push_back(std::get<std::string>(row[0]));
    }
    return texts;
  }

  void Expect(const RowsCase& c) {
    EXPECT_EQ(Texts(c.element, c.page), c.rows) << c.page << "  " << c.why;
  }
};

TEST_F(ElementRowsTest, StrayEndTagsEndNoRow) {
  const RowsCase cases[] = {
      {"<body><div><div>1</div></div></div><b>price</b></body>",
       "<body",
       {"1 price"},
       "nothing around the body has it"},
      {"<body><p>1</p></p><b>2</b></body>", "<body", {"1 2"}, "nor a p"},
      {"<body><p>1<hr>2</p>3</body>", "<body", {"1 2 3"}, "a p that is closed already"},
      {"<table><tr><td>a</th>b</td><td>c</td></tr></table>", "<td", {"a b", "c"}, "no th is open"},
      {"<table><tr><th>a</td>b</th><th>c</th></tr></table>", "<th", {"a b", "c"}, "no td is"},
      {"<ul><li>1</div>2</li><li>3</li></ul>", "<li", {"1 2", "3"}, "no div is"},
      {"<div><ul><li>1</div>2", "<li", {"1"}, "the div around ends it"},
      {"<dl><dt>a<dd>1</dt>2<dd>3</dl>", "<dd", {"1 2", "3"}, "the dt is closed"},
      {"<select><optgroup><option>a</optgroup>tail</select>", "<option", {"a"}, "the group is not"},
  };
  for (const RowsCase& c : cases) Expect(c);
}

TEST_F(ElementRowsTest, WhatOnlyLooksLikeATagIsNoRow) {
  const RowsCase cases[] = {
      {"<!-- <div class=r><p>x</p> --><div class=r>q</div>", "<div class=r", {"q"}, "a comment"},
      {"<script>var t='<li class=x>c</li>';</script><li class=x>r</li>", "<li", {"r"}, "a script"},
      {"<textarea><li>c</li></textarea><li>r</li>", "<li", {"r"}, "the text of a field"},
      {"<a title='<li class=x>'>t</a><li class=x>r</li>", "<li", {"r"}, "an attribute"},
      {"<!-- <li --><li class=x>r</li>", "<li\\b[^>]*>", {"r"}, "a match that begins before a tag"},
      {"<!-- <li --><p>1</p><li class=x>r</li>", "<li.*?class=x", {"r"}, "or runs over it"},
      {"<li>1</li><!-- <li>2</li>", "<li", {"1"}, "a comment up to the page's end"},
      {"<li>1</li><li class=", "<li", {"1"}, "a tag that the page ends in"},
      {"<template><li>1</li></template>", "<li", {"1"}, "a template's are tags"},
  };
  for (const RowsCase& c : cases) Expect(c);
}

TEST_F(ElementRowsTest, AFormInAFormIsARow) {
  Expect({"<form id=a><form class=i>1</form><form class=i>2</form>3",
          "<form class",
          {"1", "2"},
          "though browsers ignore the first tag"});
  Expect({"<form id=a><form class=i>1", "<form class", {"1"}, "open until the end"});
}

TEST_F(ElementRowsTest, AnOpenTitleInSvgHidesNothing) {
  Expect({"<div c>1<svg><title>t</svg>2</div><div c>3</div>",
          "<div c",
          {"1 t2", "3"},
          "its text is the row's"});
}

// A title or an apostrophe may stand there that HTML would have hide what follows.
TEST_F(ElementRowsTest, ReadsOtherPagesFromEachMatchOn) {
  const std::string feed =
      "<rss><channel><title/><item><style/>1</item><item><![CDATA[don't]]> 2</item>"
      "<item>3</item></channel></rss>";
  for (std::string_view head : {"<?xml version='1.0'?>", ""}) {
    EXPECT_THAT(Texts("<item>(?:<!\\[|\\d)", std::string(head) + feed), ElementsAre("don't 2", "3"))
        << head;
  }
  page_.content_type = "application/xml";
  EXPECT_THAT(Texts("<entry", "<map><title/><entry>1</entry><entry>2</entry></map>"),
              ElementsAre("1", "2"));
  page_.content_type = "application/json";
  EXPECT_THAT(Texts("<li", "{\"a\":\"<script>x<\\/script>\",\"b\":\"<ul><li>1</li><li>2</li>\"}"),
              ElementsAre("1", "2"));
}

TEST_F(ElementRowsTest, XmlEndsByItsOwnRules) {
  const RowsCase cases[] = {
      {"<list><track><name>1</name></track><track><name>2</name></track></list>",
       "<track",
       {"1", "2"},
       "a void element of HTML"},
      {"<d><option>1<li>a<li>b</li></li>2</option></d>",
       "<option",
       {"1 a b 2"},
       "no end is implied"},
      {"<d><Item><item>1</item></Item></d>", "<Item", {"1"}, "names have their case"},
      {"<d><x>1<!-- </x> --><![CDATA[</x>]]><y a='</x>'/>2</x></d>", "<x", {"12"}, "no end tags"},
      {"<d><x>1<x/>2<x>3</x>4</x>5</d>", "<x", {"1234"}, "elements in themselves"},
      {"<d><x>1</d>", "<x", {"1"}, "open until the end"},
  };
  for (const std::string head : {"<?xml version='1.0'?>", ""}) {
    for (const RowsCase& c : cases) {
      const std::string page = head + std::string(c.page);
      Expect({page, c.element, c.rows, c.why});
    }
  }
  page_.content_type = "application/rss+xml";
  for (const RowsCase& c : cases) Expect(c);
}

TEST_F(ElementRowsTest, AnEmptyTitleOfAFeedHidesNothing) {
  const auto rows = Rows(ElementRecord("<item>", {Field("id", "<id>(.*?)</id>")}),
                         "<rss><item><title/><id>1</id></item><item><title>b</title><id>2</id>"
                         "</item><item><style/><id>3</id></item></rss>");
  EXPECT_THAT(rows, ElementsAre(ElementsAre("1"), ElementsAre("2"), ElementsAre("3")));
}

TEST_F(ElementRowsTest, CdataOfAFeedHoldsHtml) {
  const std::string feed =
      "<rss><item><text><![CDATA[<p>a<img src=1><p>b]]></text></item>"
      "<item><text><![CDATA[<p>c<img src=2>d]]></text></item><p>e<b/></p></rss>";
  EXPECT_THAT(Texts("<p>", feed), ElementsAre("a", "b", "cd", "e"));
  EXPECT_THAT(Rows(ElementRecord("<img", {Attribute(Field("src", ""), "src")}), feed),
              ElementsAre(ElementsAre("1"), ElementsAre("2")));
}

TEST_F(ElementRowsTest, ATypeOfHtmlIsBelievedOfWhatIsNoXml) {
  page_.content_type = "text/html";
  Expect({"<x-list><li>1<li>2</x-list>", "<li", {"1", "2"}, "a custom element"});
  Expect({"<blob>text<ul><li>1<li>2</ul>", "<li", {"1", "2"}, "no end of its first element"});
}

TEST_F(ElementRowsTest, XhtmlIsHtml) {
  EXPECT_THAT(Texts("<li", "<?xml version='1.0'?><html><!-- <li>x</li> --><li>1</li></html>"),
              ElementsAre("1"));
}

// Read to the page's end for each, they would take hours.
TEST_F(ElementRowsTest, TagsThatThePageEndsInAreNotReadEach) {
  std::string page = "<ul><li>a</li>";
  for (int i = 0; i < 200'000; ++i) page += "<li ";
  for (std::string_view type : {"text/html", "text/plain"}) {
    page_.content_type = type;
    EXPECT_THAT(Texts("<li\\b", page), ElementsAre("a")) << type;
  }
}

TEST_F(ElementRowsTest, ElementsThatAreNeverClosedAreReadOnce) {
  std::string page;
  for (int i = 0; i < 200'000; ++i) page += "<span>1</div>";
  page_.content_type = "text/html";
  EXPECT_EQ(Texts("<span", page).size(), 1u);
}

}  // namespace
}  // namespace thresh
