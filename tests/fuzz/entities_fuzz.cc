// Character references, in text and in attributes.
#include "parser/charset.h"
#include "parser/entities.h"
#include "tests/fuzz/fuzz_target.h"

namespace thresh {

std::vector<std::string> FuzzSeeds() {
  return {"a &amp; b &lt;i&gt; &notit; &notin; &AMP &copy2",
          "&#0;&#x80;&#xD800;&#x110000;&#99999999999999;&#38;#38;", "?a=b&copy=c&amp=d&lang=e",
          "&CounterClockwiseContourIntegral;&fjlig;&bne;&acE;", "&&&;;;#&#;&#x;&x;"};
}

}  // namespace thresh

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace thresh;
  const std::string text = CopyAsValidUtf8(AsText(data, size));
  for (const EntityContext context : {EntityContext::kText, EntityContext::kAttribute}) {
    const std::string decoded = DecodeEntities(text, context);
    Require(decoded.size() <= 2 * text.size(), "a reference is not shorter than half of itself");
    Require(CopyAsValidUtf8(decoded) == decoded, "valid UTF-8 stays valid");
  }
  return 0;
}
