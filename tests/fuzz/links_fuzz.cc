// Links of a page, and what meta robots says.
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
          "<textarea><a href=no></textarea><svg><![CDATA[<a href=no>]]></svg>"};
}

}  // namespace thresh

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace thresh;
  static const Url page = *Url::Parse("http://x.test/dir/page");
  constexpr size_t kMostLinks = 50;
  const PageLinks links = ExtractLinks(CopyAsValidUtf8(AsText(data, size)), page, kMostLinks);
  Require(links.links.size() <= kMostLinks, "no more links than asked for");
  for (const Link& link : links.links) {
    Require(Url::Parse(link.url.href()) == link.url, "links are in normal form");
    Require(link.url != page, "the page itself is left out");
  }
  return 0;
}
