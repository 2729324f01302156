// Sitemaps, whole and piece by piece.
#include "parser/sitemap.h"
#include "tests/fuzz/fuzz_target.h"

namespace thresh {

std::vector<std::string> FuzzSeeds() {
  return {
      "<?xml version=\"1.0\"?><urlset><url><loc>http://x.test/a</loc><lastmod>2026-03-01"
      "</lastmod></url><url><loc> http://x.test/?a&amp;b </loc></url></urlset>",
      "<sm:urlset xmlns:sm='http://www.sitemaps.org/schemas/sitemap/0.9'><sm:url><sm:loc>"
      "<![CDATA[http://x.test/b]]></sm:loc><image:loc>no</image:loc></sm:url></sm:urlset>",
      "<sitemapindex><sitemap><loc>http://x.test/s.xml</loc></sitemap></sitemapindex>",
      "http://x.test/a\r\nhttp://x.test/b\n\n",
      "\xef\xbb\xbf<!DOCTYPE x [<!ENTITY a \"&b;&b;\">]><!-- <url> --><urlset><url><loc>&a;"
      "</loc></url></urlset>"};
}

namespace {

constexpr size_t kMostEntries = 20;

std::string Entries(std::string_view text, size_t piece) {
  std::string all;
  SitemapReader reader(kMostEntries, [&](const SitemapEntry& entry) {
    Require(!entry.loc.empty(), "an entry has an address");
    all += entry.loc + '|' + entry.lastmod + (entry.is_sitemap ? "|s\n" : "\n");
  });
  for (; !text.empty(); text.remove_prefix(std::min(piece, text.size()))) {
    reader.Feed(text.substr(0, piece));
  }
  reader.Finish();
  Require(reader.entries() <= kMostEntries, "no more entries than asked for");
  return all;
}

}  // namespace
}  // namespace thresh

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace thresh;
  FuzzInput input(data, size);
  const size_t piece = 1 + input.Byte() % 64;
  Require(Entries(input.Rest(), input.Rest().size() + 1) == Entries(input.Rest(), piece),
          "where the input is cut does not matter");
  return 0;
}
