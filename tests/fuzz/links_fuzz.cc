// Links of a page, and what meta robots says.
#include <functional>

#include "parser/charset.h"
#include "parser/links.h"
#include "tests/fuzz/fuzz_target.h"

namespace thresh {

std::vector<std::string> FuzzSeeds() {
  return {"<a href=a>a</a><a href='b?x&amp;y'>b</a><A HREF=\"/c#d\" rel='nofollow x'>",
          "<base href=//other.test/dir/><area href=..><frame src=f><iframe src=g>",
          "<link rel=\"next\" href=?p=2><link rel=stylesheet href=s.css>",
          "<meta name=robots content='noindex, nofollow'><a href=javascript:x()>",
          "<script>if (a < b) document.write('<a href=no>')</script><a href=yes>",
          "<!-- <a href=no> --><a\nhref = \t'ht\ntp://y.test/'>",
          "<textarea><a href=no></textarea><svg><![CDATA[<a href=no>]]></svg>",
          "<a href='#a'><a href=?b><a href=http:?c><a href=https://y.test/?d><a href=/e/../f?g>"};
}

namespace {

bool IsKnown(std::string_view href) { return std::hash<std::string_view>()(href) % 2 == 0; }

std::vector<std::string> UnknownOf(const PageLinks& found) {
  std::vector<std::string> unknown;
  for (const Link& link : found.links) {
    if (!IsKnown(link.url.href())) unknown.push_back(link.url.href());
  }
  return unknown;
}

// What an earlier page has had remembered leaves no link out of another one that is not known.
void RequireTheSameWithMemory(std::string_view html, const Url& page, size_t most) {
  static KnownLinks known(IsKnown);
  Require(UnknownOf(ExtractLinks(html, page, most, &known)) ==
              UnknownOf(ExtractLinks(html, page, most)),
          "only links that are known are left out");
}

}  // namespace
}  // namespace thresh

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace thresh;
  static const Url page = *Url::Parse("http://x.test/dir/page");
  static const Url sibling = *Url::Parse("http://x.test/dir/other?q");
  static const Url stranger = *Url::Parse("https://y.test/");
  constexpr size_t kMostLinks = 50;
  const std::string html = CopyAsValidUtf8(AsText(data, size));
  const PageLinks links = ExtractLinks(html, page, kMostLinks);
  Require(links.links.size() <= kMostLinks, "no more links than asked for");
  for (const Link& link : links.links) {
    Require(Url::Parse(link.url.href()) == link.url, "links are in normal form");
    Require(link.url != page, "the page itself is left out");
  }
  for (const Url* from : {&page, &sibling, &stranger}) {
    RequireTheSameWithMemory(html, *from, kMostLinks);
  }
  return 0;
}
