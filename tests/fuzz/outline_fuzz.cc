// The guess at the rules of a page, HTML, JSON or XML.
#include "parser/page_outline.h"
#include "tests/fuzz/fuzz_target.h"
#include "tests/support/listing_pages.h"

namespace thresh {

std::vector<std::string> FuzzSeeds() {
  return {TablePage(),
          FeedPage(),
          "<dl><dt>a<dd>1 Mar 2026<dt>b<dd>£2.50</dl><a rel=next href='?page=2'>next</a>",
          "<script type=\"application/ld+json\">{\"@type\":\"Product\",\"name\":\"x\"}</script>",
          "{\"items\":[{\"id\":1,\"u\":\"http://x.test/\"},{\"id\":2}],\"next\":\"/?p=2\"}",
          "<?xml version='1.0'?><feed><entry id='1'><link rel='self' href='/a'/><link "
          "href='/b'/><author><name>c</name></author></entry></feed>"};
}

}  // namespace thresh

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace thresh;
  static const Url url = *Url::Parse("https://x.test/list");
  PageView page;
  page.text = AsText(data, size);
  page.url = &url;
  for (const char* type : {"text/html", "text/xml"}) {
    page.content_type = type;
    const PageOutline outline = OutlinePage(page);
    Require(outline.rows > 0, "there is a row");
    Require(!outline.record.fields.empty(), "a row has a field");
    Require(outline.samples.size() == outline.record.fields.size(), "each field has its sample");
  }
  return 0;
}
