// What people come for: ordinary tasks on ordinary pages, several of which go wrong in silence when
// they are written with one long regex.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/parser/rules_test.h"

namespace thresh {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

using RecipesTest = RulesTest;

TEST_F(RecipesTest, ProductList) {
  EXPECT_THAT(
      Rows(
          ElementRecord(
              R"(<li\b[^>]*class="book")",
              {Field("sku", R"re(data-sku="(\w+)")re"),
               Field("price", "£([\\d.,]+)", ValueType::kReal),
               Attribute(Field("link", R"(<a\b[^>]*class="title"[^>]*>)", ValueType::kUrl), "href"),
               Many(Field("tags", R"re(rel="tag">([^<]+))re"))}),
          R"(<ul><li class="book" data-sku="A1"><a href="../b/1?a=1&amp;copy=2" class="title">One</a>
                £12.99 <a rel="tag">x</a> <a rel="tag">y &amp; z</a></li>
              <li data-sku="B2" class="book"><a class="title" href="/b/2">Two</a> £1,299.00</li>
              <li class="ad">£1</li></ul>)"),
      ElementsAre(ElementsAre(Text("A1"), Real(12.99), Text("https://x.test/b/1?a=1&copy=2"),
                              Text(R"(["x","y & z"])")),
                  ElementsAre(Text("B2"), Real(1299.0), Text("https://x.test/b/2"), Null())));
}

TEST_F(RecipesTest, TableWithRowspan) {
  EXPECT_THAT(
      Rows(EachRecord("<tr\\b", {Carried(Field("city", R"(<td rowspan="\d+">(.*?)</td>)")),
                                 Field("line", R"(<td class="l">(.*?)</td>)")}),
           R"(<table><tr><th>City</th></tr>
              <tr><td rowspan="2">Bonn</td><td class="l">61</td></tr><tr><td class="l">62</td></tr>
              <tr><td rowspan="1">Köln</td><td class="l">9</td></tr></table>)"),
      ElementsAre(ElementsAre(Text("Bonn"), Text("61")), ElementsAre(Text("Bonn"), Text("62")),
                  ElementsAre(Text("Köln"), Text("9"))));
}

TEST_F(RecipesTest, LinksBelowHeadings) {
  EXPECT_THAT(Rows(MatchRecord(R"re(<a href="(?P<link>[^"]+)">(?P<name>.*?)</a>)re",
                               {Carried(Field("head", "<h3>(.*?)</h3>")),
                                Field("link", "", ValueType::kUrl)}),
                   R"(<a href="/top">Top</a><h3>A</h3><a href="/1">1</a><a href="/2">2</a>
                      <h3>B</h3><a href="/3">3</a>)"),
              ElementsAre(ElementsAre(Text("https://x.test/top"), Text("Top"), Null()),
                          ElementsAre(Text("https://x.test/1"), Text("1"), Text("A")),
                          ElementsAre(Text("https://x.test/2"), Text("2"), Text("A")),
                          ElementsAre(Text("https://x.test/3"), Text("3"), Text("B"))));
}

TEST_F(RecipesTest, DefinitionList) {
  EXPECT_THAT(Rows(EachRecord("<dt>", {Field("term", "<dt>(.*?)</dt>"),
                                       Many(Field("means", "<dd>(.*?)</dd>"))}),
                   "<dl><dt>a</dt><dd>1</dd><dd>2</dd><dt>b</dt><dd>3</dd></dl>"),
              ElementsAre(ElementsAre(Text("a"), Text(R"(["1","2"])")),
                          ElementsAre(Text("b"), Text(R"(["3"])"))));
}

TEST_F(RecipesTest, DefinitionListWithUntil) {
  RecordSpec spec =
      EachRecord("<dt>", {Field("term", "<dt>(.*?)</dt>"), Field("means", "<dd>(.*?)</dd>")});
  spec.until = "</dl>";
  EXPECT_THAT(Rows(spec, "<dl><dt>a</dt></dl><dd>stray</dd><dl><dt>b</dt><dd>3</dd></dl>"),
              ElementsAre(ElementsAre(Text("a"), Null()), ElementsAre(Text("b"), Text("3"))));
}

constexpr std::string_view kLinkedData = R"(
  <script type="application/ld+json">{"@type":"WebSite","name":"Shop"}</script>
  <script type="application/ld+json">
    {"@type":"Product","brand":{"name":"Acme"},"offers":{"price":"19.90","n":3},"name":"Lamp"}
  </script>)";

TEST_F(RecipesTest, LinkedDataTakesTheProductsNameNotTheBrands) {
  RecordSpec spec = JsonRecord("", {JsonField("name", "/name"), JsonField("brand", "/brand/name"),
                                    Required(JsonField("price", "/offers/price", ValueType::kReal)),
                                    JsonField("n", "/offers/n", ValueType::kInteger)});
  spec.scope = R"(<script type="application/ld\+json">(.*?)</script>)";
  EXPECT_THAT(Rows(spec, kLinkedData),
              ElementsAre(ElementsAre(Text("Lamp"), Text("Acme"), Real(19.9), Int(3))));
}

TEST_F(RecipesTest, NextDataHasRowsInsideOfAScript) {
  RecordSpec spec = JsonRecord(
      "/props/items",
      {JsonField("id", "/id", ValueType::kInteger), JsonField("on", "/on", ValueType::kBoolean),
       Many(JsonField("tags", "/tags")), JsonField("all", "", ValueType::kJson)});
  spec.scope = R"(<script id="__NEXT_DATA__"[^>]*>(.*?)</script>)";
  EXPECT_THAT(Rows(spec, R"(<script id="__NEXT_DATA__" type="application/json">{"props":{"items":[
             {"id":1,"on":true,"tags":["a","b"]},{"id":2,"on":false}]}}</script>)"),
              ElementsAre(ElementsAre(Int(1), Int(1), Text(R"(["a","b"])"),
                                      Text(R"({"id":1,"on":true,"tags":["a","b"]})")),
                          ElementsAre(Int(2), Int(0), Null(), Text(R"({"id":2,"on":false})"))));
}

