#include "fetcher/fetch.h"

#include <gmock/gmock.h>

#include <set>

namespace thresh {
namespace {

constexpr int kErrors = static_cast<int>(FetchError::kInternal) + 1;

TEST(FetchErrorTest, EveryValueHasItsOwnNameAndDescription) {
  std::set<std::string_view> names;
  std::set<std::string_view> descriptions;
  for (int i = 0; i < kErrors; ++i) {
    names.insert(Name(static_cast<FetchError>(i)));
    descriptions.insert(Describe(static_cast<FetchError>(i)));
  }
  EXPECT_EQ(names.size(), kErrors);
  EXPECT_EQ(descriptions.size(), kErrors);
}

TEST(FetchErrorTest, NamesAndRetriesStandInTheEnumsOrder) {
  const struct {
    FetchError error;
    std::string_view name;
    RetryClass retry;
  } kCases[] = {
      {FetchError::kNone, "none", RetryClass::kNever},
      {FetchError::kNameNotFound, "name-not-found", RetryClass::kLong},
      {FetchError::kConnectionRefused, "connection-refused", RetryClass::kSoon},
      {FetchError::kAddressRefused, "address-refused", RetryClass::kNever},
      {FetchError::kTls, "tls", RetryClass::kLong},
      {FetchError::kTruncated, "truncated", RetryClass::kSoon},
      {FetchError::kBodyTooLarge, "body-too-large", RetryClass::kNever},
      {FetchError::kWorkerLost, "worker-lost", RetryClass::kSoon},
      {FetchError::kInternal, "internal", RetryClass::kLong},
  };
  for (const auto& test : kCases) {
    EXPECT_EQ(Name(test.error), test.name);
    EXPECT_EQ(RetryClassOf(test.error), test.retry) << test.name;
  }
}

TEST(FetchResultTest, HeaderGivesTheFirstOfItsName) {
  FetchResult result;
  result.headers = {{"set-cookie", "a=1"}, {"etag", "\"x\""}, {"set-cookie", "b=2"}};
  EXPECT_EQ(result.Header("set-cookie"), "a=1");
  EXPECT_EQ(result.Header("etag"), "\"x\"");
  EXPECT_EQ(result.Header("server"), "");
}

}  // namespace
}  // namespace thresh
