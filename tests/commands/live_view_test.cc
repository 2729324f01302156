// What crawl shows on a terminal: the program itself, on pseudo terminals.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>

#include "storage/display_width.h"
#include "tests/support/gated_site.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/terminal_program.h"

namespace thresh {
namespace {

using testing::AllOf;
using testing::Each;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

class LiveViewTest : public testing::Test {
 protected:
  LiveViewTest() {
    const rlimit no_core{0, 0};
    setrlimit(RLIMIT_CORE, &no_core);
  }

  std::string Config(const std::string& seeds, const std::string& extra = "") {
    return folder_
        .Write("books.toml", "seeds = [" + seeds + "]\n" + extra + R"(
[host."*"]
delay = "0s"
parallel = 2
[[record]]
table = "book"
url = '/book/'
match = '<h1>(?P<title>.*?)</h1>'
)")
        .string();
  }
  std::string BooksConfig() { return Config("'" + site_.Url("/") + "'"); }
  std::vector<std::string> Crawl(const std::string& config) {
    return {THRESH_PROGRAM, "crawl", config};
  }
  std::string Db() const { return (folder_ / "books.db").string(); }

  TemporaryFolder folder_;
  GatedSite site_{6};
  const std::vector<std::string> utf8_ = {"TERM=xterm-256color", "LC_ALL=C.UTF-8", "NO_COLOR="};
};

// The line that begins with that label.
std::string LineOf(const Screen& screen, const std::string& label) {
  for (const std::string& line : screen.Lines()) {
    if (line.starts_with("  " + label) || line.starts_with(label)) return line;
  }
  return "";
}

// Waits until each line of a label has its text, and the cursor is back at the top, where it is
// when a frame has come whole.
testing::AssertionResult Shows(TerminalProgram& crawl,
                               const std::vector<std::pair<std::string, std::string>>& texts) {
  const bool shown = crawl.WaitFor([&texts](const Screen& screen) {
    return screen.cursor_row() == 0 &&
           std::all_of(texts.begin(), texts.end(), [&screen](const auto& text) {
             return LineOf(screen, text.first).find(text.second) != std::string::npos;
           });
  });
  if (shown) return testing::AssertionSuccess();
  return testing::AssertionFailure() << crawl.screen().Text();
}

std::vector<size_t> Widths(const Screen& screen) {
  std::vector<size_t> widths;
  for (const std::string& line : screen.Lines()) widths.push_back(DisplayWidth(line));
  return widths;
}

TEST_F(LiveViewTest, ShowsHowTheCrawlStandsInPlace) {
  TerminalProgram crawl(Crawl(BooksConfig()), 80, 24, utf8_);
  site_.Allow(4);
  ASSERT_TRUE(Shows(crawl, {{"books", "━"},
                            {"books", "57 %"},
                            {"pages", "4 done"},
                            {"pages", "3 queued"},
                            {"pages", "0 failed"},
                            {"pages", "2 in flight"},
                            {"rows", "book 3"},
                            {"workers", "/book/"}}));
  const Screen& screen = crawl.screen();
  EXPECT_EQ(screen.scrolled(), 0u);
  EXPECT_EQ(screen.wrapped(), 0u);
  EXPECT_FALSE(screen.cursor_is_visible());
  EXPECT_TRUE(screen.has_colors());

  site_.Allow(100);
  EXPECT_EQ(crawl.Wait(), 0);
  EXPECT_TRUE(screen.cursor_is_visible() && screen.wraps());
  EXPECT_THAT(screen.Lines()[0], StartsWith("books: complete in 0:0"));
  EXPECT_THAT(screen.Lines()[0], HasSubstr("7 pages"));
  EXPECT_THAT(LineOf(screen, "rows"), HasSubstr("6 rows, the site's first"));
  EXPECT_THAT(screen.Text(), HasSubstr("thresh query " + Db()));
  EXPECT_THAT(screen.Text(), Not(HasSubstr("workers")));
}

TEST_F(LiveViewTest, FollowsTheTerminalsSize) {
  TerminalProgram crawl(Crawl(BooksConfig()), 80, 24, utf8_);
  site_.Allow(2);
  ASSERT_TRUE(crawl.WaitForText("2 done"));
  crawl.Resize(40, 24);
  const auto fits = [](const Screen& screen) {
    const std::vector<size_t> widths = Widths(screen);
    return screen.Text().find("workers") != std::string::npos &&
           std::all_of(widths.begin(), widths.end(), [](size_t width) { return width < 40; }) &&
           LineOf(screen, "pages").starts_with("pages");
  };
  EXPECT_TRUE(crawl.WaitFor(fits)) << crawl.screen().Text();
  EXPECT_EQ(crawl.screen().scrolled(), 0u);
  site_.Allow(1);
  EXPECT_TRUE(crawl.WaitForText("3 done")) << crawl.screen().Text();
  crawl.Resize(100, 30);
  EXPECT_TRUE(crawl.WaitForText("  pages     3 done")) << crawl.screen().Text();
  EXPECT_EQ(crawl.screen().scrolled(), 0u);
}

TEST_F(LiveViewTest, AnyHoweverSmallTerminalWillDo) {
  const std::vector<std::pair<size_t, size_t>> sizes = {{20, 3}, {9, 2}, {1, 1}, {200, 5}};
  for (const auto& [columns, rows] : sizes) {
    GatedSite site(6);
    TerminalProgram crawl(Crawl(Config("'" + site.Url("/") + "'")), columns, rows, utf8_);
    site.Allow(1);
    const auto draws = [&crawl](const Screen&) { return crawl.bytes().size() > 200; };
    EXPECT_TRUE(columns == 1 || crawl.WaitFor(draws)) << columns << "x" << rows;
    EXPECT_EQ(crawl.screen().wrapped(), 0u) << columns << "x" << rows;
    EXPECT_EQ(crawl.screen().scrolled(), 0u) << columns << "x" << rows;
    site.Allow(10);
    EXPECT_EQ(crawl.Wait(), 0);
    EXPECT_TRUE(crawl.screen().cursor_is_visible());
    std::filesystem::remove(Db());
  }
}

TEST_F(LiveViewTest, SaysWhyItWaitsForAHost) {
  TerminalProgram crawl(Crawl(Config("'" + site_.Url("/busy") + "', '" + site_.Url("/") + "'")), 80,
                        24, utf8_);
  ASSERT_TRUE(Shows(
      crawl,
      {{"waiting", "it said so (Retry-After)"}, {"waiting", "127.0.0.1"}, {"waiting", "1:3"}}));
  crawl.Kill(SIGINT);
  site_.Allow(10);
  crawl.Wait();
  EXPECT_THAT(crawl.screen().Text(), HasSubstr("run it again to continue"));
}

TEST_F(LiveViewTest, WhileItStopsItSaysSoAndASecondSignalLeavesATidyTerminal) {
  TerminalProgram crawl(Crawl(BooksConfig()), 80, 24, utf8_);
  site_.Allow(1);
  ASSERT_TRUE(crawl.WaitForText("2 in flight"));
  crawl.Type("\x03");
  ASSERT_TRUE(crawl.WaitForText("stopping, 2 fetches on the way")) << crawl.screen().Text();
  EXPECT_FALSE(crawl.screen().cursor_is_visible());
  crawl.Type("\x03");
  const int status = crawl.Wait();
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 130) << status;
  EXPECT_TRUE(crawl.screen().cursor_is_visible());
  EXPECT_THAT(crawl.screen().Text(), Not(HasSubstr("workers")));
}

TEST_F(LiveViewTest, ASignalThatEndsItAtOnceRestoresTheTerminal) {
  for (const int signal : {SIGQUIT, SIGABRT, SIGSEGV}) {
    GatedSite site(6);
    TerminalProgram crawl(Crawl(Config("'" + site.Url("/") + "'")), 80, 24, utf8_);
    site.Allow(1);
    ASSERT_TRUE(crawl.WaitForText("1 done"));
    crawl.Kill(signal);
    const int status = crawl.Wait();
    EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == signal) << status;
    EXPECT_TRUE(crawl.screen().cursor_is_visible());
    EXPECT_THAT(crawl.screen().Text(), IsEmpty());
    std::filesystem::remove(Db());
  }
}