TEST_F(RecipesTest, ScriptAssignmentAndAttributeHaveJson) {
  RecordSpec spec = JsonRecord("/a", {JsonField("v", "/v")});
  spec.scope = R"(window\.X = (.*?)</script>)";
  EXPECT_THAT(Rows(spec, R"(<script>window.X = {"a":[{"v":"}"}]}; f();</script>)"),
              ElementsAre(ElementsAre(Text("}"))));
  spec.scope = R"re(data-page="([^"]*)")re";
  EXPECT_THAT(Rows(spec, R"(<div data-page="{&quot;a&quot;:[{&quot;v&quot;:&quot;x&quot;}]}">)"),
              ElementsAre(ElementsAre(Text("x"))));
}

TEST_F(RecipesTest, JsonOfAnApi) {
  EXPECT_THAT(Rows(JsonRecord("/items", {JsonField("id", "/id", ValueType::kInteger),
                                         JsonField("name", "/name")}),
                   R"({"items":[{"id":1,"name":"a &amp; <b>"},{"id":2,"name":null},{"id":"x"}]})"),
              ElementsAre(ElementsAre(Int(1), Text("a &amp; <b>")), ElementsAre(Int(2), Null()),
                          ElementsAre(Null(), Null())))
      << "JSON's text is taken as it is";
  EXPECT_THAT(Rows(JsonRecord("/items", {JsonField("id", "/id")}), R"({"items":7})"), IsEmpty());
}

