#include "parser/start_tags.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

namespace thresh {
namespace {

std::string Describe(const HtmlTag& tag) {
  return std::to_string(tag.begin) + "-" + std::to_string(tag.end) + " " + std::string(tag.name) +
         "[" + std::string(tag.attributes) + "]" + (tag.self_closing ? "/" : "");
}

std::vector<std::string> ByStartTags(std::string_view html, LetterSet letters) {
  std::vector<std::string> found;
  const TagInterest interest(letters);
  StartTags tags(html, interest);
  HtmlTag tag;
  while (tags.Next(&tag)) found.push_back(Describe(tag));
  return found;
}

// What StartTags must give: it is only quicker.
std::vector<std::string> ByScanner(std::string_view html, LetterSet letters) {
  std::vector<std::string> found;
  HtmlScanner scanner(html);
  HtmlTag tag;
  while (scanner.Next(&tag)) {
    if (!tag.is_end && letters.Has(tag.name[0])) found.push_back(Describe(tag));
  }
  return found;
}

TEST(StartTagsTest, TakesThoseOfItsLettersInEitherCase) {
  EXPECT_EQ(ByStartTags("<p><a href=\"x\">y</a><B>z</B><area/><i>", LetterSet("ab")),
            (std::vector<std::string>{"3-15 a[ href=\"x\"]", "20-23 B[]", "28-35 area[/]/"}));
}

TEST(StartTagsTest, ATagInAValueIsNone) {
  const std::vector<std::string> pages = {
      "<div title=\"<a href=x>\"><a id=1>",
      "<div title='<a href=x>'><a id=1>",
      "<div title=<a href=x><a id=1>",
      "<div a b= c=\"<a id=2>\"><a id=1>",
      "<div \"<a href=x>\"><a id=1>",
      "<div =\"<a href=x>\"><a id=1>",
      "<div a=\"x\"b=\"<a href=x>\"><a id=1>",
      "</div title=\"<a href=x>\"><a id=1>",
      "<div\ntitle\n=\n\"<a href=x>\"><a id=1>",
      "<div/title=\"<a href=x>\"><a id=1>",
      "<div title=\"never closed <a href=x>",
      "<a b=\"c\" d=e/><a f=\"g\"/>",
  };
  for (std::string page : pages) {
    EXPECT_EQ(ByStartTags(page, LetterSet("a")), ByScanner(page, LetterSet("a"))) << page;
    page += std::string(100, ' ');
    EXPECT_EQ(ByStartTags(page, LetterSet("a")), ByScanner(page, LetterSet("a"))) << page;
  }
}

TEST(StartTagsTest, RawTextAndForeignContentAreTheScanners) {
  const std::vector<std::string> pages = {
      "<script>if (a<b) '<a href=x>'</script><a>",
      "<style><a></style><a>",
      "<svg><a/><![CDATA[<a>]]></svg><a>",
      "<!-- <a> --><a>",
      "<title><a></title><a>",
      "<textarea><a></textarea><a>",
      "<plaintext><a></plaintext><a>",
      "<math><mi><a></math><a>",
  };
  for (const std::string& page : pages) {
    EXPECT_EQ(ByStartTags(page, LetterSet("am")), ByScanner(page, LetterSet("am"))) << page;
  }
}

// A page of `length` of the pieces that matter.
std::string RandomPage(std::mt19937& random, size_t length) {
  static const std::vector<std::string> pieces = {"<",         ">",
                                                  "\"",        "'",
                                                  "=",         " ",
                                                  "/",         "<a",
                                                  "</a>",      "<a href=\"",
                                                  "<b>",       "<div class=\"c\">",
                                                  "<p a='",    "<!--",
                                                  "-->",       "<script>",
                                                  "</script>", "<svg>",
                                                  "</svg>",    "<![CDATA[",
                                                  "]]>",       "<img src=x/>",
                                                  "text",      "<?",
                                                  "</",        "\n",
                                                  "name",      "<title>",
                                                  "</title>",  "<1",
                                                  "&lt;"};
  std::string page;
  for (size_t i = 0; i < length; ++i) page += pieces[random() % pieces.size()];
  return page;
}

// Short ones, and such as are longer than what is looked ahead.
TEST(StartTagsTest, AgreesWithTheScannerOnAnything) {
  std::mt19937 random(2026);
  for (int round = 0; round < 20'000; ++round) {
    const std::string page = RandomPage(random, round % 200 == 0 ? 5000 : random() % 40);
    ASSERT_EQ(ByStartTags(page, LetterSet("abi")), ByScanner(page, LetterSet("abi"))) << page;
  }
}

// What TagStarts finds before its first doubt, and where that is.
std::vector<size_t> Starts(std::string_view page, int width) {
  static constexpr TagInterest kInterest(LetterSet("ab"));
  TagStarts starts(page, kInterest, width);
  std::vector<size_t> found;
  while (const char* less = starts.Next()) found.push_back(less - page.data());
  found.push_back(starts.doubt() - page.data());
  return found;
}

TEST(TagStartsTest, StopsWhereATagIsNotPlain) {
  EXPECT_EQ(Starts("<p class=\"c\"><a href=\"x\" title=\"it's\">y</a>", 16),
            (std::vector<size_t>{13, 43}));
  EXPECT_EQ(Starts("<a id=\"1\"><p a='b'><a>", 16), (std::vector<size_t>{0, 10}));
  EXPECT_EQ(Starts("<a id=\"1\"><p a=\"b>\"><a>", 16), (std::vector<size_t>{0, 10}));
  EXPECT_EQ(Starts("<a id=\"1\"><p a=\"b \"><a>", 16), (std::vector<size_t>{0, 10}));
  EXPECT_EQ(Starts("<a>" + std::string(200, 'x') + "><a>", 16), (std::vector<size_t>{0, 192}));
}

void ExpectTheSameAtEveryWidth(std::string_view page) {
  const std::vector<size_t> found = Starts(page, 16);
  for (int width = 32; width <= TagStarts::Width(); width *= 2) {
    ASSERT_EQ(Starts(page, width), found) << page;
  }
}

TEST(TagStartsTest, FindsTheSameAtEveryWidthOfThisProcessor) {
  std::mt19937 random(7);
  for (int round = 0; round < 5000; ++round) {
    ASSERT_NO_FATAL_FAILURE(ExpectTheSameAtEveryWidth(RandomPage(random, random() % 100)));
  }
}

TEST(TagStartsTest, JudgesAnyTwoBytesAlikeAtEveryWidth) {
  std::string page = "<..>" + std::string(100, 'x');
  for (int first = 0; first < 256; ++first) {
    for (int second = 0; second < 256; ++second) {
      page[1] = static_cast<char>(first);
      page[2] = static_cast<char>(second);
      ASSERT_NO_FATAL_FAILURE(ExpectTheSameAtEveryWidth(page)) << first << " " << second;
    }
  }
}

}  // namespace
}  // namespace thresh
