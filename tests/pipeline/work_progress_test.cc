#include "pipeline/work_progress.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "tests/support/fake_clock.h"

namespace thresh {
namespace {

TEST(WorkProgressTest, TellsEveryFiveSeconds) {
  FakeClock clock;
  std::vector<std::string> told;
  WorkProgress progress(clock, [&](const std::string& line) { told.push_back(line); });
  for (int second = 0; second < 12; ++second) {
    progress.At([&] { return std::to_string(second); });
    clock.Advance(std::chrono::seconds(1));
  }
  EXPECT_THAT(told, testing::ElementsAre("5", "10"));
}

TEST(WorkProgressTest, AsksForNoLineWhereNobodyIsTold) {
  FakeClock clock;
  WorkProgress progress(clock, {});
  clock.Advance(std::chrono::minutes(1));
  progress.At([]() -> std::string {
    ADD_FAILURE() << "asked";
    return "";
  });
}

}  // namespace
}  // namespace thresh
