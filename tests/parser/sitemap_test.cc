#include "parser/sitemap.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/test_environment.h"

namespace thresh {
namespace {

using ::testing::ElementsAre;

// The entries in short, "loc|lastmod", with a '*' before those that are sitemaps; the input comes
// in pieces of `piece` bytes.
std::vector<std::string> EntriesOf(std::string_view text, size_t piece = 1 << 20) {
  std::vector<std::string> entries;
  SitemapReader reader(50'000, [&entries](const SitemapEntry& entry) {
    entries.push_back((entry.is_sitemap ? "*" : "") + entry.loc + "|" + entry.lastmod);
  });
  for (size_t at = 0; at < text.size(); at += piece) reader.Feed(text.substr(at, piece));
  reader.Finish();
  EXPECT_EQ(reader.entries(), entries.size());
  return entries;
}

constexpr std::string_view kUrlSet = R"(<?xml version="1.0" encoding="UTF-8"?>
<!-- <url><loc>http://x.test/comment</loc></url> -->
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
  <url>
    <loc> http://x.test/?a=1&amp;b=2 </loc>
    <lastmod>2024-05-01</lastmod><changefreq>daily</changefreq>
    <image:image><image:loc>http://x.test/image.png</image:loc></image:image>
  </url>
  <url><loc><![CDATA[http://x.test/?c=3&amp;d]]></loc></url>
  <url><lastmod>2024-05-02T10:00:00+02:00</lastmod><loc>http://x.test/e</loc></url>
</urlset>)";

TEST(SitemapReaderTest, ReadsUrlSets) {
  EXPECT_THAT(EntriesOf(kUrlSet),
              ElementsAre("http://x.test/?a=1&b=2|2024-05-01", "http://x.test/?c=3&amp;d|",
                          "http://x.test/e|2024-05-02T10:00:00+02:00"));
}

TEST(SitemapReaderTest, DoesNotMindWhereTheInputIsCut) {
  const std::vector<std::string> whole = EntriesOf(kUrlSet);
  for (size_t piece = 1; piece < 40; ++piece) EXPECT_EQ(EntriesOf(kUrlSet, piece), whole) << piece;
}

TEST(SitemapReaderTest, ReadsIndexes) {
  EXPECT_THAT(EntriesOf("<sitemapindex><sitemap><loc>http://x.test/1.xml.gz</loc>"
                        "<lastmod>2024</lastmod></sitemap></sitemapindex>"),
              ElementsAre("*http://x.test/1.xml.gz|2024"));
}

TEST(SitemapReaderTest, ReadsTextFiles) {
  EXPECT_THAT(EntriesOf("\xEF\xBB\xBFhttp://x.test/a\r\n\r\n HTTPS://x.test/?a&amp;b \nnonsense\n"
                        "http://x.test/last",
                        2),
              ElementsAre("http://x.test/a|", "HTTPS://x.test/?a&amp;b|", "http://x.test/last|"));
}

TEST(SitemapReaderTest, IsTolerant) {
  struct {
    std::string_view text;
    std::vector<std::string> entries;
    std::string_view why;
  } const cases[] = {
      {"", {}, "nothing"},
      {"  \n", {}, "white space"},
      {"\xEF\xBB\xBF <urlset><url><loc>http://x/</loc></url>", {"http://x/|"}, "byte order mark"},
      {"<s:urlset><s:url><s:loc>http://x/</s:loc><loc>http://y/</loc></s:url>",
       {"http://x/|"},
       "a prefix for all"},
      {"<url><v:url><v:loc>http://v/</v:loc></v:url><loc>http://x/</loc></url>",
       {"http://x/|"},
       "an extension's elements of the same names"},
      {"<URLSET><URL><LOC>http://x/</LOC></URL>", {"http://x/|"}, "case"},
      {"<urlset><url><loc>http://x/<url><loc>http://y/</loc></url>",
       {"http://x/|", "http://y/|"},
       "end tags left out"},
      {"<url><loc>http://x/</loc>", {}, "an entry that is cut off is not given"},
      {"<url><loc>http://x/</loc></url><url><loc>http:", {"http://x/|"}, "what is whole is"},
      {"<url><loc/></url><url></url><url><loc> </loc></url>", {}, "no address"},
      {"<loc>http://x/</loc>", {}, "in no entry"},
      {"<url><loc>http://x/</loc><loc>http://y/</loc></url>", {"http://x/|"}, "the first counts"},
      {"<url><loc>http://x/?a&copy=b</loc></url>", {"http://x/?a&copy=b|"}, "not escaped"},
      {"<url><loc>http://x/<!-- - -- -->y</loc></url>", {"http://x/y|"}, "a comment within"},
      {"<!DOCTYPE x [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;'>]><url><loc>http://x/&b;</loc></url>",
       {"http://x/&b;|"},
       "entities of its own are never expanded"},
      {"<html><body>Not found</body></html>", {}, "another thing"},
      {"<!", {}, "cut off"},
      {"<![CDATA[", {}, "cut off"},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(EntriesOf(c.text), c.entries) << c.why;
    EXPECT_EQ(EntriesOf(c.text, 1), c.entries) << c.why << ", byte by byte";
  }
}

TEST(SitemapReaderTest, CountsWhatIsBeyondTheLimit) {
  size_t given = 0;
  SitemapReader reader(2, [&given](const SitemapEntry&) { ++given; });
  for (int i = 0; i < 5; ++i) reader.Feed("<url><loc>http://x/</loc></url>");
  reader.Finish();
  EXPECT_EQ(given, 2u);
  EXPECT_EQ(reader.entries(), 2u);
  EXPECT_EQ(reader.beyond_limit(), 3u);
}

TEST(SitemapReaderTest, DropsAnEndlessAddress) {
  const std::string endless(100'000, 'x');
  EXPECT_THAT(
      EntriesOf("<url><loc>http://" + endless + "</loc></url><url><loc>http://y/</loc></url>"),
      ElementsAre("http://y/|"));
  EXPECT_THAT(EntriesOf("http://" + endless + "\nhttp://y/"), ElementsAre("http://y/|"));
}

TEST(SitemapReaderTest, IsLinearOnHostileInput) {
  for (std::string_view piece :
       {"<", "<!--", "<![CDATA[", "<url>", "<loc>", "x", "&", "]]", "--"}) {
    std::string text = "<url><loc>";
    while (text.size() < 1'000'000) text += piece;
    EXPECT_THAT(EntriesOf(text, 7), ::testing::SizeIs(::testing::Le(1u))) << piece;
  }
}

TEST(SitemapReaderTest, ReadsAnyBytesHoweverCut) {
  std::mt19937 random(RandomSeed());
  const std::string_view pieces[] = {
      "<url>", "</url>", "<loc>", "</loc>", "http://x/", "<!--", "-->",       "<![CDATA[", "]]>",
      "&amp;", "<",      ">",     "\n",     "]",         "-",    "<sitemap>", "</sitemap>"};
  for (int round = 0; round < 5'000; ++round) {
    std::string text;
    for (int i = random() % 30; i > 0; --i) text += pieces[random() % std::size(pieces)];
    ASSERT_EQ(EntriesOf(text, 1 + random() % 10), EntriesOf(text)) << text;
  }
}

}  // namespace
}  // namespace thresh
