#include "parser/xml_outline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "parser/xml_elements.h"
#include "tests/parser/outline_test.h"
#include "tests/support/listing_pages.h"

namespace thresh {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

PageOutline XmlOutline(const std::string& xml) {
  return OutlineOf(xml, "https://x.test/feed", "text/xml");
}

TEST(XmlOutlineTest, Rss) {
  const PageOutline outline = XmlOutline(FeedPage());
  EXPECT_TRUE(outline.repeats);
  EXPECT_EQ(outline.rows, 3);
  EXPECT_EQ(outline.record.table, "item");
  EXPECT_EQ(outline.record.element, R"(<item\b)");
  EXPECT_THAT(Names(outline), ElementsAre("title", "link", "guid", "creator", "pub_date",
                                          "category", "description"));
  EXPECT_THAT(outline.record.key, ElementsAre("guid"));
  EXPECT_EQ(FieldOf(outline, "pub_date").type, ValueType::kDatetime);
  EXPECT_TRUE(FieldOf(outline, "category").many) << "one item has two";
  EXPECT_EQ(outline.samples[0], "Lamp & shade 1");
  EXPECT_EQ(outline.item_link, R"(<link\b[^>]*>(?P<value>.*?)</link>)");
}

TEST(XmlOutlineTest, AFeedOfOneItem) {
  const PageOutline outline = XmlOutline(
      "<rss><channel><title>News</title><item><title>One</title><guid>7</guid></item></channel>"
      "</rss>");
  EXPECT_TRUE(outline.repeats);
  EXPECT_EQ(outline.rows, 1);
  EXPECT_THAT(outline.samples, ElementsAre("One", "7"));
}

std::string AtomEntry(int number, const std::string& links) {
  const std::string id = std::to_string(number);
  return "<entry><title type=\"html\">&lt;i&gt;Post&lt;/i&gt; " + id + "</title>" + links +
         "<id>urn:" + id + "</id><updated>2026-11-0" + id + "T10:00:00Z</updated>" +
         "<author><name>Ann " + id + "</name><uri>https://x.test/ann</uri></author></entry>";
}

TEST(XmlOutlineTest, AtomHasItsLinksInAttributes) {
  const std::string self = R"(<link rel="self" href="https://x.test/api/1"/>)";
  const std::string own = R"(<link rel="alternate" type="text/html" href="https://x.test/p/)";
  const PageOutline outline = XmlOutline(
      "<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>Posts</title><link href=\"/\"/>" +
      AtomEntry(1, self + own + "1\"/>") + AtomEntry(2, self + own + "2\"/>") + "</feed>");
  EXPECT_THAT(Names(outline),
              ElementsAre("title", "link", "id", "updated", "author_name", "author_uri"));
  EXPECT_THAT(outline.samples,
              ElementsAre("<i>Post</i> 1", "https://x.test/p/1", "urn:1",
                          "2026-11-01T10:00:00.000Z", "Ann 1", "https://x.test/ann"));
  EXPECT_THAT(outline.record.key, ElementsAre("id"));
  EXPECT_THAT(outline.item_link, HasSubstr("rel=\"alternate\""));
}

TEST(XmlOutlineTest, ALinkWithoutRelIsTheItemsOwn) {
  const PageOutline outline =
      XmlOutline("<feed>" + AtomEntry(1, R"(<link href="https://x.test/p/1"/>)") +
                 AtomEntry(2, R"(<link rel="alternate" href="https://x.test/p/2"/>)") + "</feed>");
  EXPECT_EQ(FieldOf(outline, "link").attr, "href");
  EXPECT_THAT(FieldOf(outline, "link").re, ElementsAre(R"(<link\b[^>]*>)"));
}

TEST(XmlOutlineTest, ItemsThatAreTheirAttributes) {
  const PageOutline outline = XmlOutline(
      "<users><row Id=\"1\" Name=\"Ann\" Age=\"30\"/>"
      "<row Id=\"2\" Name=\"B &amp; C\" Age=\"4\"/></users>");
  EXPECT_EQ(outline.rows, 2);
  EXPECT_THAT(Names(outline), ElementsAre("id", "name", "age"));
  EXPECT_EQ(FieldOf(outline, "id").type, ValueType::kText) << "the next one may be x7";
  EXPECT_EQ(FieldOf(outline, "age").type, ValueType::kInteger);
  EXPECT_THAT(outline.record.key, ElementsAre("id"));
}

TEST(XmlOutlineTest, PrefixesNameColumnsWhereTheNameIsTaken) {
  const PageOutline outline = XmlOutline(
      "<rss><item><title>A</title><media:title>a</media:title><g:price>1.50 EUR</g:price></item>"
      "<item><title>B</title><media:title>b</media:title><g:price>2.50 EUR</g:price></item></rss>");
  EXPECT_THAT(Names(outline), ElementsAre("title", "media_title", "price"));
  EXPECT_EQ(FieldOf(outline, "price").type, ValueType::kReal);
}

TEST(XmlOutlineTest, ASitemapIsToldApart) {
  EXPECT_TRUE(XmlOutline("<urlset><url><loc>https://x.test/1</loc></url>"
                         "<url><loc>https://x.test/2</loc></url></urlset>")
                  .is_sitemap);
  EXPECT_FALSE(XmlOutline(FeedPage()).is_sitemap);
}

TEST(XmlOutlineTest, XhtmlIsHtml) {
  const PageOutline outline = XmlOutline("<?xml version=\"1.0\"?><html xmlns=\"x\">" + GridPage());
  EXPECT_EQ(outline.record.table, "product");
}

TEST(XmlOutlineTest, HostileDocumentsEndInOneRow) {
  std::string deep;
  for (int i = 0; i < 50'000; ++i) deep += "<a b='c'>";
  std::string unclosed(200'000, '<');
  std::string ends;
  for (int i = 0; i < 50'000; ++i) ends += i % 2 == 0 ? "<q>" : "</z>";
  for (const std::string& xml :
       {std::string("<?xml"), std::string("<?xml?><rss><item>"), std::string("<?xml?><item/>"),
        std::string("<?xml?></item></item>"), std::string("<?xml?><a b=\"<c>"),
        std::string("<?xml?><![CDATA["), "<?xml?>" + deep, "<?xml?>" + unclosed, "<?xml?>" + ends,
        std::string("<?xml?><\0x/>\xff", 13)}) {
    const PageOutline outline = XmlOutline(xml);
    EXPECT_EQ(outline.rows, 1) << xml.substr(0, 40);
    EXPECT_EQ(outline.samples.size(), outline.record.fields.size());
  }
}

TEST(XmlOutlineTest, ItemsOfVeryManyNames) {
  std::string xml = "<?xml?><list>";
  for (int item = 0; item < 100; ++item) {
    xml += "<thing>";
    for (int i = 0; i < 300; ++i) xml += fmt::format("<n{0}-{1}>v</n{0}-{1}>", item, i);
    xml += "</thing>";
  }
  EXPECT_GE(XmlOutline(xml + "</list>").rows, 1);
}

TEST(XmlElementsTest, AnEndTagEndsTheInnermostElementOfItsName) {
  const std::string xml = "<a><b x='>'>one<c>two</b></d></a>three";
  const std::vector<XmlElement> elements = ReadXml(xml);
  ASSERT_EQ(elements.size(), 3u);
  EXPECT_EQ(elements[0].content, "<b x='>'>one<c>two</b></d>");
  EXPECT_EQ(elements[1].content, "one<c>two");
  EXPECT_EQ(elements[1].attributes, " x='>'");
  EXPECT_EQ(elements[2].content, "two");
  EXPECT_EQ(elements[2].parent, 1);
  EXPECT_EQ(elements[1].children, 1u);
  EXPECT_THAT(ReadXml("no tag < here"), IsEmpty());
}

// Read to the document's end for each, they would take an hour.
TEST(XmlElementsTest, TagsThatTheDocumentEndsInAreNotReadEach) {
  std::string xml = "<r><a>1</a>";
  while (xml.size() < 2'000'000) xml += "<a ";
  EXPECT_EQ(ReadXml(xml).size(), 2u);
}

TEST(XmlElementsTest, CommentsCdataAndDeclarationsHoldNoElements) {
  const std::vector<XmlElement> elements = ReadXml(
      "<?xml version=\"1.0\"?><!DOCTYPE list [<!ENTITY a \"b\">]><list><!-- <thing> -->"
      "<thing><![CDATA[<thing></list>]]></thing><?note <thing> ?></list>");
  ASSERT_EQ(elements.size(), 2u);
  EXPECT_EQ(elements[1].content, "<![CDATA[<thing></list>]]>");
}

}  // namespace
}  // namespace thresh
