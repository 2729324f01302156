#include "parser/url.h"

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>

namespace thresh {
namespace {

struct UrlCase {
  std::string input;
  std::string expected;  // the href, or "!" and the error's name
  std::string why;
};

std::string NameOf(UrlError error) {
  switch (error) {
    case UrlError::kNone:
      return "none";
    case UrlError::kRelativeWithoutBase:
      return "relative";
    case UrlError::kOtherScheme:
      return "scheme";
    case UrlError::kBadHost:
      return "host";
    case UrlError::kBadPort:
      return "port";
    case UrlError::kCredentials:
      return "credentials";
    case UrlError::kTooLong:
      return "long";
  }
  return "?";
}

std::string Href(const std::string& input, const Url* base = nullptr) {
  UrlError error = UrlError::kNone;
  const auto url = Url::Parse(input, base, &error);
  if (url.has_value() != (error == UrlError::kNone)) return "outcome and error disagree";
  return url ? url->href() : "!" + NameOf(error);
}

Url Base(const std::string& href) {
  const auto url = Url::Parse(href);
  EXPECT_TRUE(url) << href;
  return url.value_or(Url());
}

// Each input gives what is expected, and that gives itself.
void CheckUrls(std::initializer_list<UrlCase> cases) {
  for (const UrlCase& test : cases) {
    const std::string href = Href(test.input);
    EXPECT_EQ(href, test.expected) << testing::PrintToString(test.input) << ": " << test.why;
    if (href.starts_with('!')) continue;
    EXPECT_EQ(Href(href), href);
  }
}

TEST(UrlTest, Schemes) {
  CheckUrls({{"http://x.test/", "http://x.test/", "as it is"},
             {"https://x.test/", "https://x.test/", "as it is"},
             {"HtTpS://x.test/", "https://x.test/", "schemes are lowered"},
             {"http:x.test", "http://x.test/", "no slash is needed"},
             {"http:/x.test", "http://x.test/", "one is enough"},
             {"http:////x.test", "http://x.test/", "more are skipped"},
             {"http:\\\\x.test\\a", "http://x.test/a", "a backslash is a slash"},
             {"https:/\\/x.test", "https://x.test/", "also among slashes"},
             {"ht\ntp\t://x.te\rst/a\nb", "http://x.test/ab", "tabs and newlines go"},
             {" \x01\x1f http://x.test/ \x7f", "http://x.test/%20%7F",
              "C0 controls and spaces are trimmed, DEL is none of them"},
             {std::string("\0http://x.test/a\0", 17), "http://x.test/a", "NUL is trimmed"},
             {std::string("http://x.test/a\0b", 17), "http://x.test/a%00b", "or escaped"},
             {"ftp://x.test/", "!scheme", "known, but not for us"},
             {"mailto:a@x.test", "!scheme", ""},
             {"javascript:void(0);", "!scheme", ""},
             {"JavaScript:void(0);", "!scheme", ""},
             {"java\nscript:x", "!scheme", "tabs go first"},
             {"data:text/html,<p>", "!scheme", ""},
             {"tel:+49-30", "!scheme", ""},
             {"file:///etc/passwd", "!scheme", ""},
             {"ws://x.test/", "!scheme", ""},
             {"blob:https://x.test/1", "!scheme", ""},
             {"about:blank", "!scheme", ""},
             {"x.test:8080/", "!scheme", "a name and a colon is a scheme"},
             {"view-source+1.x:http://x.test", "!scheme", "'+', '-', '.' and digits may be in it"},
             {"1http://x.test/", "!relative", "but a digit does not begin it"},
             {"ht tp://x.test/", "!relative", "and a space is not in it"},
             {"://x.test", "!relative", "no scheme at all"},
             {"", "!relative", "nothing"},
             {"//x.test/", "!relative", "needs a base's scheme"},
             {"/a", "!relative", ""},
             {"#a", "!relative", ""},
             {"x.test", "!relative", ""},
             {"http", "!relative", "no colon, no scheme"},
             {"http:", "!host", ""},
             {"https://", "!host", ""},
             {"http:///", "!host", "slashes only"},
             {"http://?a", "!host", ""},
             {"http://#a", "!host", ""}});
}

TEST(UrlTest, Ports) {
  CheckUrls({{"http://x.test:80/", "http://x.test/", "the default goes"},
             {"https://x.test:443/", "https://x.test/", "the default goes"},
             {"http://x.test:443/", "http://x.test:443/", "the other's stays"},
             {"https://x.test:80/", "https://x.test:80/", "the other's stays"},
             {"http://x.test:/", "http://x.test/", "an empty one is the default"},
             {"http://x.test:000008080", "http://x.test:8080/", "leading zeros"},
             {"http://x.test:00000000080", "http://x.test/", "leading zeros"},
             {"http://x.test:0", "http://x.test:0/", "zero is a port"},
             {"http://x.test:65535", "http://x.test:65535/", "the highest"},
             {"http://x.test:65536", "!port", "too high"},
             {"http://x.test:99999999999999999999", "!port", "far too high"},
             {"http://x.test:8a", "!port", "not a digit"},
             {"http://x.test:-1", "!port", "no sign"},
             {"http://x.test:+1", "!port", "no sign"},
             {"http://x.test: 80", "!port", "no space"},
             {"http://x.test:80:80/", "!port", "only one"},
             {"http://x.test:8\t0\n80/", "http://x.test:8080/", "tabs go first"},
             {"http://x.test:8080?a", "http://x.test:8080/?a", "'?' ends it"},
             {"http://x.test:8080\\a", "http://x.test:8080/a", "'\\' ends it"},
             {"http://x.test:8080#a", "http://x.test:8080/", "'#' ends it"},
             {"http://:80/", "!host", "a port alone"},
             {"http://[::1]:81/", "http://[::1]:81/", "behind an address"}});
}

TEST(UrlTest, CredentialsAreRefused) {
  CheckUrls({{"http://user:secret@x.test/", "!credentials", ""},
             {"http://user@x.test/", "!credentials", ""},
             {"http://:secret@x.test/", "!credentials", "a password alone"},
             {"http://%20@x.test/", "!credentials", ""},
             {"http://a@b@x.test/", "!credentials", "the last '@' counts"},
             {"http://@@x.test/", "!credentials", "'@' is then a user name"},
             {"http://@x.test/", "http://x.test/", "empty: as the standard"},
             {"http://:@x.test/", "http://x.test/", "empty: as the standard"},
             {"http://@/", "!host", "no host behind it"},
             {"http://x.test/@a", "http://x.test/@a", "in the path it is plain"},
             {"http://x.test?a@b", "http://x.test/?a@b", "in the query, too"},
             {"http://x.test\\@y.test/", "http://x.test/@y.test/",
              "a backslash ends the host before it"}});
}

TEST(UrlTest, Paths) {
  CheckUrls({{"http://x.test", "http://x.test/", "never empty"},
             {"http://x.test/a//b/", "http://x.test/a//b/", "empty segments stay"},
             {"http://x.test//", "http://x.test//", "empty segments stay"},
             {"http://x.test/A/b", "http://x.test/A/b", "case is kept"},
             {"http://x.test\\a\\b", "http://x.test/a/b", "backslashes"},
             {"http://x.test/.", "http://x.test/", "this folder"},
             {"http://x.test/..", "http://x.test/", "nothing above the root"},
             {"http://x.test/a/.", "http://x.test/a/", ""},
             {"http://x.test/a/..", "http://x.test/", ""},
             {"http://x.test/a/b/../c", "http://x.test/a/c", ""},
             {"http://x.test/a/b/../../../../c", "http://x.test/c", ""},
             {"http://x.test/a/./b/./", "http://x.test/a/b/", ""},
             {"http://x.test/a\\..\\b", "http://x.test/b", "with backslashes"},
             {"http://x.test/a//../b", "http://x.test/a/b", "an empty segment is one"},
             {"http://x.test/..a/...", "http://x.test/..a/...", "not dot segments"},
             {"http://x.test/a./b..", "http://x.test/a./b..", "not dot segments"},
             {"http://x.test/a/%2e/b", "http://x.test/a/b", "escaped dots are dots"},
             {"http://x.test/a/%2E%2e/b", "http://x.test/b", ""},
             {"http://x.test/a/.%2e/b", "http://x.test/b", ""},
             {"http://x.test/a/%2e.", "http://x.test/", ""},
             {"http://x.test/a/%2e%2", "http://x.test/a/.%2", "not quite"},
             {"http://x.test/a/..%2fb", "http://x.test/a/..%2Fb", "an escaped slash is none"},
             {"http://x.test/a/..;x/b", "http://x.test/a/..;x/b", ""},
             {"http://x.test/C|/a", "http://x.test/C|/a", "drive letters are for files"},
             {"http://x.test/C|/..", "http://x.test/", "drive letters are for files"},
             {"http://x.test/ !\"$%&'()*+,-./:;<=>@[\\]^_`{|}~",
              "http://x.test/%20!%22$%&'()*+,-./:;%3C=%3E@[/]%5E_%60%7B|%7D~",
              "the path percent-encode set"},
             {"http://x.test/a\x7f\x01", "http://x.test/a%7F", "DEL; the control is trimmed"},
             {"http://x.test/a\x0b\x0c"
              "b",
              "http://x.test/a%0B%0Cb", "other controls stay, escaped"},
             {"http://x.test/ä/日本", "http://x.test/%C3%A4/%E6%97%A5%E6%9C%AC", "UTF-8"},
             {"http://x.test/💩", "http://x.test/%F0%9F%92%A9", "four bytes"},
             {"http://x.test/\xff", "http://x.test/%EF%BF%BD", "not UTF-8"},
             {"http://x.test/\xe6\x97z", "http://x.test/%EF%BF%BDz", "cut short: one U+FFFD"},
             {"http://x.test/\xc0\xaf", "http://x.test/%EF%BF%BD%EF%BF%BD", "overlong: two"},
             {"http://x.test/\xed\xa0\x80", "http://x.test/%EF%BF%BD%EF%BF%BD%EF%BF%BD",
              "a surrogate: three"},
             {"http://x.test/\xf4\x90\x80\x80",
              "http://x.test/%EF%BF%BD%EF%BF%BD%EF%BF%BD%EF%BF%BD", "above U+10FFFF: four"},
             {"http://x.test/%ff%fe", "http://x.test/%FF%FE", "escapes may be anything"},
             {"http://x.test/\xef\xbb\xbf", "http://x.test/%EF%BB%BF", "a mark is a character"}});
}

TEST(UrlTest, EscapesHaveOneSpelling) {
  CheckUrls({{"http://x.test/%7Euser", "http://x.test/~user", "RFC 3986 §6.2.2.2"},
             {"http://x.test/%41%7a%30%2D%5f", "http://x.test/Az0-_", "unreserved"},
             {"http://x.test/%2f%2F", "http://x.test/%2F%2F", "a slash stays escaped"},
             {"http://x.test/a%3fb%23c", "http://x.test/a%3Fb%23c", "so do '?' and '#'"},
             {"http://x.test/%c3%a4", "http://x.test/%C3%A4", "upper case"},
             {"http://x.test/100%", "http://x.test/100%", "no escape"},
             {"http://x.test/%zz%4", "http://x.test/%zz%4", "no escapes"},
             {"http://x.test/%2541", "http://x.test/%2541", "decoded once, not twice"},
             {"http://x.test/%25%34%31", "http://x.test/%2541", "likewise"},
             {"http://x.test/%%341", "http://x.test/%%341", "makes no escape that was not there"},
             {"http://x.test/%4%31", "http://x.test/%4%31", "likewise"},
             {"http://x.test/%%7e", "http://x.test/%~", "'~' completes no escape"},
             {"http://x.test/?%7e%2f%e4", "http://x.test/?~%2F%E4", "in queries, too"},
             {"http://x.test/?a=%26%3d", "http://x.test/?a=%26%3D", "separators stay escaped"}});
}

TEST(UrlTest, Queries) {
  CheckUrls({{"http://x.test?a=1", "http://x.test/?a=1", "behind the host"},
             {"http://x.test/?", "http://x.test/?", "an empty one stays"},
             {"http://x.test/??a?", "http://x.test/??a?", "'?' is plain"},
             {"http://x.test/?a/../b\\c", "http://x.test/?a/../b\\c", "no path"},
             {"http://x.test/? !\"$%&'()*+,-./:;<=>?@[\\]^_`{|}~",
              "http://x.test/?%20!%22$%&%27()*+,-./:;%3C=%3E?@[\\]^_`{|}~",
              "the special-query percent-encode set"},
             {"http://x.test/?\x7fü\xff", "http://x.test/?%7F%C3%BC%EF%BF%BD", ""},
             {"http://x.test/?a\n\tb", "http://x.test/?ab", "newlines go"},
             {"http://x.test/?A=%20+", "http://x.test/?A=%20+", "'+' and %20 are two things"}});
}

TEST(UrlTest, FragmentsAreDropped) {
  CheckUrls({{"http://x.test/#a", "http://x.test/", "dropped"},
             {"http://x.test/a#", "http://x.test/a", "dropped"},
             {"http://x.test/a#b?c=d", "http://x.test/a", "with all behind it"},
             {"http://x.test/a?b#c#d", "http://x.test/a?b", "from the first '#'"},
             {"http://x.test/a%23b", "http://x.test/a%23b", "an escaped one is none"},
             {"http://x.test#@y.test/", "http://x.test/", "it ends the host"}});
}

struct RelativeCase {
  std::string base;
  std::string input;
  std::string expected;
};

void CheckRelative(std::initializer_list<RelativeCase> cases) {
  for (const RelativeCase& test : cases) {
    const Url base = Base(test.base);
    EXPECT_EQ(Href(test.input, &base), test.expected)
        << testing::PrintToString(test.input) << " at " << test.base;
  }
}

// RFC 3986 §5.4 has references of these kinds; where WHATWG differs it decides.
TEST(UrlTest, ReferencesOfAllKindsAreResolved) {
  CheckRelative({{"http://a.test/b/c/d;p?q", "g", "http://a.test/b/c/g"},
                 {"http://a.test/b/c/d;p?q", "./g", "http://a.test/b/c/g"},
                 {"http://a.test/b/c/d;p?q", "g/", "http://a.test/b/c/g/"},
                 {"http://a.test/b/c/d;p?q", "/g", "http://a.test/g"},
                 {"http://a.test/b/c/d;p?q", "//g", "http://g/"},
                 {"http://a.test/b/c/d;p?q", "?y", "http://a.test/b/c/d;p?y"},
                 {"http://a.test/b/c/d;p?q", "g?y", "http://a.test/b/c/g?y"},
                 {"http://a.test/b/c/d;p?q", "#s", "http://a.test/b/c/d;p?q"},
                 {"http://a.test/b/c/d;p?q", "g#s", "http://a.test/b/c/g"},
                 {"http://a.test/b/c/d;p?q", "g?y#s", "http://a.test/b/c/g?y"},
                 {"http://a.test/b/c/d;p?q", ";x", "http://a.test/b/c/;x"},
                 {"http://a.test/b/c/d;p?q", "", "http://a.test/b/c/d;p?q"},
                 {"http://a.test/b/c/d;p?q", "   ", "http://a.test/b/c/d;p?q"},
                 {"http://a.test/b/c/d;p?q", ".", "http://a.test/b/c/"},
                 {"http://a.test/b/c/d;p?q", "..", "http://a.test/b/"},
                 {"http://a.test/b/c/d;p?q", "../g", "http://a.test/b/g"},
                 {"http://a.test/b/c/d;p?q", "../..", "http://a.test/"},
                 {"http://a.test/b/c/d;p?q", "../../../g", "http://a.test/g"},
                 {"http://a.test/b/c/d;p?q", "/./g", "http://a.test/g"},
                 {"http://a.test/b/c/d;p?q", "/../g", "http://a.test/g"},
                 {"http://a.test/b/c/d;p?q", "g.", "http://a.test/b/c/g."},
                 {"http://a.test/b/c/d;p?q", "..g", "http://a.test/b/c/..g"},
                 {"http://a.test/b/c/d;p?q", "g;x=1/../y", "http://a.test/b/c/y"},
                 {"http://a.test/b/c/d;p?q", "g?y/./x", "http://a.test/b/c/g?y/./x"},
                 {"http://a.test/b/c/d;p?q", "?", "http://a.test/b/c/d;p?"},
                 {"http://a.test/b/c/d;p?q", "\\g", "http://a.test/g"},
                 {"http://a.test/b/c/d;p?q", "\\\\g\\h", "http://g/h"},
                 {"http://a.test/b/c/d;p?q", "/\\g", "http://g/"},
                 {"http://a.test/b/c/d;p?q", "///g", "http://g/"},
                 {"http://a.test/b/c/d;p?q", "..\\g", "http://a.test/b/g"},
                 {"http://a.test/b/c/d;p?q", "%2e%2E/g", "http://a.test/b/g"},
                 {"http://a.test/b/c/d;p?q", " \n g\t\r ", "http://a.test/b/c/g"},
                 {"http://a.test/b/c/d;p?q", "a b", "http://a.test/b/c/a%20b"},
                 {"http://a.test/b/c/d;p?q", "1:2", "http://a.test/b/c/1:2"},
                 {"http://a.test/b/c/d;p?q", "./a:b", "http://a.test/b/c/a:b"},
                 {"http://a.test/b/c/d;p?q", ":a", "http://a.test/b/c/:a"},
                 {"http://a.test/b/c/d;p?q", "?a:b", "http://a.test/b/c/d;p?a:b"},
                 {"http://a.test/b/c/d;p?q", "a:b", "!scheme"},
                 {"http://a.test/b/c/d;p?q", "javascript:void(0);", "!scheme"},
                 {"http://a.test/b/c/d;p?q", "//", "!host"},
                 {"http://a.test/b/c/d;p?q", "//u:p@g/", "!credentials"},
                 {"http://a.test/b/c/d;p?q", "//g:x/", "!port"},
                 {"http://a.test", "g", "http://a.test/g"},
                 {"http://a.test", "?g", "http://a.test/?g"},
                 {"http://a.test", "..", "http://a.test/"},
                 {"http://a.test//", "g", "http://a.test//g"},
                 {"http://a.test//b", "..", "http://a.test/"},
                 {"http://a.test/b//", "..", "http://a.test/b/"},
                 {"http://a.test/b//", "../..", "http://a.test/"}});
}

TEST(UrlTest, ReferencesKeepWhatTheBaseGives) {
  CheckRelative({{"https://a.test:8443/b?q", "//g/h", "https://g/h"},
                 {"https://a.test:8443/b?q", "g", "https://a.test:8443/g"},
                 {"https://a.test/b/c", "https:g", "https://a.test/b/g"},
                 {"https://a.test/b/c", "https:/g", "https://a.test/g"},
                 {"https://a.test/b/c", "HTTPS:?g", "https://a.test/b/c?g"},
                 {"https://a.test/b/c?q", "https:", "https://a.test/b/c?q"},
                 {"https://a.test/b/c?q", "https:#x", "https://a.test/b/c?q"},
                 {"https://a.test/b/c", "https://g", "https://g/"},
                 {"https://a.test/b/c", "https:\\\\g", "https://g/"},
                 {"https://a.test/b/c", "https:///g/h", "https://g/h"},
                 {"https://a.test/b/c", "http:g", "http://g/"},
                 {"https://a.test/b/c", "http:/g", "http://g/"},
                 {"https://a.test/b/c", "http://G:443/..", "http://g:443/"},
                 {"http://[::1]:81/b", "c", "http://[::1]:81/c"},
                 {"http://127.1/b", "?c", "http://127.0.0.1/b?c"},
                 {"http://a.test/?offset=10", "?offset=20", "http://a.test/?offset=20"}});
}

TEST(UrlTest, GivesItsParts) {
  const Url url = Base("HTTPS://X.Test:8443/a/b?c=d&e#f");
  EXPECT_EQ(url.href(), "https://x.test:8443/a/b?c=d&e");
  EXPECT_EQ(url.scheme(), "https");
  EXPECT_EQ(url.host(), "x.test");
  EXPECT_EQ(url.port(), 8443);
  EXPECT_EQ(url.origin(), "https://x.test:8443");
  EXPECT_EQ(url.path(), "/a/b");
  EXPECT_EQ(url.query(), "c=d&e");
  EXPECT_EQ(url.path_and_query(), "/a/b?c=d&e");
}

TEST(UrlTest, ABaseMayBeAssignedItsOwnReference) {
  Url url = Base("http://x.test/a/b?c");
  url = Url::Parse("d", &url).value();
  EXPECT_EQ(url.href(), "http://x.test/a/d");
}

TEST(UrlTest, ARelativeUrlHasItsBasesOrigin) {
  const Url base = Base("http://[::1]:81/b/c?d");
  const auto url = Url::Parse("../x?y", &base);
  ASSERT_TRUE(url);
  EXPECT_EQ(url->scheme(), "http");
  EXPECT_EQ(url->host(), "[::1]");
  EXPECT_EQ(url->port(), 81);
  EXPECT_EQ(url->origin(), "http://[::1]:81");
  EXPECT_EQ(url->path(), "/x");
  EXPECT_EQ(url->query(), "y");
  EXPECT_EQ(Base("http://a.test").port(), 80);
  EXPECT_EQ(Base("https://a.test").port(), 443);
}

TEST(UrlTest, EveryPartOfNoUrlIsEmpty) {
  const Url url;
  EXPECT_EQ(url.href(), "");
  EXPECT_EQ(url.host(), "");
  EXPECT_EQ(url.query(), "");
  EXPECT_EQ(url.path_and_query(), "");
  EXPECT_EQ(Href("a", &url), "!relative");
}

std::string LongPath(size_t total) {
  std::string href = "http://x.test/";
  return href.append(total - href.size(), 'a');
}

TEST(UrlTest, LengthIsLimitedInNormalForm) {
  EXPECT_EQ(Href(LongPath(kMaxUrlBytes)), LongPath(kMaxUrlBytes));
  EXPECT_EQ(Href(LongPath(kMaxUrlBytes + 1)), "!long");
  EXPECT_EQ(Href(LongPath(kMaxUrlBytes) + "#" + std::string(100000, 'f')), LongPath(kMaxUrlBytes))
      << "a fragment does not count";
  EXPECT_EQ(Href("http://x.test/" + std::string(4000, ' ') + "a"), "!long") << "escapes do";
  EXPECT_EQ(Href(LongPath(100000)), "!long");
  EXPECT_EQ(Href("http://" + std::string(9000, 'a') + "/"), "!long");
  EXPECT_EQ(Href("?" + std::string(9000, 'a')), "!relative");
}

TEST(UrlTest, AnEndlessInputIsNotLookedAt) {
  std::string folders = "http://x.test/";
  for (int i = 0; i < 300000; ++i) folders += "a/../";
  EXPECT_EQ(Href(folders), "!long");
  EXPECT_EQ(Href("a\n" + std::string(1000000, 'a')), "!long");
  EXPECT_EQ(Href("data:image/png;base64,\n" + std::string(1000000, 'A')), "!scheme");
}

TEST(UrlTest, EveryErrorIsDescribed) {
  for (const auto error :
       {UrlError::kRelativeWithoutBase, UrlError::kOtherScheme, UrlError::kBadHost,
        UrlError::kBadPort, UrlError::kCredentials, UrlError::kTooLong}) {
    EXPECT_FALSE(Describe(error).empty());
  }
}

}  // namespace
}  // namespace thresh
