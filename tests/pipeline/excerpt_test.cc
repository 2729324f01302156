#include "pipeline/excerpt.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace thresh {
namespace {

using testing::HasSubstr;
using testing::Not;

const Highlighter kPlainHighlighter({"a", "b"}, false);
const Highlighter kColours({"a", "b"}, true);

TEST(ExcerptTest, MarksParts) {
  EXPECT_EQ(kPlainHighlighter.Excerpt("0123456789", {{{2, 4}, 0}, {{6, 7}, 1}}),
            "01[[a: 23]]45[[b: 6]]789");
  EXPECT_EQ(kColours.Excerpt("0123456789", {{{2, 4}, 0}, {{6, 7}, 1}}),
            "01\x1b[1;31m23\x1b[0m45\x1b[1;32m6\x1b[0m789");
}

TEST(ExcerptTest, LeavesOutWhatIsFarAway) {
  EXPECT_EQ(kPlainHighlighter.Excerpt("0123456789abcdefghij", {{{4, 5}, 0}, {{14, 15}, 1}}, 2),
            "…23[[a: 4]]56 … cd[[b: e]]fg…");
}

TEST(ExcerptTest, CountsCharacters) {
  EXPECT_EQ(kPlainHighlighter.Excerpt("ääääXöööö", {{{8, 9}, 0}}, 2), "…ää[[a: X]]öö…");
}

TEST(ExcerptTest, OverlapsAreCut) {
  EXPECT_EQ(
      kPlainHighlighter.Excerpt("0123456789", {{{4, 8}, 1}, {{2, 6}, 0}, {{3, 5}, 1}, {{2, 6}, 1}}),
      "01[[a: 2345]][[b: 67]]89");
}

TEST(ExcerptTest, LinesAndTabsAreShown) {
  EXPECT_EQ(kPlainHighlighter.Excerpt("a\r\n   b\tc\n\n", {{{0, 1}, 0}}), "[[a: a]]↵b⇥c↵");
}

TEST(ExcerptTest, LongPartsAreShortened) {
  const std::string page = "<" + std::string(1000, 'x') + "end>";
  const std::string excerpt = kPlainHighlighter.Excerpt(page, {{{1, page.size() - 1}, 0}});
  EXPECT_LT(excerpt.size(), 300u);
  EXPECT_THAT(excerpt, HasSubstr("xend]]>"));
}

TEST(ExcerptTest, NothingOfThePageIsACommand) {
  const std::string page = "\x1b[31m\xff\xc2\x9b\u202e\x7f";
  for (const Highlighter& highlighter : {kPlainHighlighter, kColours}) {
    const std::string excerpt = highlighter.Excerpt(page, {{{5, 6}, 0}});
    EXPECT_THAT(excerpt, HasSubstr("\\u{1B}[31m"));
    EXPECT_THAT(excerpt, Not(HasSubstr("\x1b[31m\x1b")));
    EXPECT_THAT(excerpt, Not(HasSubstr("\xc2\x9b")));
    EXPECT_THAT(excerpt, Not(HasSubstr("\u202e")));
  }
}

TEST(ExcerptTest, NothingToShow) {
  EXPECT_EQ(kPlainHighlighter.Excerpt("page", {}), "");
  EXPECT_EQ(kPlainHighlighter.Excerpt("page", {{{2, 2}, 0}, {{9, 12}, 0}}), "");
}

}  // namespace
}  // namespace thresh
