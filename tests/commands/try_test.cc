#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pty.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "tests/support/loopback_site.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/thresh_program.h"

namespace thresh {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr char kLampsPage[] = R"(<html><body><h1>Lamps</h1>
<li class="lamp"><b>Blue</b> £12.50 <a href="/lamp/1">more</a></li>
<li class="lamp"><b>Red</b> £n/a <a href="/lamp/2">more</a></li>
<li class="lamp"><b>Green</b> <i>sold out</i></li>
</body></html>)";

constexpr char kRecord[] = R"(
[[record]]
table = "lamp"
element = '<li class="lamp"'
[record.fields]
name  = '<b>(.*?)</b>'
price = { re = '£(\S+)', type = "real" }
)";

class TryTest : public testing::Test {
 protected:
  TryTest() { page_ = folder_.Write("page.html", kLampsPage); }

  std::filesystem::path Config(const std::string& records,
                               const std::string& seed = "https://x.test/shop/") {
    return folder_.Write("lamps.toml", "name = \"lamps\"\nseeds = [\"" + seed + "\"]\n" + records);
  }
  // Runs try on the page and expects success.
  std::string Tried(const std::string& records, std::vector<std::string> more = {}) {
    std::vector<std::string> arguments = {"try", Config(records), page_};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const ProgramResult result = RunThresh(arguments);
    EXPECT_EQ(result.exit_code, 0) << result.errors;
    EXPECT_THAT(result.errors, IsEmpty());
    return result.output;
  }

  TemporaryFolder folder_;
  std::filesystem::path page_;
};

TEST_F(TryTest, RowsAsATable) {
  const std::string output = Tried(kRecord);
  EXPECT_THAT(output, AllOf(HasSubstr("lamp: 3 rows"), HasSubstr("Blue"), HasSubstr("12.5"),
                            HasSubstr("∅")));
}

TEST_F(TryTest, AtMostTwentyRows) {
  std::string page;
  for (int i = 0; i < 33; ++i) page += "<p>" + std::to_string(i) + "</p>";
  page_ = folder_.Write("page.html", page);
  const std::string output = Tried("[[record]]\ntable = \"t\"\nmatch = '<p>(?P<n>\\d+)</p>'\n");
  EXPECT_THAT(output, AllOf(HasSubstr("t: 33 rows"), HasSubstr("… and 13 more")));
}

TEST_F(TryTest, PlacesInThePage) {
  EXPECT_THAT(Tried(kRecord), HasSubstr("<b>[[name: Blue]]</b> £[[price: 12.50]] <a href"));
}

TEST_F(TryTest, AJsonRowIsShownWhole) {
  page_ = folder_.Write("page.html", "<script>{\"items\":[{\"n\":1},{\"n\":2}]}</script>");
  const std::string output = Tried(
      "[[record]]\ntable = \"t\"\nscope = '<script>(.*?)</script>'\nrows = \"/items\"\n"
      "[record.fields]\nn = { json = \"/n\", type = \"integer\" }\n");
  EXPECT_THAT(output,
              AllOf(HasSubstr("t: 2 rows"),
                    HasSubstr("<script>[[row: {\"items\":[{\"n\":1},{\"n\":2}]}]]</script>")));
}

TEST_F(TryTest, HowFarAPointerLeads) {
  page_ = folder_.Write("page.html", "{\"data\":{\"items\":[{\"sku\":1,\"name\":\"x\"}]}}");
  EXPECT_THAT(Tried("[[record]]\ntable = \"t\"\nrows = \"/data/list\"\n"
                    "[record.fields]\nn = { json = \"/name\" }\n"),
              HasSubstr("rows: `/data/list` names nothing on the page: `/data` is an object with "
                        "items"));
  EXPECT_THAT(Tried("[[record]]\ntable = \"t\"\nrows = \"/data/items\"\n"
                    "[record.fields]\nn = { json = \"/name\" }\np = { json = \"/price\" }\n"),
              HasSubstr("fields.p.json: `/price` names nothing in the first row that lacks it: the "
                        "whole is an object with sku, name"));
}

