#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ranges>
#include <set>
#include <string>
#include <vector>

#include "fetcher/pool/function_pool.h"
#include "tests/pool/plain_functions.h"

namespace thresh::pool {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST_F(FunctionPoolTest, MapKeepsTheOrderWhateverTheChunk) {
  FunctionPool& pool = Open({.workers = 3});
  const std::vector<int> numbers = Numbers(1000);
  for (size_t chunk : {0u, 1u, 7u, 1000u, 5000u}) {
    const std::vector<int> squares = pool.Map<&Square>(numbers, chunk);
    ASSERT_EQ(squares.size(), numbers.size());
    for (int i : numbers) ASSERT_EQ(squares[static_cast<size_t>(i)], i * i) << chunk;
  }
  EXPECT_THAT(pool.Map<&Square>(std::vector<int>{}), IsEmpty());
}

TEST_F(FunctionPoolTest, MapCutsChunksThatDoNotFitIntoASlot) {
  FunctionPool& pool = Open({.workers = 2, .slot_bytes = 100'000});
  // Arguments that do not fit together, then results that do not.
  const std::vector<std::string> texts(20, std::string(40'000, 'x'));
  EXPECT_THAT(pool.Map<&Size>(texts, 20), ::testing::Each(40'000u));
  const std::vector<size_t> sizes(20, 40'000);
  const std::vector<std::string> made = pool.Map<&Make>(sizes, 20);
  EXPECT_THAT(made, ::testing::Each(std::string(40'000, 'm')));
  EXPECT_THROW(pool.Map<&Make>(std::vector<size_t>{1, 200'000, 1}), RemoteError);
}

TEST_F(FunctionPoolTest, MapThrowsTheFirstErrorAndLeavesAWorkingPool) {
  FunctionPool& pool = Open({.workers = 2});
  EXPECT_THROW(pool.Map<&Throw>(Numbers(200)), RemoteError);
  EXPECT_EQ(pool.in_flight(), 0u);
  EXPECT_THROW(pool.Map<&Die>(std::vector<int>{0, 0, SIGKILL, 0}), WorkerLostError);
  EXPECT_EQ(pool.Map<&Square>(Numbers(3)), (std::vector<int>{0, 1, 4}));
}

TEST_F(FunctionPoolTest, ImapUnorderedGivesEachResultOnce) {
  FunctionPool& pool = Open({.workers = 2});
  std::multiset<int> seen;
  for (int square : pool.ImapUnordered<&Square>(std::views::iota(0, 500))) seen.insert(square);
  ASSERT_EQ(seen.size(), 500u);
  for (int i = 0; i < 500; ++i) EXPECT_EQ(seen.count(i * i), 1u);
}

TEST_F(FunctionPoolTest, ImapUnorderedGivesTheQuickOnesFirst) {
  FunctionPool& pool = Open({.workers = 2, .tasks_per_worker = 1});
  std::vector<int> order;
  for (int nap : pool.ImapUnordered<&Nap>(std::vector<int>{200, 1, 2, 3})) order.push_back(nap);
  EXPECT_THAT(order, ElementsAre(1, 2, 3, 200));
}

TEST_F(FunctionPoolTest, ImapUnorderedReadsNoFurtherThanThereIsRoom) {
  FunctionPool& pool = Open({.workers = 1, .tasks_per_worker = 3});
  int read = 0;
  auto results = pool.ImapUnordered<&Square>(
      std::views::iota(0, 1'000'000) | std::views::transform([&](int i) { return ++read, i; }));
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(results.Next());
  EXPECT_LE(read, 14);
}

TEST_F(FunctionPoolTest, ImapUnorderedGoesOnAfterAnError) {
  FunctionPool& pool = Open({.workers = 2});
  auto results = pool.ImapUnordered<&Throw>(Numbers(30));
  int values = 0, errors = 0;
  for (bool more = true; more;) {
    try {
      more = results.Next().has_value();
      values += more;
    } catch (const RemoteError&) {
      ++errors;
    }
  }
  EXPECT_EQ(values, 29);
  EXPECT_EQ(errors, 1);
}

}  // namespace
}  // namespace thresh::pool
