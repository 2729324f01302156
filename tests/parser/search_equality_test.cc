// A search that looks for literals first finds what RE2 finds alone.
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "parser/matcher.h"
#include "parser/regex.h"
#include "tests/parser/random_regexes.h"
#include "tests/support/test_environment.h"

namespace thresh {
namespace {

using Groups = std::vector<std::string>;

void Append(std::span<const re2::StringPiece> groups, std::vector<Groups>* matches) {
  Groups& match = matches->emplace_back();
  for (const re2::StringPiece& group : groups) {
    match.push_back(group.data() == nullptr ? "(none)" : std::string(group));
  }
}

std::vector<Groups> Found(const Pattern& pattern, std::string_view text) {
  const ExtractionBudget budget;
  Matcher matcher(budget);
  MatchWalk walk(matcher, pattern, text);
  std::vector<Groups> matches;
  while (walk.Next()) Append(walk.groups(), &matches);
  return matches;
}

std::vector<Groups> FoundByRe2(const Pattern& pattern, std::string_view text) {
  std::vector<re2::StringPiece> groups(pattern.groups() + 1);
  std::vector<Groups> matches;
  size_t from = 0;
  while (from <= text.size() &&
         pattern.re().Match(text, from, text.size(), re2::RE2::UNANCHORED, groups.data(),
                            static_cast<int>(groups.size()))) {
    Append(groups, &matches);
    from = static_cast<size_t>(groups[0].data() - text.data()) + groups[0].size();
    if (!groups[0].empty()) continue;
    do {
      ++from;
    } while (from < text.size() && (static_cast<unsigned char>(text[from]) & 0xc0) == 0x80);
  }
  return matches;
}

// As people write them for pages.
constexpr const char* kPatterns[] = {
    R"re(<title>(.*?)</title>)re",
    R"re((?i)<h(?P<level>[12])\b[^>]*>(?P<heading>.*?)</h[12]>)re",
    R"re(<h1[^>]*>(.*?)</h1>)re",
    R"re(<a\b[^>]*href="([^"]*)")re",
    R"re((?i)<a\s[^>]*?href\s*=\s*["']([^"']+))re",
    R"re(<a [^>]*rel="next"[^>]*href="([^"]+)")re",
    R"re(href=['"]?([^'" >]+))re",
    R"re(<li\b[^>]*class="book"[^>]*>(.*?)</li>)re",
    R"re(<dd>(.*?)</dd>)re",
    R"re(<dt>([^<]+)</dt>\s*<dd>([^<]*)</dd>)re",
    R"re(<td[^>]*>\s*([^<]*?)\s*</td>)re",
    R"re(<tr\b.*?</tr>)re",
    R"re(<img\b[^>]*\bsrc="([^"]+)"[^>]*\balt="([^"]*)")re",
    R"re(<meta name="description" content="([^"]*)">)re",
    R"re((?i)<meta\s+(?:name|property)="og:title"\s+content="([^"]*)")re",
    R"re(data-sku="(\w+)")re",
    R"re(£([\d.,]+))re",
    R"re(([\d.,]+)\s*€)re",
    R"re(\$\d+\.\d\d)re",
    R"re(\b\d{4}-\d\d-\d\d\b)re",
    R"re((\d{1,2})\. (January|February|March) (\d{4}))re",
    R"re([\w.+-]+@[\w-]+\.[\w.]+)re",
    R"re(\+?\d[\d ()/-]{6,}\d)re",
    R"re("price":\s*"?([\d.]+))re",
    R"re(window\.STATE = (\{.*?\});)re",
    R"re(<script[^>]*type="application/ld\+json"[^>]*>(.*?)</script>)re",
    R"re((?i)<script\b)re",
    R"re(class="(?:odd|even)">(\w+))re",
    R"re((?m)^\s*<p>(.*)</p>$)re",
    R"re((?s-i:<b>(.*?)</b>))re",
    R"re(ISBN(?:-13)?:?\s*([\dX-]{10,17}))re",
    R"re(^<!DOCTYPE (\w+))re",
    R"re(Seite (\d+) von (\d+))re",
    R"re(grö(?:ß|ss)e: (\S+))re",
    R"re((?i)größe)re",
    R"re(<span[^>]*>[^<]*</span>$)re",
    R"re(<(\w+)[^>]*id="main")re",
    R"re(</?(?:b|i|em|strong)>)re",
    R"re(page=(\d+)&amp;sort=(\w+))re",
    R"re(.*?</title>)re",
    R"re(x*)re",
};

std::string Page() {
  std::string page =
      "<!DOCTYPE html><HTML><head><title>Bücher</title><meta name=\"description\" content=\"d\">"
      "<META property=\"og:title\" content=\"t\"><script type=\"application/ld+json\">{\"price\": "
      "\"9.50\"}</script></head>\n<body id=\"main\"><h1 class=x>Eins</h1><H2>Zwei</H2><h3>3</h3>\n";
  for (int i = 0; i < 40; ++i) {
    const std::string n = std::to_string(i);
    page += "<li class=\"book\"><a class=y href=\"/book/" + n + "?page=" + n + "&amp;sort=up\">B" +
            n + "</a> <abbr>£1" + n + ".50</abbr> 3,2 € $4.20 <dt>ISBN</dt> <dd>978-3-16-1484" + n +
            "</dd></li>\n";
  }
  return page +
         "<tr class=\"odd\"><td> a </td><td>Größe: M größe: L</td></tr><p>2024-02-29</p>\n"
         "3. March 2021 a.b@x.test +49 (30) 123-456 Seite 2 von 9 <SCRIPT>window.STATE = "
         "{\"a\":1};</SCRIPT><b>fett</b><a href='#' <a rel=\"next\" href=\"?page=2\">"
         "<img src=\"i.png\" alt=\"Bild\"><\u017fcript> \u212a <span>Ende</span>";
}

TEST(SearchEqualityTest, FortyPatternsOnAPage) {
  const std::string page = Page();
  size_t found = 0;
  for (const char* regex : kPatterns) {
    const Pattern pattern(regex, CompileRegex(regex, nullptr));
    const auto expected = FoundByRe2(pattern, page);
    found += expected.empty() ? 0 : 1;
    EXPECT_EQ(Found(pattern, page), expected) << regex;
    EXPECT_EQ(Found(pattern, "no such thing"), FoundByRe2(pattern, "no such thing")) << regex;
  }
  EXPECT_GT(found, std::size(kPatterns) * 3 / 4) << "patterns that find nothing show nothing";
}

TEST(SearchEqualityTest, RandomPatternsOnRandomTexts) {
  RandomRegexes random(RandomSeed());
  size_t matches = 0;
  for (int i = 0; i < 1'500; ++i) {
    const std::string regex = random.Pattern();
    auto re = CompileRegex(regex, nullptr);
    if (re == nullptr) continue;
    const Pattern pattern(regex, std::move(re));
    for (int j = 0; j < 6; ++j) {
      const std::string text = random.Text();
      const auto expected = FoundByRe2(pattern, text);
      matches += expected.size();
      ASSERT_EQ(Found(pattern, text), expected) << regex << " on " << text;
    }
  }
  EXPECT_GT(matches, 1'000u);
}

}  // namespace
}  // namespace thresh