TEST_F(TryTest, WhereJsonIsBroken) {
  page_ = folder_.Write("page.html", "<p>\n<script>{\"items\":[{\"n\":1,}]}</script>");
  const std::string fields = "rows = \"/items\"\n[record.fields]\nn = { json = \"/n\" }\n";
  EXPECT_THAT(
      Tried("[[record]]\ntable = \"t\"\nscope = '<script>(.*?)</script>'\n" + fields),
      HasSubstr("rows: the JSON from line 2, column 9 stops in line 2, column 26: a name in "
                "double quotes is missing"));
  page_ = folder_.Write("page.html", kLampsPage);
  EXPECT_THAT(Tried("[[record]]\ntable = \"t\"\n" + fields),
              HasSubstr("rows: there is no JSON on the page"));
}

TEST_F(TryTest, WhatPatternsCost) {
  const std::string output = Tried(kRecord);
  EXPECT_THAT(output, AllOf(HasSubstr("fields.price.re"), HasSubstr("µs"), HasSubstr("program"),
                            HasSubstr("element")));
}

TEST_F(TryTest, MatchesThatBeginNoRow) {
  EXPECT_THAT(Tried(kRecord), Not(HasSubstr("inside of other rows")));
  page_ = folder_.Write("page.html",
                        "<!-- <li class=\"lamp\"> --><li class=\"lamp\"><b>Blue</b><ul>"
                        "<li class=\"lamp\">small<li class=\"lamp\">large</ul></li>");
  EXPECT_THAT(Tried(kRecord), AllOf(HasSubstr("lamp: 1 row\n"),
                                    HasSubstr("2 more matches inside of other rows: `each` gives "
                                              "them rows of their own"),
                                    HasSubstr("1 match is no tag: in a comment")));
}

TEST_F(TryTest, ValuesThatDoNotConvert) {
  EXPECT_THAT(Tried(kRecord), HasSubstr("price: 1 value did not become real, such as 'n/a': NULL"));
}

TEST_F(TryTest, HowFarAFieldGot) {
  const std::string output = Tried(
      "[[record]]\ntable = \"lamp\"\nelement = '<li class=\"lamp\"'\n[record.fields]\n"
      "name = '<b>(.*?)</b>'\nlink = '<a href=\"/lamp/(\\d+)\" class'\n");
  EXPECT_THAT(output, AllOf(HasSubstr("link is found in 0 of 3 rows"),
                            HasSubstr("it gets as far as `<a href=\"/lamp/(\\d+)\"`"),
                            HasSubstr("[[so far: <a href=\"/lamp/1\"]]>more"),
                            HasSubstr("nothing goes on with ` class`")));
}

TEST_F(TryTest, HowFarARowGot) {
  const std::string output =
      Tried("[[record]]\ntable = \"lamp\"\nmatch = '<li class=\"lamp\"><b>(?P<n>\\w+)</i>'\n");
  EXPECT_THAT(output,
              AllOf(HasSubstr("lamp: 0 rows"), HasSubstr("in 3 places, the first of them here:"),
                    HasSubstr("[[so far: <li class=\"lamp\"><b>Blue</]]b>"),
                    HasSubstr("None of them goes on with `i>`")));
}

TEST_F(TryTest, APatternOfWhichNothingMatches) {
  EXPECT_THAT(Tried("[[record]]\ntable = \"t\"\nmatch = 'Xylophone(?P<n>\\d)'\n"),
              HasSubstr("match: not even its beginning, `Xylophone`, is on the page"));
}

TEST_F(TryTest, APageThatScriptsDraw) {
  page_ = folder_.Write("shell.html", "<div id=\"root\"></div><script src=\"/app.js\"></script>");
  EXPECT_THAT(Tried(kRecord), HasSubstr("hardly any text is in this page"));
}

TEST_F(TryTest, RowsWithoutARequiredField) {
  const std::string output = Tried(
      "[[record]]\ntable = \"lamp\"\nelement = '<li class=\"lamp\"'\n[record.fields]\n"
      "name = '<b>(.*?)</b>'\nlink = { re = '<a href=\"(.*?)\"', required = true }\n");
  EXPECT_THAT(output,
              AllOf(HasSubstr("lamp: 2 rows"), HasSubstr("1 row dropped: link is required")));
}

