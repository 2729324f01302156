// Results that end at the same time come in one message: each still counts by itself.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "tests/pool/scripted_worker.h"

namespace thresh::pool {
namespace {

using ::testing::HasSubstr;

class RepliesTest : public ScriptedPoolTest {
 protected:
  // A worker that answers so many tasks together.
  void Gather(size_t kept, const std::string& last = "release") {
    Open({.workers = 1, .tasks_per_worker = kept + 1});
    for (size_t i = 0; i < kept; ++i) ASSERT_TRUE(Submit("keep " + std::to_string(i)));
    ASSERT_TRUE(Submit(last));
  }
  std::set<std::string> Messages() const {
    std::set<std::string> messages;
    for (const Told& told : told_) messages.insert(told.message);
    return messages;
  }
};

TEST_F(RepliesTest, AllOfAMessageAreCalledBackInOnePoll) {
  Gather(20);
  EXPECT_EQ(pool_->Poll(10s), 21u);
  EXPECT_EQ(CountToldAs(TaskOutcome::kDone), 21u);
  EXPECT_EQ(Messages().size(), 21u);
}

TEST_F(RepliesTest, MoreThanAreReadAtATimeAllCome) {
  Gather(300);
  PollAll();
  EXPECT_EQ(CountToldAs(TaskOutcome::kDone), 301u);
  EXPECT_EQ(Messages().size(), 301u);
}

TEST_F(RepliesTest, WhatDoesNotFitOneMessageGoesInSeveral) {
  Open({.workers = 1, .tasks_per_worker = 12});
  const std::string large(20'000, 'l');
  for (int i = 0; i < 11; ++i) ASSERT_TRUE(Submit("keep " + std::to_string(i) + large));
  ASSERT_TRUE(Submit("release"));
  PollAll();
  EXPECT_EQ(CountToldAs(TaskOutcome::kDone), 12u);
  EXPECT_EQ(Messages().size(), 12u);
  for (size_t i = 0; i < 11; ++i) EXPECT_THAT(told_[i].message, HasSubstr(large));
}

TEST_F(RepliesTest, ACallbackThatThrowsKeepsNoneFromTheNextPoll) {
  Open({.workers = 1, .tasks_per_worker = 4});
  const auto submit = [&](const std::string& task) {
    return pool_->TrySubmit(task, kAnyWorker, [this](const TaskResult& result) {
      Keep (&told_)(result);
      throw std::runtime_error("thrown by a callback");
    });
  };
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(submit("keep " + std::to_string(i)));
  ASSERT_TRUE(submit("release"));
  for (size_t i = 1; i <= 4; ++i) {
    EXPECT_THROW(pool_->Poll(10s), std::runtime_error);
    EXPECT_EQ(told_.size(), i);
  }
  EXPECT_EQ(Messages().size(), 4u);
  EXPECT_EQ(Do("echo on").message, "on");
}

TEST_F(RepliesTest, TerminateInACallbackCancelsTheRestOfItsMessage) {
  Open({.workers = 1, .tasks_per_worker = 4});
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(pool_->TrySubmit("keep", kAnyWorker, [this](const TaskResult& result) {
      Keep (&told_)(result);
      if (told_.size() == 1) pool_->Terminate();
    }));
  }
  ASSERT_TRUE(Submit("release"));
  PollAll();
  EXPECT_EQ(CountToldAs(TaskOutcome::kDone), 1u);
  EXPECT_EQ(CountToldAs(TaskOutcome::kCancelled), 3u);
}

// Nobody has heard of them.
TEST_F(RepliesTest, WhatAWorkerHadNotSentWhenItDiedIsLost) {
  Gather(5, "release and die");
  PollAll();
  EXPECT_EQ(CountToldAs(TaskOutcome::kWorkerLost), 6u);
  EXPECT_EQ(told_.size(), 6u);
  EXPECT_EQ(Do("echo again").message, "again");
}

TEST_F(RepliesTest, WhatWasCompletedBeforeAnExceptionCounts) {
  Gather(5, "release and throw");
  PollAll();
  EXPECT_EQ(CountToldAs(TaskOutcome::kDone), 5u);
  ASSERT_EQ(CountToldAs(TaskOutcome::kWorkerLost), 1u);
  EXPECT_THAT(told_.back().message, HasSubstr("thrown behind them"));
}

}  // namespace
}  // namespace thresh::pool
