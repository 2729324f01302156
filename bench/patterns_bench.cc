// Forty regexes as people write them for pages, searched for with their literals first and by RE2
// alone: what it gains on a page where they match, and how fast a page without is refused.
//
// Most are from configs/ and docs/. Before anything is measured both ways have to find the same.
// Google Benchmark's flags apply; bench/run makes a table of it. A benchmark's name is
// found|absent / thresh|re2 / the pattern's number, its label the pattern.
#include <benchmark/benchmark.h>

#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "parser/matcher.h"
#include "parser/regex.h"

namespace thresh {
namespace {

constexpr const char* kPatterns[] = {
    // configs/
    R"re(<li\b[^>]*class="book")re",
    R"re(<a\b[^>]*class="title"[^>]*>(.*?)</a>)re",
    R"re(<b class="price">(.*?)</b>)re",
    R"re(data-sku="(\w+)")re",
    R"re(<a\b[^>]*rel="author"[^>]*>(.*?)</a>)re",
    R"re((\d+) pages)re",
    R"re(<time\b[^>]*>)re",
    R"re(<tr\b[^>]*class="thread")re",
    R"re(href="/thread/(\d+))re",
    R"re(<td class="replies">(.*?)</td>)re",
    R"re(<div class="body">(.*)</div>)re",
    R"re(《(.*?)》)re",
    R"re(￥([\d.]+))re",
    R"re((\d{4}年\d{1,2}月\d{1,2}日))re",
    R"re(<h1\b[^>]*>(.*?)</h1>)re",
    R"re(Measured: <time\b[^>]*>)re",
    R"re(class="trend ([a-z]+)")re",
    R"re(itemprop="availability" href="https://schema\.org/([A-Za-z]+)")re",
    R"re(<meta\b[^>]*property="article:published_time"[^>]*>)re",
    R"re(<article\b[^>]*>(.*?)</article>)re",
    R"re(<dd>.*?board-index.*?>(?P<rank>\d+)</i>.*?title="(?P<title>.*?)".*?<p class="star">)re",
    // docs/
    R"re(£([\d.,]+))re",
    R"re(id="product")re",
    R"re(<li>(?P<rank>\d+)\. (?P<title>.*?)</li>)re",
    R"re(<dt>(.*?)(?:</dt>|<dd>))re",
    R"re(<script id="state" type="application/json">(.*?)</script>)re",
    R"re(window\.state\s*=\s*(\{.*))re",
    R"re(([\d.,]+) kg)re",
    R"re(href="([^"]+)")re",
    R"re(<b\b[^>]*class="(?:[^"]*\s)?price[\s"][^>]*>(.*?)</b>)re",
    R"re(ISBN:? ([\d-]{10,17}))re",
    R"re(上映时间：(\d{4}-\d\d-\d\d))re",
    R"re((?:<td\b.*?){2}<td\b[^>]*>(.*?)</td>)re",
    // and what else is common
    R"re(<title>(.*?)</title>)re",
    R"re((?i)<h(?P<level>[12])\b[^>]*>(?P<heading>.*?)</h[12]>)re",
    R"re((?i)<a\s[^>]*?href\s*=\s*["']([^"']+))re",
    R"re(<img\b[^>]*\bsrc="([^"]+)"[^>]*\balt="([^"]*)")re",
    R"re("price":\s*"?([\d.]+))re",
    R"re([\w.+-]+@[\w-]+\.[\w.]+)re",
    R"re(\b\d{4}-\d\d-\d\d\b)re",
};
static_assert(std::size(kPatterns) == 40);

std::string Entry(int number) {
  const std::string n = std::to_string(number);
  return "<li class=\"book\" data-sku=\"L" + n + "\"><a class=\"title\" href=\"/book/" + n +
         "\">The book of lamps, volume " + n + "</a> by <a rel=\"author\" href=\"/by/" + n +
         "\">A. Writer</a>, 2" + n + " pages, <b class=\"price\">£1" + n +
         ".50</b>, 1.2 kg <img src=\"/i/" + n + ".jpg\" alt=\"cover\"></li>\n" +
         "<tr class=\"thread\"><td>1</td><td><a href=\"/thread/" + n +
         "\">About lamps</a></td><td class=\"replies\">" + n + "</td></tr>\n" +
         "<dd><i class=\"board-index board-index-" + n + "\">" + n + "</i><a title=\"Film " + n +
         "\"></a><p class=\"star\">主演：某人</p><p>上映时间：2014-09-1" + n.substr(0, 1) +
         "</p></dd>\n<p>Some words that stand on every page, in one paragraph, for its size.</p>\n";
}

