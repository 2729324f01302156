// What a page's scripts say beside its elements, or in their place.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/parser/outline_test.h"
#include "tests/support/listing_pages.h"

namespace thresh {
namespace {

using testing::ElementsAre;
using testing::IsSupersetOf;

PageOutline OutlinedHtml(const std::string& html) {
  return OutlineOf(html, "https://x.test/list", "");
}

TEST(PageOutlineScriptsTest, AThingThatJsonLdDescribes) {
  const std::string shop =
      LinkedData(R"({"@type":"Organization","name":"A shop","url":"https://x.test/"})");
  const std::string lamp = LinkedData(
      R"({"@type":["Product","Thing"],"name":"Red lamp","sku":"0077","image":["https://x.test/1.jpg"],)"
      R"("brand":{"@type":"Brand","name":"Lux"},"offers":[{"@type":"Offer","price":"20",)"
      R"("priceCurrency":"EUR"}]})");
  const PageOutline outline =
      OutlinedHtml("<html><head>" + shop + lamp + "</head><body>" + Menu() + "<p>A lamp.</p>");
  EXPECT_FALSE(outline.repeats);
  EXPECT_EQ(outline.rows, 1) << "the shop is none";
  EXPECT_EQ(outline.record.table, "product");
  EXPECT_EQ(outline.record.rows, "");
  EXPECT_THAT(Names(outline),
              ElementsAre("page", "name", "sku", "image", "brand_name", "price", "price_currency"));
  EXPECT_THAT(outline.samples, IsSupersetOf({"Red lamp", "0077", "Lux", "20", "EUR"}));
  EXPECT_EQ(FieldOf(outline, "price").type, ValueType::kReal) << "a text of JSON-LD";
  EXPECT_EQ(FieldOf(outline, "sku").type, ValueType::kText);
  EXPECT_THAT(outline.record.key, ElementsAre("page"));
}

TEST(PageOutlineScriptsTest, AListThatJsonLdDescribes) {
  const std::string crumbs = LinkedData(
      R"({"@type":"BreadcrumbList","itemListElement":[{"position":1,"name":"Shop","item":"https://x.test/"}]})");
  std::string items;
  for (int i = 0; i < 6; ++i) {
    items += fmt::format(
        R"({}{{"@type":"ListItem","position":{},"item":{{"@type":"Product","name":"Lamp {}","url":"https://x.test/p/{}"}}}})",
        i == 0 ? "" : ",", i + 1, i, i);
  }
  const PageOutline outline = OutlinedHtml(
      crumbs + LinkedData(R"({"@type":"ItemList","itemListElement":[)" + items + "]}"));
  EXPECT_TRUE(outline.repeats);
  EXPECT_EQ(outline.rows, 6) << "and none of the breadcrumbs";
  EXPECT_EQ(outline.record.table, "product");
  EXPECT_EQ(outline.record.rows, "/itemListElement");
  EXPECT_THAT(Names(outline), ElementsAre("position", "name", "url"));
  EXPECT_EQ(outline.details, R"(/p/\d+$)");
}

TEST(PageOutlineScriptsTest, TheStateOfAScriptThatDrawsThePage) {
  const PageOutline outline = OutlinedHtml(
      Menu() + R"(<div id="app"></div><script id="__STATE__" type="application/json">)"
               R"({"page":{"items":[{"id":1,"name":"a"},{"id":2,"name":"b"},{"id":3,"name":"c"}]}})"
               "</script>");
  EXPECT_EQ(outline.rows, 3);
  EXPECT_EQ(outline.record.scope, R"(<script\b[^>]*id=["']?__STATE__\b[^>]*>(.*?)</script>)");
  EXPECT_EQ(outline.record.rows, "/page/items");
  EXPECT_THAT(outline.record.key, ElementsAre("id"));
}

TEST(PageOutlineScriptsTest, ElementsThatSayMoreThanTheScriptsStay) {
  std::string items;
  for (int i = 0; i < 20; ++i) {
    items +=
        fmt::format(R"({}{{"position":{},"url":"https://x.test/b/{}"}})", i == 0 ? "" : ",", i, i);
  }
  const PageOutline outline = OutlinedHtml(
      GridPage() + LinkedData(R"({"@type":"ItemList","itemListElement":[)" + items + "]}"));
  EXPECT_EQ(outline.record.element, R"(<article\b[^>]*class="product")");
}

TEST(PageOutlineScriptsTest, TheStateIsNamedBesideTheElementsThatShowIt) {
  const PageOutline outline = OutlinedHtml(GridPage() + StateScript(20));
  EXPECT_EQ(outline.record.element, R"(<article\b[^>]*class="product")");
  ASSERT_TRUE(outline.state);
  EXPECT_EQ(outline.state->rows, "/items");
  EXPECT_EQ(outline.state->fields.size(), 2);
  EXPECT_FALSE(OutlinedHtml(GridPage() + StateScript(19)).state) << "of something else";
}

TEST(PageOutlineScriptsTest, APageThatIsDrawnByScripts) {
  const std::string shell =
      R"(<title>A shop</title><div id="root">Loading…</div><script src="/app.js"></script>)"
      "<noscript>" +
      std::string(500, 'n') + "</noscript>";
  EXPECT_TRUE(OutlinedHtml(shell).is_drawn_by_scripts);
  EXPECT_FALSE(OutlinedHtml("<p>Nothing here yet.</p>").is_drawn_by_scripts) << "no scripts";
  EXPECT_FALSE(OutlinedHtml("<p>None yet</p>" + LinkedData("{}")).is_drawn_by_scripts);
  EXPECT_FALSE(OutlinedHtml(shell + "<p>" + std::string(200, 't') + "</p>").is_drawn_by_scripts);
  EXPECT_FALSE(OutlinedHtml(shell + StateScript(3)).is_drawn_by_scripts) << "the data are there";
}

}  // namespace
}  // namespace thresh