TEST_F(RecipesTest, AttributesInAnyOrder) {
  const FieldSpec field = Attribute(Field("href", R"(<a\b[^>]*class='?t\b[^>]*>)"), "href");
  EXPECT_EQ(ValueOf(field, "<a class=t href='/1'>"), Text("/1"));
  EXPECT_EQ(ValueOf(field, "<a href=\"/1\" class=t>"), Text("/1"));
  EXPECT_EQ(ValueOf(Attribute(Field("href", "class=\"t\""), "href"),
                    "<a href=/0><a href=\"/1&amp;x\" class=\"t\" >"),
            Text("/1&x"))
      << "the tag around what was found";
  EXPECT_THAT(Rows(ElementRecord("<li\\b", {Attribute(Field("id", ""), "data-id")}),
                   "<li data-id=1>a</li><li>b</li><li DATA-ID='3'>c</li>"),
              ElementsAre(ElementsAre(Text("1")), ElementsAre(Text("3"))))
      << "the row's own tag";
}

TEST_F(RecipesTest, NestedDivs) {
  EXPECT_THAT(Rows(ElementRecord("<div class=\"card\"",
                                 {Field("name", "<b>(.*?)</b>"), Field("last", "<u>(.*?)</u>")}),
                   R"(<div class="card"><div><div><b>1</b></div></div><u>x</u></div><u>no</u>
                      <div class="card"><b>2</b></div><u>no</u>)"),
              ElementsAre(ElementsAre(Text("1"), Text("x")), ElementsAre(Text("2"), Null())));
}

TEST_F(RecipesTest, ListItemsWithoutEndTags) {
  EXPECT_THAT(
      Rows(ElementRecord("<li\\b", {Field("name", "<b>(.*?)</b>"), Field("note", "<i>(.*?)</i>")}),
           "<ul><li><b>1</b><li><b>2</b><i>n</i></ul><i>no</i>"),
      ElementsAre(ElementsAre(Text("1"), Null()), ElementsAre(Text("2"), Text("n"))));
}

TEST_F(RecipesTest, OptionalFieldStaysInItsRow) {
  EXPECT_THAT(
      Rows(EachRecord("<article>", {Field("n", "<b>(.*?)</b>"), Field("i", "<i>(.*?)</i>")}),
           "<article><b>1</b></article><article><b>2</b><i>y</i></article>"),
      ElementsAre(ElementsAre(Text("1"), Null()), ElementsAre(Text("2"), Text("y"))));
}

TEST_F(RecipesTest, OptionalGroupOfAMatchIsNull) {
  EXPECT_THAT(
      Rows(MatchRecord("<b>(?P<n>.*?)</b>(?:<i>(?P<i>.*?)</i>)?"), "<b>1</b><b>2</b><i>y</i>"),
      ElementsAre(ElementsAre(Text("1"), Null()), ElementsAre(Text("2"), Text("y"))));
}

TEST_F(RecipesTest, NumbersInTheLanguageOfTheSite) {
  RecordSpec spec = EachRecord("<li>", {Field("price", "<li>([^<]*)", ValueType::kReal)});
  EXPECT_THAT(Rows(spec, "<li>1&nbsp;234,50 €<li>1,234.50<li>£12.99<li>1.234"),
              ElementsAre(ElementsAre(Real(1234.5)), ElementsAre(Real(1234.5)),
                          ElementsAre(Real(12.99)), ElementsAre(Null())));
  spec.lang = "de";
  EXPECT_THAT(Rows(spec, "<li>1.234"), ElementsAre(ElementsAre(Real(1234))));
  spec.fields[0].decimal = ".";
  EXPECT_THAT(Rows(spec, "<li>1.234"), ElementsAre(ElementsAre(Real(1.234))))
      << "the field knows better";
}

TEST_F(RecipesTest, DatesInTheLanguageOfTheSite) {
  FieldSpec field = Field("on", "<time>(.*?)</time>", ValueType::kDate);
  field.lang = "de";
  EXPECT_EQ(ValueOf(field, "<time>3. M&auml;rz <b>2026</b></time>"), Text("2026-03-03"));
  field.format = "%d.%m.%y";
  EXPECT_EQ(ValueOf(field, "<time>03.04.26</time>"), Text("2026-04-03"));
}

