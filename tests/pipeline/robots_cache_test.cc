#include "pipeline/robots_cache.h"

#include <gtest/gtest.h>

#include "tests/support/fake_clock.h"

namespace thresh {
namespace {

using Answer = RobotsCache::Answer;
using std::chrono::hours;
using std::chrono::seconds;

constexpr char kOrigin[] = "https://x.test";

class RobotsCacheTest : public testing::Test {
 protected:
  RobotsCache::Decision Ask(std::string_view path) {
    return cache_.Ask(kOrigin, "thresh/1", path, clock_.Steady(), clock_.Wall());
  }
  void Answered(int status, std::string text = "") {
    cache_.OnResponse(kOrigin, status, std::move(text), clock_.Wall());
  }

  FakeClock clock_;
  RobotsCache cache_;
};

TEST_F(RobotsCacheTest, UnknownUntilAnswered) {
  EXPECT_EQ(Ask("/").answer, Answer::kUnknown);
  EXPECT_FALSE(cache_.CrawlDelay(kOrigin, "thresh/1"));
  Answered(200, "User-agent: *\nDisallow: /a\n");
  EXPECT_EQ(Ask("/").answer, Answer::kAllowed);
  EXPECT_EQ(Ask("/a").answer, Answer::kDisallowed);
  EXPECT_EQ(Ask("/a").why, "robots.txt: Disallow: /a");
}

TEST_F(RobotsCacheTest, StatusDecidesWhateverTheBodySays) {
  const struct {
    int status;
    Answer answer;
    const char* why;
  } kCases[] = {
      {300, Answer::kAllowed, "RFC 9309 §2.3.1.2: a redirect that leads nowhere"},
      {404, Answer::kAllowed, "RFC 9309 §2.3.1.3: unavailable"},
      {410, Answer::kAllowed, "likewise"},
      {401, Answer::kDisallowed, "our choice"},
      {403, Answer::kDisallowed, "our choice"},
  };
  for (const auto& test : kCases) {
    const bool allowed = test.answer == Answer::kAllowed;
    Answered(test.status, allowed ? "User-agent: *\nDisallow: /\n" : "User-agent: *\nAllow: /\n");
    EXPECT_EQ(Ask("/x").answer, test.answer) << test.status << ": " << test.why;
  }
}

TEST_F(RobotsCacheTest, WithoutAFileTheStatusIsWhy) {
  Answered(403, "User-agent: *\nAllow: /\n");
  EXPECT_EQ(Ask("/x").why, "robots.txt: status 403");
}

TEST_F(RobotsCacheTest, HoldsForADay) {
  Answered(404);
  clock_.Advance(hours(23));
  EXPECT_EQ(Ask("/").answer, Answer::kAllowed);
  clock_.Advance(hours(2));
  EXPECT_EQ(Ask("/").answer, Answer::kUnknown);
}

TEST_F(RobotsCacheTest, FailureDisallowsAndIsAskedAboutAgain) {
  cache_.OnFailure(kOrigin, "status 500", 3, clock_.Steady(), 0);
  const auto decision = Ask("/");
  EXPECT_EQ(decision.answer, Answer::kUnreachable);
  EXPECT_EQ(decision.why, "robots.txt: status 500");
  clock_.Advance(std::chrono::ceil<Milliseconds>(decision.retry_at - clock_.Steady()));
  EXPECT_EQ(Ask("/").answer, Answer::kUnknown);
  Answered(200, "");
  EXPECT_EQ(Ask("/").answer, Answer::kAllowed) << "success forgets the failures";
}

TEST_F(RobotsCacheTest, AfterTheRetriesTheRestIsLong) {
  for (int i = 0; i < 3; ++i) cache_.OnFailure(kOrigin, "status 500", 3, clock_.Steady(), 0);
  EXPECT_LT(Ask("/").retry_at - clock_.Steady(), std::chrono::minutes(1));
  cache_.OnFailure(kOrigin, "status 500", 3, clock_.Steady(), 0);
  EXPECT_GE(Ask("/").retry_at - clock_.Steady(), std::chrono::minutes(5));
}

TEST_F(RobotsCacheTest, SurvivesARestartForItsDay) {
  Answered(200, "User-agent: *\nDisallow: /a\nCrawl-delay: 5\n");
  HostRecord record;
  record.host = kOrigin;
  cache_.Save(&record);
  RobotsCache fresh;
  fresh.Restore(record, clock_.Wall() + hours(1));
  EXPECT_EQ(fresh.Ask(kOrigin, "thresh/1", "/a", clock_.Steady(), clock_.Wall()).answer,
            Answer::kDisallowed);
  EXPECT_EQ(fresh.CrawlDelay(kOrigin, "thresh/1"), Milliseconds(5000));
  RobotsCache late;
  late.Restore(record, clock_.Wall() + hours(25));
  EXPECT_EQ(late.Ask(kOrigin, "thresh/1", "/a", clock_.Steady(), clock_.Wall()).answer,
            Answer::kUnknown);
  RobotsCache set_back;
  set_back.Restore(record, clock_.Wall() - hours(1));
  EXPECT_EQ(set_back.Ask(kOrigin, "thresh/1", "/a", clock_.Steady(), clock_.Wall()).answer,
            Answer::kUnknown)
      << "of a time to come";
}

TEST_F(RobotsCacheTest, EachAgentHasItsOwnRules) {
  Answered(200, "User-agent: other\nDisallow: /\nUser-agent: *\nDisallow:\n");
  EXPECT_EQ(Ask("/").answer, Answer::kAllowed);
  EXPECT_EQ(cache_.Ask(kOrigin, "other/2", "/", clock_.Steady(), clock_.Wall()).answer,
            Answer::kDisallowed);
}

}  // namespace
}  // namespace thresh
