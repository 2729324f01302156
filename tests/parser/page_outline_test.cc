#include "parser/page_outline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "parser/extractor.h"
#include "parser/outline_fields.h"
#include "tests/parser/outline_test.h"
#include "tests/support/listing_pages.h"

namespace thresh {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::ElementsAreArray;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::IsSupersetOf;
using testing::Not;

PageOutline Outline(const std::string& html, const std::string& address = "https://x.test/list") {
  return OutlineOf(html, address, "");
}

ValueType TypeOfField(const PageOutline& outline, const std::string& name) {
  return FieldOf(outline, name).type;
}

TEST(PageOutlineTest, AGridOfProducts) {
  const PageOutline outline = Outline(GridPage());
  EXPECT_EQ(outline.rows, 20);
  EXPECT_EQ(outline.record.table, "product");
  EXPECT_EQ(outline.record.element, R"(<article\b[^>]*class="product")");
  EXPECT_THAT(Names(outline), ElementsAre("link", "image", "title", "price_color"));
  EXPECT_THAT(outline.samples, ElementsAre("https://x.test/catalogue/book-0/index.html",
                                           "https://x.test/media/0.jpg", "Book 0", "1.77"));
  EXPECT_EQ(TypeOfField(outline, "price_color"), ValueType::kReal);
  EXPECT_THAT(outline.record.key, ElementsAre("link"));
  ASSERT_TRUE(outline.pager);
  EXPECT_EQ(outline.pager->follow, R"(/catalogue/page-\d+\.html$)");
  EXPECT_EQ(outline.details, R"(/catalogue/[^/?]+/index\.html$)");
}

TEST(PageOutlineTest, ATableWithHeadings) {
  const PageOutline outline = Outline(TablePage());
  EXPECT_EQ(outline.rows, 15) << "the row of headings is none";
  EXPECT_THAT(Names(outline), ElementsAre("item", "link", "unit_price", "updated"));
  EXPECT_EQ(TypeOfField(outline, "unit_price"), ValueType::kReal);
  EXPECT_EQ(TypeOfField(outline, "updated"), ValueType::kDate);
  ASSERT_TRUE(outline.pager);
  EXPECT_EQ(outline.pager->follow, R"(/list\?offset=\d+$)") << "and not the sorted list";
  EXPECT_EQ(outline.details, R"(/item\?id=\d+$)");
}

TEST(PageOutlineTest, PostsOfAForum) {
  const PageOutline outline = Outline(ForumPage(), "https://x.test/forum");
  EXPECT_EQ(outline.rows, 10) << "odd and even ones";
  EXPECT_EQ(outline.record.table, "post");
  EXPECT_THAT(Names(outline), ElementsAre("data_id", "author", "link", "date", "text"));
  EXPECT_EQ(TypeOfField(outline, "date"), ValueType::kDatetime);
  EXPECT_THAT(outline.record.key, ElementsAre("data_id")) << "three users wrote all the posts";
  ASSERT_TRUE(outline.pager);
  EXPECT_EQ(outline.pager->follow, R"(/forum/page/\d+$)");
}

TEST(PageOutlineTest, AnArticleIsOneRow) {
  const PageOutline outline = Outline(ArticlePage());
  EXPECT_FALSE(outline.repeats);
  EXPECT_EQ(outline.rows, 1);
  EXPECT_THAT(Names(outline), ElementsAre("url", "title", "heading", "description"));
  EXPECT_THAT(outline.samples, IsSupersetOf({"An article", "Of lamps", "On lamps"}));
  EXPECT_FALSE(outline.pager);
  EXPECT_EQ(outline.details, "");
}

TEST(PageOutlineTest, AnAuthorInsideOfASpan) {
  const PageOutline outline = Outline(QuotesPage(), "https://x.test/quotes/");
  EXPECT_EQ(outline.rows, 10);
  EXPECT_THAT(Names(outline), ElementsAre("text", "author", "link"));
  EXPECT_THAT(outline.record.key, IsEmpty()) << "no column is another in each row";
  ASSERT_TRUE(outline.pager);
  EXPECT_EQ(outline.pager->follow, R"(/quotes/page/\d+/$)");
}

TEST(PageOutlineTest, EndTagsThatAreLeftOut) {
  const PageOutline outline = Outline(BoardPage(), "https://x.test/board?offset=0");
  EXPECT_EQ(outline.rows, 10);
  EXPECT_THAT(Names(outline), AllOf(Contains("rank"), Contains("star"), Contains("time")));
  EXPECT_EQ(TypeOfField(outline, "rank"), ValueType::kInteger);
  ASSERT_TRUE(outline.pager);
  EXPECT_EQ(outline.pager->follow, R"(/board\?offset=\d+$)");
}

TEST(PageOutlineTest, AnApi) {
  const PageOutline outline = Outline(ApiPage("https://x.test/v1?page=2"));
  EXPECT_EQ(outline.record.rows, "/data/items");
  EXPECT_EQ(outline.rows, 3);
  EXPECT_THAT(Names(outline), ElementsAre("id", "name", "price", "maker_name"));
  EXPECT_THAT(outline.record.key, ElementsAre("id"));
  ASSERT_TRUE(outline.next);
  EXPECT_EQ(outline.next->json, "/paging/next");
}

TEST(PageOutlineTest, ClassesThatAreWrittenInManyWays) {
  std::string page;
  for (int i = 0; i < 6; ++i) {
    const char* style[] = {"class='card new'", "class=card", "class=\"old card\""};
    page += fmt::format("<div {}><b>Name {}</b><div class=card-body>Body of card {}</div></div>",
                        style[i % 3], i, i);
  }
  const PageOutline outline = Outline(page);
  EXPECT_EQ(outline.rows, 6) << outline.record.element << ": card-body is another class";
}

// Three products; `classes` are how the name's and the price's class attributes are written, one
// of each a product.
std::string Products(const std::vector<std::vector<std::string>>& classes) {
  const char* const prices[] = {"12.50", "99.00", "450.25"};
  std::string page = "<ul>\n";
  for (size_t i = 0; i < 3; ++i) {
    const std::vector<std::string>& written = classes[i % classes.size()];
    page += fmt::format(
        "<li {}><h3 {}>Lamp {}</h3><a {} href=/p/{}></a><p {}>{}</p><p class=stock>In stock: "
        "{}</p></li>\n",
        written[0], written[1], i, written[1], i, written[2], prices[i], i * 3);
  }
  return page + "</ul>";
}

TEST(PageOutlineTest, AClassIsTheSameHoweverItIsWritten) {
  const struct {
    std::vector<std::vector<std::string>> classes;
    const char* element;
    const char* price;
  } cases[] = {
      {{{"class=prod", "class=name", "class=price"}},
       R"(<li\b[^>]*class=prod[\s>])",
       R"(<p\b[^>]*class=price(?:\s[^>]*)?>(.*?)</p>)"},
      {{{"class=prod id=x", "id=y class=name", "class=price id=z"}},
       R"(<li\b[^>]*class=prod[\s>])",
       R"(<p\b[^>]*class=price(?:\s[^>]*)?>(.*?)</p>)"},
      {{{"class='prod'", "class='name'", "class='price'"}},
       R"(<li\b[^>]*class='prod')",
       R"(<p\b[^>]*class='price'[^>]*>(.*?)</p>)"},
      {{{"class=\"prod\"", "class=\"name\"", "class=\"price\""}},
       R"(<li\b[^>]*class="prod")",
       R"(<p\b[^>]*class="price"[^>]*>(.*?)</p>)"},
      {{{"class='prod a'", "class='name'", "class='price a'"},
        {"class='prod'", "class='name b'", "class='price'"}},
       R"(<li\b[^>]*class='(?:[^']*\s)?prod[\s'])",
       R"(<p\b[^>]*class='(?:[^']*\s)?price[\s'][^>]*>(.*?)</p>)"},
      {{{"class=\"prod a\"", "class=\"name\"", "class=\"price a\""},
        {"class=\"prod\"", "class=\"name b\"", "class=\"price\""}},
       R"(<li\b[^>]*class="(?:[^"]*\s)?prod[\s"])",
       R"(<p\b[^>]*class="(?:[^"]*\s)?price[\s"][^>]*>(.*?)</p>)"},
      {{{"class=prod", "class=name", "class=price"},
        {"class='prod a'", "class='name b'", "class='price a' id=z"},
        {"class=\"prod b\"", "class=\"b name\"", "class=\"new price\""}},
       R"(<li\b[^>]*class=["']?(?:[^"'>]*\s)?prod["'\s>])",
       R"(<p\b[^>]*class=["']?(?:[^"'>]*\s)?price(?:["'\s][^>]*)?>(.*?)</p>)"},
  };
  for (const auto& test : cases) {
    const PageOutline outline = Outline(Products(test.classes));
    EXPECT_EQ(outline.rows, 3) << test.element;
    EXPECT_EQ(outline.record.element, test.element);
    ASSERT_THAT(Names(outline), ElementsAre("name", "link", "price", "stock")) << test.element;
    EXPECT_THAT(outline.record.fields[2].re, ElementsAre(test.price));
    EXPECT_THAT(outline.samples, ElementsAre("Lamp 0", "https://x.test/p/0", "12.5", "In stock: 0"))
        << test.element;
  }
}

TEST(PageOutlineTest, ARuleThatFindsSomethingElseIsLeftOut) {
  std::string page;
  for (int i = 0; i < 6; ++i) {
    page += fmt::format(
        "<li class=\"prod\"><h3>Lamp {0}</h3><!-- <p class=\"price\">{0}0.99</p> -->"
        "<p class=\"price\">{0}2.50</p><p class=\"stock\">In stock: {0}</p></li>\n",
        i);
  }
  const PageOutline outline = Outline(page);
  EXPECT_EQ(outline.rows, 6);
  EXPECT_THAT(Names(outline), ElementsAre("title", "stock"))
      << "the rule of the price finds that of the comment";
}

TEST(PageOutlineTest, RowsLinkToUrlsAsACrawlHasThem) {
  std::string page;
  for (int i = 0; i < 6; ++i) {
    page += fmt::format(
        "<li class=lamp><a href='/lamp/{0}?PHPSESSID=a1'>Lamp {0}</a><p>{0}0.50</p></li>\n", i);
  }
  const PageOutline outline = Outline(page);
  EXPECT_EQ(outline.details, R"(/lamp/\d+$)");
  EXPECT_EQ(outline.details_example, "https://x.test/lamp/0");
}

TEST(PageOutlineTest, AListInAListIsNoRow) {
  std::string page;
  for (int i = 0; i < 4; ++i) {
    page += "<dl class=\"terms\">";
    for (int k = 0; k < 8; ++k) page += fmt::format("<dd>Meaning {} of list {}</dd>", k, i);
    page += "</dl>";
  }
  EXPECT_FALSE(Outline(page).repeats);
}

std::string Repeated(int count, const char* item) {
  std::string text;
  for (int i = 0; i < count; ++i) text += fmt::format(fmt::runtime(item), i, i % 3, i + 1);
  return text;
}

TEST(PageOutlineTest, TermsWithTheirMeanings) {
  const struct {
    const char* item;
    std::vector<std::string> names;
    const char* reason;
  } cases[] = {
      {"<dt>Term {0}</dt><dd>What it means {0}</dd>\n", {"term", "meaning"}, "the plain form"},
      {"<dt>Term {0}<dd>What it means {0}\n", {"term", "meaning"}, "end tags left out"},
      {"<div><dt>Term {0}</dt><dd>What it means {0}</dd></div>",
       {"term", "meaning"},
       "each pair in a div, as HTML allows"},
      {"<dt id=t{0}><a href='/t/{0}'>Term {0}</a></dt><dd>One {0}</dd><dd>Two {0}</dd>",
       {"id", "title", "link", "meaning", "meaning_2"},
       "several meanings"},
  };
  for (const auto& test : cases) {
    const PageOutline outline =
        Outline(Menu() + "<h1>Words</h1><dl>" + Repeated(9, test.item) + "</dl><p>Imprint</p>");
    EXPECT_TRUE(outline.repeats) << test.reason;
    EXPECT_EQ(outline.rows, 9) << test.reason;
    EXPECT_EQ(outline.record.each, R"(<dt\b)") << test.reason;
    EXPECT_THAT(Names(outline), ElementsAreArray(test.names)) << test.reason;
  }
}

TEST(PageOutlineTest, ARowOfSiblings) {
  const PageOutline outline = Outline(
      Menu() + "<main><h1>Concerts</h1>" +
      Repeated(9,
               "<h3><a href='/event/{0}'>Concert {0}</a></h3><p>2026-03-{2:02}</p>"
               "<p>In hall {1}, at night {0}, with much music.</p>\n") +
      "<div class='pager'><a href='?page=2'>2</a></div></main><footer><h3>About</h3></footer>");
  EXPECT_EQ(outline.rows, 9) << "the footer's heading begins none";
  EXPECT_EQ(outline.record.each, R"(<h3\b)");
  EXPECT_EQ(outline.record.until, R"(<div\b[^>]*class='pager')");
  EXPECT_THAT(Names(outline), ElementsAre("title", "link", "text", "text_2"));
  EXPECT_EQ(TypeOfField(outline, "text"), ValueType::kDate);
  EXPECT_EQ(outline.details, R"(/event/\d+$)");
}

TEST(PageOutlineTest, ARowOfSeveralTableRows) {
  const PageOutline outline = Outline(
      Menu() + "<table>" +
      Repeated(12,
               "<tr class='story' id='{2}7'><td><span class='rank'>{2}.</span></td><td>"
               "<a class='title' href='https://s{0}.test/'>Story {0} of the day</a></td></tr>"
               "<tr><td></td><td><span class='score'>{0}0 points</span> by <a class='user' "
               "href='/user?id=u{0}'>u{0}</a></td></tr><tr class='spacer'></tr>\n") +
      "</table>");
  EXPECT_EQ(outline.rows, 12);
  EXPECT_EQ(outline.record.each, R"(<tr\b[^>]*class='story')");
  EXPECT_EQ(outline.record.until, "</table>");
  EXPECT_THAT(Names(outline),
              AllOf(Contains("id"), Contains("title"), Contains("score"), Contains("user")));
  EXPECT_THAT(outline.record.key, ElementsAre("link"));
}

TEST(PageOutlineTest, TwoOfAClassAreAList) {
  const PageOutline outline = Outline(
      "<div class='post'><a class='author' href='/u/1'>A</a><p>What A says</p></div>"
      "<div class='post'><a class='author' href='/u/2'>B</a><p>What B says</p></div>");
  EXPECT_EQ(outline.rows, 2);
  EXPECT_THAT(outline.record.key, IsEmpty()) << "who wrote it names no post";
}

// A comment with its answers inside it: `depth` levels, of two each.
std::string Thread(int depth, const std::string& id) {
  std::string text = fmt::format(
      "<div class=\"c\" id=\"c{0}\"><b class=\"who\">User {0}</b><p>Comment {0} says it.</p>", id);
  for (int i = 0; depth > 0 && i < 2; ++i) text += Thread(depth - 1, id + std::to_string(i));
  return text + "</div>\n";
}

TEST(PageOutlineTest, ElementsInsideEachOtherAreARowEach) {
  const PageOutline outline = Outline("<h1>Talk</h1><div>" + Thread(3, "1") + Thread(3, "2") +
                                      "</div><p class=\"foot\">Imprint</p>");
  EXPECT_EQ(outline.rows, 30) << "15 in each thread";
  EXPECT_EQ(outline.record.each, R"(<div\b[^>]*class="c")");
  EXPECT_EQ(outline.record.until, R"(<p\b[^>]*class="foot")");
  EXPECT_THAT(Names(outline), ElementsAre("id", "who", "text"));
  EXPECT_THAT(outline.samples, ElementsAre("c1", "User 1", "Comment 1 says it."));
  EXPECT_THAT(outline.record.key, ElementsAre("id"));
  EXPECT_THAT(outline.also, IsEmpty());
}

TEST(PageOutlineTest, TheSectionsOfAnArticleAreNoRows) {
  std::string page = "<article><h1>Of lamps</h1>";
  for (int i = 0; i < 8; ++i) {
    page += fmt::format("<h2>Part {}</h2>", i);
    for (int k = 0; k <= i % 4; ++k) page += fmt::format("<p>Paragraph {} of part {}.</p>", k, i);
  }
  EXPECT_FALSE(Outline(page + "</article>").repeats);
}

TEST(PageOutlineTest, LinksAlone) {
  const PageOutline outline = Outline(
      "<ul><li><a href=\"a.txt\">a.txt</a></li><li><a href=\"b.txt\">b.txt</a></li>"
      "<li><a href=\"c.txt\">c.txt</a></li></ul>");
  EXPECT_EQ(outline.rows, 3);
  EXPECT_THAT(Names(outline), ElementsAre("title", "link")) << "though both say the same";
  EXPECT_THAT(outline.record.key, ElementsAre("link"));
}

// As nginx and Apache write it.
TEST(PageOutlineTest, AListOfFiles) {
  const std::string nginx =
      "<h1>Index of /pub/</h1><hr><pre><a href=\"../\">../</a>\n"
      "<a href=\"old/\">old/</a>               10-Nov-2026 10:00       -\n"
      "<a href=\"a-1.0.tgz\">a-1.0.tgz</a>     11-Nov-2026 10:00       1234567\n</pre><hr>";
  const std::string apache =
      "<h1>Index of /pub</h1><pre><img src=\"/i.gif\"> <a href=\"?C=N;O=D\">Name</a> "
      "<a href=\"?C=M;O=A\">Last modified</a><hr><a href=\"/\">Parent Directory</a>      -   \n"
      "<img src=\"/d.gif\"> <a href=\"old/\">old/</a>              2026-11-10 10:00    -   \n"
      "<img src=\"/c.gif\"> <a href=\"a-1.0.tgz\">a-1.0.tgz</a>    2026-11-11 10:00  1.2M  "
      "\n</pre>";
  for (const std::string& page : {nginx, apache}) {
    const PageOutline outline = Outline(page);
    EXPECT_EQ(outline.rows, 2) << page;
    EXPECT_EQ(outline.record.table, "file");
    EXPECT_THAT(Names(outline), ElementsAre("link", "name", "modified", "size"));
    EXPECT_THAT(outline.samples,
                ElementsAre("https://x.test/old/", "old/", "2026-11-10T10:00:00.000", ""));
  }
}

TEST(PageOutlineTest, HostilePagesEndInOneRow) {
  for (const std::string& page :
       {std::string(), std::string("<"), std::string(5000, '<'), std::string("{\"a\":"),
        std::string("[[[["), std::string("\0\0<p>", 5), std::string("<a href=>"),
        std::string("<table><tr><td><tr><td><tr><td>"), std::string("<dt><dt><dt>"),
        std::string("<h2><h2><h2><h2>"), LinkedData("{\"@type\":{}}"), LinkedData("[[[{}]]]"),
        LinkedData("{\"@type\":\"ItemList\",\"itemListElement\":[1,2,3]}"),
        LinkedData("{\"@graph\":7,\"mainEntity\":[]}"), LinkedData("{\"@type\":\"Product\"}")}) {
    const PageOutline outline = Outline(page);
    EXPECT_FALSE(outline.repeats);
    EXPECT_EQ(outline.rows, 1);
    EXPECT_EQ(outline.samples.size(), outline.record.fields.size());
  }
}

TEST(PageOutlineTest, DeepNestingIsReadOnce) {
  std::string page;
  for (int i = 0; i < 30'000; ++i) page += "<div class=\"a b c d\">x";
  EXPECT_EQ(Outline(page).rows, 1);
}

TEST(PageOutlineTest, ManyBeginningsCostWhatOneDoes) {
  std::string page;
  for (int i = 0; i < 20'000; ++i)
    page += fmt::format("<h2 class='a{}'>x<p class='b{}'>y", i % 900, i);
  EXPECT_GE(Outline(page).rows, 1);
}

TEST(PageOutlineTest, ColumnsThatPagesNameBadly) {
  std::string page = "<table><tr><th>Order</th><th>1. Ω-Price!</th><th>_page_id</th></tr>";
  for (int i = 0; i < 5; ++i) {
    page += fmt::format("<tr><td>o{0}</td><td>p{0}</td><td>q{0}</td></tr>", i);
  }
  EXPECT_THAT(Names(Outline(page + "</table>")), ElementsAre("order_", "ω_price", "page_id"));
}

TEST(TypeOfTest, ACodeIsNoNumber) {
  EXPECT_EQ(TypeOf({"12", "7"}), ValueType::kInteger);
  EXPECT_EQ(TypeOf({"0.50 €", "12,5 €"}), ValueType::kReal);
  EXPECT_EQ(TypeOf({"0077", "0123"}), ValueType::kText) << "it would lose its zeros";
}

}  // namespace
}  // namespace thresh
