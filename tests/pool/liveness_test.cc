#include "fetcher/pool/liveness.h"

#include <gtest/gtest.h>

namespace thresh::pool {
namespace {

using namespace std::chrono_literals;

constexpr Clock::time_point kStart{1000s};

TEST(StepClockTest, GivesOneStepHoweverLongTheProcessWasAway) {
  StepClock clock(10ms);
  ASSERT_TRUE(clock.Advance(kStart));
  EXPECT_FALSE(clock.Advance(kStart + 9ms));
  EXPECT_EQ(clock.Advance(kStart + 1h), Clock::duration(10ms));
  EXPECT_FALSE(clock.Advance(kStart + 1h + 9ms));
  EXPECT_TRUE(clock.Advance(kStart + 1h + 10ms));
}

TEST(SilenceClockTest, ReportsMoreThanTheLimitWithoutABeat) {
  SilenceClock silence;
  EXPECT_FALSE(silence.Observe(5, 10ms, 30ms));  // the first look is a beat
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(silence.Observe(5, 10ms, 30ms));
  EXPECT_TRUE(silence.Observe(5, 10ms, 30ms));
}

TEST(SilenceClockTest, BeginsAnewWithEachBeat) {
  SilenceClock silence;
  for (uint64_t beat = 1; beat < 100; ++beat) EXPECT_FALSE(silence.Observe(beat, 20ms, 30ms));
  EXPECT_FALSE(silence.Observe(99, 20ms, 30ms));
  EXPECT_TRUE(silence.Observe(99, 20ms, 30ms));
}

TEST(SilenceClockTest, IdleTimeDoesNotCount) {
  SilenceClock silence;
  for (int i = 0; i < 100; ++i) EXPECT_FALSE(silence.Observe(1, 20ms, 0ms));
  EXPECT_FALSE(silence.Observe(1, 20ms, 30ms));
  EXPECT_TRUE(silence.Observe(1, 20ms, 30ms));
}

TEST(RespawnTimerTest, WaitsLongerEachTimeUpToALimit) {
  RespawnTimer timer;
  EXPECT_LE(timer.due(), kStart);
  Clock::duration last{};
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(timer.hopeless(), i >= static_cast<int>(RespawnTimer::kHopelessAfter));
    timer.Failed(kStart);
    const Clock::duration delay = timer.due() - kStart;
    EXPECT_GE(delay, last);
    EXPECT_LE(delay, RespawnTimer::kLongestDelay);
    last = delay;
  }
  EXPECT_EQ(last, RespawnTimer::kLongestDelay);
  timer.Worked();
  EXPECT_FALSE(timer.hopeless());
  EXPECT_LE(timer.due(), kStart);
}

}  // namespace
}  // namespace thresh::pool
