#include "parser/pager.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace thresh {
namespace {

struct PagerCase {
  const char* page;
  const char* html;
  const char* follow;  // empty: none
  const char* why;
};

TEST(PagerTest, FollowsTheListAndNothingElse) {
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
      {"/list?PHPSESSID=a1", "<a href='?page=2&PHPSESSID=a1'>2</a>", R"(/list\?page=\d+$)",
       "a crawl takes the session's id out"},
      {"/list", "<a href='?utm_source=pager&page=2'>2</a>", R"(/list\?page=\d+$)",
       "and a campaign's"},
      {"/l;jsessionid=A1", "<a href='/l;jsessionid=A1?page=2'>2</a>", R"(/l\?page=\d+$)",
       "also in the path"},
      {"/list?page=1&PHPSESSID=a1", "<a href='?cursor=x7&PHPSESSID=b2' rel=next>n</a>",
       R"(/list\?(?:.*&)?cursor=)", "the cursor is not the session"},
      {"/list/", "<a href='/list/2' rel='nofollow\nnext'>n</a>", R"(/list/\d+$)",
       "any white space parts the tokens of rel"},
      {"/start", "<a href='?page=2'>2</a><base href='/list'>", R"(/list\?page=\d+$)",
       "a base holds for what stands above it, too"},
      {"/list", "<a href='/list?year=2026'>archive</a>", "", "no word of a pager"},
      {"/list", "<a href='mailto:x?page=2'>2</a>", "", "no link"},
  };
  for (const PagerCase& one : cases) {
    const auto url = Url::Parse(std::string("https://x.test") + one.page);
    PageView page;
    page.text = one.html;
    page.url = &*url;
    const auto pager = FindPager(page);
    EXPECT_EQ(pager ? pager->follow : "", one.follow) << one.html << ": " << one.why;
  }
}

TEST(CommonPathTest, IsThePathUpToWhereTheyPart) {
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
