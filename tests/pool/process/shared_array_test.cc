#include "fetcher/pool/process/shared_array.h"

#include <gtest/gtest.h>

#include <numeric>
#include <string>

#include "fetcher/pool/process/process.h"

namespace thresh::pool {
namespace {

struct Point {
  double x;
  double y;
};

TEST(SharedArrayTest, IsZeroAndSharedBothWays) {
  SharedArray<int> numbers(5);
  EXPECT_EQ(std::accumulate(numbers.begin(), numbers.end(), 0), 0);
  numbers[1] = 7;
  Process child = Process::Start([&] { numbers[4] = numbers[1] + 1; });
  EXPECT_TRUE(child.Join().clean());
  EXPECT_EQ(numbers[4], 8);
  EXPECT_EQ(numbers.size(), 5u);
}

TEST(SharedArrayTest, HoldsPlainStructs) {
  SharedArray<Point> points(2);
  Process::Start([&] { points[1] = {.x = 1, .y = 2}; }).Join();
  EXPECT_EQ(points[1].y, 2);
}

TEST(SharedArrayTest, HugeOnesCostWhatIsTouched) {
  SharedArray<char> sparse(size_t{1} << 33);
  sparse[sparse.size() - 1] = 'x';
  EXPECT_EQ(sparse[size_t{1} << 32], 0);
}

}  // namespace
}  // namespace thresh::pool
