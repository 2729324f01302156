#include "pipeline/public_suffix.h"

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>

namespace thresh {
namespace {

struct HostCase {
  std::string host, registrable;
  bool is_suffix;
  std::string why;
};

TEST(PublicSuffixTest, RegistrableDomains) {
  for (const HostCase& test : std::initializer_list<HostCase>{
           {"example.com", "example.com", false, "registered itself"},
           {"a.b.example.com", "example.com", false, "two labels below"},
           {"www.shop.co.uk", "shop.co.uk", false, "a suffix of two labels"},
           {"co.uk", "co.uk", true, "a suffix is its own"},
           {"com", "com", true, "a top-level domain"},
           {"x.me.github.io", "me.github.io", false, "a private suffix"},
           {"github.io", "github.io", true, "a private suffix"},
           {"a.b.c.kobe.jp", "b.c.kobe.jp", false, "a wildcard rule"},
           {"city.kobe.jp", "city.kobe.jp", false, "and its exception"},
           {"a.x.test", "x.test", false, "a top-level domain that the list does not know"},
           {"xn--e1afmkfd.xn--p1ai", "xn--e1afmkfd.xn--p1ai", false, "punycode"},
           {"localhost", "localhost", true, "a single label is its own"},
           {"a.example.com.", "example.com", false, "without the trailing dot"},
           {"co.uk.", "co.uk", true, "without the trailing dot"},
           {"127.0.0.1", "127.0.0.1", false, "an address is its own"},
           {"10.0.0.1", "10.0.0.1", false, "not that of 127.0.0.1"},
           {"[::1]", "[::1]", false, "an address is its own"},
           {"[::ffff:7f00:1]", "[::ffff:7f00:1]", false, "an address is its own"},
           {"", "", true, "no host"},
       }) {
    EXPECT_EQ(RegistrableDomain(test.host), test.registrable) << test.host << ": " << test.why;
    EXPECT_EQ(RegistrableDomain(test.host), test.registrable) << test.host << ", from the cache";
    if (!test.host.empty()) {
      EXPECT_EQ(IsPublicSuffix(test.host), test.is_suffix) << test.host << ": " << test.why;
    }
  }
}

TEST(PublicSuffixTest, GivesAViewOfTheHost) {
  const std::string host = "www.example.com";
  EXPECT_EQ(RegistrableDomain(host).data(), host.data() + 4);
  const std::string again = host;
  EXPECT_EQ(RegistrableDomain(again).data(), again.data() + 4);
}

// More hosts than the cache has places for.
TEST(PublicSuffixTest, ManyHostsStayApart) {
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < 5000; ++i) {
      const std::string domain = "d" + std::to_string(i) + (i % 2 == 0 ? ".com" : ".co.uk");
      ASSERT_EQ(RegistrableDomain("www." + domain), domain);
    }
  }
}

}  // namespace
}  // namespace thresh
