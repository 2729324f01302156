// What Google says of its own parser, where RFC 9309 says the same: the cases that crawlers are
// compared by.
#include <gtest/gtest.h>

#include <initializer_list>
#include <string>
#include <tuple>
#include <utility>

#include "parser/robots.h"
#include "parser/url.h"

namespace thresh {
namespace {

bool AllowsPath(const std::string& text, const std::string& agent, const std::string& path) {
  const Url url = Url::Parse("http://x.test" + path).value();
  return RobotsRules::Parse(text, agent).Allows(url.path_and_query());
}

struct PathCase {
  std::string rules, path;
  bool allowed;
  std::string why;
};

void CheckPaths(std::initializer_list<PathCase> cases) {
  for (const PathCase& test : cases) {
    EXPECT_EQ(AllowsPath("User-agent: FooBot\n" + test.rules, "FooBot", test.path), test.allowed)
        << test.rules << "\n"
        << test.path << ": " << test.why;
  }
}

TEST(RobotsGoogleTest, AgentsAreComparedByTheirTokens) {
  const std::string rules = "disallow: /\n";
  for (const auto& [named, agent, obeys] :
       std::initializer_list<std::tuple<std::string, std::string, bool>>{
           {"FooBot", "FooBot", true},
           {"FooBot", "foobot/1.2", true},
           {"FOO BAR", "Foo", true},
           {"foo bar", "foo", true},
           {"Foo", "Foo Bar", false},
           {"FooBot/2.1", "FooBot", true},
           {"FooBot-Images", "FooBot", false},
           {"FooBot", "FooBot-Images", false},
           {"FooBot", "", false},
           {"*", "FooBot", true},
           {"*", "", true},
           {"Foobot*", "Foobot", true},
       }) {
    EXPECT_EQ(!AllowsPath("user-agent: " + named + "\n" + rules, agent, "/a"), obeys)
        << named << " " << agent;
  }
}

TEST(RobotsGoogleTest, GroupsEndAtTheNextAgentBehindARule) {
  const std::string text =
      "allow: /foo/bar/\n\nuser-agent: FooBot\ndisallow: /\nallow: /x/\nuser-agent: BarBot\n"
      "disallow: /\nallow: /y/\n\n\nallow: /w/\nuser-agent: BazBot\n\nuser-agent: FooBot\n"
      "allow: /z/\ndisallow: /\n";
  for (const auto& [agent, allowed] : std::initializer_list<std::pair<std::string, std::string>>{
           {"FooBot", "xz"}, {"BarBot", "yw"}, {"BazBot", "z"}}) {
    for (const char path : std::string("xyzw")) {
      EXPECT_EQ(AllowsPath(text, agent, "/" + std::string(1, path) + "/a"),
                allowed.find(path) != std::string::npos)
          << agent << " " << path;
    }
    EXPECT_FALSE(AllowsPath(text, agent, "/foo/bar/")) << agent << ": a rule of no group";
  }
}

TEST(RobotsGoogleTest, ValuesAreComparedWithTheirCaseAndLength) {
  CheckPaths({
      {"Disallow: /X/", "/x/y", true, "case counts"},
      {"DISALLOW: /x/", "/x/y", false, "that of the key does not"},
      {"Disallow:", "/x", true, "no value forbids nothing"},
      {"Disallow:\nAllow:", "/x", true, "nor does it allow"},
      {"Allow:\nDisallow: /", "/x", false, "an empty Allow allows nothing"},
      {"Disallow : /x", "/x", false, "a space before the colon"},
      {"Disallow /x", "/x", false, "no colon"},
      {"disallow: x", "/x", true, "no slash: no path begins so"},
      {"disallow: /x/page.html\nallow: /x/", "/x/page.html", false, "the longer"},
      {"allow: /x/page.html\ndisallow: /x/", "/x/page.html", true, "the longer"},
      {"allow: /x/page.html\ndisallow: /x/", "/x/", false, "which does not match here"},
      {"disallow: \nallow: ", "/x", true, "both empty"},
      {"disallow: /\nallow: /", "/x", true, "Allow on a tie"},
      {"disallow: /x\nallow: /x/", "/x", false, "/x/ is longer and no match"},
      {"disallow: /x\nallow: /x/", "/x/", true, "/x/ is longer"},
      {"disallow: /x/page.html\nallow: /x/page.html", "/x/page.html", true, "Allow on a tie"},
      {"allow: /page\ndisallow: /*.html", "/page.html", false, "stars count as one octet"},
      {"allow: /page\ndisallow: /*.ph", "/page.php", true, "as long: Allow"},
      {"allow: /x/page.\ndisallow: /*.html", "/x/page.html", true, "8 octets against 7"},
      {"allow: /p\ndisallow: /", "/page", true, "from the documentation"},
      {"allow: /$\ndisallow: /", "/page.html", false, "from the documentation"},
  });
}

TEST(RobotsGoogleTest, EscapesAndSpecialCharacters) {
  CheckPaths({
      {"Disallow: /\nAllow: /a?q=1&b=http://y.test?c&d", "/a?q=1&b=http://y.test?c&d", true,
       "reserved characters stand for themselves"},
      {"Disallow: /\nAllow: /a/\xe3\x83\x84", "/a/%E3%83%84", true, "UTF-8 in the rule"},
      {"Disallow: /\nAllow: /a/%E3%83%84", "/a/\xe3\x83\x84", true, "UTF-8 in the URL"},
      {"Disallow: /\nAllow: /a/%62%61%7A", "/a/baz", true, "RFC 9309 §2.2.2, figure 4"},
      {"Disallow: /a/U+E38384", "/a/%E3%83%84", true, "no escape"},
      {"Disallow: /a/U+E38384", "/a/U+E38384", false, "no escape"},
      {"Disallow: /a/b/quz\nAllow: /a/*/qux", "/a/b/quz", false, "a star"},
      {"Disallow: /a/b/quz\nAllow: /a/*/qux", "/a//quz", true, "an empty segment is one"},
      {"Disallow: /a/b/quz\nAllow: /a/*/qux", "/a/bax/quz", true, "a star"},
      {"Disallow: /a/b$\nAllow: /a/b/qux", "/a/b", false, "the end"},
      {"Disallow: /a/b$\nAllow: /a/b/qux", "/a/b/qux", true, "not the end"},
      {"Disallow: /a/b$\nAllow: /a/b/qux", "/a/b/", true, "not the end"},
      {"# Disallow: /\nDisallow: /a/quz#qux\nAllow: /", "/a/b", true, "comments"},
      {"# Disallow: /\nDisallow: /a/quz#qux\nAllow: /", "/a/quz", false, "comments"},
  });
}

TEST(RobotsGoogleTest, ByteOrderMarks) {
  const std::string rules = "User-Agent: foo\nAllow: /AnyValue\n";
  for (const auto& [mark, everything] : std::initializer_list<std::pair<std::string, bool>>{
           {"\xEF\xBB\xBF", false}, {"\xEF\xBB", false}, {"\xEF", false}, {"\xEF\x11\xBF", true}}) {
    // With a broken mark the first line is none, and its rules are nobody's.
    const std::string text = mark + rules + "Disallow: /\n";
    EXPECT_EQ(AllowsPath(text, "foo", "/other"), everything);
    EXPECT_TRUE(AllowsPath(text, "foo", "/AnyValue"));
  }
}

TEST(RobotsGoogleTest, LinesEndInAnyWay) {
  for (const std::string end : {"\n", "\r", "\r\n", "\n\n", "\r\r\n"}) {
    const std::string text = "User-Agent: foo" + end + "Allow: /some/path" + end +
                             "User-Agent: bar" + end + end + "Disallow: /";
    EXPECT_FALSE(AllowsPath(text, "bar", "/a"));
    EXPECT_TRUE(AllowsPath(text, "foo", "/a"));
  }
}

}  // namespace
}  // namespace thresh