TEST_F(RecipesTest, AddressOverSeveralLines) {
  EXPECT_EQ(ValueOf(Field("address", "<address>(.*?)</address>"),
                    "<address>Am Markt 1<br>\n  53111&nbsp;Bonn</address>"),
            Text("Am Markt 1 53111 Bonn"));
}

TEST_F(RecipesTest, TextLooksAtWhatAReaderSees) {
  FieldSpec field;
  field.name = "weight";
  field.text = "Weight: ([\\d.]+) kg";
  field.type = ValueType::kReal;
  EXPECT_EQ(ValueOf(field, "<tr><th>Weight:</th>\n<td><b>2.5</b>&nbsp;kg</td></tr>"), Real(2.5));
}

TEST_F(RecipesTest, TwoPageLayouts) {
  FieldSpec field = Field("title", "");
  field.re = {"<h1 class=\"new\">(.*?)</h1>", "<h2>(.*?)</h2>"};
  EXPECT_EQ(ValueOf(field, "<h2>old</h2>"), Text("old"));
  EXPECT_EQ(ValueOf(field, "<h2>no</h2><h1 class=\"new\">new</h1>"), Text("new"))
      << "the first in the list counts, not the first in the page";
}

TEST_F(RecipesTest, FirstGroupThatTookPart) {
  EXPECT_EQ(ValueOf(Field("v", "a=(\\d)|b=(\\d)"), "b=2"), Text("2"));
  EXPECT_EQ(ValueOf(Field("v", "\\d+"), "a 12 b"), Text("12"));
}

TEST_F(RecipesTest, InLooksInsideOfAPartOfTheRow) {
  FieldSpec field = Field("author", "<b>(.*?)</b>");
  field.in = "<footer>(.*?)</footer>";
  EXPECT_EQ(ValueOf(field, "<b>no</b><footer><b>yes</b></footer>"), Text("yes"));
  EXPECT_THAT(Rows(Record({field}), "<b>no</b>"), IsEmpty());
}

TEST_F(RecipesTest, AnchorsMeanTheRow) {
  EXPECT_THAT(Rows(ScopeRecord("<li>(.*?)</li>", {Field("first", "^\\S+"), Field("last", "\\S+$")}),
                   "<li>a b c</li><li>d</li>"),
              ElementsAre(ElementsAre(Text("a"), Text("c")), ElementsAre(Text("d"), Text("d"))));
}

TEST_F(RecipesTest, BaseHrefCountsForUrls) {
  EXPECT_EQ(ValueOf(Field("link", "href=\"(p[^\"]*)\"", ValueType::kUrl),
                    "<base href=\"/sub/\"><a href=\"p/%7Ea/../b#frag\">"),
            Text("https://x.test/sub/p/b"));
}

TEST_F(RecipesTest, CleanStepsRunInOrder) {
  FieldSpec field = Field("v", "<b>(.*?)</b>");
  field.clean.emplace();
  EXPECT_EQ(ValueOf(field, "<b> <i>A</i>&amp;B </b>"), Text(" <i>A</i>&amp;B ")) << "[] is raw";
  field.clean = std::vector<CleanStep>{{CleanStep::Kind::kUnescape, "", ""},
                                       {CleanStep::Kind::kTrim, "", ""},
                                       {CleanStep::Kind::kLower, "", ""},
                                       {CleanStep::Kind::kReplace, "</?i>", ""},
                                       {CleanStep::Kind::kReplace, "(\\pL)&(\\pL)", "\\2+\\1"}};
  EXPECT_EQ(ValueOf(field, "<b> <i>Ä</i>&amp;B </b>"), Text("b+ä"));
}

TEST_F(RecipesTest, ScriptJsonIsKeptAsJson) {
  EXPECT_EQ(ValueOf(Field("v", "data = (.*?);", ValueType::kJson), R"(data = { "a" : "<b>" };)"),
            Text(R"({"a":"<b>"})"));
}

}  // namespace
}  // namespace thresh
