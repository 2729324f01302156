#include "pipeline/init_config.h"

#include <gtest/gtest.h>

#include <string>

namespace thresh {
namespace {

TEST(SiteNameForTest, IsTheHostAsANameMayBeWritten) {
  const struct {
    std::string url;
    std::string name;
    const char* reason;
  } cases[] = {
      {"https://www.x.test/list", "x.test", "\"www.\" says nothing"},
      {"https://x.test./", "x.test", "the root's dot neither"},
      {"https://x.test:443/", "x.test", "the scheme's own port"},
      {"https://x.test:8443/", "x.test-8443", "another port is another site"},
      {"http://127.0.0.1/", "127.0.0.1", "an address"},
      {"http://127.0.0.1:8000/", "127.0.0.1-8000", "several servers of one machine"},
      {"http://127.0.0.1:9000/", "127.0.0.1-9000", "several servers of one machine"},
      {"http://[2001:db8::1]/", "2001-db8--1", "no colons or brackets"},
      {"http://[::1]:8000/", "0--1-8000", "begins with a digit"},
      {"http://_x.test/", "0_x.test", "begins with a letter or digit"},
      {"http://" + std::string(60, 'a') + "." + std::string(60, 'b') + ":81/",
       std::string(60, 'a') + "." + std::string(29, 'b') + "-81", "100 bytes at most"},
  };
  for (const auto& test : cases) {
    const auto url = Url::Parse(test.url);
    ASSERT_TRUE(url) << test.url;
    EXPECT_EQ(SiteNameFor(*url), test.name) << test.reason;
  }
}

}  // namespace
}  // namespace thresh