// Some 26 KB, on which nearly all of them match.
std::string PageWithMatches() {
  std::string page =
      "<!DOCTYPE html><html><head><title>Lamps</title><meta property=\"article:published_time\" "
      "content=\"2024-02-29\"><script id=\"state\" type=\"application/json\">{\"price\": 9.5}"
      "</script><script>window.state = {\"a\": 1};</script></head>\n<body id=\"product\">"
      "<h1 class=\"x\">All lamps</h1><article><div class=\"body\">Lamps, 《灯》 ￥12.50, "
      "2024年2月29日, ISBN: 978-3-16-148410-0, write to lamps@x.test</div></article>\n"
      "Measured: <time datetime=\"2024-02-29\">then</time> <i class=\"trend rising\"></i>"
      "<link itemprop=\"availability\" href=\"https://schema.org/InStock\">"
      "<ol><li>1. First</li></ol><dl><dt>Height</dt></dl>\n";
  for (int i = 10; page.size() < 26'000; ++i) page += Entry(i);
  return page + "</body></html>\n";
}

// As large, and as much like a page, with none of their literals but the commonest letters.
std::string PageWithoutMatches() {
  std::string page = "<!DOCTYPE html>\n<body>\n";
  while (page.size() < 26'000) {
    page +=
        "<section class='entry'><p>Some words that stand on every page, in one paragraph.</p>\n"
        "<span class='note'>Returns the value of what it was asked for, or else nothing.</span>\n"
        "</section>\n";
  }
  return page + "</body>\n";
}

using Match = std::vector<std::string>;

Match Copy(std::span<const re2::StringPiece> groups) { return {groups.begin(), groups.end()}; }

// Calls visit with the groups of each match.
template <typename Visit>
void SearchByThresh(const Pattern& pattern, const std::string& page, const Visit& visit) {
  static const ExtractionBudget budget;
  Matcher matcher(budget);
  for (MatchWalk walk(matcher, pattern, page); walk.Next();) visit(walk.groups());
}

// None of the patterns matches nothing at all.
template <typename Visit>
void SearchByRe2(const Pattern& pattern, const std::string& page, const Visit& visit) {
  std::vector<re2::StringPiece> groups(pattern.groups() + 1);
  for (size_t from = 0; pattern.re().Match(page, from, page.size(), re2::RE2::UNANCHORED,
                                           groups.data(), static_cast<int>(groups.size()));) {
    visit(std::span<const re2::StringPiece>(groups));
    from = static_cast<size_t>(groups[0].data() - page.data()) + groups[0].size();
  }
}

// How many matches there are; -1 and a message when the two ways do not agree.
int Compare(const Pattern& pattern, const char* regex, const std::string& page) {
  std::vector<Match> ours, theirs;
  SearchByThresh(pattern, page, [&](auto groups) { ours.push_back(Copy(groups)); });
  SearchByRe2(pattern, page, [&](auto groups) { theirs.push_back(Copy(groups)); });
  if (ours == theirs) return static_cast<int>(ours.size());
  std::fprintf(stderr, "patterns_bench: other matches than RE2's: %s\n", regex);
  return -1;
}

void Register(const Pattern& pattern, size_t number, const std::string& page, const char* which) {
  const auto add = [&](const char* how, auto search) {
    const std::string name = std::string(which) + "/" + how + "/" + std::to_string(number);
    benchmark::RegisterBenchmark(name.c_str(), [=, &pattern, &page](benchmark::State& state) {
      state.SetLabel(kPatterns[number]);
      for (auto _ : state) {
        search(pattern, page, [](auto groups) { benchmark::DoNotOptimize(groups.data()); });
      }
      state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * page.size()));
    });
  };
  add("thresh", [](auto&&... all) { SearchByThresh(all...); });
  add("re2", [](auto&&... all) { SearchByRe2(all...); });
}

int Main(int argc, char** argv) {
  const std::string with = PageWithMatches();
  const std::string without = PageWithoutMatches();
  std::vector<std::unique_ptr<Pattern>> patterns;
  for (size_t i = 0; i < std::size(kPatterns); ++i) {
    patterns.push_back(
        std::make_unique<Pattern>(kPatterns[i], CompileRegex(kPatterns[i], nullptr)));
    const Pattern& pattern = *patterns.back();
    if (Compare(pattern, kPatterns[i], with) < 1 || Compare(pattern, kPatterns[i], without) != 0) {
      std::fprintf(stderr, "patterns_bench: the pages are wrong for %s\n", kPatterns[i]);
      return 1;
    }
    Register(pattern, i, with, "found");
    Register(pattern, i, without, "absent");
  }
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}

}  // namespace
}  // namespace thresh

int main(int argc, char** argv) { return thresh::Main(argc, argv); }
