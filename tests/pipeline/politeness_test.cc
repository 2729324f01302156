#include "pipeline/politeness.h"

#include <gtest/gtest.h>

#include "tests/support/fake_clock.h"

namespace thresh {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

TEST(RetryAfterTest, ReadsSecondsAndDates) {
  const Timestamp now = std::chrono::sys_days(std::chrono::year(2026) / 3 / 1);
  const struct {
    const char* value;
    std::optional<Milliseconds> expected;
    const char* why;
  } kCases[] = {
      {"120", seconds(120), "RFC 9110 §10.2.3, delay-seconds"},
      {" 120 ", seconds(120), "white space around"},
      {"0", seconds(0), "at once"},
      {"86401", hours(24), "at most a day"},
      {"99999999999999999999999", hours(24), "overflows"},
      {"Sun, 01 Mar 2026 00:02:00 GMT", minutes(2), "IMF-fixdate"},
      {"Sunday, 01-Mar-26 00:02:00 GMT", minutes(2), "RFC 850"},
      {"Sun Mar  1 00:02:00 2026", minutes(2), "asctime"},
      {"Sat, 28 Feb 2026 00:00:00 GMT", seconds(0), "past"},
      {"Sun, 01 Mar 2099 00:00:00 GMT", hours(24), "at most a day"},
      {"-5", std::nullopt, "not a number of seconds"},
      {"soon", std::nullopt, "neither"},
      {"", std::nullopt, "empty"},
      {"Sun, 01 Mar 2026 00:02:00 GMT and more", std::nullopt, "trailing text"},
  };
  for (const auto& test : kCases) {
    EXPECT_EQ(ParseRetryAfter(test.value, now), test.expected) << test.value << ": " << test.why;
  }
}

TEST(RetryBackoffTest, GrowsExponentiallyWithinItsCap) {
  for (int attempts = 1; attempts <= 100; ++attempts) {
    for (const uint64_t random : {uint64_t{0}, uint64_t{12345}, ~uint64_t{0}}) {
      const Milliseconds soon = RetryBackoff(RetryClass::kSoon, attempts, random);
      const Milliseconds whole =
          std::min<Milliseconds>(seconds(1LL << std::min(attempts - 1, 30)), hours(1));
      EXPECT_GE(soon, whole / 2) << attempts;
      EXPECT_LE(soon, whole) << attempts;
      const Milliseconds late = RetryBackoff(RetryClass::kLong, attempts, random);
      EXPECT_GE(late, minutes(10));
      EXPECT_LE(late, hours(24));
    }
  }
}

TEST(RetryBackoffTest, ChanceSpreadsItFromHalfOfItToAll) {
  const auto first = [](uint64_t random) { return RetryBackoff(RetryClass::kSoon, 1, random); };
  EXPECT_EQ(first(0), Milliseconds(500));
  EXPECT_EQ(first(500), Milliseconds(1000));
  EXPECT_EQ(first(501), Milliseconds(500));
}

TEST(PolitenessTest, CrawlDelayOnlyMakesItSlower) {
  Politeness politeness(seconds(1));
  politeness.SetCrawlDelay(Milliseconds(200));
  EXPECT_EQ(politeness.delay(), seconds(1));
  politeness.SetCrawlDelay(seconds(7));
  EXPECT_EQ(politeness.delay(), seconds(7));
  politeness.SetCrawlDelay(hours(1000));
  EXPECT_EQ(politeness.delay(), kLongestWait);
}

TEST(PolitenessTest, PushbackDoublesTheDelayAndSuccessTakesItBack) {
  FakeClock clock;
  Politeness politeness(seconds(2));
  EXPECT_EQ(politeness.OnPushback(seconds(30), clock.Steady(), clock.Steady(), 0), seconds(30));
  EXPECT_EQ(politeness.delay(), seconds(4));
  for (int i = 0; i < 100; ++i) politeness.OnSuccess();
  EXPECT_EQ(politeness.delay(), seconds(2));
}

TEST(PolitenessTest, OnlyAHostWithoutDelayOrFailuresNeedsNoCare) {
  Politeness quick(Milliseconds(0));
  EXPECT_TRUE(quick.NeedsNoCare());
  quick.OnFailure(0);
  EXPECT_FALSE(quick.NeedsNoCare());
  quick.OnSuccess();
  EXPECT_TRUE(quick.NeedsNoCare());
  quick.OnPushback(std::nullopt, SteadyTime{}, SteadyTime{}, 0);
  EXPECT_FALSE(quick.NeedsNoCare());
  Politeness asked_to_wait(Milliseconds(0));
  asked_to_wait.SetCrawlDelay(Milliseconds(1));
  EXPECT_FALSE(asked_to_wait.NeedsNoCare());
  EXPECT_FALSE(Politeness(Milliseconds(1)).NeedsNoCare());
}

TEST(PolitenessTest, OneAtATimeHasNothingAhead) {
  EXPECT_EQ(RequestsAhead(1), 0u);
  EXPECT_EQ(RequestsAhead(2), 4u);
  EXPECT_EQ(RequestsAhead(16), 32u);
  EXPECT_EQ(RequestsAhead(1000), 32u);
}

TEST(PolitenessTest, AHundredSimultaneous429sAreOneSignal) {
  FakeClock clock;
  Politeness politeness(seconds(1));
  const SteadyTime started = clock.Steady();
  clock.Advance(Milliseconds(50));
  const SteadyTime answered = clock.Steady();
  for (int i = 0; i < 100; ++i) {
    politeness.OnPushback(std::nullopt, i < 50 ? started : answered, clock.Steady(), 0);
    clock.Advance(Milliseconds(1));
  }
  EXPECT_EQ(politeness.delay(), seconds(2));
  politeness.OnPushback(std::nullopt, clock.Steady(), clock.Steady(), 0);
  EXPECT_EQ(politeness.delay(), seconds(4)) << "a request sent after the first answer is news";
}

TEST(PolitenessTest, TheCircuitOpensAfterFiveFailuresInARow) {
  Politeness politeness(seconds(1));
  for (int i = 0; i < 4; ++i) EXPECT_EQ(politeness.OnFailure(~uint64_t{0}), seconds(0));
  const Milliseconds first = politeness.OnFailure(0);
  EXPECT_GE(first, seconds(15));
  EXPECT_LE(first, seconds(30));
  Milliseconds longest{0};
  for (int i = 0; i < 30; ++i) longest = std::max(longest, politeness.OnFailure(uint64_t(i) * 977));
  EXPECT_LE(longest, hours(1));
  EXPECT_GE(longest, minutes(30));
  politeness.OnSuccess();
  EXPECT_EQ(politeness.OnFailure(0), seconds(0)) << "one success closes it";
}

TEST(PolitenessTest, SurvivesARestart) {
  FakeClock clock;
  Politeness before(seconds(1));
  before.OnPushback(std::nullopt, clock.Steady(), clock.Steady(), 0);
  Politeness after(seconds(1));
  after.Restore(before.added(), before.failures());
  EXPECT_EQ(after.delay(), before.delay());
}

}  // namespace
}  // namespace thresh
