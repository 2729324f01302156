#include "pipeline/frontier.h"

#include <gtest/gtest.h>

#include "pipeline/politeness.h"
#include "tests/support/fake_clock.h"

namespace thresh {
namespace {

using std::chrono::seconds;

class FrontierTest : public testing::Test {
 protected:
  // The next URL's id, 0 when there is none.
  UrlId Next() {
    const auto next = frontier_.Next(clock_.Steady());
    if (!next) return 0;
    last_host_ = next->host;
    return next->item.url();
  }
  void Queue(HostId host, UrlId url) { frontier_.Add(host, FrontierItem(0, url)); }

  FakeClock clock_;
  Frontier frontier_;
  HostId last_host_ = 0;
};

TEST_F(FrontierTest, HandsOutInOrderOfDiscovery) {
  const HostId host = frontier_.AddHost("x.test", 3);
  for (UrlId id = 1; id <= 3; ++id) Queue(host, id);
  EXPECT_EQ(frontier_.Look(host).queued, 3u);
  EXPECT_EQ(Next(), 1);
  EXPECT_EQ(Next(), 2);
  EXPECT_EQ(Next(), 3);
  EXPECT_EQ(Next(), 0);
  EXPECT_EQ(frontier_.Look(host).queued, 0u);
}

TEST_F(FrontierTest, BusyHostYieldsNothing) {
  const HostId host = frontier_.AddHost("x.test", 1);
  Queue(host, 1);
  Queue(host, 2);
  EXPECT_EQ(Next(), 1);
  EXPECT_EQ(Next(), 0);
  EXPECT_FALSE(frontier_.NextDue());
  frontier_.Release(host);
  EXPECT_EQ(Next(), 2);
}

TEST_F(FrontierTest, HostRestsForItsDelay) {
  const HostId host = frontier_.AddHost("x.test", 1);
  Queue(host, 1);
  Queue(host, 2);
  EXPECT_EQ(Next(), 1);
  frontier_.NotBefore(host, clock_.Steady() + seconds(1));
  frontier_.Release(host);
  EXPECT_EQ(Next(), 0);
  ASSERT_TRUE(frontier_.NextDue());
  EXPECT_EQ(*frontier_.NextDue(), clock_.Steady() + seconds(1));
  clock_.Advance(Milliseconds(999));
  EXPECT_EQ(Next(), 0);
  clock_.Advance(Milliseconds(1));
  EXPECT_EQ(Next(), 2);
}

TEST_F(FrontierTest, ARestIsNeverShortened) {
  const HostId host = frontier_.AddHost("x.test", 1);
  frontier_.NotBefore(host, clock_.Steady() + seconds(9));
  frontier_.NotBefore(host, clock_.Steady() + seconds(1));
  Queue(host, 1);
  clock_.Advance(seconds(8));
  EXPECT_EQ(Next(), 0);
  clock_.Advance(seconds(1));
  EXPECT_EQ(Next(), 1);
}

TEST_F(FrontierTest, ReadyHostsTakeTurns) {
  const HostId a = frontier_.AddHost("a.test", 9);
  const HostId b = frontier_.AddHost("b.test", 9);
  for (UrlId id = 1; id <= 2; ++id) Queue(a, id);
  for (UrlId id = 11; id <= 12; ++id) Queue(b, id);
  EXPECT_EQ(Next(), 1);
  EXPECT_EQ(Next(), 11);
  EXPECT_EQ(Next(), 2);
  EXPECT_EQ(Next(), 12);
}

TEST_F(FrontierTest, ARestingHostDoesNotKeepOthersWaiting) {
  const HostId slow = frontier_.AddHost("slow.test", 1);
  const HostId fast = frontier_.AddHost("fast.test", 1);
  frontier_.NotBefore(slow, clock_.Steady() + std::chrono::hours(24));
  Queue(slow, 1);
  Queue(fast, 2);
  EXPECT_EQ(Next(), 2);
  EXPECT_EQ(Next(), 0);
}

TEST_F(FrontierTest, AHeldHostYieldsNothingButMayBeTaken) {
  const HostId host = frontier_.AddHost("x.test", 1);
  Queue(host, 1);
  frontier_.Hold(host);
  EXPECT_EQ(Next(), 0);
  EXPECT_TRUE(frontier_.TryTake(host, clock_.Steady()));
  EXPECT_FALSE(frontier_.TryTake(host, clock_.Steady())) << "its only connection is taken";
  EXPECT_FALSE(frontier_.TakeDue(host));
  frontier_.Release(host);
  EXPECT_EQ(Next(), 0);
  frontier_.Unhold(host);
  EXPECT_EQ(Next(), 1);
}

TEST_F(FrontierTest, ARetryComesWhenItIsDue) {
  const HostId host = frontier_.AddHost("x.test", 1);
  frontier_.AddLater(host, FrontierItem(0, 1), clock_.Steady() + seconds(5));
  EXPECT_EQ(frontier_.later(), 1u);
  EXPECT_EQ(Next(), 0);
  EXPECT_EQ(frontier_.NextDue(), clock_.Steady() + seconds(5));
  clock_.Advance(seconds(5));
  EXPECT_EQ(Next(), 1);
  EXPECT_EQ(frontier_.later(), 0u);
}

TEST_F(FrontierTest, WhatIsPutBackFirstComesFirst) {
  const HostId host = frontier_.AddHost("x.test", 9);
  Queue(host, 1);
  Queue(host, 2);
  EXPECT_EQ(Next(), 1);
  frontier_.AddFirst(host, FrontierItem(0, 1));
  EXPECT_EQ(Next(), 1);
  EXPECT_EQ(Next(), 2);
}

TEST_F(FrontierTest, SomeAreHandedOutAheadOfConnections) {
  const HostId host = frontier_.AddHost("x.test", 2);
  for (UrlId id = 1; id <= 9; ++id) Queue(host, id);
  frontier_.SetAhead(host, 3);
  for (UrlId id = 1; id <= 5; ++id) EXPECT_EQ(Next(), id);
  EXPECT_EQ(Next(), 0);
  EXPECT_EQ(frontier_.ahead(), 3u);
  EXPECT_FALSE(frontier_.TryTake(host, clock_.Steady())) << "no connection is free";
  frontier_.Release(host);
  EXPECT_EQ(Next(), 6);
  frontier_.SetAhead(host, 0);
  for (int left = 3; left >= 1; --left) {
    EXPECT_EQ(frontier_.ahead(), static_cast<size_t>(left));
    frontier_.Release(host);
    EXPECT_EQ(Next(), 0);
  }
  EXPECT_EQ(frontier_.ahead(), 0u);
  frontier_.Release(host);
  EXPECT_EQ(Next(), 7);
}

// Where many hosts are asked, room is for what may begin.
TEST_F(FrontierTest, AllHostsTogetherHaveNotTooManyAhead) {
  constexpr size_t kHosts = 100;
  for (size_t h = 0; h < kHosts; ++h) {
    const HostId host = frontier_.AddHost("h" + std::to_string(h), 2);
    frontier_.SetAhead(host, 8);
    for (UrlId u = 1; u <= 20; ++u) Queue(host, u);
  }
  size_t handed_out = 0;
  while (Next() != 0) ++handed_out;
  EXPECT_EQ(handed_out, 2 * kHosts + kMostRequestsAhead);
  EXPECT_EQ(frontier_.ahead(), kMostRequestsAhead);
  for (HostId host = 0; host < kHosts; ++host) frontier_.Release(host);
  size_t again = 0;
  while (Next() != 0) ++again;
  EXPECT_EQ(again, kHosts);
}

TEST_F(FrontierTest, AHostThatMayBeAskedAheadIsReadyAtOnce) {
  const HostId host = frontier_.AddHost("x.test", 1);
  Queue(host, 1);
  Queue(host, 2);
  EXPECT_EQ(Next(), 1);
  EXPECT_EQ(Next(), 0);
  frontier_.SetAhead(host, 1);
  EXPECT_EQ(Next(), 2);
}

TEST_F(FrontierTest, LongQueuesKeepTheirOrder) {
  const HostId host = frontier_.AddHost("x.test", 1'000'000);
  UrlId queued = 0;
  UrlId handed_out = 0;
  for (int round = 0; round < 200; ++round) {
    for (int i = 0; i < 50; ++i) Queue(host, ++queued);
    for (int i = 0; i < 40; ++i) EXPECT_EQ(Next(), ++handed_out);
  }
  while (const UrlId id = Next()) EXPECT_EQ(id, ++handed_out);
  EXPECT_EQ(handed_out, queued);
}

TEST_F(FrontierTest, SiteAndUrlSurviveThePacking) {
  const HostId host = frontier_.AddHost("x.test", 1);
  frontier_.Add(host, FrontierItem(65'535, (UrlId{1} << 48) - 1));
  const auto next = frontier_.Next(clock_.Steady());
  ASSERT_TRUE(next);
  EXPECT_EQ(next->item.site(), 65'535u);
  EXPECT_EQ(next->item.url(), (UrlId{1} << 48) - 1);
}

// However hosts rest and finish, each is handed out only when its rest is over, and all come.
TEST_F(FrontierTest, EveryUrlComesOnceAndNeverEarly) {
  constexpr int kHosts = 50;
  constexpr int kUrls = 20;
  std::vector<SteadyTime> allowed(kHosts);
  for (int h = 0; h < kHosts; ++h) {
    const HostId host = frontier_.AddHost("h" + std::to_string(h), 1);
    for (int u = 0; u < kUrls; ++u) Queue(host, h * kUrls + u + 1);
  }
  std::vector<int> seen(kHosts * kUrls + 1);
  int total = 0;
  while (total < kHosts * kUrls) {
    const UrlId id = Next();
    if (id == 0) {
      const auto due = frontier_.NextDue();
      ASSERT_TRUE(due);
      ASSERT_GT(*due, clock_.Steady()) << "it would spin";
      clock_.Advance(std::chrono::ceil<Milliseconds>(*due - clock_.Steady()));
      continue;
    }
    EXPECT_GE(clock_.Steady(), allowed[last_host_]);
    allowed[last_host_] = clock_.Steady() + Milliseconds(100 + last_host_);
    frontier_.NotBefore(last_host_, allowed[last_host_]);
    frontier_.Release(last_host_);
    EXPECT_EQ(++seen[static_cast<size_t>(id)], 1);
    ++total;
  }
}

}  // namespace
}  // namespace thresh
