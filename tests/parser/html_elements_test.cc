#include "parser/html_elements.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <string_view>

#include "parser/html.h"
#include "tests/support/test_environment.h"

namespace thresh {
namespace {

struct ElementCase {
  std::string_view html;
  std::string_view start;    // its first occurrence begins the element
  std::string_view element;  // the whole of it
  std::string_view why;
};

void ExpectElement(const ElementCase& c) {
  const size_t begin = c.html.find(c.start);
  ASSERT_NE(begin, std::string_view::npos) << c.html;
  EXPECT_EQ(c.html.substr(begin, ElementEnd(c.html, begin) - begin), c.element)
      << c.html << "  " << c.why << "  (ElementEnd)";
  EXPECT_EQ(c.html.substr(begin, HtmlElements(c.html).End(begin) - begin), c.element)
      << c.html << "  " << c.why << "  (HtmlElements)";
  EXPECT_EQ(c.html.substr(begin, ElementWalk(c.html).End(begin) - begin), c.element)
      << c.html << "  " << c.why << "  (ElementWalk)";
}

TEST(ElementEndTest, FindsTheBalancedEndTag) {
  const ElementCase cases[] = {
      {"<div>a</div>b", "<div", "<div>a</div>", "plain"},
      {"x<div><div>a</div><div></div></div>b", "<div", "<div><div>a</div><div></div></div>",
       "nested of one name"},
      {"<DIV>a</dIv >b", "<DIV", "<DIV>a</dIv >", "in any case"},
      {"<div><!-- </div> --></div>b", "<div", "<div><!-- </div> --></div>", "not in comments"},
      {"<div><script>'</div>'</script></div>b", "<div", "<div><script>'</div>'</script></div>",
       "not in scripts"},
      {"<div a='</div>'>x</div>b", "<div", "<div a='</div>'>x</div>", "not in attributes"},
      {"<br>a", "<br", "<br>", "a void element is its tag"},
      {"<img src=x/>a</img>", "<img", "<img src=x/>", "void"},
      {"<div/>a</div>b", "<div", "<div/>a</div>", "'/' closes no HTML element"},
      {"<svg><path/><g/></svg>b", "<svg", "<svg><path/><g/></svg>", "but those of SVG"},
      {"<svg><path/><g/></svg>b", "<path", "<path/>", "by itself"},
      {"<x><g/><y>a</y></x>b", "<x", "<x><g/><y>a</y></x>", "and of names that are not HTML's"},
      {"<x><my-g/>a</x>b", "<my-g", "<my-g/>a", "custom elements are"},
      {"<title><b></title>x", "<title", "<title><b></title>", "raw text"},
      {"<my-x><my-x></my-x></my-x>a", "<my-x", "<my-x><my-x></my-x></my-x>", "custom names"},
      {"<div>a", "<div", "<div>a", "open until the end"},
      {"<a href=1>x<a href=2>y</a>", "<a href=1", "<a href=1>x", "§13.2.6.4.7: links do not nest"},
      {"<button>a<button>b</button>", "<button", "<button>a", "nor buttons"},
      {"<h1>a</h2>b", "<h1", "<h1>a</h2>", "any heading's end tag"},
  };
  for (const ElementCase& c : cases) ExpectElement(c);
}

TEST(ElementEndTest, EndsBeforeWhatClosesIt) {
  const ElementCase cases[] = {
      {"<ul><li>a<li>b</ul>", "<li>a", "<li>a", "§13.1.2.4: before the next li"},
      {"<ul><li>a<li>b</ul>c", "<li>b", "<li>b", "before the list's end"},
      {"<ul><li>a<ul><li>b<li>c</ul>d<li>e</ul>", "<li>a", "<li>a<ul><li>b<li>c</ul>d",
       "an inner list's items close only each other"},
      {"<ul><li>a<div><li>b</ul>", "<li>a", "<li>a<div>", "through a div"},
      {"<ul><li>a</li>b</ul>", "<li", "<li>a</li>", "with its end tag"},
      {"<dl><dt>a<dd>b<dt>c</dl>", "<dt>a", "<dt>a", "dt before dd"},
      {"<dl><dt>a<dd>b<dt>c</dl>", "<dd>b", "<dd>b", "dd before dt"},
      {"<dl><dt>a<dd>b<dt>c</dl>", "<dt>c", "<dt>c", "before the list's end"},
      {"<div><p>a<p>b</div>", "<p>a", "<p>a", "p before p"},
      {"<div><p>a<p>b</div>", "<p>b", "<p>b", "p before its parent's end"},
      {"<p>a<div>b</div>", "<p", "<p>a", "p before any block"},
      {"<p>a<table><td>b</table>", "<p", "<p>a", "and before a table"},
      {"<p>a<span>b</span><br>c</p>d", "<p", "<p>a<span>b</span><br>c</p>", "not before inline"},
      {"<p>a<object><p>b</object>c</p>", "<p>a", "<p>a<object><p>b</object>c</p>", "nor in object"},
      {"<table><tr><td>a<td>b<tr><td>c</table>", "<td>a", "<td>a", "cell before cell"},
      {"<table><tr><td>a<td>b<tr><td>c</table>", "<td>b", "<td>b", "cell before row"},
      {"<table><tr><td>a<td>b<tr><td>c</table>", "<td>c", "<td>c", "cell before table's end"},
      {"<table><tr><td>a<td>b<tr><td>c</table>", "<tr><td>a", "<tr><td>a<td>b", "row before row"},
      {"<table><tr><td>a<th>b</tr></table>", "<tr", "<tr><td>a<th>b</tr>", "with its end tag"},
      {"<table><thead><tr><td>a<tbody><tr><td>b</table>", "<thead", "<thead><tr><td>a", "sections"},
      {"<table><thead><tr><td>a<tbody><tr><td>b</table>c", "<tbody", "<tbody><tr><td>b",
       "sections"},
      {"<table><caption>a<tr><td>b</table>", "<caption", "<caption>a", "captions"},
      {"<table><colgroup><col><tr><td>b</table>", "<colgroup", "<colgroup><col>", "colgroups"},
      {"<table><tr><td><table><tr><td>a</table>b<td>c</table>", "<td><table>",
       "<td><table><tr><td>a</table>b", "an inner table's cells are its own"},
      {"<table><tr><td><p>a</td></table>", "<p", "<p>a", "p before its cell's end"},
      {"<table><tr><td>a</div>b</td></table>", "<td", "<td>a</div>b</td>", "a stray end tag"},
      {"<select><option>a<option>b</select>", "<option>a", "<option>a", "options"},
      {"<select><option>a<option>b</select>c", "<option>b", "<option>b", "options"},
      {"<select><optgroup><option>a<optgroup><option>b</select>", "<optgroup",
       "<optgroup><option>a", "option groups"},
      {"<ruby>a<rt>b<rp>c</ruby>d", "<rt", "<rt>b", "ruby"},
      {"<ruby>a<rt>b<rp>c</ruby>d", "<rp", "<rp>c", "ruby"},
      {"<html><head><title>a</title><body>b</body></html>", "<head", "<head><title>a</title>",
       "the head before the body"},
      {"<body><p>a</body></html>", "<p", "<p>a", "the end of the page's body"},
      {"<ul><li>a", "<li", "<li>a", "the page ends"},
  };
  for (const ElementCase& c : cases) ExpectElement(c);
}

TEST(ElementEndTest, BearsMisnesting) {
  const ElementCase cases[] = {
      {"<div><b>a</div></b>c", "<div", "<div><b>a</div>", "an inline element left open"},
      {"<section><div>a</section>b", "<div", "<div>a", "ends with its parent"},
      {"<b><p>a</b>b</p>c", "<p", "<p>a</b>b</p>", "formatting ends across a block"},
      {"<b><p>a</b>b</p>c", "<b", "<b><p>a</b>", "and leaves it open"},
      {"<li>a</span></li>b", "<li", "<li>a</span></li>", "a stray inline end tag"},
      {"<div>a</p></div>b", "<div", "<div>a</p></div>", "a stray </p>"},
      {"<div><table><tr><td></div></td></table></div>b", "<div",
       "<div><table><tr><td></div></td></table></div>", "a cell keeps stray end tags in"},
      {"<svg><title>t</svg>b", "<svg", "<svg><title>t</svg>", "an end tag of SVG ends all in it"},
      {"<svg><a><g></a></svg>b", "<a", "<a><g></a>", "whatever the name is in HTML"},
      {"<svg><td></svg>b", "<svg", "<svg><td></svg>", "nor is it a barrier"},
      {"<form><div></form></div>b", "<form", "<form><div></form>", "forms end across blocks"},
      {"<form><div></form></div>b", "<div", "<div></form></div>", "which stay open"},
  };
  for (const ElementCase& c : cases) ExpectElement(c);
}

TEST(ElementEndTest, IsAtItsBeginWhereNoElementBegins) {
  for (std::string_view html : {"a<p>", "</p>", "<!-- -->", "<", "<p", ""}) {
    EXPECT_EQ(ElementEnd(html, 0), 0u) << html;
    EXPECT_EQ(HtmlElements(html).End(0), 0u) << html;
  }
  EXPECT_EQ(HtmlElements("<p>").End(7), 7u);
}

// What stands around an element is known to HtmlElements only.
TEST(HtmlElementsTest, TellsStrayEndTagsFromAncestors) {
  const std::string_view html = "<ul><li>a</div>b</ul>";
  EXPECT_EQ(HtmlElements(html).End(4), html.find("</ul>"));
  EXPECT_EQ(ElementEnd(html, 4), html.find("</div>"));
  EXPECT_EQ(HtmlElements("<div><span>a</div>b</span>").End(5), 12u);
}

TEST(ElementWalkTest, AnswersInOrder) {
  const std::string_view html = "<ul><li>a<li>b<br><!-- <li> --><i title='<li>'>c</i></ul><hr>";
  ElementWalk walk(html);
  for (std::string_view element :
       {"<li>a", "<li>b<br><!-- <li> --><i title='<li>'>c</i>", "<hr>"}) {
    const size_t begin = html.find(element);
    EXPECT_EQ(walk.End(begin), begin + element.size()) << element;
  }
}

TEST(ElementWalkTest, TellsWhereTheNextTagIs) {
  const std::string_view html = "<!-- <li> --><i title='<li>'>c</i>";
  ElementWalk walk(html);
  EXPECT_EQ(walk.End(5), 5u);
  EXPECT_EQ(walk.next_tag(), html.find("<i "));
  EXPECT_EQ(walk.End(html.find("<li>'")), html.find("<li>'"));
  EXPECT_EQ(walk.next_tag(), html.find("c</i>"));
  EXPECT_EQ(walk.End(html.find("</i>")), html.find("</i>"));
  EXPECT_EQ(walk.End(html.size()), html.size());
  EXPECT_EQ(walk.next_tag(), html.size());
}

TEST(HtmlElementsTest, IsLinearOnHostilePages) {
  for (std::string_view piece : {"<div>",    "<b>",        "<b><p>",   "<a>",
                                 "<p>",      "<li>",       "<table>",  "<table><tr><td>",
                                 "<td>",     "<tr>",       "</i>",     "</div>",
                                 "<x></y>",  "<form></p>", "<svg>",    "<option>",
                                 "<rt>",     "<h1>",       "<select>", "<b></i><i></b>",
                                 "<button>", "<template>", "<object>", "<svg><desc>"}) {
    std::string html = "<div>";
    while (html.size() < 500'000) html += piece;
    for (std::string_view end : {"</b>", "</p>", "</i>", "</div>"}) html += end;
    EXPECT_LE(HtmlElements(html).End(0), html.size()) << piece;
    EXPECT_LE(ElementEnd(html, 0), html.size()) << piece;
  }
  std::string nested;
  for (int i = 0; i < 100'000; ++i) nested += "<div>";
  for (int i = 0; i < 100'000; ++i) nested += "</div>";
  EXPECT_EQ(HtmlElements(nested).End(0), nested.size());
  EXPECT_EQ(HtmlElements(nested).End(5 * 99'999), 500'000u + 6);
  EXPECT_EQ(ElementEnd(nested, 0), nested.size());
}

TEST(HtmlElementsTest, ReadsAnyTags) {
  std::mt19937 random(RandomSeed());
  const std::string_view names[] = {"div",     "p",      "li",       "ul",       "b",    "a",
                                    "table",   "tr",     "td",       "tbody",    "span", "form",
                                    "option",  "select", "svg",      "desc",     "h1",   "button",
                                    "ruby",    "rt",     "template", "body",     "html", "head",
                                    "caption", "object", "br",       "colgroup", "col",  "dd"};
  for (int round = 0; round < 5'000; ++round) {
    std::string html;
    for (int i = random() % 40; i > 0; --i) {
      const std::string name(names[random() % std::size(names)]);
      html += (random() % 2 ? "<" : "</") + name + (random() % 8 ? ">" : "/>");
    }
    const HtmlElements elements(html);
    HtmlScanner scanner(html);
    HtmlTag tag;
    ElementWalk walk(html);
    size_t walked = 0;
    while (scanner.Next(&tag)) {
      if (tag.is_end) continue;
      if (tag.begin >= walked) {
        walked = walk.End(tag.begin);
        ASSERT_LE(elements.End(tag.begin), walked) << html;
        if (!tag.NameIs("form")) {
          ASSERT_EQ(elements.End(tag.begin), walked) << html;
        }
      }
      for (size_t end : {elements.End(tag.begin), ElementEnd(html, tag.begin)}) {
        ASSERT_LE(tag.end, end) << html;
        ASSERT_LE(end, html.size()) << html;
      }
    }
  }
}

}  // namespace
}  // namespace thresh
