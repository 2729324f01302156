#include "pipeline/site_run.h"

#include <gmock/gmock.h>
#include <stdlib.h>

#include <tuple>

#include "tests/support/temporary_folder.h"

namespace thresh {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

// FAULTS 89.
class SecretHeadersTest : public ::testing::Test {
 protected:
  SecretHeadersTest() { setenv("THRESH_TEST_TOKEN", "alpha", 1); }

  // The headers of a request to `url` in a site of this config.
  static std::vector<std::string> Sent(const std::string& config, const std::string& url) {
    const TemporaryFolder folder;
    std::vector<Diagnostic> diagnostics;
    auto loaded = LoadConfig(folder.Write("site.toml", config), {}, {}, &diagnostics);
    if (!loaded) {
      ADD_FAILURE() << ToString(diagnostics.front());
      return {};
    }
    const SiteRun site(*std::move(loaded));
    return site.HeadersFor(*Url::Parse(url));
  }
};

TEST_F(SecretHeadersTest, GoToTheirHostOverTlsOrWhereASeedIs) {
  const std::string config = R"(
seeds = ["https://www.x.test/", "http://plain.test:8080/", "sitemap:http://map.test/s.xml"]
[host."*"]
headers = { Accept = "text/html" }
[host."api.x.test"]
headers = { X-Key = "${env:THRESH_TEST_TOKEN}", Accept-Language = "de" }
[host."plain.test"]
headers = { Authorization = "Bearer ${env:THRESH_TEST_TOKEN}" }
[host."map.test"]
headers = { Authorization = "m" }
[host."port.test:8081"]
headers = { Authorization = "p" }
)";
  const struct {
    const char* url;
    std::vector<std::string> lines;
    const char* why;
  } kCases[] = {
      {"https://api.x.test/v1",
       {"Accept: text/html", "Accept-Language: de", "X-Key: alpha"},
       "TLS"},
      {"http://api.x.test/v1", {"Accept: text/html", "Accept-Language: de"}, "in clear"},
      {"https://api.x.test:8443/", {"Accept: text/html", "Accept-Language: de"}, "another port"},
      {"https://www.x.test/", {"Accept: text/html"}, "another host"},
      {"http://plain.test:8080/a",
       {"Accept: text/html", "Authorization: Bearer alpha"},
       "a seed's"},
      {"http://plain.test/a", {"Accept: text/html"}, "another port"},
      {"https://plain.test:8080/a", {"Accept: text/html"}, "another scheme there"},
      {"http://map.test/a", {"Accept: text/html", "Authorization: m"}, "a sitemap is a seed"},
      {"http://port.test:8081/", {"Accept: text/html", "Authorization: p"}, "the table names it"},
      {"http://port.test/", {"Accept: text/html"}, "another port"},
  };
  for (const auto& test : kCases) {
    EXPECT_THAT(Sent(config, test.url), ::testing::UnorderedElementsAreArray(test.lines))
        << test.url << ": " << test.why;
  }
}

TEST_F(SecretHeadersTest, OfAllHostsGoToSeedsOnly) {
  const std::string config = R"(
seeds = ["https://x.test/"]
limits.hosts = "any"
[host."*"]
headers = { Authorization = "a", Accept = "b" }
[host."z.test"]
headers = { X-Z = "1" }
)";
  EXPECT_THAT(Sent(config, "https://x.test/a"),
              UnorderedElementsAre("Accept: b", "Authorization: a"));
  EXPECT_THAT(Sent(config, "http://x.test/a"), ElementsAre("Accept: b"));
  EXPECT_THAT(Sent(config, "https://y.test/"), ElementsAre("Accept: b"));
  EXPECT_THAT(Sent(config, "https://z.test/"), UnorderedElementsAre("Accept: b", "X-Z: 1"));
}

TEST_F(SecretHeadersTest, SoDoTheCookiesOfAConfig) {
  const TemporaryFolder folder;
  std::vector<Diagnostic> diagnostics;
  auto loaded = LoadConfig(folder.Write("site.toml", R"(
seeds = ["https://x.test/"]
[host."x.test"]
cookies = ["id=${env:THRESH_TEST_TOKEN}"]
)"),
                           {}, {}, &diagnostics);
  ASSERT_TRUE(loaded);
  const SiteRun site(*std::move(loaded));
  EXPECT_THAT(site.FixedCookiesFor(*Url::Parse("https://x.test/a")), ElementsAre("id=alpha"));
  EXPECT_THAT(site.FixedCookiesFor(*Url::Parse("http://x.test/a")), IsEmpty());
  EXPECT_THAT(site.FixedCookiesFor(*Url::Parse("https://y.test/")), IsEmpty());
}

TEST(CookieFileTest, IsForTheHostThatItStandsAt) {
  const TemporaryFolder folder;
  folder.Write("cookies.txt",
               "x.test\tFALSE\t/\tFALSE\t0\tid\t7\n"
               "[::1]\tFALSE\t/\tFALSE\t0\tid\t6\n");
  for (const auto& [section, url, sent] :
       {std::tuple{"[::1]", "http://[::1]/", "id=6"},
        std::tuple{"[::1]:8080", "http://[::1]:8080/", "id=6"},
        std::tuple{"x.test", "http://x.test/", "id=7"},
        std::tuple{"x.test:8080", "http://x.test:8080/", "id=7"},
        std::tuple{"[::2]", "http://[::1]/", ""}, std::tuple{"y.test", "http://x.test/", ""}}) {
    std::vector<Diagnostic> diagnostics;
    auto loaded =
        LoadConfig(folder.Write("site.toml", std::string("seeds = ['") + url + "']\n[host.'" +
                                                 section + "']\ncookies_file = 'cookies.txt'\n"),
                   {}, {}, &diagnostics);
    ASSERT_TRUE(loaded) << ToString(diagnostics.front());
    SiteRun site(*std::move(loaded));
    EXPECT_EQ(site.CookiesFor(*Url::Parse(url), Timestamp()), sent) << section << ", " << url;
  }
}

}  // namespace
}  // namespace thresh