TEST_F(LiveViewTest, StoppedByTheShellItLeavesTheTerminalAndComesBack) {
  const std::string command =
      std::string(THRESH_PROGRAM) + " crawl " + BooksConfig() + "; echo was stopped; fg >/dev/null";
  TerminalProgram shell({"/bin/sh", "-mc", command}, 80, 24, utf8_);
  site_.Allow(1);
  ASSERT_TRUE(shell.WaitForText("1 done"));
  shell.Type("\x1a");
  ASSERT_TRUE(shell.WaitForText("was stopped")) << shell.screen().Text();
  ASSERT_TRUE(shell.WaitForText("pages")) << shell.screen().Text();  // fg
  site_.Allow(100);
  EXPECT_EQ(shell.Wait(), 0);
  EXPECT_TRUE(shell.screen().cursor_is_visible());
  EXPECT_THAT(shell.screen().Text(),
              AllOf(HasSubstr("books: complete"), Not(HasSubstr("workers"))));
}

TEST_F(LiveViewTest, NoColorTakesColorsAwayAndNothingElse) {
  TerminalProgram crawl(Crawl(BooksConfig()), 80, 24,
                        {"TERM=xterm", "LC_ALL=C.UTF-8", "NO_COLOR=1"});
  site_.Allow(100);
  EXPECT_EQ(crawl.Wait(), 0);
  EXPECT_THAT(crawl.bytes(), HasSubstr("\x1b[?25l"));
  EXPECT_FALSE(crawl.screen().has_colors());
}

