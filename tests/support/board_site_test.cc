#include "tests/support/board_site.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <httplib.h>
#include <poll.h>

#include <regex>
#include <string>
#include <vector>

namespace thresh {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

// Group 1 of all matches in `text`.
std::vector<std::string> FindAll(const std::string& text, const char* pattern) {
  const std::regex regex(pattern);
  std::vector<std::string> found;
  for (std::sregex_iterator it(text.begin(), text.end(), regex), end; it != end; ++it) {
    found.push_back((*it)[1]);
  }
  return found;
}

class BoardSiteTest : public testing::Test {
 protected:
  std::string Get(const std::string& path) {
    httplib::Client client(site_.origin());
    const httplib::Result result = client.Get(path);
    return result && result->status == 200 ? result->body : "";
  }

  BoardSite site_;
};

TEST_F(BoardSiteTest, EveryPageHasItsTenRanks) {
  for (int offset = 0; offset < 100; offset += 10) {
    const std::string page = Get("/board?offset=" + std::to_string(offset));
    const std::vector<std::string> ranks =
        FindAll(page, "<i class=\"board-index board-index-\\d+\">(\\d+)</i>");
    ASSERT_THAT(ranks, SizeIs(10)) << offset;
    EXPECT_EQ(ranks.front(), std::to_string(offset + 1));
    EXPECT_EQ(ranks.back(), std::to_string(offset + 10));
  }
}

TEST_F(BoardSiteTest, AMovieHasTheBoardsMarkup) {
  const std::string page = Get("/board");
  EXPECT_THAT(page, HasSubstr("title=\"霸王别姬\" class=\"image-link\""));
  EXPECT_THAT(FindAll(page, "<img data-src=\"([^\"]+)\""), SizeIs(10));
  EXPECT_THAT(page, HasSubstr("<p class=\"star\">\n            主演：张国荣,张丰毅,巩俐\n"));
  EXPECT_THAT(page, HasSubstr("<p class=\"releasetime\">上映时间：1993-01-01</p>"));
  EXPECT_THAT(page, HasSubstr("<i class=\"integer\">9.</i><i class=\"fraction\">6</i>"));
}

TEST_F(BoardSiteTest, ThePagerIsRelativeAndDeadWhereItStands) {
  EXPECT_THAT(
      FindAll(Get("/board?offset=80"), "href=\"([^/\"][^\"]*)\""),
      ElementsAre("?offset=0", "?offset=10", "?offset=20", "?offset=30", "?offset=40", "?offset=50",
                  "?offset=60", "?offset=70", "javascript:void(0);", "?offset=90", "?offset=90"));
}

TEST_F(BoardSiteTest, ThereIsNothingElse) {
  httplib::Client client(site_.origin());
  EXPECT_EQ(client.Get("/films/1001")->status, 404);
  EXPECT_THAT(client.Get("/robots.txt")->body, HasSubstr("Disallow: /films/"));
}

TEST_F(BoardSiteTest, LeavesQuietlyWhenToldTo) { EXPECT_EQ(site_.Stop(), 0); }

// A process that starts the site is killed; the site's end shows as the end of its output.
TEST(BoardSiteLifeTest, DiesWithItsParent) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  const pid_t parent = fork();
  if (parent == 0) {
    dup2(ends[1], STDERR_FILENO);  // the site inherits this end, and nobody else keeps it
    close(ends[0]);
    close(ends[1]);
    BoardSite site;
    const char started = site.url().empty() ? 'n' : 'y';
    if (write(STDERR_FILENO, &started, 1) != 1) _exit(1);
    pause();
    _exit(0);
  }
  close(ends[1]);
  char started = 0;
  ASSERT_EQ(read(ends[0], &started, 1), 1);
  EXPECT_EQ(started, 'y');
  kill(parent, SIGKILL);
  waitpid(parent, nullptr, 0);
  pollfd output{ends[0], POLLIN, 0};
  ASSERT_EQ(poll(&output, 1, 5000), 1) << "the site outlived its parent";
  char none;
  EXPECT_EQ(read(ends[0], &none, 1), 0);
  close(ends[0]);
}

}  // namespace
}  // namespace thresh
