#include "parser/start_tags.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "parser/markup_index.h"

namespace thresh {
namespace {

std::string Describe(const HtmlTag& tag) {
  return std::to_string(tag.begin) + "-" + std::to_string(tag.end) + " " + std::string(tag.name) +
         "[" + std::string(tag.attributes) + "]" + (tag.self_closing ? "/" : "");
}

std::vector<std::string> ByStartTags(std::string_view html, LetterSet letters) {
  std::vector<std::string> found;
  StartTags tags(html, letters);
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

// Random pages of the pieces that matter, short ones and such as are longer than what is looked
// ahead.
TEST(StartTagsTest, AgreesWithTheScannerOnAnything) {
  const std::vector<std::string> pieces = {"<",         ">",
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
  std::mt19937 random(2026);
  for (int round = 0; round < 20'000; ++round) {
    const size_t length = round % 200 == 0 ? 5000 : random() % 40;
    std::string page;
    for (size_t i = 0; i < length; ++i) page += pieces[random() % pieces.size()];
    ASSERT_EQ(ByStartTags(page, LetterSet("abi")), ByScanner(page, LetterSet("abi"))) << page;
  }
}

// The next mark's offset, or the text's size.
size_t NextMark(MarkupIndex& index, std::string_view text) {
  const MarkupIndex::Marks marks = index.Ahead();
  if (marks.next == marks.end) return text.size();
  index.TakeUpTo(marks.next + 1);
  return static_cast<size_t>(marks.window + *marks.next - text.data());
}

TEST(MarkupIndexTest, GivesEveryMarkOnce) {
  std::mt19937 random(7);
  for (const size_t size : {0, 1, 63, 64, 65, 4095, 4096, 4097, 20'000}) {
    for (const unsigned kinds : {2u, 7u, 40u}) {
      std::string text;
      std::vector<size_t> expected;
      for (size_t i = 0; i < size; ++i) {
        text += "<>\"' abcdefghijklmnopqrstuvwxyz0123456789;=?!"[random() % kinds];
        if (std::string_view("<>\"'").find(text.back()) != std::string_view::npos) {
          expected.push_back(i);
        }
      }
      std::vector<size_t> found;
      MarkupIndex index(text);
      for (size_t at = NextMark(index, text); at < size; at = NextMark(index, text)) {
        found.push_back(at);
      }
      EXPECT_EQ(found, expected) << size << " bytes of " << kinds << " kinds";
    }
  }
}

TEST(MarkupIndexTest, SkipsWithinWhatItHasSeenAndBeyond) {
  const std::string text = std::string(100, 'x') + "<" + std::string(10'000, 'x') + ">'";
  MarkupIndex index(text);
  index.SkipTo(50);
  EXPECT_EQ(NextMark(index, text), 100u);
  index.SkipTo(5000);
  EXPECT_EQ(NextMark(index, text), 10'101u);
  index.SkipTo(10'102);
  EXPECT_EQ(NextMark(index, text), 10'102u);
  index.SkipTo(text.size());
  EXPECT_EQ(NextMark(index, text), text.size());
}

}  // namespace
}  // namespace thresh