TEST_F(LiveViewTest, WithoutUtf8ItIsPlainAscii) {
  TerminalProgram crawl(Crawl(BooksConfig()), 80, 24, {"TERM=xterm", "LC_ALL=C", "NO_COLOR="});
  site_.Allow(3);
  EXPECT_TRUE(Shows(crawl, {{"pages", "3 done"}, {"books", "##"}, {"books", "--"}}));
  site_.Allow(100);
  EXPECT_EQ(crawl.Wait(), 0);
  EXPECT_THAT(crawl.bytes(), Each(testing::Gt('\0')));
}

TEST_F(LiveViewTest, ADumbTerminalGetsPlainLines) {
  for (const std::string term : {"TERM=dumb", "TERM="}) {
    TerminalProgram crawl(Crawl(BooksConfig()), 80, 24, {term, "LC_ALL=C.UTF-8", "NO_COLOR="});
    site_.Allow(100);
    EXPECT_EQ(crawl.Wait(), 0);
    EXPECT_THAT(crawl.bytes(), Not(HasSubstr("\x1b")));
    EXPECT_THAT(crawl.bytes(), HasSubstr("books: complete in "));
    std::filesystem::remove(Db());
  }
}

TEST_F(LiveViewTest, VerboseTellsLinesInsteadAndQuietNothing) {
  site_.Allow(100);
  std::vector<std::string> command = Crawl(BooksConfig());
  command.emplace_back("-v");
  TerminalProgram verbose(command, 200, 100, {"TERM=xterm", "LC_ALL=C.UTF-8", "NO_COLOR=1"});
  EXPECT_EQ(verbose.Wait(), 0);
  EXPECT_THAT(verbose.bytes(), AllOf(HasSubstr("level=info event=page site=books url="),
                                     HasSubstr("books: complete"), Not(HasSubstr("\x1b"))));
  command.back() = "-q";
  TerminalProgram quiet(command, 80, 24, utf8_);
  EXPECT_EQ(quiet.Wait(), 0);
  EXPECT_EQ(quiet.bytes(), "");
}

}  // namespace
}  // namespace thresh
