#include "pipeline/source_marks.h"

#include <gtest/gtest.h>

namespace thresh {
namespace {

std::string Marked(std::string_view text, const std::vector<SourceMark>& marks) {
  std::string page;
  HtmlWriter html(&page);
  WriteMarkedSource(text, marks, {{"t.a", "t.b"}, {"u.c"}}, html);
  return page;
}

TEST(SourceMarksTest, MarksEachField) {
  EXPECT_EQ(Marked("<b>x</b>", {{{3, 4}, 0, 0, 1}}),
            "&lt;b&gt;<mark class=\"c1\" title=\"t.b, row 1\" id=\"m0\">x</mark>&lt;/b&gt;");
  EXPECT_EQ(Marked("<&>", {}), "&lt;&amp;&gt;");
}

TEST(SourceMarksTest, OverlappingMarksAreAllNamed) {
  EXPECT_EQ(Marked("abcd", {{{0, 3}, 0, 0, 0}, {{1, 4}, 1, 6, 0}}),
            "<mark class=\"c0\" title=\"t.a, row 1\" id=\"m0\">a</mark>"
            "<mark class=\"c2\" title=\"t.a, row 1; u.c, row 7\" id=\"m1\">bc</mark>"
            "<mark class=\"c2\" title=\"u.c, row 7\">d</mark>");
}

TEST(SourceMarksTest, MarksOfOnePlaceEachHaveTheirId) {
  const std::string page = Marked("ab", {{{0, 1}, 0, 0, 0}, {{0, 1}, 0, 0, 1}});
  EXPECT_NE(page.find("id=\"m0\""), std::string::npos) << page;
  EXPECT_NE(page.find("id=\"m1\""), std::string::npos) << page;
}

TEST(SourceMarksTest, PlacesOutsideAreLeftOut) {
  EXPECT_EQ(Marked("ab", {{{1, 9}, 0, 0, 0}, {{2, 1}, 0, 0, 0}, {{1, 1}, 0, 0, 0}}), "ab");
}

}  // namespace
}  // namespace thresh