TEST_F(TryTest, RowsThatAKeyLeavesOut) {
  page_ = folder_.Write("page.html", "<p>1 <b>x</b><p>1 <b>y</b><p>2 <b>z</b><p>- <b>z</b>");
  const std::string output = Tried(
      "[[record]]\ntable = \"t\"\neach = '<p>'\nkey = [\"n\"]\n[record.fields]\n"
      "n = '<p>(\\d)'\nname = '<b>(.*?)</b>'\n");
  EXPECT_THAT(output,
              AllOf(HasSubstr("t: 4 rows"),
                    HasSubstr("1 row has no value in the key, n: a crawl does not store it"),
                    HasSubstr("1 row has the key, n, of a row above: a crawl makes them one row")));
}

TEST_F(TryTest, OverrunsAreExplained) {
  const std::string output = Tried(
      "[[record]]\ntable = \"lamp\"\n"
      "match = '<li class=\"lamp\"><b>(?P<name>\\w+)</b>.*?<i>(?P<state>.*?)</i>'\n");
  EXPECT_THAT(output, AllOf(HasSubstr("1 of 1 row may have run over into the next record"),
                            HasSubstr("`<li class=\"lamp\"><b>`")));
}

TEST_F(TryTest, WhyARecordDoesNotApply) {
  EXPECT_THAT(
      Tried(std::string("[[record]]\ntable = \"a\"\nwhen = 'Lamps!'\nmatch = '(?P<x>Blue)'\n") +
            "[[record]]\ntable = \"b\"\nunless = 'sold out'\nmatch = '(?P<x>Blue)'\n"),
      AllOf(HasSubstr("a: does not apply"), HasSubstr("when: it gets as far as `Lamps`"),
            HasSubstr("b: does not apply"), HasSubstr("[[unless: sold out]]")));
}

TEST_F(TryTest, OnlyOneRecord) {
  const std::string records =
      std::string(kRecord) + "[[record]]\ntable = \"other\"\nmatch = '<h1>(?P<title>.*?)</h1>'\n";
  EXPECT_THAT(Tried(records, {"--record", "other"}),
              AllOf(HasSubstr("other: 1 row"), Not(HasSubstr("lamp:"))));
  const ProgramResult none = RunThresh({"try", Config(records), page_, "--record", "none"});
  EXPECT_EQ(none.exit_code, 2);
  EXPECT_THAT(none.errors, HasSubstr("no such record"));
}

TEST_F(TryTest, WarnsOfAsciiClasses) {
  EXPECT_THAT(Tried("[[record]]\ntable = \"t\"\nmatch = '<b>(?P<n>\\w+)</b>'\n"),
              HasSubstr("warning: match: \\w is ASCII only"));
}

TEST_F(TryTest, ForeseesWhatWillBeCutShort) {
  EXPECT_THAT(Tried("[limits]\nparse_time = \"1ms\"\n[[record]]\ntable = \"t\"\n"
                    "match = '<b>(?P<n>[^<]{1,200})</b>'\n"),
              HasSubstr("bytes of a page that is larger"));
}

TEST_F(TryTest, WhatTheTimeLeavesOut) {
  std::string page;
  for (int i = 0; i < 30000; ++i) page += "<p>a long line of text</p>\n";
  page_ = folder_.Write("page.html", page);
  const std::string output = Tried(
      "[limits]\nparse_time = \"250ms\"\n[[record]]\ntable = \"slow\"\n"
      "match = '(?P<x>.*[^a-z<>/\\n ]|[a-z])'\n"
      "[[record]]\ntable = \"late\"\nmatch = '<p>(?P<x>.*?)</p>'\n");
  EXPECT_THAT(output, AllOf(HasSubstr("late: 0 rows"), HasSubstr("limits.parse_time ended"),
                            HasSubstr("cut short: limits.parse_time = 250 ms")));
}

TEST_F(TryTest, LinksResolveAgainstTheFirstSeed) {
  EXPECT_THAT(
      Tried("[[record]]\ntable = \"t\"\nurl = '/shop'\nmatch = '<a href=\"(?P<link>.*?)\"'\n"
            "[record.fields]\nlink = { type = \"url\" }\n"),
      AllOf(HasSubstr("https://x.test/lamp/1"), HasSubstr("are not asked")));
}

