// What the configs and the environment ask of the fetcher processes.
#include "pipeline/fetcher_options.h"

#include <gtest/gtest.h>
#include <stdlib.h>

namespace thresh {
namespace {

TEST(FetcherOptionsTest, TheEnvironmentNamesCertificates) {
  ASSERT_EQ(setenv("SSL_CERT_FILE", "/x/ca.pem", 1), 0);
  EXPECT_EQ(FetcherOptionsFor({Config{}}).ca_file, "/x/ca.pem");
  ASSERT_EQ(unsetenv("SSL_CERT_FILE"), 0);
  EXPECT_EQ(FetcherOptionsFor({Config{}}).ca_file, "");
}

// Each process has room for all that its hosts may have under way and ahead of that.
TEST(FetcherOptionsTest, RequestsAheadHaveRoom) {
  Config config;
  config.seeds = {{.urls = SeedPattern("http://x.test/")}};
  config.limits.hosts = LimitsConfig::Hosts::kSeeds;
  HostConfig& host = config.hosts["x.test"];
  host.parallel = 20;
  EXPECT_EQ(FetcherOptionsFor({config}).transfers_per_process, 20u);
  host.delay = std::chrono::milliseconds(0);
  EXPECT_EQ(FetcherOptionsFor({config}).transfers_per_process, 20u + 32u);
}

}  // namespace
}  // namespace thresh
