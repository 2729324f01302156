// Pages as sites make them, for tests of what is understood of a page without rules.
#pragma once

#include <fmt/format.h>

#include <string>

namespace thresh {

// A menu as most pages have one: it repeats, too.
inline std::string Menu() {
  std::string menu = "<header><nav><ul>";
  for (int i = 0; i < 8; ++i)
    menu += fmt::format("<li><a href=\"/c/{0}\">Category {0}</a></li>", i);
  return menu + "</ul></nav></header>";
}

// A shop's grid of 20 products, 12 fields deep in layout, with a pager of paths.
inline std::string GridPage() {
  std::string page = "<html><head><title>Shop</title></head><body>" + Menu() + "<ol class=\"row\">";
  for (int i = 0; i < 20; ++i) {
    page += fmt::format(
        "<li class=\"col-xs-6\"><article class=\"product\"><div class=\"image\">"
        "<a href=\"/catalogue/book-{0}/index.html\"><img src=\"/media/{0}.jpg\" "
        "class=\"thumb\"></a>"
        "</div><p class=\"stars Three\"><i class=\"icon\"></i></p><h3><a "
        "href=\"/catalogue/book-{0}/index.html\" title=\"Book {0}\">Book {0}</a></h3>"
        "<div class=\"cost\"><p class=\"price_color\">£{1}.77</p><p class=\"stock\">In stock</p>"
        "<form><button>Add</button></form></div></article></li>\n",
        i, 3 * i + 1);
  }
  return page +
         "</ol><ul class=\"pager\"><li>Page 1 of 50</li><li class=\"next\">"
         "<a href=\"/catalogue/page-2.html\">next</a></li></ul></body></html>";
}

// `count` ids with the stock of each, as a shop's script has them that draws its page.
inline std::string StateScript(int count) {
  std::string items;
  for (int i = 0; i < count; ++i) {
    items += fmt::format(R"({}{{"id":{},"stock":"{} left"}})", i == 0 ? "" : ",", i, i);
  }
  return R"(<script id="__STATE__" type="application/json">{"items":[)" + items + "]}</script>";
}

// A table without a class, with headings, prices with a decimal comma and dates.
inline std::string TablePage() {
  std::string page =
      "<html><body>" + Menu() +
      "<h1>Prices</h1><table><tr><th>Item</th><th>Unit price</th><th>Updated</th></tr>";
  for (int i = 0; i < 15; ++i) {
    page += fmt::format(
        "<tr><td><a href='/item?id={0}'>Lamp {0}</a></td><td>{0},50 €</td><td>2026-03-{1:02}</td>"
        "</tr>\n",
        i, i + 1);
  }
  return page +
         "</table><a href=\"?offset=15\">Older</a> <a href=\"?offset=15&amp;sort=price\">sort"
         "</a></body></html>";
}

// A thread of a forum: two classes a post, not every post with a quotation.
inline std::string ForumPage() {
  std::string page = "<html><body>" + Menu();
  for (int i = 0; i < 10; ++i) {
    page += fmt::format(
        "<div class=\"post {0}\" data-id=\"{1}\"><a class=\"author\" href=\"/u/{2}\">user{2}</a> "
        "<time datetime=\"2026-01-{3:02}T10:00:00Z\">Jan {3}</time><p>What is said in post {1}, "
        "which is longer than the rest.</p>{4}</div>\n",
        i % 2 == 0 ? "even" : "odd", i + 100, i % 3, i + 1,
        i % 3 == 0 ? "<blockquote>quoted</blockquote>" : "");
  }
  return page +
         "<b>1</b> <a href=\"/forum/page/2\">2</a> <a href=\"/forum/page/3\">3</a> "
         "<a href=\"/forum/page/2\" rel=\"next\">Next</a></body></html>";
}

// Much text, a menu and a footer, and nothing that is listed.
inline std::string ArticlePage() {
  std::string page =
      "<html><head><title>An article</title><meta name=\"description\" content=\"On lamps\"></head>"
      "<body>" +
      Menu() + "<article><h1>Of lamps</h1>";
  for (int i = 0; i < 9; ++i) {
    page += fmt::format("<p>Paragraph {} says much about lamps, and at length, as they do.</p>", i);
  }
  return page +
         "</article><footer><ul><li><a href=\"/a\">About</a></li><li><a href=\"/b\">Imprint"
         "</a></li><li><a href=\"/c\">Privacy</a></li></ul></footer></body></html>";
}

// Quotations with an author in a small tag and tags of their own.
inline std::string QuotesPage() {
  std::string page = "<html><body>" + Menu();
  for (int i = 0; i < 10; ++i) {
    page += fmt::format(
        "<div class=\"quote\"><span class=\"text\">“Quotation {0}”</span><span>by <small "
        "class=\"author\">Author {1}</small> <a href=\"/author/A-{1}\">(about)</a></span></div>\n",
        i, i % 4);
  }
  return page +
         "<ul class=\"pager\"><li><a href=\"/quotes/page/2/\">Next <span>→</span></a></li>"
         "</ul></body></html>";
}

// The tutorial's board: a definition list whose ends are left out.
inline std::string BoardPage() {
  std::string page = "<html><body><dl class=\"board\">";
  for (int i = 1; i <= 10; ++i) {
    page += fmt::format(
        "<dd><i class=\"rank\">{0}</i><a href=\"/films/{0}\">片{0}</a>"
        "<p class=\"star\">主演：演员{0}</p><p class=\"time\">上映时间：1993-01-{0:02}</p>\n",
        i);
  }
  return page + "</dl><a href=\"?offset=10\">2</a> <a href=\"?offset=10\">下一页</a></body></html>";
}

// An API's answer, three levels deep.
inline std::string ApiPage(const std::string& next) {
  std::string items;
  for (int i = 0; i < 3; ++i) {
    items += fmt::format(
        "{}{{\"id\":{},\"name\":\"Lamp "
        "{}\",\"price\":{}.5,\"maker\":{{\"name\":\"M{}\"}},\"tags\":[]}}",
        i == 0 ? "" : ",", i + 7, i, i, i);
  }
  return fmt::format("{{\"count\":3,\"paging\":{{\"next\":\"{}\"}},\"data\":{{\"items\":[{}]}}}}",
                     next, items);
}

// A feed of three items (RSS 2.0).
inline std::string FeedPage() {
  std::string feed =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE rss [<!ENTITY nbsp \"&#160;\">]>\n"
      "<rss version=\"2.0\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><channel>"
      "<title>News</title><link>/</link><image><url>/logo.png</url><title>News</title></image>";
  for (int i = 1; i <= 3; ++i) {
    feed += fmt::format(
        "<item><title><![CDATA[Lamp & shade {0}]]></title><link>/news/{0}.html</link>"
        "<guid isPermaLink=\"false\">n-{0}</guid><dc:creator>Ann</dc:creator>"
        "<pubDate>Mon, 2{0} Nov 2026 09:00:00 GMT</pubDate>{1}"
        "<description>&lt;b&gt;It&lt;/b&gt; shines</description></item>\n",
        i,
        i == 2 ? "<category>lamps</category><category>new</category>" : "<category>old</category>");
  }
  return feed + "</channel></rss>";
}

}  // namespace thresh