TEST_F(TryTest, AHostilePageCannotControlTheTerminal) {
  page_ = folder_.Write("page.html",
                        "<b>\x1b]0;owned\x07\x1b[2J\u202egnp.exe \xc2\x9b\x31mred\r\n\t x</b>");
  const std::string output = Tried(
      "[[record]]\ntable = \"t\"\nmatch = '<b>(?P<n>.*?)</b>'\n"
      "[[record]]\ntable = \"u\"\nmatch = '<b>(?P<n>.)\\]0;other'\n");
  EXPECT_THAT(output, AllOf(HasSubstr("\\u{1B}]0;owned\\u{7}"), HasSubstr("\\u{202E}")));
  for (const char* raw : {"\x1b", "\x07", "\u202e", "\xc2\x9b", "\r", "\t"}) {
    EXPECT_THAT(output, Not(HasSubstr(raw)));
  }
}

TEST_F(TryTest, StdinAndOtherEncodings) {
  const ProgramResult result =
      RunThresh({"try", Config("[[record]]\ntable = \"t\"\nmatch = '<b>(?P<n>.*?)</b>'\n"), "-"},
                "<meta charset=windows-1252><b>M\xe4rz</b>");
  EXPECT_EQ(result.exit_code, 0) << result.errors;
  EXPECT_THAT(result.output,
              AllOf(HasSubstr("stdin: 38 bytes, windows-1252 (meta)"), HasSubstr("[[n: März]]")));
}

TEST_F(TryTest, WhatCannotBeTried) {
  const ProgramResult broken =
      RunThresh({"try", Config("[[record]]\ntable = 'x'\nmatch = '('\n"), page_});
  EXPECT_EQ(broken.exit_code, 2);
  EXPECT_THAT(broken.errors, HasSubstr("lamps.toml:5:"));
  const ProgramResult missing = RunThresh({"try", Config(kRecord), folder_ / "none.html"});
  EXPECT_EQ(missing.exit_code, 2);
  EXPECT_THAT(missing.errors, HasSubstr("none.html: cannot be read: No such file or directory;"));
  const ProgramResult folder = RunThresh({"try", Config(kRecord), folder_.path().string()});
  EXPECT_EQ(folder.exit_code, 2);
  EXPECT_THAT(folder.errors, HasSubstr("cannot be read: Is a directory;"));
  const ProgramResult empty = RunThresh({"try", Config(""), page_});
  EXPECT_EQ(empty.exit_code, 2);
  EXPECT_THAT(empty.errors, HasSubstr("no [[record]]"));
}

TEST_F(TryTest, AUrlIsFetchedAndItsRedirectsFollowed) {
  LoopbackSite site;
  site.AddRedirect("/old", "/lamps");
  site.Add("/lamps", kLampsPage);
  const ProgramResult result = RunThresh(
      {"try",
       Config("[[record]]\ntable = \"lamp\"\nurl = '/lamps$'\nmatch = '<b>(?P<n>.*?)</b>'\n"
              "[[record]]\ntable = \"no\"\nurl = '/lamps/other'\nmatch = '<b>(?P<n>.*?)</b>'\n"
              "[[record]]\ntable = \"type\"\ncontent_type = 'json'\nmatch = '<b>(?P<n>.*?)</b>'\n"),
       site.Url("/old")});
  EXPECT_EQ(result.exit_code, 0) << result.errors;
  EXPECT_THAT(result.output,
              AllOf(HasSubstr("redirects to " + site.Url("/lamps")), HasSubstr("lamp: 3 rows"),
                    HasSubstr("no: does not apply"), HasSubstr("url: it gets as far as `/lamps`"),
                    HasSubstr("content_type: `json` does not match 'text/html'")));
  for (const auto& request : site.requests()) EXPECT_NE(request.target, "/robots.txt");
  EXPECT_FALSE(std::filesystem::exists(folder_ / "lamps.db")) << "no database is left";
}

TEST_F(TryTest, HeadersOfTheConfigAreSent) {
  LoopbackSite site;
  site.Add("/", kLampsPage);
  const std::string records =
      "[host.\"127.0.0.1\"]\nheaders = { X-Token = \"abc\" }\n" + std::string(kRecord);
  EXPECT_EQ(RunThresh({"try", Config(records), site.Url("/")}).exit_code, 0);
  ASSERT_EQ(site.requests().size(), 1u);
  EXPECT_EQ(site.requests()[0].headers.find("X-Token")->second, "abc");
}

