// The stages of a page's way through the parent, one by one, on a page of about 26 KB with some 96
// links: what docs/performance.md speaks of. Google Benchmark's flags apply.
#include <benchmark/benchmark.h>

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "parser/charset.h"
#include "parser/html.h"
#include "parser/links.h"
#include "parser/matcher.h"
#include "parser/regex.h"
#include "pipeline/seen_set.h"

namespace thresh {
namespace {

std::string MakePage() {
  std::string page =
      "<!DOCTYPE html><html><head><title>Class List</title></head><body><h1>List</h1>";
  for (int i = 0; i < 96; ++i) {
    const std::string n = std::to_string(i % 48);
    page +=
        "<div class=\"col-first even-row-color method-summary\"><code><a href=\"../util/Type" + n +
        ".html#method()\" class=\"type-name-link\">Type" + n +
        "</a>&nbsp;<span class=\"element-name\">name</span></code></div>\n<div class=\"col-last\">"
        "<div class=\"block\">Returns the value of what it was asked for, or else nothing.</div>"
        "</div>\n";
    if (i % 24 == 0) page += "<h2 id=\"part" + n + "\">Part " + n + "</h2>\n";
  }
  return page + "</body></html>";
}

const std::string& Page() {
  static const std::string page = MakePage();
  return page;
}

const Url& PageUrl() {
  static const Url url = *Url::Parse("http://x.test/api/java.base/java/lang/package-summary.html");
  return url;
}

void BM_CheckedCopy(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(CopyAsValidUtf8(Page()));
}
BENCHMARK(BM_CheckedCopy);

void BM_AllTags(benchmark::State& state) {
  for (auto _ : state) {
    HtmlScanner scanner(Page());
    HtmlTag tag;
    while (scanner.Next(&tag)) benchmark::DoNotOptimize(tag);
  }
}
BENCHMARK(BM_AllTags);

void BM_Links(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(ExtractLinks(Page(), PageUrl(), 10'000));
}
BENCHMARK(BM_Links);

void BM_LinksThatAreKnown(benchmark::State& state) {
  SeenSet seen;
  for (const Link& link : ExtractLinks(Page(), PageUrl(), 10'000).links) {
    seen.Insert(UrlFingerprint("GET", link.url.href(), ""));
  }
  KnownLinks known(
      [&seen](std::string_view href) { return seen.Contains(UrlFingerprint("GET", href, "")); });
  for (auto _ : state) benchmark::DoNotOptimize(ExtractLinks(Page(), PageUrl(), 10'000, &known));
}
BENCHMARK(BM_LinksThatAreKnown);

constexpr std::array<const char*, 8> kPatterns = {
    R"re(<title>(.*?)</title>)re",    R"re((?i)<h([12])\b[^>]*>(.*?)</h[12]>)re",
    R"re(<a\b[^>]*href="([^"]*)")re", R"re(<span class="element-name">([^<]*)</span>)re",
    R"re(data-sku="(\w+)")re",        R"re((?i)<table\b.*?</table>)re",
    R"re(\b\d{4}-\d\d-\d\d\b)re",     R"re((\w+)@x\.test)re",
};

void RunPattern(benchmark::State& state, bool literals_first) {
  const std::string regex = kPatterns[static_cast<size_t>(state.range(0))];
  state.SetLabel(regex);
  const Pattern pattern(regex, CompileRegex(regex, nullptr));
  std::vector<re2::StringPiece> groups(pattern.groups() + 1);
  const ExtractionBudget budget;
  for (auto _ : state) {
    Matcher matcher(budget);
    if (literals_first) {
      for (MatchWalk walk(matcher, pattern, Page()); walk.Next();) {
      }
      continue;
    }
    for (size_t from = 0; pattern.re().Match(Page(), from, Page().size(), re2::RE2::UNANCHORED,
                                             groups.data(), static_cast<int>(groups.size()));) {
      from = static_cast<size_t>(groups[0].data() - Page().data()) + groups[0].size();
    }
  }
}

void BM_LiteralsThenRe2(benchmark::State& state) { RunPattern(state, true); }
BENCHMARK(BM_LiteralsThenRe2)->DenseRange(0, kPatterns.size() - 1);

void BM_Re2Alone(benchmark::State& state) { RunPattern(state, false); }
BENCHMARK(BM_Re2Alone)->DenseRange(0, kPatterns.size() - 1);

}  // namespace
}  // namespace thresh

BENCHMARK_MAIN();
