#include "pipeline/listen_address.h"

#include <gtest/gtest.h>

namespace thresh {
namespace {

TEST(ListenAddressTest, ReadsWhatPeopleWrite) {
  struct Case {
    const char* text;
    const char* url;  // empty: it is none
  };
  constexpr Case kCases[] = {
      {"127.0.0.1:8000", "http://127.0.0.1:8000/"},
      {"8123", "http://127.0.0.1:8123/"},
      {"0", "http://127.0.0.1:0/"},
      {"[::1]:80", "http://[::1]:80/"},
      {"::1", "http://[::1]:8000/"},
      {"0.0.0.0", "http://0.0.0.0:8000/"},
      {"my-host.example:9", "http://my-host.example:9/"},
      {"", ""},
      {":8000", ""},
      {"127.0.0.1:", ""},
      {"127.0.0.1:65536", ""},
      {"127.0.0.1:-1", ""},
      {"[::1", ""},
      {"[zz]:1", ""},
      {"a b:80", ""},
      {"http://x:80", ""},
  };
  for (const Case& test : kCases) {
    const auto listen = ParseListenAddress(test.text);
    EXPECT_EQ(listen ? UrlOf(*listen) : "", test.url) << test.text;
  }
}

// DNS rebinding: the browser asks the right address, under the attacker's name.
TEST(ListenAddressTest, AnswersToNoStrangersName) {
  const ListenAddress loopback{"127.0.0.1", 8000};
  for (const char* host : {"127.0.0.1:8000", "localhost:8000", "LOCALHOST:8000", "[::1]:8000",
                           "127.0.0.2:8000", "127.0.0.1", "localhost:9001"}) {
    EXPECT_TRUE(AnswersTo(host, loopback)) << host;
  }
  for (const char* host :
       {"evil.example:8000", "127.0.0.1.evil.example:8000", "localhost.evil.example:8000",
        "127.0.0.1:", "", "127.0.0.1:8000, x", "localhost:8000@evil.example", "[::1]8000",
        "192.168.1.5:8000", "127.1:8000", "0x7f.0.0.1:8000", "127.0.0.1:08000x"}) {
    EXPECT_FALSE(AnswersTo(host, loopback)) << host;
  }
}

TEST(ListenAddressTest, OnAllInterfacesAddressesAreAnswered) {
  const ListenAddress all{"0.0.0.0", 80};
  EXPECT_TRUE(AnswersTo("192.168.1.5", all));
  EXPECT_TRUE(AnswersTo("[2001:db8::1]:80", all));
  EXPECT_TRUE(AnswersTo("localhost", all));
  EXPECT_FALSE(AnswersTo("evil.example", all));
  EXPECT_TRUE(AnswersTo("Box.example", ListenAddress{"box.example", 80}));
}

}  // namespace
}  // namespace thresh
