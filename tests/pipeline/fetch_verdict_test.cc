#include "pipeline/fetch_verdict.h"

#include <gtest/gtest.h>

#include "tests/support/fake_fetcher.h"

namespace thresh {
namespace {

using Kind = FetchVerdict::Kind;

FetchVerdict Judge(const FetchResult& result) {
  return JudgeFetch(*Url::Parse("https://x.test/dir/page"), result);
}

TEST(FetchVerdictTest, JudgesByStatus) {
  const struct {
    int status;
    Kind kind;
    bool pushback;
    bool host_failed;
  } kCases[] = {
      {200, Kind::kPage, false, false},  {204, Kind::kPage, false, false},
      {302, Kind::kPage, false, false},  // without Location: recorded as it is
      {304, Kind::kFail, false, false},  // nobody asked for it
      {400, Kind::kFail, false, false},  {404, Kind::kFail, false, false},
      {408, Kind::kRetry, false, false}, {410, Kind::kFail, false, false},
      {429, Kind::kRetry, true, false},  {500, Kind::kRetry, false, true},
      {501, Kind::kFail, false, true},   {502, Kind::kRetry, false, true},
      {503, Kind::kRetry, true, false},  {504, Kind::kRetry, false, true},
  };
  for (const auto& test : kCases) {
    const FetchVerdict verdict = Judge(FakeFetcher::Status(test.status));
    EXPECT_EQ(verdict.kind, test.kind) << test.status;
    EXPECT_EQ(verdict.pushback, test.pushback) << test.status;
    EXPECT_EQ(verdict.host_failed, test.host_failed) << test.status;
  }
}

TEST(FetchVerdictTest, ResolvesRedirects) {
  const struct {
    const char* location;
    const char* target;  // nullptr: refused
  } kCases[] = {
      {"/a", "https://x.test/a"},
      {"other", "https://x.test/dir/other"},
      {"//y.test/", "https://y.test/"},
      {"https://y.test/a#part", "https://y.test/a"},
      {"?q=1", "https://x.test/dir/page?q=1"},
      {"file:///etc/passwd", nullptr},
      {"ftp://x.test/", nullptr},
      {"data:text/html,x", nullptr},
      {"http://user:secret@x.test/", nullptr},
      {"page", "https://x.test/dir/page"},  // there may be other cookies now
  };
  for (const auto& test : kCases) {
    for (const int status : {301, 302, 303, 307, 308}) {
      const FetchVerdict verdict =
          Judge(FakeFetcher::Status(status, {{"location", test.location}}));
      if (test.target == nullptr) {
        EXPECT_EQ(verdict.kind, Kind::kFail) << test.location;
        EXPECT_EQ(verdict.reason.find("secret"), std::string::npos);
        continue;
      }
      ASSERT_EQ(verdict.kind, Kind::kRedirect) << test.location;
      EXPECT_EQ(verdict.target->href(), test.target);
    }
  }
}

TEST(FetchVerdictTest, EveryErrorHasAReason) {
  for (int i = 1; i <= static_cast<int>(FetchError::kInternal); ++i) {
    const auto error = static_cast<FetchError>(i);
    const FetchVerdict verdict = Judge(FakeFetcher::Error(error));
    EXPECT_FALSE(verdict.reason.empty()) << i;
    EXPECT_EQ(verdict.kind == Kind::kFail, RetryClassOf(error) == RetryClass::kNever) << i;
  }
}

// The processes stop asking a host where the crawl would make it rest.
TEST(FetchVerdictTest, TroubleIsWhatMakesAHostRest) {
  const auto makes_rest = [](const FetchResult& result) {
    const FetchVerdict verdict = Judge(result);
    return verdict.pushback || verdict.host_failed;
  };
  for (int status = 100; status < 600; ++status) {
    EXPECT_EQ(TellsOfTrouble(FetchError::kNone, status), makes_rest(FakeFetcher::Status(status)))
        << status;
  }
  for (int i = 1; i <= static_cast<int>(FetchError::kInternal); ++i) {
    const auto error = static_cast<FetchError>(i);
    if (error == FetchError::kWorkerLost) continue;  // no process says so
    EXPECT_EQ(TellsOfTrouble(error, 200), makes_rest(FakeFetcher::Error(error))) << i;
  }
}

}  // namespace
}  // namespace thresh
