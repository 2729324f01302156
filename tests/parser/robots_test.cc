#include "parser/robots.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <initializer_list>
#include <string>

#include "parser/url.h"

namespace thresh {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::IsEmpty;

// As `thresh robots FILE AGENT URL` asks.
bool Allows(const std::string& text, const std::string& agent, const std::string& url) {
  return RobotsRules::Parse(text, agent).Allows(Url::Parse(url).value().path_and_query());
}

// Whether the rule `line`, alone against "Disallow: /" or "Allow: /", matches `path`.
bool Matches(const std::string& pattern, const std::string& path) {
  const auto rules = RobotsRules::Parse("user-agent: *\ndisallow: " + pattern, "foo");
  return !rules.Allows(path);
}

TEST(RobotsTest, NoFileAllowsAllAndAServerErrorNothing) {
  EXPECT_TRUE(RobotsRules::AllowAll().Allows("/a"));
  EXPECT_FALSE(RobotsRules::DisallowAll().Allows("/a"));
  EXPECT_EQ(RobotsRules::DisallowAll().DecidingRule("/a"), "") << "no line of a file";
  EXPECT_TRUE(RobotsRules::DisallowAll().Allows("/robots.txt")) << "§2.2.2: implicitly allowed";
  EXPECT_TRUE(RobotsRules::Parse("", "foo").Allows("/a"));
}

struct GroupCase {
  std::string text;
  bool foo_allowed;  // foo may fetch /a
  bool bar_allowed;  // bar may
  std::string why;
};

void CheckGroups(std::initializer_list<GroupCase> cases) {
  for (const GroupCase& test : cases) {
    EXPECT_EQ(Allows(test.text, "foo", "http://x.test/a"), test.foo_allowed) << test.why;
    EXPECT_EQ(Allows(test.text, "bar/1.0", "http://x.test/a"), test.bar_allowed) << test.why;
  }
}

// §2.2.1
TEST(RobotsTest, GroupsAreChosenByTheProductToken) {
  CheckGroups({
      {"user-agent: foo\ndisallow: /\n", false, true, "a group of its own"},
      {"user-agent: *\ndisallow: /\n", false, false, "everyone's"},
      {"user-agent: *\ndisallow: /\nuser-agent: foo\nallow: /\n", true, false,
       "the own group instead of everyone's"},
      {"user-agent: foo\nallow: /\nuser-agent: *\ndisallow: /\n", true, false, "in any order"},
      {"user-agent: foo\n\nuser-agent: *\ndisallow: /\n", false, false, "one group of two agents"},
      {"user-agent: foo\ndisallow:\n\nuser-agent: *\ndisallow: /\n", true, false,
       "an empty rule forbids nothing, and ends the list of agents"},
      {"user-agent: *\ndisallow: /\nuser-agent: foo", true, false,
       "a group without rules forbids nothing"},
      {"user-agent: foo\nuser-agent: bar\ndisallow: /\n", false, false, "several agents"},
      {"user-agent: foo\n# x\n\nuser-agent: bar\n\n\ndisallow: /\n", false, false,
       "with comments and empty lines between"},
      {"user-agent: foo\ndisallow: /b\nuser-agent: bar\ndisallow: /c\nuser-agent: foo\n"
       "disallow: /a\n",
       false, true, "groups of one agent are merged"},
      {"user-agent: *\ndisallow: /b\nuser-agent: *\ndisallow: /a\n", false, false,
       "also everyone's"},
      {"user-agent: FOO\ndisallow: /\n", false, true, "case does not matter"},
      {"user-agent: foo/2.0 (x)\ndisallow: /\n", false, true, "up to the first other character"},
      {"user-agent: foo bar\ndisallow: /\n", false, true, "up to a space"},
      {"user-agent: foo*\ndisallow: /\n", false, true, "a star is no part of it"},
      {"user-agent: foobar\ndisallow: /\n", true, true, "the whole token counts"},
      {"user-agent: fo\ndisallow: /\n", true, true, "the whole token counts"},
      {"user-agent: foo-bot\ndisallow: /\n", true, true, "'-' is part of it"},
      {"user-agent: * x\ndisallow: /\n", false, false, "a star and more"},
      {"user-agent: *foo\ndisallow: /\n", true, true, "no star and no token"},
      {"user-agent:\ndisallow: /\n", true, true, "no agent"},
      {"disallow: /\n", true, true, "rules before any agent"},
      {"disallow: /\nuser-agent: foo\nallow: /b\n", true, true, "rules before any agent"},
      {"user-agent: foo\nsitemap: http://x.test/s\nuser-agent: *\ndisallow: /\n", false, false,
       "other lines do not end the list of agents (§2.2.4)"},
      {"user-agent: foo\ncrawl-delay: 2\nuser-agent: bar\ndisallow: /\n", false, false,
       "nor does Crawl-delay"},
      {"user-agent: foo\nwhatever: 1\nuser-agent: bar\ndisallow: /\n", false, false,
       "nor does what we do not know"},
  });
}

TEST(RobotsTest, ATokenIsTheLeadingPartOfAUserAgent) {
  EXPECT_EQ(ProductToken("thresh/0.1 (+https://x.test/)"), "thresh");
  EXPECT_EQ(ProductToken("Foo_Bar-b2"), "Foo_Bar-b");
  EXPECT_EQ(ProductToken("*"), "");
  EXPECT_FALSE(Allows("user-agent: foo\ndisallow: /", "Foo/1.0 (x)", "http://x.test/"));
  EXPECT_FALSE(Allows("user-agent: foo\ndisallow: /", "foo 2.0 (x)", "http://x.test/"));
  EXPECT_TRUE(Allows("user-agent: foo\ndisallow: /", "Foo Bar/1.0", "http://x.test/"))
      << "two words are no token";
  EXPECT_FALSE(Allows("user-agent: *\ndisallow: /", "", "http://x.test/")) << "no token at all";
  EXPECT_TRUE(Allows("user-agent: 9\ndisallow: /", "", "http://x.test/")) << "is not equal to none";
}

struct LineCase {
  std::string text;
  bool allowed;  // foo may fetch /a/b
  std::string why;
};

TEST(RobotsTest, LinesAreReadLeniently) {
  for (const LineCase& test : std::initializer_list<LineCase>{
           {"user-agent: foo\ndisallow: /a", false, "no newline at the end"},
           {"user-agent: foo\rdisallow: /a\r", false, "CR"},
           {"user-agent: foo\r\ndisallow: /a\r\n", false, "CR LF"},
           {"user-agent: foo\r\n\rdisallow: /x\n\ndisallow: /a\r\n", false, "all of them"},
           {"USER-AGENT: foo\nDISALLOW: /a", false, "keys in any case"},
           {"user-agent:foo\ndisallow:/a", false, "no space"},
           {" \tuser-agent \t: \t foo \t\n\v disallow : /a \f", false, "white space anywhere"},
           {"user-agent: foo # x\ndisallow: /a # y", false, "comments"},
           {"user-agent: foo#x\ndisallow: /a#b", false, "comments need no space"},
           {"user-agent: foo\n#disallow: /a", true, "a line that is one"},
           {"\xef\xbb\xbfuser-agent: foo\ndisallow: /a", false, "a byte order mark"},
           {"\xef\xbbuser-agent: foo\ndisallow: /a", false, "most of one"},
           {"\xef\xbf\xbfuser-agent: foo\ndisallow: /a", true, "no byte order mark"},
           {"user-agent: foo\n\xef\xbb\xbf"
            "disallow: /a",
            true, "a mark in the middle"},
           {"user-agent foo\ndisallow /a", false, "no colon"},
           {"user-agent foo\ndisallow /a b", true, "no colon, and three words: prose"},
           {"user-agent foo\ndisallow\t/a", false, "a tab for the colon"},
           {"user agent: foo\ndisallow: /a", false, "misspelt"},
           {"useragent: foo\ndissallow: /a", false, "misspelt"},
           {"useragent: foo\ndissalow: /a", false, "misspelt"},
           {"useragent: foo\ndisalow: /a", false, "misspelt"},
           {"useragent: foo\ndiasllow: /a", false, "misspelt"},
           {"useragent: foo\ndisallaw: /a", false, "misspelt"},
           {"foo: foo\nbar: /a", true, "unknown"},
           {"user-agent: foo\ndisallowed: /a", true, "unknown"},
           {"user-agent: foo\nnodisallow: /a", true, "unknown"},
           {":\n: foo\nuser-agent: foo\n:::\ndisallow: /a", false, "nonsense between"},
           {"<html>\nuser-agent: foo<br>\ndisallow: /x", true, "a page instead"},
           {"user-agent: foo\ndisallow: /A", true, "paths have case"},
           {"user-agent: foo\ndisallow: a", true, "a path begins with a slash"},
           {"user-agent: foo\ndisallow: http://x.test/a", true, "a path is no URL"},
       }) {
    EXPECT_EQ(Allows(test.text, "foo", "http://x.test/a/b"), test.allowed)
        << testing::PrintToString(test.text) << ": " << test.why;
  }
}

struct MatchCase {
  std::string pattern;
  std::string path;
  bool matches;
};

// §2.2.3
TEST(RobotsTest, PatternsMatchTheBeginningOfPaths) {
  for (const MatchCase& test : std::initializer_list<MatchCase>{
           {"/", "/", true},
           {"/", "/a?b", true},
           {"/fish", "/fish", true},
           {"/fish", "/fish.html", true},
           {"/fish", "/fish/salmon", true},
           {"/fish", "/fishheads", true},
           {"/fish", "/fish.php?id=1", true},
           {"/fish", "/Fish", false},
           {"/fish", "/catfish", false},
           {"/fish", "/?id=fish", false},
           {"/fish/", "/fish/", true},
           {"/fish/", "/fish", false},
           {"/fish*", "/fish.html", true},
           {"/fish*", "/fish", true},
           {"/*fish", "/catfish", true},
           {"/*.php", "/a.php", true},
           {"/*.php", "/a.php?b", true},
           {"/*.php", "/a/b.php5/c", true},
           {"/*.php", "/", false},
           {"/*.php", "/a.PHP", false},
           {"/*.php$", "/a.php", true},
           {"/*.php$", "/a.php?b", false},
           {"/*.php$", "/a.php.php", true},
           {"/*.php$", "/a.php/", false},
           {"/*.php$", "/php", false},
           {"/fish*.php", "/fish.php", true},
           {"/fish*.php", "/fishheads/cat.php?p", true},
           {"/fish*.php", "/Fish.PHP", false},
           {"/$", "/", true},
           {"/$", "/a", false},
           {"*", "/a", true},
           {"*/a", "/b/a", true},
           {"**/a", "/a", true},
           {"/a**b", "/acb", true},
           {"/a*$", "/ab", true},
           {"/a*a$", "/a", false},
           {"/ab*b$", "/ab", false},
           {"/ab*b$", "/abb", true},
           {"/a*b*c", "/acb", false},
           {"/a*b*c", "/axbxc", true},
           {"/a$b", "/a$bc", true},
           {"/a$b", "/a", false},
           {"/a$$", "/a$", true},
           {"/a$*", "/a$b", true},
           {"/a?*b=", "/a?x&b=1", true},
           {"/a.c", "/abc", false},
       }) {
    EXPECT_EQ(Matches(test.pattern, test.path), test.matches) << test.pattern << " " << test.path;
  }
}

// §2.2.2, figure 4 and the text above it; §2.2.3 for the special characters
TEST(RobotsTest, EscapesAreComparedInOneSpelling) {
  for (const MatchCase& test : std::initializer_list<MatchCase>{
           {"/a/%62%61%7A", "/a/baz", true},
           {"/a/baz", "/a/%62%61%7A", true},
           {"/a/ツ", "/a/%E3%83%84", true},
           {"/a/%e3%83%84", "/a/%E3%83%84", true},
           {"/a/%E3%83%84", "/a/ツ", true},
           {"/a/%E3", "/a/ツ", true},
           {"/a%2Fb", "/a/b", false},
           {"/a/b", "/a%2Fb", false},
           {"/a%2fb", "/a%2Fb", true},
           {"/a%3Fb", "/a?b", false},
           {"/a?b=http://x.test", "/a?b=http://x.test", true},
           {"/~a", "/%7Ea", true},
           {"/a b", "/a%20b", true},
           {"/a'b", "/a'b", true},
           {"/?a'b", "/?a%27b", true},
           {"/a^{}|\"<>", "/a%5E%7B%7D%7C%22%3C%3E", true},
           {"/a%2A", "/a*", true},
           {"/a%2A", "/ab", false},
           {"/a%24", "/a$b", true},
           {"/a%2a$", "/a*", true},
           {"/a%24$", "/a$", true},
           {"/a%", "/a%", true},
           {"/a%zz", "/a%zz", true},
           {"/%2541", "/A", false},
       }) {
    EXPECT_EQ(Matches(test.pattern, test.path), test.matches) << test.pattern << " " << test.path;
  }
}

struct ChoiceCase {
  std::string rules;
  std::string path;
  std::string decides;
  bool allowed;
};

// §2.2.2: the most octets, Allow when they are as many
TEST(RobotsTest, TheLongestMatchDecides) {
  for (const ChoiceCase& test : std::initializer_list<ChoiceCase>{
           {"Allow: /p\nDisallow: /", "/page", "Allow: /p", true},
           {"Disallow: /\nAllow: /p", "/page", "Allow: /p", true},
           {"Allow: /folder\nDisallow: /folder", "/folder/page", "Allow: /folder", true},
           {"Disallow: /folder\nAllow: /folder", "/folder/page", "Allow: /folder", true},
           {"Allow: /page\nDisallow: /*.htm", "/page.htm", "Disallow: /*.htm", false},
           {"Allow: /page\nDisallow: /*.ph", "/page.php5", "Allow: /page", true},
           {"Allow: /$\nDisallow: /", "/", "Allow: /$", true},
           {"Allow: /$\nDisallow: /", "/page.htm", "Disallow: /", false},
           {"Disallow: /a/b\nAllow: /a/b/c\nDisallow: /a/b/c/d", "/a/b/c/d", "Disallow: /a/b/c/d",
            false},
           {"Disallow: /a\nDisallow: /a", "/b", "", true},
           {"  disALLOW :  /a  # why", "/a", "disALLOW :  /a", false},
           {"Disallow: /%E3%83%84\nAllow: /%E3%83%84a", "/%E3%83%84ab", "Allow: /%E3%83%84a", true},
           {"Disallow: /%61%61\nAllow: /aaa", "/aaa", "Allow: /aaa", true},
           {"Allow: */\nDisallow: /%2A", "/*", "Disallow: /%2A", false},
           {"Disallow: /%24\nAllow: /*$", "/$", "Disallow: /%24", false},
           {"Disallow: /\n", "/robots.txt", "", true},
           {"Disallow: /\n", "/robots.txt?a", "Disallow: /", false},
           {"Disallow: /a/index.html", "/a/", "", true},
           {"Allow: /a/index.html\nDisallow: /", "/a/", "Allow: /a/index.html", true},
           {"Allow: /a/index.html\nDisallow: /", "/a/index.html", "Allow: /a/index.html", true},
           {"Allow: /a/index.html\nDisallow: /", "/a/index.htm", "Disallow: /", false},
           {"Allow: /a/index.html\nDisallow: /", "/a/b", "Disallow: /", false},
           {"Allow: /a/index.html\nDisallow: /", "/a", "Disallow: /", false},
           {"Allow: /index.htm\nDisallow: /", "/", "Allow: /index.htm", true},
           {"Allow: index.html\nDisallow: /", "/", "Disallow: /", false},
       }) {
    const auto rules = RobotsRules::Parse("User-agent: *\n" + test.rules, "foo");
    EXPECT_EQ(rules.DecidingRule(test.path), test.decides) << test.rules << " " << test.path;
    EXPECT_EQ(rules.Allows(test.path), test.allowed) << test.rules << " " << test.path;
  }
}

struct DelayCase {
  std::string text;
  std::optional<milliseconds> delay;
};

TEST(RobotsTest, CrawlDelayIsThatOfTheChosenGroup) {
  for (const DelayCase& test : std::initializer_list<DelayCase>{
           {"user-agent: foo\ncrawl-delay: 10", milliseconds(10000)},
           {"user-agent: foo\nCrawl-Delay:0.25", milliseconds(250)},
           {"user-agent: foo\ncrawl-delay: .5", milliseconds(500)},
           {"user-agent: foo\ncrawl-delay: 5s", milliseconds(5000)},
           {"user-agent: foo\ncrawl-delay: 0", milliseconds(0)},
           {"user-agent: foo\ncrawl-delay: 99999999999999999999", kMaxCrawlDelay},
           {"user-agent: foo\ncrawl-delay: -1", std::nullopt},
           {"user-agent: foo\ncrawl-delay: nan", std::nullopt},
           {"user-agent: foo\ncrawl-delay: inf", std::nullopt},
           {"user-agent: foo\ncrawl-delay: soon", std::nullopt},
           {"user-agent: foo\ncrawl-delay:", std::nullopt},
           {"crawl-delay: 3", std::nullopt},
           {"user-agent: *\ncrawl-delay: 3", milliseconds(3000)},
           {"user-agent: *\ncrawl-delay: 3\nuser-agent: foo\ncrawl-delay: 4", milliseconds(4000)},
           {"user-agent: *\ncrawl-delay: 3\n\nuser-agent: foo\ndisallow: /b", std::nullopt},
           {"user-agent: foo\ncrawl-delay: 3\nuser-agent: *\ndisallow: /b", milliseconds(3000)},
           {"user-agent: *\ndisallow:\ncrawl-delay: 3\nuser-agent: foo\ndisallow: /b",
            std::nullopt},
           {"user-agent: bar\ncrawl-delay: 3\nuser-agent: foo\ndisallow: /", std::nullopt},
           {"user-agent: foo\ndisallow: /a\ncrawl-delay: 3", milliseconds(3000)},
           {"user-agent: foo\ncrawl-delay: 3\nuser-agent: foo\ncrawl-delay: 2", milliseconds(3000)},
       }) {
    EXPECT_EQ(RobotsRules::Parse(test.text, "foo").crawl_delay(), test.delay) << test.text;
  }
}

TEST(RobotsTest, SitemapsAreFoundAnywhereOnce) {
  const auto rules = RobotsRules::Parse(
      "Sitemap: http://x.test/1.xml\nuser-agent: bar\ndisallow: /\nSITEMAP:/2.xml # two\n"
      "site-map: http://x.test/3.xml\nsitemap: http://x.test/1.xml\nsitemap:\n",
      "foo");
  EXPECT_THAT(rules.sitemaps(),
              ElementsAre("http://x.test/1.xml", "/2.xml", "http://x.test/3.xml"));
  EXPECT_THAT(RobotsRules::Parse("user-agent: *\nallow: /", "foo").sitemaps(), IsEmpty());
}

// §2.5
TEST(RobotsTest, HalfAMegabyteIsRead) {
  std::string text = "user-agent: foo\n";
  while (text.size() < 500 * 1024) text += "disallow: /x\n";
  text += "disallow: /seen\n";
  EXPECT_FALSE(Allows(text, "foo", "http://x.test/seen"));
  while (text.size() < 512 * 1024) text += "#\n";
  text += "disallow: /unseen\n";
  EXPECT_TRUE(Allows(text, "foo", "http://x.test/unseen"));
}

TEST(RobotsTest, OfALineThatIsCutOffNothingIsTaken) {
  std::string text = "user-agent: foo\n";
  text.resize(512 * 1024 - 11, '\n');
  text += "disallow: /private\n";  // of which "disallow: /" would be left
  EXPECT_TRUE(Allows(text, "foo", "http://x.test/"));
}

TEST(RobotsTest, LongLinesAreCut) {
  const std::string path = "/" + std::string(8000, 'a');
  EXPECT_FALSE(Allows("user-agent: foo\ndisallow: " + path, "foo", "http://x.test" + path));
  const std::string padding(16 * 1024, ' ');
  EXPECT_TRUE(Allows("user-agent: foo\ndisallow: " + padding + "/", "foo", "http://x.test/"));
}

// Patterns that a backtracking matcher would not finish in this world's time.
TEST(RobotsTest, HostilePatternsAreQuick) {
  std::string stars = "user-agent: foo\n";
  for (int i = 0; i < 10; ++i) {
    stars += "disallow: /";
    for (int j = 0; j < 4000; ++j) stars += "*a";
    stars += "*b$\n";
  }
  const std::string path = "/" + std::string(8000, 'a');
  EXPECT_TRUE(RobotsRules::Parse(stars, "foo").Allows(path));
  EXPECT_FALSE(RobotsRules::Parse(stars, "foo").Allows(path + "b"));
}

}  // namespace
}  // namespace thresh
