#include "pipeline/parse_page.h"

#include <gtest/gtest.h>

#include "tests/support/fake_clock.h"

namespace thresh {
namespace {

using namespace std::chrono_literals;

TEST(ParsePageTest, APageHasItsTimeHoweverBusyTheMachine) {
  FakeClock clock;
  const ExtractionBudget budget = BudgetFromNow(clock, 100ms);
  EXPECT_FALSE(budget.expired());
  clock.AdvanceWhileOthersWork(1h);
  EXPECT_FALSE(budget.expired());
  clock.Advance(60ms);
  EXPECT_FALSE(budget.expired());
  clock.Advance(60ms);
  EXPECT_TRUE(budget.expired());
}

TEST(ParsePageTest, ATimeThatIsNotOverIsNotUsedUp) {
  FakeClock clock;
  const ExtractionBudget budget = BudgetFromNow(clock, 100ms);
  clock.Advance(100ms);
  EXPECT_FALSE(budget.expired());
}

}  // namespace
}  // namespace thresh
