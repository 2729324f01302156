#include "pipeline/seed_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace thresh {
namespace {

using testing::ElementsAre;

SeedConfig Pages(std::string_view pattern) {
  SeedPatternError error;
  return {.urls = SeedPattern::Parse(pattern, &error).value()};
}

std::vector<std::string> InTurns(const std::vector<SeedConfig>& seeds) {
  std::vector<std::string> urls;
  ForEachSeedInTurns(seeds, [&](const SeedConfig& seed, size_t index) {
    const bool is_list = seed.kind == SeedConfig::Kind::kList;
    urls.push_back(is_list ? seed.file : seed.UrlAt(index).href());
  });
  return urls;
}

TEST(SeedConfigTest, HostsTakeTurnsWhateverPatternNamesThem) {
  EXPECT_THAT(
      InTurns({Pages("http://h1.test/[1-3]"),
               Pages("http://h[1-2].test/x"),
               Pages("HTTP://H1.test:80/y"),
               {.kind = SeedConfig::Kind::kList, .file = "urls.txt"},
               {.kind = SeedConfig::Kind::kSitemap, .urls = SeedPattern("http://h3.test/map")}}),
      ElementsAre("http://h1.test/1", "http://h2.test/x", "urls.txt", "http://h3.test/map",
                  "http://h1.test/2", "http://h1.test/3", "http://h1.test/x", "http://h1.test/y"));
  EXPECT_THAT(InTurns({}), ElementsAre());
}

TEST(SeedConfigTest, OneUrlTellsTheOriginUnlessThePatternIsInIt) {
  EXPECT_EQ(Pages("http://x.test/[1-9]").origin_count(), 1u);
  EXPECT_EQ(Pages("http://x.test?p=[1-9]").origin_count(), 1u);
  EXPECT_EQ(Pages("http://x.test/").origin_count(), 1u);
  EXPECT_EQ(Pages("http://x.test").origin_count(), 1u);
  EXPECT_EQ(Pages("http://x[1-9].test/").origin_count(), 9u);
  EXPECT_EQ(Pages("http://x.test:[1-9]/").origin_count(), 9u);
  EXPECT_EQ(Pages("http:///x[1-9].test/").origin_count(), 9u) << "of three slashes one counts";
  EXPECT_EQ((SeedConfig{.kind = SeedConfig::Kind::kList, .file = "a"}).origin_count(), 0u);
}

TEST(SeedConfigTest, EveryOriginIsVisited) {
  std::vector<std::string> origins;
  ForEachSeedOrigin({Pages("http://x.test/[1-9]"), Pages("http://127.0.0.[1-2]:8000/[1-9]")},
                    [&](const Url& url) { origins.emplace_back(url.origin()); });
  origins.erase(std::unique(origins.begin(), origins.end()), origins.end());
  EXPECT_THAT(origins.front(), "http://x.test");
  EXPECT_THAT(origins,
              ElementsAre("http://x.test", "http://127.0.0.1:8000", "http://127.0.0.2:8000"));
}

}  // namespace
}  // namespace thresh
