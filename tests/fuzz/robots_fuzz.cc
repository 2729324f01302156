// robots.txt, and what is asked of it.
#include "parser/robots.h"
#include "parser/robots_tag.h"
#include "tests/fuzz/fuzz_target.h"

namespace thresh {

std::vector<std::string> FuzzSeeds() {
  return {"/private/a\nUser-agent: *\nDisallow: /private\nAllow: /private/a$\n",
          "/a?b=c\n\xef\xbb\xbfuser-agent: thresh\rdisallow: /*?*=\r\nCrawl-delay: 1.5\n",
          "/%7ejoe\nUser-Agent: thresh/1.0\nUser-agent: b\nDisallow: /~joe # why\n\nSitemap: "
          "http://x.test/s.xml\n",
          "/aaaaaaaaaaaaaaaaaaaaaaaaaaa\nUser-agent: *\nDisallow: /*a*a*a*a*a*a*a*b$\n",
          "noindex, nofollow\nthresh: nofollow, unavailable_after: 25 Jun 2030 15:00:00 PST"};
}

}  // namespace thresh

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace thresh;
  FuzzInput input(data, size);
  const std::string_view path = input.Line();
  const RobotsRules rules = RobotsRules::Parse(input.Rest(), "thresh");
  const bool allowed = rules.Allows(path);
  Require(allowed || !rules.DecidingRule(path).empty(), "what disallows is a line of the file");
  if (const auto delay = rules.crawl_delay()) {
    Require(delay->count() >= 0 && *delay <= kMaxCrawlDelay, "a delay is within its bounds");
  }
  ParseRobotsMeta(path);
  ParseRobotsTag(input.Rest(), "thresh");
  return 0;
}
