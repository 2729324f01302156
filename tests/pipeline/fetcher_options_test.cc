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

}  // namespace
}  // namespace thresh
