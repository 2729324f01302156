// The scan of tags, elements' ends and visible text.
#include "parser/charset.h"
#include "parser/html.h"
#include "parser/html_elements.h"
#include "tests/fuzz/fuzz_target.h"

namespace thresh {

std::vector<std::string> FuzzSeeds() {
  return {"<html><body><ul><li>a<li>b</ul><p>c<p>d<table><tr><td>e<td>f</table></body></html>",
          "<div class=\"a\"><div>b</div></div><br/><img src=x></div></p>",
          "<script><!-- <script></script> --></script><style>a>b{}</style><title>&lt;</title>",
          "<svg><path/><![CDATA[</svg>]]></svg><math><mi>x</mi></math>",
          "<a b='c\"d' e=\"f'g\" h=i/j k l=>x</a><!doctype html><?php ?><!-->--!>",
          "<pre> a\n b </pre><p hidden>no</p><select><option>1<option>2</select>"};
}

}  // namespace thresh

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace thresh;
  const std::string html = CopyAsValidUtf8(AsText(data, size));
  HtmlScanner scanner(html);
  const HtmlElements elements(html);
  size_t before = 0;
  size_t looked_at = 0;
  for (HtmlTag tag; scanner.Next(&tag);) {
    Require(tag.begin >= before && tag.end > tag.begin && tag.end <= html.size(),
            "tags follow each other within the page");
    before = tag.end;
    HtmlAttributes attributes(tag.attributes);
    for (HtmlAttribute attribute; attributes.Next(&attribute);) {
      Require(!attribute.name.empty(), "an attribute has a name");
    }
    if (tag.is_end || ++looked_at > 100) continue;
    const size_t end = elements.End(tag.begin);
    Require(end >= tag.begin && end <= html.size(), "an element ends within the page");
    Require(ElementEnd(html, tag.begin) <= html.size(), "an element ends within the page");
  }
  const std::string text = VisibleText(html);
  Require(CopyAsValidUtf8(text) == text, "visible text is valid UTF-8");
  return 0;
}
