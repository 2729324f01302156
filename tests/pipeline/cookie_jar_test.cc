#include "pipeline/cookie_jar.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

namespace thresh {
namespace {

using std::chrono::hours;
using std::chrono::seconds;
using testing::HasSubstr;
using testing::Not;

// A jar, and a clock that stands still until it is told.
class CookieJarTest : public testing::Test {
 protected:
  void Set(const std::string& url, std::initializer_list<std::string_view> headers) {
    const std::vector<std::string_view> list(headers);
    jar_.Store(Url::Parse(url).value(), list, now_);
  }
  void Give(const std::string& file) {
    std::vector<Diagnostic> diagnostics;
    jar_.Add(ParseCookieFile(file, "cookies.txt", &diagnostics));
    EXPECT_TRUE(diagnostics.empty());
  }
  std::string Sent(const std::string& url, const std::vector<std::string>& fixed = {}) {
    return jar_.Header(Url::Parse(url).value(), fixed, now_);
  }

  CookieJar jar_;
  Timestamp now_{hours(24 * 20'000)};
};

struct SentCase {
  std::string set_by, header, asked, sent, why;
};

// §5.3 and §5.4, and case 89: who gets back what was set by whom.
TEST_F(CookieJarTest, CookiesGoBackWhereTheyBelongAndNowhereElse) {
  for (const SentCase& test : std::initializer_list<SentCase>{
           {"http://x.test/", "a=b", "http://x.test/c?d", "a=b", "the host"},
           {"http://x.test/", "a=b", "http://y.test/", "", "another host"},
           {"http://x.test/", "a=b", "http://www.x.test/", "", "without Domain: host-only"},
           {"http://www.x.test/", "a=b", "http://x.test/", "", "nor to the parent"},
           {"http://x.test/", "a=b; domain=x.test", "http://www.x.test/", "a=b", "subdomains"},
           {"http://x.test/", "a=b; domain=x.test", "http://a.b.x.test/", "a=b", "of any depth"},
           {"http://www.x.test/", "a=b; domain=.x.test", "http://x.test/", "a=b", "the parent"},
           {"http://www.x.test/", "a=b; domain=x.test", "http://y.x.test/", "a=b", "a sibling"},
           {"http://x.test/", "a=b; domain=x.test", "http://ax.test/", "", "a name's end is none"},
           {"http://x.test/", "a=b; domain=y.test", "http://y.test/", "", "another's domain"},
           {"http://x.test/", "a=b; domain=y.test", "http://x.test/", "", "is refused as a whole"},
           {"http://x.test/", "a=b; domain=www.x.test", "http://www.x.test/", "", "a subdomain's"},
           {"http://ax.test/", "a=b; domain=x.test", "http://x.test/", "", "a name's end is none"},
           {"http://x.test/", "a=b; domain=test", "http://y.test/", "", "a public suffix"},
           {"http://x.test/", "a=b; domain=test", "http://x.test/", "", "is refused as a whole"},
           {"http://x.co.uk/", "a=b; domain=co.uk", "http://y.co.uk/", "", "a public suffix"},
           {"http://x.co.uk./", "a=b; domain=co.uk.", "http://y.co.uk./", "", "with a dot"},
           {"http://me.github.io/", "a=b; domain=github.io", "http://you.github.io/", "",
            "a private suffix"},
           {"http://github.io/", "a=b; domain=github.io", "http://github.io/", "a=b",
            "a suffix for itself (§5.3 step 5)"},
           {"http://github.io/", "a=b; domain=github.io", "http://me.github.io/", "", "alone"},
           {"http://localhost/", "a=b; domain=localhost", "http://localhost/", "a=b", "likewise"},
           {"http://127.0.0.1/", "a=b; domain=127.0.0.1", "http://127.0.0.1/", "a=b",
            "an address itself"},
           {"http://127.0.0.1/", "a=b; domain=0.0.1", "http://127.0.0.1/", "",
            "an address has no domain"},
           {"http://[::1]/", "a=b", "http://[::1]/", "a=b", "IPv6"},
           {"http://x.test/", "a=b", "http://x.test:8080/", "", "another port"},
           {"http://x.test:8080/", "a=b", "http://x.test:8080/", "a=b", "the same port"},
           {"http://x.test:8080/", "a=b", "http://x.test/", "", "another port"},
           {"http://x.test:8080/", "a=b; domain=x.test", "http://www.x.test/", "", "another port"},
           {"https://x.test/", "a=b", "http://x.test/", "", "another scheme, even if not Secure"},
           {"http://x.test/", "a=b", "https://x.test/", "", "another scheme"},
           {"https://x.test:80/", "a=b", "http://x.test/", "", "another scheme on one port"},
           {"https://x.test/", "a=b; secure", "https://x.test/", "a=b", "Secure"},
           {"http://x.test/", "a=b; secure", "https://x.test/", "", "Secure over http"},
           {"http://x.test/", "a=b; secure", "http://x.test/", "", "is refused"},
           {"https://x.test/", "__Host-a=b; secure; path=/", "https://x.test/", "__Host-a=b", ""},
           {"https://x.test/", "__Host-a=b; path=/", "https://x.test/", "", "a broken promise"},
       }) {
    jar_ = CookieJar();
    Set(test.set_by, {test.header});
    EXPECT_EQ(Sent(test.asked), test.sent)
        << test.set_by << " " << test.header << " " << test.asked << ": " << test.why;
  }
}

struct PathCase {
  std::string set_by, path, asked;
  bool sent;
};

// §5.1.4
TEST_F(CookieJarTest, PathsAreMatchedBySegments) {
  for (const PathCase& test : std::initializer_list<PathCase>{
           {"/", "", "/a/b", true},
           {"/a", "", "/", true},
           {"/a/b", "", "/a", true},
           {"/a/b", "", "/a/c/d", true},
           {"/a/b", "", "/ab", false},
           {"/a/b/", "", "/a/c", false},
           {"/a/b/", "", "/a/b", true},
           {"/a/b?/c/d", "", "/a/x", true},
           {"/", "/a", "/a", true},
           {"/", "/a", "/a/", true},
           {"/", "/a", "/a?b", true},
           {"/", "/a", "/ab", false},
           {"/", "/a", "/", false},
           {"/", "/a/", "/a/b", true},
           {"/", "/a/", "/a", false},
           {"/", "/A", "/a", false},
           {"/x", "/y", "/y", true},
           {"/x/y", "a", "/x", true},
       }) {
    jar_ = CookieJar();
    Set("http://x.test" + test.set_by, {"a=b" + (test.path.empty() ? "" : "; path=" + test.path)});
    EXPECT_EQ(Sent("http://x.test" + test.asked), test.sent ? "a=b" : "")
        << test.set_by << " " << test.path << " " << test.asked;
  }
}

TEST_F(CookieJarTest, LongerPathsComeFirstThenOlderCookies) {
  Set("http://www.x.test/", {"a=1", "b=2; path=/p", "c=3; domain=x.test", "d=4; path=/p/q"});
  EXPECT_EQ(Sent("http://www.x.test/p/q"), "d=4; b=2; a=1; c=3");
  Set("http://www.x.test/", {"a=5"});
  EXPECT_EQ(Sent("http://www.x.test/"), "a=5; c=3") << "a new value keeps the old place";
}

TEST_F(CookieJarTest, NameDomainAndPathMakeTheIdentity) {
  Set("http://x.test/", {"a=1", "a=2; path=/p", "a=3; domain=x.test", "A=4"});
  EXPECT_EQ(Sent("http://x.test/p"), "a=2; a=1; a=3; A=4");
  Set("http://x.test/", {"a=5"});
  EXPECT_EQ(jar_.size(), 4u);
  EXPECT_EQ(Sent("http://x.test/"), "a=5; a=3; A=4");
}

TEST_F(CookieJarTest, CookiesExpire) {
  Set("http://x.test/", {"a=1; max-age=10", "b=2; expires=Thu, 01 Jan 1970 00:00:00 GMT", "c=3",
                         "d=4; max-age=20; expires=Thu, 01 Jan 1970 00:00:00 GMT",
                         "e=5; max-age=0; expires=Fri, 31 Dec 9999 00:00:00 GMT",
                         "f=6; expires=Fri, 31 Dec 9999 00:00:00 GMT"});
  EXPECT_EQ(Sent("http://x.test/"), "a=1; c=3; d=4; f=6");
  now_ += seconds(10);
  EXPECT_EQ(Sent("http://x.test/"), "c=3; d=4; f=6");
  Set("http://x.test/", {"c=; max-age=0", "f=; expires=Thu, 01 Jan 1970 00:00:00 GMT"});
  EXPECT_EQ(Sent("http://x.test/"), "d=4") << "how servers delete";
}

// A host in the middle of the network must not set what https sends.
TEST_F(CookieJarTest, HttpNeitherReadsNorOverwritesWhatHttpsSet) {
  Set("https://x.test/", {"a=1; secure; domain=x.test", "b=2"});
  Set("http://x.test/", {"a=9; domain=x.test", "b=9", "c=9; domain=x.test"});
  Set("http://www.x.test/", {"a=8; domain=x.test", "b=; domain=x.test; max-age=0"});
  EXPECT_EQ(Sent("https://x.test/"), "a=1; b=2");
  EXPECT_EQ(Sent("http://x.test/"), "a=8; b=9; c=9");
}

// Case 36
TEST_F(CookieJarTest, OfManyHeadersTheFirstAreRead) {
  std::vector<std::string> headers;
  for (int i = 0; i < 200; ++i) headers.push_back("a=" + std::to_string(i));
  jar_.Store(Url::Parse("http://x.test/").value(),
             std::vector<std::string_view>(headers.begin(), headers.end()), now_);
  EXPECT_EQ(Sent("http://x.test/"), "a=179");
}

TEST_F(CookieJarTest, ADomainHasFiftyTheLeastUsedGo) {
  Set("http://x.test/", {"old=1", "used=1; path=/p"});
  for (int i = 0; i < 60; ++i) {
    EXPECT_THAT(Sent("http://x.test/p"), HasSubstr("used=1"));
    Set("http://x.test/", {"c" + std::to_string(i) + "=1; path=/q"});
    EXPECT_LE(jar_.size(), CookieJar::kMaxPerDomain);
  }
  EXPECT_EQ(jar_.size(), CookieJar::kMaxPerDomain);
  EXPECT_THAT(Sent("http://x.test/p"), HasSubstr("used=1"));
  EXPECT_THAT(Sent("http://x.test/q"), HasSubstr("c59=1"));
  EXPECT_THAT(Sent("http://x.test/q"), Not(HasSubstr("c0=1")));
}

TEST_F(CookieJarTest, ExpiredOnesMakeRoomFirst) {
  Set("http://x.test/", {"old=1"});
  for (int i = 0; i < 49; ++i) Set("http://x.test/", {"c" + std::to_string(i) + "=1; max-age=5"});
  now_ += seconds(5);
  Set("http://x.test/", {"new=1"});
  EXPECT_EQ(Sent("http://x.test/"), "old=1; new=1");
  EXPECT_EQ(jar_.size(), 2u);
}

TEST_F(CookieJarTest, ThreeThousandInAll) {
  Set("http://first.test/", {"a=1"});
  for (int host = 0; host < 4000; ++host) {
    if (host % 100 == 0) {
      EXPECT_EQ(Sent("http://first.test/"), "a=1") << "is in use";
    }
    Set("http://h" + std::to_string(host) + ".test/", {"a=1"});
    ASSERT_LE(jar_.size(), CookieJar::kMaxCookies);
  }
  EXPECT_EQ(jar_.size(), CookieJar::kMaxCookies);
  EXPECT_EQ(Sent("http://first.test/"), "a=1");
  EXPECT_EQ(Sent("http://h0.test/"), "");
  EXPECT_EQ(Sent("http://h3999.test/"), "a=1");
}

TEST_F(CookieJarTest, TheHeaderStaysSmall) {
  const std::string large(3000, 'x');
  Set("http://x.test/", {"a=" + large, "b=" + large, "c=" + large, "d=1"});
  EXPECT_EQ(Sent("http://x.test/"), "a=" + large + "; b=" + large + "; d=1");
}

TEST_F(CookieJarTest, FixedCookiesComeFirstAndStandForTheirNames) {
  Set("http://x.test/", {"a=server", "b=2"});
  EXPECT_EQ(Sent("http://x.test/", {"a=mine", "c=3"}), "a=mine; c=3; b=2");
  EXPECT_EQ(Sent("http://y.test/", {}), "");
  EXPECT_EQ(Sent("http://y.test/", {"a=mine"}), "a=mine");
}

TEST_F(CookieJarTest, GivenCookiesGoWhereTheFileSays) {
  Give(
      "x.test\tFALSE\t/\tFALSE\t0\thost\t1\n"
      ".x.test\tTRUE\t/\tTRUE\t0\tsafe\t2\n"
      ".x.test\tTRUE\t/p\tFALSE\t0\tpath\t3\n"
      "x.test\tFALSE\t/\tFALSE\t1\texpired\t4\n");
  EXPECT_EQ(Sent("http://x.test/"), "host=1");
  EXPECT_EQ(Sent("http://x.test:8080/"), "host=1") << "a file names no port";
  EXPECT_EQ(Sent("https://x.test/p"), "path=3; host=1; safe=2");
  EXPECT_EQ(Sent("https://www.x.test/"), "safe=2");
  EXPECT_EQ(Sent("https://y.test/p"), "");
}

TEST_F(CookieJarTest, AServerReplacesWhatAFileGaveForItselfAlone) {
  Give("x.test\tFALSE\t/\tFALSE\t0\ta\tfile\nx.test\tFALSE\t/\tFALSE\t0\tb\tfile\n");
  Set("http://x.test/", {"a=server; max-age=10", "b=; max-age=0"});
  EXPECT_EQ(Sent("http://x.test/"), "a=server");
  EXPECT_EQ(Sent("http://x.test:8080/"), "a=file; b=file");
  now_ += seconds(10);
  EXPECT_EQ(Sent("http://x.test/"), "") << "an ended session does not begin again";
}

TEST_F(CookieJarTest, GivenCookiesAreNeverInTheWayOfTheCaps) {
  std::string file;
  for (int i = 0; i < 100; ++i) {
    file += "x.test\tFALSE\t/\tFALSE\t0\tc" + std::to_string(i) + "\t1\n";
  }
  Give(file);
  Set("http://x.test/", {"a=1"});
  EXPECT_EQ(jar_.size(), 1u);
  EXPECT_THAT(Sent("http://x.test/"), HasSubstr("c99=1"));
}

}  // namespace
}  // namespace thresh
