#include "parser/page_outline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "parser/extractor.h"
#include "tests/support/listing_pages.h"

namespace thresh {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::IsSupersetOf;
using testing::Not;

PageOutline Outline(const std::string& html, const std::string& address = "https://x.test/list") {
  const auto url = Url::Parse(address);
  PageView view;
  view.text = html;
  view.url = &*url;
  return OutlinePage(view);
}

std::vector<std::string> Names(const PageOutline& outline) {
  std::vector<std::string> names;
  for (const FieldSpec& field : outline.record.fields) names.push_back(field.name);
  return names;
}

ValueType TypeOfField(const PageOutline& outline, const std::string& name) {
  for (const FieldSpec& field : outline.record.fields) {
    if (field.name == name) return field.type;
  }
  ADD_FAILURE() << "no field " << name;
  return ValueType::kText;
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
  EXPECT_THAT(Names(outline), ElementsAre("url", "title", "heading", "description", "bytes"));
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

TEST(PageOutlineTest, AListInAListIsNoRow) {
  std::string page;
  for (int i = 0; i < 4; ++i) {
    page += "<dl class=\"terms\">";
    for (int k = 0; k < 8; ++k) page += fmt::format("<dd>Meaning {} of list {}</dd>", k, i);
    page += "</dl>";
  }
  EXPECT_FALSE(Outline(page).repeats);
}

TEST(PageOutlineTest, HostilePagesEndInOneRow) {
  for (const std::string& page :
       {std::string(), std::string("<"), std::string(5000, '<'), std::string("{\"a\":"),
        std::string("[[[["), std::string("\0\0<p>", 5), std::string("<a href=>"),
        std::string("<table><tr><td><tr><td><tr><td>")}) {
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

TEST(PageOutlineTest, ColumnsThatPagesNameBadly) {
  std::string page = "<table><tr><th>Order</th><th>1. Ω-Price!</th><th>_page_id</th></tr>";
  for (int i = 0; i < 5; ++i) {
    page += fmt::format("<tr><td>o{0}</td><td>p{0}</td><td>q{0}</td></tr>", i);
  }
  EXPECT_THAT(Names(Outline(page + "</table>")), ElementsAre("order_", "ω_price", "page_id"));
}

struct PagerCase {
  const char* page;
  const char* html;
  const char* follow;  // empty: none
  const char* why;
};

TEST(PagerTest, Table) {
  const PagerCase cases[] = {
      {"/list", "<a href='?page=2'>2</a>", R"(/list\?page=\d+$)", "a known word"},
      {"/", "<a href='/?page=2'>2</a>", R"(//[^/]+/\?page=\d+$)", "the root's path says nothing"},
      {"/list?cat=3&page=1", "<a href='?cat=3&page=2'>next</a>", R"(/list\?cat=3&page=\d+$)",
       "other parameters stay"},
      {"/list", "<link rel='next' href='/list/2'>", R"(/list/\d+$)", "rel=next on a link element"},
      {"/list-1.html", "<a href='list-2.html'>2</a>", R"(/list-\d+\.html$)", "its own number"},
      {"/feed", "<a href='/feed?after=t3_x' rel=next>n</a>", R"(/feed\?(?:.*&)?after=)",
       "a cursor"},
      {"/blog/", "<a href='/blog/page/2/'>Older posts</a>", R"(/blog/page/\d+/$)", "WordPress"},
      {"/", "<a href='/?p=17'>A post</a>", "", "WordPress' short address of a post"},
      {"/book/17", "<a href='/book/18'>Another book</a>", "", "a number is not always a page's"},
      {"/appendix-01-keys.html", "<a href='appendix-02-signs.html' rel=next>n</a>", "",
       "the next chapter is another page, not another part of a list"},
      {"/list", "<a href='https://y.test/list?page=2'>2</a>", "", "another host"},
      {"/list", "<a href='/list?year=2026'>archive</a>", "", "no word of a pager"},
      {"/list", "<a href='mailto:x?page=2'>2</a>", "", "no link"},
  };
  for (const PagerCase& one : cases) {
    const auto url = Url::Parse(std::string("https://x.test") + one.page);
    const auto pager = FindPager(one.html, *url);
    EXPECT_EQ(pager ? pager->follow : "", one.follow) << one.html << ": " << one.why;
  }
}

TEST(CommonPathTest, Table) {
  const auto path = [](const std::vector<std::string>& addresses) {
    std::vector<Url> urls;
    for (const std::string& address : addresses) urls.push_back(*Url::Parse(address));
    return CommonPath(urls);
  };
  EXPECT_EQ(path({"https://x.test/book/1", "https://x.test/book/22"}), R"(/book/\d+$)");
  EXPECT_EQ(path({"https://x.test/b/red-lamp.html", "https://x.test/b/rose.html"}),
            R"(/b/[^/?]+\.html$)")
      << "words stay whole";
  EXPECT_EQ(path({"https://x.test/a", "https://x.test/b"}), "") << "any page of the host";
  EXPECT_EQ(path({"https://x.test/a/1", "https://y.test/a/2"}), "") << "two hosts";
  EXPECT_EQ(path({"https://x.test/a/1"}), "") << "one says nothing";
}

}  // namespace
}  // namespace thresh
