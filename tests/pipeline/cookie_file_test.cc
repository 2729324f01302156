#include "pipeline/cookie_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <initializer_list>
#include <string>
#include <vector>

#include "tests/support/temporary_folder.h"

namespace thresh {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

std::string Shown(const GivenCookie& cookie) {
  std::string text = (cookie.host_only ? "" : "*.") + cookie.domain + cookie.path + " ";
  text += cookie.name + "=" + cookie.value + (cookie.secure ? " secure" : "");
  if (cookie.expires) {
    text += " until:" + std::to_string(cookie.expires->time_since_epoch().count());
  }
  return text;
}

struct LineCase {
  std::string line, cookie, why;
};

TEST(CookieFileTest, LinesAreCookies) {
  for (const LineCase& test : std::initializer_list<LineCase>{
           {"x.test\tFALSE\t/\tFALSE\t0\ta\tb", "x.test/ a=b", "the least"},
           {".x.test\tTRUE\t/p\tTRUE\t1700000000\ta\tb", "*.x.test/p a=b secure until:1700000000",
            "all of it"},
           {"X.Test\tfalse\t/\ttrue\t0\ta\tb", "x.test/ a=b secure", "case"},
           {"#HttpOnly_x.test\tFALSE\t/\tFALSE\t0\ta\tb", "x.test/ a=b", "hidden from scripts"},
           {"x.test\tFALSE\t/\tFALSE\t0\ta\t", "x.test/ a=", "an empty value"},
           {"x.test\tFALSE\t/\tFALSE\t0\ta", "x.test/ a=", "an empty value that lost its tab"},
           {"x.test\tFALSE\t/\tFALSE\t1700000000.25\ta\tb", "x.test/ a=b until:1700000000",
            "fractions"},
           {"x.test\tFALSE\t/\tFALSE\t99999999999999\ta\tb", "x.test/ a=b until:253402300799",
            "microseconds by mistake do not overflow"},
           {"x.test\tFALSE\t/\tFALSE\t0\ta\tb\r", "x.test/ a=b", "CR LF"},
           {"127.0.0.1\tTRUE\t/\tFALSE\t0\ta\tb", "127.0.0.1/ a=b", "an address has no subdomains"},
           {"co.uk\tFALSE\t/\tFALSE\t0\ta\tb", "co.uk/ a=b", "a suffix for itself alone"},
           {"b\xc3\xbc"
            "cher.test\tFALSE\t/\tFALSE\t0\ta\tb",
            "xn--bcher-kva.test/ a=b", "IDN"},
       }) {
    std::vector<Diagnostic> diagnostics;
    const auto cookies = ParseCookieFile(test.line, "c.txt", &diagnostics);
    EXPECT_THAT(diagnostics, IsEmpty()) << test.why;
    ASSERT_THAT(cookies, SizeIs(1)) << test.why;
    EXPECT_EQ(Shown(cookies[0]), test.cookie) << test.why;
  }
}

struct BadLineCase {
  std::string line, message;
};

TEST(CookieFileTest, ErrorsNameTheirLineAndShowNoSecret) {
  for (const BadLineCase& test : std::initializer_list<BadLineCase>{
           {"x.test FALSE / FALSE 0 a hunter2", "1 fields"},
           {"x.test\tFALSE\t/\tFALSE\thunter2", "5 fields"},
           {"x y\tFALSE\t/\tFALSE\t0\ta\thunter2", "no host name"},
           {"\tFALSE\t/\tFALSE\t0\ta\thunter2", "no host name"},
           {"x.test\tyes\t/\tFALSE\t0\ta\thunter2", "second field"},
           {"x.test\tFALSE\tp\tFALSE\t0\ta\thunter2", "third field"},
           {"x.test\tFALSE\t/\t1\t0\ta\thunter2", "fourth field"},
           {"x.test\tFALSE\t/\tFALSE\tnever\ta\thunter2", "fifth field"},
           {"x.test\tFALSE\t/\tFALSE\t-1\ta\thunter2", "fifth field"},
           {"x.test\tFALSE\t/\tFALSE\t\ta\thunter2", "fifth field"},
           {"x.test\tFALSE\t/\tFALSE\t0\t\thunter2", "no name"},
           {"x.test\tFALSE\t/\tFALSE\t0\ta\thunter2;b=c", "\";\""},
           {"x.test\tFALSE\t/\tFALSE\t0\ta\thunter2\rb", "control character"},
           {"x.test\tFALSE\t/\tFALSE\t0\ta\thunter2\tb", "control character"},
           {"x.test\tFALSE\t/\tFALSE\t0\ta\t" + std::string(4096, 'x'), "4096"},
           {".co.uk\tTRUE\t/\tFALSE\t0\ta\thunter2", "co.uk"},
           {".test\tTRUE\t/\tFALSE\t0\ta\thunter2", "strangers"},
       }) {
    std::vector<Diagnostic> diagnostics;
    const std::string good = "x.test\tFALSE\t/\tFALSE\t0\ta\tb\n";
    const auto cookies =
        ParseCookieFile("# a comment\n\n" + test.line + "\n" + good, "c.txt", &diagnostics);
    EXPECT_THAT(cookies, SizeIs(1)) << test.line << ": the others are read";
    ASSERT_THAT(diagnostics, SizeIs(1)) << test.line;
    EXPECT_EQ(diagnostics[0].file, "c.txt");
    EXPECT_EQ(diagnostics[0].line, 3u);
    EXPECT_THAT(diagnostics[0].message, HasSubstr(test.message));
    EXPECT_THAT(diagnostics[0].message, Not(HasSubstr("hunter2")));
  }
}

TEST(CookieFileTest, AnExportersFileIsRead) {
  std::vector<Diagnostic> diagnostics;
  const auto cookies = ParseCookieFile(
      "\xef\xbb\xbf# Netscape HTTP Cookie File\r\n# https://curl.se/docs/http-cookies.html\r\n"
      "\r\n#HttpOnly_.x.test\tTRUE\t/\tTRUE\t0\ta\tb\r\n \t\r\n.x.test\tTRUE\t/\tTRUE\t0\tc\td",
      "c.txt", &diagnostics);
  EXPECT_THAT(cookies, SizeIs(2));
  EXPECT_THAT(diagnostics, IsEmpty());
}

TEST(CookieFileTest, JsonIsAnotherFormat) {
  std::vector<Diagnostic> diagnostics;
  EXPECT_THAT(ParseCookieFile("[\n{\"name\": \"a\"}\n]", "c.txt", &diagnostics), IsEmpty());
  ASSERT_THAT(diagnostics, SizeIs(1));
  EXPECT_THAT(diagnostics[0].message, HasSubstr("JSON"));
}

TEST(CookieFileTest, FilesAreLoaded) {
  const TemporaryFolder folder;
  std::vector<Diagnostic> diagnostics;
  const auto path = folder.Write("c.txt", "x.test\tFALSE\t/\tFALSE\t0\ta\tb\n");
  EXPECT_THAT(LoadCookieFile(path, &diagnostics), SizeIs(1));
  EXPECT_THAT(diagnostics, IsEmpty());
  EXPECT_THAT(LoadCookieFile(folder.path() / "none.txt", &diagnostics), IsEmpty());
  EXPECT_THAT(LoadCookieFile(folder.path(), &diagnostics), IsEmpty());
  EXPECT_THAT(diagnostics, SizeIs(2));
}

TEST(CookieFileTest, AHostsFileSpeaksForThatHost) {
  std::vector<Diagnostic> diagnostics;
  auto cookies = ParseCookieFile(
      "www.x.test\tFALSE\t/\tFALSE\t0\ta\t1\n.x.test\tTRUE\t/\tFALSE\t0\tb\t2\n"
      "x.test\tFALSE\t/\tFALSE\t0\tc\t3\n.y.test\tTRUE\t/\tFALSE\t0\td\t4\n"
      "w.x.test\tTRUE\t/\tFALSE\t0\te\t5\n",
      "c.txt", &diagnostics);
  ASSERT_THAT(cookies, SizeIs(5));
  KeepCookiesFor("www.x.test", &cookies);
  ASSERT_THAT(cookies, SizeIs(2));
  EXPECT_EQ(Shown(cookies[0]), "www.x.test/ a=1");
  EXPECT_EQ(Shown(cookies[1]), "*.x.test/ b=2");
}

TEST(CookieFileTest, FixedCookiesAreChecked) {
  for (const char* good : {"a=b", "a=", "a=b=c", "a b=\"c d\"", "a=\xc3\xa4"}) {
    EXPECT_EQ(ProblemOfFixedCookie(good), "") << good;
  }
  for (const char* bad : {"", "a", "=b", "a=b; c=d", "a=b\r\nX: y", "a;=b"}) {
    EXPECT_NE(ProblemOfFixedCookie(bad), "") << bad;
  }
}

}  // namespace
}  // namespace thresh