TEST_F(TryTest, AUrlThatFails) {
  LoopbackSite site;
  const ProgramResult result = RunThresh({"try", Config(kRecord), site.Url("/none")});
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_THAT(result.errors, HasSubstr("status 404"));
  EXPECT_THAT(result.output, IsEmpty());
}

TEST_F(TryTest, TheDatabaseStandsInForAUrlThatFails) {
  std::string url;
  std::filesystem::path config;
  {
    LoopbackSite site;
    site.Add("/", kLampsPage);
    url = site.Url("/");
    config = Config(kRecord, url);
    const std::vector<std::string> crawl = {
        "crawl", config,           "--set", "host.'*'={delay='0s', reject=['Just a moment']}",
        "--set", "limits.depth=0", "--set", "fetch.retries=0"};
    ASSERT_EQ(RunThresh(crawl).exit_code, 0);
    site.Add("/", "Just a moment");  // which is no page, and not what the rules are for
    ASSERT_EQ(RunThresh(crawl).exit_code, 3);
  }
  const ProgramResult result = RunThresh({"try", config, url});
  EXPECT_EQ(result.exit_code, 0) << result.errors;
  EXPECT_THAT(result.output,
              AllOf(HasSubstr("it cannot be fetched now"), HasSubstr("lamp: 3 rows")));
}

// It is what came then: with its headers, in the encoding that the config says.
TEST_F(TryTest, AStoredPageHasItsHeadersAndItsEncoding) {
  std::string url;
  std::filesystem::path config;
  {
    LoopbackSite site;
    site.Add("/", "<h1>\xd6\xd0</h1>", "text/html; charset=iso-8859-1");
    url = site.Url("/");
    config = Config(R"([host."*"]
charset = "gbk"
[[record]]
table = "heading"
[record.fields]
text = '<h1>(.*?)</h1>'
type = { from = "header:content-type" }
)",
                    url);
    ASSERT_EQ(RunThresh({"crawl", config}).exit_code, 0);
  }
  const ProgramResult result = RunThresh({"try", config, url});
  EXPECT_THAT(result.output, AllOf(HasSubstr("it cannot be fetched now"), HasSubstr("gbk (config)"),
                                   HasSubstr("中"), HasSubstr("text/html; charset=iso-8859-1")));
}

// What the program prints on a terminal of 60 columns.
std::string OnTerminal(const std::vector<std::string>& arguments, const char* no_color) {
  int terminal = -1;
  winsize size{24, 60, 0, 0};
  const pid_t pid = forkpty(&terminal, nullptr, nullptr, &size);
  if (pid == 0) {
    setenv("TERM", "xterm", 1);
    setenv("NO_COLOR", no_color, 1);
    std::vector<char*> argv = {const_cast<char*>("thresh")};
    for (const std::string& argument : arguments) {
      argv.push_back(const_cast<char*>(argument.c_str()));
    }
    argv.push_back(nullptr);
    execv(THRESH_PROGRAM, argv.data());
    _exit(127);
  }
  std::string output;
  char buffer[4096];
  for (ssize_t size_read; (size_read = read(terminal, buffer, sizeof buffer)) > 0;) {
    output.append(buffer, static_cast<size_t>(size_read));
  }
  close(terminal);
  int status = 0;
  waitpid(pid, &status, 0);
  EXPECT_EQ(status, 0);
  return output;
}

TEST_F(TryTest, ColoursAndWidthOfATerminal) {
  page_ = folder_.Write("page.html", "<b>" + std::string(200, 'x') + "</b><b>\x1b[5m</b>");
  const std::string config = Config("[[record]]\ntable = \"t\"\nmatch = '<b>(?P<n>.*?)</b>'\n");
  const std::string output = OnTerminal({"try", config, page_}, "");
  EXPECT_THAT(output, AllOf(HasSubstr("in the page: \x1b[1;31mn\x1b[0m"),
                            HasSubstr("<b>\x1b[1;31m\\u{1B}[5m\x1b[0m</b>"),
                            Not(HasSubstr("\x1b[5m")), Not(HasSubstr("[["))));
  EXPECT_THAT(output, HasSubstr("x…")) << "the table is as wide as the terminal";
  EXPECT_THAT(OnTerminal({"try", config, page_}, "1"),
              AllOf(Not(HasSubstr("\x1b")), HasSubstr("[[n: \\u{1B}[5m]]")));
}

