#include "parser/link_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace thresh {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

RuleLinks Find(std::vector<LinkRule> rules, std::string_view text, size_t max_links = 100,
               const ExtractionBudget& budget = {}) {
  std::vector<RuleProblem> problems;
  const auto compiled = LinkRules::Compile(rules, &problems);
  for (const RuleProblem& problem : problems) ADD_FAILURE() << problem.message;
  if (compiled == nullptr) return {};
  const auto url = Url::Parse("https://api.x.test/v1/items?page=1");
  PageView page;
  page.text = text;
  page.url = &*url;
  return compiled->Find(page, budget, max_links);
}

std::vector<std::string> Hrefs(std::vector<LinkRule> rules, std::string_view text) {
  std::vector<std::string> hrefs;
  for (const Url& url : Find(std::move(rules), text).urls) hrefs.push_back(url.href());
  return hrefs;
}

TEST(LinkRulesTest, CursorBecomesTheNextPage) {
  const LinkRule rule{"/v1/items", "/next", "", "https://api.x.test/v1/items?cursor={value}"};
  EXPECT_THAT(Hrefs({rule}, R"({"next":"a/b="})"),
              ElementsAre("https://api.x.test/v1/items?cursor=a%2Fb%3D"));
  EXPECT_THAT(Hrefs({rule}, R"({"next":17})"),
              ElementsAre("https://api.x.test/v1/items?cursor=17"));
}

TEST(LinkRulesTest, LinksEndWhereThePagesMemoryDoes) {
  std::string text;
  for (int i = 0; i < 50'000; ++i) text += std::to_string(i) + ' ';
  const LinkRule rule{"", std::nullopt, "(?P<value>[0-9]+)", "/item/{value}"};
  EXPECT_EQ(Find({rule}, text).beyond_limit, 49'900u);
  EXPECT_FALSE(Find({rule}, text).cut_short);
  const RuleLinks links = Find({rule}, text, 100, {.expired = {}, .memory = 0});
  EXPECT_TRUE(links.cut_short);
  EXPECT_EQ(links.urls.size(), 100u);
  EXPECT_LT(links.beyond_limit, 30'000u);
}

TEST(LinkRulesTest, NullAndEmptyAreTheLastPage) {
  const LinkRule rule{"", "/next", "", "/v1/items?cursor={value}"};
  EXPECT_THAT(Hrefs({rule}, R"({"next":null})"), IsEmpty());
  EXPECT_THAT(Hrefs({rule}, R"({"next":""})"), IsEmpty());
  EXPECT_THAT(Hrefs({rule}, R"({"next":false})"), IsEmpty());
  EXPECT_THAT(Hrefs({rule}, R"({})"), IsEmpty());
}

TEST(LinkRulesTest, ArrayGivesALinkAnElement) {
  EXPECT_THAT(Hrefs({{"", "/ids", "", "/item/{value}"}}, R"({"ids":[1,2,2]})"),
              ElementsAre("https://api.x.test/item/1", "https://api.x.test/item/2"));
  EXPECT_THAT(Hrefs({{"", "", "", ""}}, R"(["/a","/b"])"),
              ElementsAre("https://api.x.test/a", "https://api.x.test/b"));
}

TEST(LinkRulesTest, RegexFindsLinksInScripts) {
  const LinkRule rule{"", std::nullopt, R"re(data-href="(?P<value>[^"]*)")re", ""};
  EXPECT_THAT(Hrefs({rule}, R"(<base href="/b/"><i data-href="c?x=1&amp;y=2" data-href=" d ">)"),
              ElementsAre("https://api.x.test/b/c?x=1&y=2", "https://api.x.test/b/d"));
}

TEST(LinkRulesTest, QueriesAreInTheEncodingOfThePage) {
  const auto rules = LinkRules::Compile({{"", std::nullopt, "go='(?P<value>[^']*)'", ""}}, nullptr);
  const auto url = Url::Parse("https://x.test/");
  PageView page;
  page.text = "go='/中?q=中'";
  page.charset = "gbk";
  page.url = &*url;
  const RuleLinks found = rules->Find(page, {}, 100);
  ASSERT_EQ(found.urls.size(), 1u);
  EXPECT_EQ(found.urls[0].href(), "https://x.test/%E4%B8%AD?q=%D6%D0");
}

TEST(LinkRulesTest, RawValueStaysAsItIs) {
  const LinkRule rule{"", std::nullopt, "go\\('(?P<value>[^']*)'\\)", "/{+value}"};
  EXPECT_THAT(Hrefs({rule}, "go('a/b?c=d')"), ElementsAre("https://api.x.test/a/b?c=d"));
}

TEST(LinkRulesTest, OnlyOnItsPages) {
  EXPECT_THAT(Hrefs({{"/v2/", "/next", "", ""}}, R"({"next":"/x"})"), IsEmpty());
}

TEST(LinkRulesTest, CountsWhatItCannotGive) {
  const RuleLinks links =
      Find({{"", "", "", ""}}, R"(["mailto:a@x.test","http://[","/1","/2","/3"])", 2);
  EXPECT_EQ(links.urls.size(), 2u);
  EXPECT_EQ(links.other_scheme, 1u);
  EXPECT_EQ(links.invalid, 1u);
  EXPECT_EQ(links.beyond_limit, 1u);
}

struct Refused {
  LinkRule rule;
  std::string_view key;
  std::string_view says;
};

TEST(LinkRulesTest, RefusesWhatCannotWork) {
  const Refused kCases[] = {
      {{"", "/a", "(?P<value>a)", ""}, "re", "not both"},
      {{"", std::nullopt, "", ""}, "json", "one of them"},
      {{"", "a", "", ""}, "json", "begins with /"},
      {{"", std::nullopt, "(a)", ""}, "re", "(?P<value>"},
      {{"", "/a", "", "https://x.test/"}, "to", "{value}"},
      {{"", "/a", "", "https://x.test/{cursor}"}, "to", "template"},
      {{"(", "/a", "", ""}, "url", "never closed"},
  };
  for (const Refused& c : kCases) {
    std::vector<RuleProblem> problems;
    EXPECT_EQ(LinkRules::Compile({c.rule}, &problems), nullptr) << c.says;
    ASSERT_EQ(problems.size(), 1u) << c.says;
    EXPECT_EQ(problems[0].key, c.key);
    EXPECT_THAT(problems[0].message, HasSubstr(c.says));
  }
}

}  // namespace
}  // namespace thresh
