#include "parser/links.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <initializer_list>
#include <random>
#include <string>
#include <vector>

namespace thresh {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr size_t kNoLimit = 1'000'000;

PageLinks Extract(const std::string& html, const std::string& page = "http://x.test/a/b?c",
                  size_t max_links = kNoLimit) {
  return ExtractLinks(html, Url::Parse(page).value(), max_links);
}

// The URLs, with " nofollow" behind those that have it.
std::vector<std::string> Links(const std::string& html) {
  std::vector<std::string> links;
  for (const Link& link : Extract(html).links) {
    links.push_back(link.url.href() + (link.nofollow ? " nofollow" : ""));
  }
  return links;
}

struct LinksCase {
  std::string html;
  std::vector<std::string> links;
};

void CheckLinks(std::initializer_list<LinksCase> cases) {
  for (const LinksCase& test : cases) EXPECT_EQ(Links(test.html), test.links) << test.html;
}

TEST(LinksTest, TheseElementsAreLinks) {
  CheckLinks({
      {"<a href=x>", {"http://x.test/a/x"}},
      {"<A HREF='x'>", {"http://x.test/a/x"}},
      {"<area alt=1 href=\"/x\">", {"http://x.test/x"}},
      {"<frame src=x><iframe src=y></iframe>", {"http://x.test/a/x", "http://x.test/a/y"}},
      {"<link rel=next href=x><link href=y rel='x PREV'>",
       {"http://x.test/a/x", "http://x.test/a/y"}},
      {"<link rel=stylesheet href=x><link href=y><link rel=nextx href=z>", {}},
      {"<a name=x><a src=x><img src=x><script src=x></script><form action=x><abbr href=x>", {}},
      {"<iframe href=x></iframe><frame href=x><frameset src=x>", {}},
      {"</a href=x>", {}},
      {"<!-- <a href=x> --><script><a href=x></script><textarea><a href=x></textarea>", {}},
      {"<a title='<a href=x>' href=y>", {"http://x.test/a/y"}},
      {"<a href=x href=y>", {"http://x.test/a/x"}},
      {"<a data-href=x xhref=y hrefs=z>", {}},
  });
}

// A tag near the page's end is read attribute by attribute, another one faster if it can be.
TEST(LinksTest, ALinkIsReadAlikeWhateverFollowsIt) {
  constexpr std::array kPieces = {
      " href=\"x\"",
      " href=\"y#z\"",
      " href=\"&#38;#z\"",
      " HREF=\"up\"",
      " href='one'",
      " href=plain",
      "href=\"near\"",
      " data-href=\"no\"",
      " class=\"a b\"",
      " rel=\"nofollow\"",
      " REL=\"nofollow\"",
      " rel='nofollow'",
      " title=\"rel='a'\"",
      " =\"b",
      " b= \"c\"",
      "\nid=\"d\"",
      " checked",
      " e=\"'>'\"",
      "/",
      " ",
  };
  std::mt19937 random(1);
  for (int round = 0; round < 20'000; ++round) {
    std::string tag = "<a";
    for (auto left = random() % 6; left > 0; --left) tag += kPieces[random() % kPieces.size()];
    tag += ">";
    ASSERT_EQ(Links(tag + std::string(40, ' ')), Links(tag)) << tag;
  }
}

TEST(LinksTest, KnownUrlsMayBeLeftOut) {
  const Url page = Url::Parse("http://x.test/a/b").value();
  std::vector<std::string> asked;
  const auto is_known = [&](std::string_view href) {
    asked.emplace_back(href);
    return href == "http://x.test/a/known";
  };
  const auto links = [&](std::string_view html, size_t max_links = kNoLimit) {
    asked.clear();
    std::vector<std::string> found;
    KnownLinks known(is_known);
    for (const Link& link : ExtractLinks(html, page, max_links, &known).links) {
      found.push_back(link.url.href());
    }
    return found;
  };
  EXPECT_THAT(links("<a href=known><a href=../a/known#x><a href=new?q=1><a href=new>"),
              ElementsAre("http://x.test/a/new?q=1", "http://x.test/a/new"));
  EXPECT_THAT(asked, ElementsAre("http://x.test/a/known", "http://x.test/a/known",
                                 "http://x.test/a/new?q=1", "http://x.test/a/new"));
  const std::string known = "http://x.test/a/known";
  EXPECT_THAT(links("<a href=known><a rel=nofollow href=y>"), ElementsAre("http://x.test/a/y"));
  EXPECT_THAT(links("<a href=../a/known><a rel=nofollow href=known>"), ElementsAre(known))
      << "it may be followed by another reference to the same URL";
  EXPECT_THAT(links("<meta name=robots content=nofollow><a href=known>"), ElementsAre(known));
  EXPECT_THAT(links("<a href=known><a href=y>", 1), ElementsAre(known)) << "it counts";
}

// Wherever it stands behind the href, beside attributes that have its letters, too.
TEST(LinksTest, RelIsFoundAnywhere) {
  for (size_t before = 0; before < 40; ++before) {
    for (size_t behind = 0; behind < 40; ++behind) {
      const std::string rest =
          " a=\"" + std::string(before, 'r') + "\" Rel=\"x nofollow\" b" + std::string(behind, 'l');
      EXPECT_EQ(Links("<a href=\"x\"" + rest + ">" + std::string(20, ' ')),
                std::vector<std::string>{"http://x.test/a/x nofollow"})
          << rest;
    }
  }
}

TEST(LinksTest, AReferenceThatLedToAKnownUrlIsNotAskedAgainInItsDirectory) {
  std::vector<std::string> asked;
  KnownLinks known([&](std::string_view href) {
    asked.emplace_back(href);
    return !href.ends_with("new");
  });
  const auto read = [&](std::string_view page, std::string_view html) {
    asked.clear();
    ExtractLinks(html, Url::Parse(page).value(), kNoLimit, &known);
    return asked;
  };
  constexpr std::string_view kHtml = "<a href=../x><a href=new>";
  EXPECT_THAT(read("http://x.test/a/1", kHtml),
              ElementsAre("http://x.test/x", "http://x.test/a/new"));
  EXPECT_THAT(read("http://x.test/a/2", kHtml), ElementsAre("http://x.test/a/new"));
  EXPECT_THAT(read("http://x.test/b/1", kHtml),
              ElementsAre("http://x.test/x", "http://x.test/b/new"));
  EXPECT_THAT(read("http://x.test/a/b/1", kHtml),
              ElementsAre("http://x.test/a/x", "http://x.test/a/b/new"));
  EXPECT_THAT(read("https://x.test/a/1", kHtml),
              ElementsAre("https://x.test/x", "https://x.test/a/new"));
  EXPECT_THAT(read("http://x.test/a/3", "<base href=/c/>" + std::string(kHtml)),
              ElementsAre("http://x.test/x", "http://x.test/c/new"));
}

// As they stand on each page: those that are absolute or begin at the host's root are the same for
// other directories, too; a query alone or "#top" is not the same for any other page.
TEST(LinksTest, AReferenceThatLedToAKnownUrlIsNotResolvedAgainWhereItIsTheSame) {
  std::vector<std::string> asked;
  KnownLinks known([&](std::string_view href) {
    asked.emplace_back(href);
    return true;
  });
  const auto read = [&](std::string_view page, std::string_view html) {
    asked.clear();
    const PageLinks found = ExtractLinks(html, Url::Parse(page).value(), kNoLimit, &known);
    for (const Link& link : found.links) asked.push_back("new: " + link.url.href());
    return asked;
  };
  constexpr std::string_view kHtml =
      "<a href=https://y.test/?a&amp;b><a href=/c?d><a href=e?f><a href=?g><a href=http:?h>"
      "<a href=#top>";
  EXPECT_THAT(read("http://x.test/a/1", kHtml),
              ElementsAre("https://y.test/?a&b", "http://x.test/c?d", "http://x.test/a/e?f",
                          "new: http://x.test/a/1?g", "new: http://x.test/a/1?h"));
  EXPECT_THAT(read("http://x.test/a/2", kHtml),
              ElementsAre("new: http://x.test/a/2?g", "new: http://x.test/a/2?h"));
  EXPECT_THAT(
      read("http://x.test/b/1", kHtml),
      ElementsAre("http://x.test/b/e?f", "new: http://x.test/b/1?g", "new: http://x.test/b/1?h"));
  EXPECT_THAT(read("http://z.test/a/1", kHtml),
              ElementsAre("http://z.test/c?d", "http://z.test/a/e?f", "new: http://z.test/a/1?g",
                          "new: http://z.test/a/1?h"));
  EXPECT_THAT(read("http://x.test/a/3", "<base href=/a/4><a href=#top>"),
              ElementsAre("new: http://x.test/a/4"));
}

TEST(LinksTest, AnEntityIsDecodedBeforeAUrlIsKnown) {
  KnownLinks known([](std::string_view href) { return href == "http://x.test/a&amp"; });
  const PageLinks found =
      ExtractLinks("<a href='a&amp'>", Url::Parse("http://x.test/").value(), kNoLimit, &known);
  ASSERT_EQ(found.links.size(), 1u);
  EXPECT_EQ(found.links[0].url.href(), "http://x.test/a&");
}

TEST(LinksTest, QueriesAreInTheEncodingOfThePage) {
  const Url page = Url::Parse("http://x.test/").value();
  const auto href = [&](std::string_view html, std::string_view charset) {
    return ExtractLinks(html, page, kNoLimit, nullptr, charset).links.at(0).url.href();
  };
  EXPECT_EQ(href("<a href=/中?q=中>", "gbk"), "http://x.test/%E4%B8%AD?q=%D6%D0");
  EXPECT_EQ(href("<a href=/中?q=中>", "utf-8"), "http://x.test/%E4%B8%AD?q=%E4%B8%AD");
  EXPECT_EQ(href("<base href=/?中><a href=''>", "gbk"), "http://x.test/?%D6%D0");
}

// The same reference on pages of one site that are in several encodings leads to several URLs.
TEST(LinksTest, WhatIsRememberedIsOfOneEncoding) {
  const Url page = Url::Parse("http://x.test/").value();
  KnownLinks known([](std::string_view href) { return href == "http://x.test/?q=%D6%D0"; });
  const auto found = [&](std::string_view charset) {
    return ExtractLinks("<a href=/?q=中>", page, kNoLimit, &known, charset).links.size();
  };
  EXPECT_EQ(found("gbk"), 0u);
  EXPECT_EQ(found("gbk"), 0u);
  EXPECT_EQ(found("utf-8"), 1u);
  EXPECT_EQ(found("big5"), 1u);
}

// More references than are remembered, on many pages.
TEST(LinksTest, WhatIsRememberedChangesNothing) {
  const Url page = Url::Parse("http://x.test/a/b").value();
  const auto is_known = [](std::string_view href) { return href.back() % 2 == 0; };
  KnownLinks lasting(is_known);
  for (int round = 0; round < 30; ++round) {
    std::string html;
    for (int i = 0; i < 2'000; ++i) {
      html += "<a href=\"" + std::to_string((round * 1'000 + i * 7) % 40'000) + "\">";
    }
    KnownLinks fresh(is_known);
    const PageLinks expected = ExtractLinks(html, page, kNoLimit, &fresh);
    const PageLinks found = ExtractLinks(html, page, kNoLimit, &lasting);
    ASSERT_EQ(found.links.size(), expected.links.size());
    for (size_t i = 0; i < found.links.size(); ++i) {
      ASSERT_EQ(found.links[i].url, expected.links[i].url);
    }
  }
}

TEST(LinksTest, ReferencesAreReadAsAttributesAre) {
  CheckLinks({
      {"<a href=' \n x\t '>", {"http://x.test/a/x"}},
      {"<a href='x\n/\ty'>", {"http://x.test/a/x/y"}},
      {"<a href='?a=1&amp;b=2'>", {"http://x.test/a/b?a=1&b=2"}},
      {"<a href='?a=1&b=2&copy=3'>", {"http://x.test/a/b?a=1&b=2&copy=3"}},
      {"<a href='&#x2F;x&#47;y'>", {"http://x.test/x/y"}},
      {"<a href='x&#35;y'>", {"http://x.test/a/x"}},
      {"<a href='x&#38;#y'>", {"http://x.test/a/x&"}},
      {"<a href='&amp;amp;'>", {"http://x.test/a/&amp;"}},
      {"<a href='/ü x'>", {"http://x.test/%C3%BC%20x"}},
      {"<a href='\\\\y.test\\z'>", {"http://y.test/z"}},
  });
}

TEST(LinksTest, EachUrlIsThereOnceInThePagesOrder) {
  CheckLinks({
      {"<a href=y><a href=x><a href=y>", {"http://x.test/a/y", "http://x.test/a/x"}},
      {"<a href=x><a href=./x><a href=/a/x><a href=//x.test:80/a/x>", {"http://x.test/a/x"}},
      {"<a href=x#a><a href=x#b><a href=x>", {"http://x.test/a/x"}},
      {"<a href='?d&amp;e'><a href='?d&e'>", {"http://x.test/a/b?d&e"}},
  });
}

TEST(LinksTest, ThePageItselfIsLeftOut) {
  CheckLinks(
      {{"<a href=''><a href='#top'><a href='?c'><a href=b?c><a href='http://x.test/a/b?c#d'>", {}},
       {"<a href=b>", {"http://x.test/a/b"}}});
}

TEST(LinksTest, NofollowHoldsWhenEveryLinkToAUrlHasIt) {
  CheckLinks({
      {"<a rel=nofollow href=x>", {"http://x.test/a/x nofollow"}},
      {"<a href=x rel='ugc\nNoFollow'>", {"http://x.test/a/x nofollow"}},
      {"<a href=x rel='nofollows xnofollow'>", {"http://x.test/a/x"}},
      {"<a href=x rel=nofollow><a href=x>", {"http://x.test/a/x"}},
      {"<a href=x><a href=x rel=nofollow>", {"http://x.test/a/x"}},
      {"<a href=x rel=nofollow><a href=./x>", {"http://x.test/a/x"}},
      {"<a href=x rel=nofollow><a href=./x rel=nofollow>", {"http://x.test/a/x nofollow"}},
      {"<link rel='next nofollow' href=x>", {"http://x.test/a/x nofollow"}},
  });
}

TEST(LinksTest, TheFirstBaseHoldsForTheWholePage) {
  CheckLinks({
      {"<base href='/d/'><a href=x>", {"http://x.test/d/x"}},
      {"<a href=x><base href='https://y.test/d/e'>", {"https://y.test/d/x"}},
      {"<base href=/d/><base href=/e/><a href=x>", {"http://x.test/d/x"}},
      {"<base target=_top><base href=/e/><a href=x>", {"http://x.test/e/x"}},
      {"<base href='/d/?a&amp;b'><a href=''>", {"http://x.test/d/?a&b"}},
      {"<base href='/d/'><a href='#x'>", {"http://x.test/d/"}},
      {"<base href='javascript:x'><a href=x>", {"http://x.test/a/x"}},
      {"<base href='data:,'><base href=/e/><a href=x>", {"http://x.test/a/x"}},
      {"<base href='http://[/'><a href=x>", {"http://x.test/a/x"}},
      {"<base href='http://u:p@x.test/d/'><a href=x>", {"http://x.test/a/x"}},
      {"<!-- <base href=/d/> --><a href=x>", {"http://x.test/a/x"}},
  });
}

TEST(LinksTest, WhatCannotBeFetchedIsCountedByItsReason) {
  const PageLinks found = Extract(
      "<a href='javascript:void(0);'><a href=' JavaScript:x'><a href=mailto:a@x.test>"
      "<a href=data:,><a href='tel:1'><a href='tel:1'>"
      "<a href='http://'><a href='http://u:p@x.test/'><a href='http://x.test:x/'>"
      "<a href='" +
      std::string(9000, 'x') + "'><a href=x>");
  EXPECT_EQ(found.links.size(), 1u);
  EXPECT_EQ(found.other_scheme, 5u);
  EXPECT_EQ(found.invalid, 4u);
  EXPECT_EQ(found.beyond_limit, 0u);
}

TEST(LinksTest, NoMoreLinksThanAskedForAreGiven) {
  std::string html;
  for (int i = 0; i < 100; ++i) html += "<a href=" + std::to_string(i) + ">x</a>";
  EXPECT_EQ(Extract(html).links.size(), 100u);
  const PageLinks found = Extract(html + html, "http://x.test/", 30);
  ASSERT_EQ(found.links.size(), 30u);
  EXPECT_EQ(found.links[29].url.href(), "http://x.test/29");
  EXPECT_EQ(found.beyond_limit, 70u);
  EXPECT_THAT(Extract(html, "http://x.test/", 0).links, IsEmpty());
}

TEST(LinksTest, MetaRobotsIsRead) {
  const auto meta = [](const std::string& html) {
    const PageLinks found = Extract(html);
    return std::string(found.meta_noindex ? "noindex " : "") +
           (found.meta_nofollow ? "nofollow" : "");
  };
  EXPECT_EQ(meta("<meta name=robots content=noindex>"), "noindex ");
  EXPECT_EQ(meta("<META content='follow, NoFollow' NAME=Robots>"), "nofollow");
  EXPECT_EQ(meta("<meta name=robots content=none>"), "noindex nofollow");
  EXPECT_EQ(meta("<meta name=robots content='noindex&#44;nofollow'>"), "noindex nofollow");
  EXPECT_EQ(meta("<meta name=robots content=noindex><meta name=robots content=nofollow>"),
            "noindex nofollow")
      << "they add up";
  EXPECT_EQ(meta("<meta name=robots content='index, follow'>"), "");
  EXPECT_EQ(meta("<meta name=robots>"), "");
  EXPECT_EQ(meta("<meta name=description content=noindex>"), "");
  EXPECT_EQ(meta("<meta name=otherbot content=noindex>"), "");
}

TEST(LinksTest, ManyLinksAreToldApart) {
  std::string html;
  for (int i = 0; i < 20000; ++i) html += "<a href=p" + std::to_string(i % 10000) + ">";
  const PageLinks found = Extract(html);
  ASSERT_EQ(found.links.size(), 10000u);
  EXPECT_EQ(found.links[9999].url.href(), "http://x.test/a/p9999");
}

}  // namespace
}  // namespace thresh