// A program that watches.
class TryWatchTest : public TryTest {
 protected:
  // Waits until the output has `text`; false after ten seconds.
  static bool Shows(const ThreshProgram& program, const std::string& text, size_t times = 1) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (std::chrono::steady_clock::now() < deadline) {
      const std::string output = program.OutputSoFar();
      size_t found = 0;
      for (size_t at = 0; (at = output.find(text, at)) != std::string::npos; ++at) ++found;
      if (found >= times) return true;
      usleep(5000);
    }
    ADD_FAILURE() << "no " << text << " in\n" << program.OutputSoFar();
    return false;
  }
};

constexpr char kEnd[] = "\n----\n";

TEST_F(TryWatchTest, ShowsChangesOfConfigAndPage) {
  ThreshProgram program({"try", Config(kRecord), page_, "--watch"});
  ASSERT_TRUE(Shows(program, kEnd));
  Config("[[record]]\ntable = \"heading\"\nmatch = '<h1>(?P<title>.*?)</h1>'\n");
  ASSERT_TRUE(Shows(program, "heading: 1 row"));
  ASSERT_TRUE(Shows(program, kEnd, 2));
  folder_.Write("page.html", "<h1>One</h1><h1>Two</h1>");
  ASSERT_TRUE(Shows(program, "heading: 2 rows"));
  program.Kill(SIGINT);
  EXPECT_EQ(program.Wait().exit_code, 0);
}

TEST_F(TryWatchTest, SeesAFileThatAnEditorReplaces) {
  ThreshProgram program({"try", Config(kRecord), page_, "--watch"});
  ASSERT_TRUE(Shows(program, kEnd));
  std::filesystem::rename(folder_.Write("page.html.new", "<li class=\"lamp\"><b>New</b></li>"),
                          page_);
  EXPECT_TRUE(Shows(program, "[[name: New]]"));
  program.Kill(SIGINT);
  EXPECT_EQ(program.Wait().exit_code, 0);
}

TEST_F(TryWatchTest, ABrokenConfigIsSaidAndWaitedFor) {
  ThreshProgram program(
      {"try", Config("[[record]]\ntable = 'x'\nmatch = '('\n"), page_, "--watch"});
  ASSERT_TRUE(Shows(program, "lamps.toml:5:"));
  ASSERT_TRUE(Shows(program, kEnd));
  Config(kRecord);
  EXPECT_TRUE(Shows(program, "lamp: 3 rows"));
  program.Kill(SIGTERM);
  EXPECT_EQ(program.Wait().exit_code, 0);
}

TEST_F(TryWatchTest, AFileThatIsGoneIsWaitedFor) {
  ThreshProgram program({"try", Config(kRecord), page_, "--watch"});
  ASSERT_TRUE(Shows(program, kEnd));
  std::filesystem::remove(page_);
  ASSERT_TRUE(Shows(program, "cannot be read"));
  folder_.Write("page.html", kLampsPage);
  EXPECT_TRUE(Shows(program, "lamp: 3 rows", 2));
  program.Kill(SIGINT);
  EXPECT_EQ(program.Wait().exit_code, 0);
}

TEST_F(TryWatchTest, AUrlIsFetchedOnce) {
  LoopbackSite site;
  site.Add("/", kLampsPage);
  ThreshProgram program({"try", Config(kRecord), site.Url("/"), "--watch"});
  ASSERT_TRUE(Shows(program, "it was read once"));
  ASSERT_TRUE(Shows(program, kEnd));
  Config("[[record]]\ntable = \"heading\"\nmatch = '<h1>(?P<title>.*?)</h1>'\n");
  ASSERT_TRUE(Shows(program, "heading: 1 row"));
  program.Kill(SIGINT);
  EXPECT_EQ(program.Wait().exit_code, 0);
  EXPECT_EQ(site.requests().size(), 1u);
}

}  // namespace
}  // namespace thresh
