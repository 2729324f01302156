#include "storage/row_spool.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

namespace thresh {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<Row> Taken(RowSpool& spool, size_t source) {
  std::vector<Row> rows;
  spool.Take(source, [&](const Row& row) { rows.push_back(row); });
  return rows;
}

TEST(RowSpoolTest, GivesRowsBackAsTheyWere) {
  RowSpool spool(4);
  const Row one{std::string("007"), int64_t{7}, 7.0, Value()};
  const Row two{std::string("nul\0byte \xff", 10), std::numeric_limits<int64_t>::min(), 0.1,
                std::string()};
  spool.Add(3, one);
  spool.Add(3, two);
  EXPECT_THAT(Taken(spool, 3), ElementsAre(one, two));
  EXPECT_THAT(Taken(spool, 3), IsEmpty()) << "once";
}

TEST(RowSpoolTest, KeepsSourcesApartAndTheirRowsInOrder) {
  RowSpool spool(1);
  for (int64_t i = 0; i < 30; ++i) spool.Add(static_cast<size_t>(i % 3), {i});
  EXPECT_THAT(Taken(spool, 9), IsEmpty());
  for (int64_t source = 2; source >= 0; --source) {
    std::vector<Row> expected;
    for (int64_t i = source; i < 30; i += 3) expected.push_back({i});
    EXPECT_EQ(Taken(spool, static_cast<size_t>(source)), expected);
  }
}

TEST(RowSpoolTest, HoldsMoreThanItKeepsInMemory) {
  RowSpool spool(1);
  for (size_t i = 0; i < 40; ++i) {
    spool.Add(i, {std::string(1 << 20, static_cast<char>('A' + i))});
  }
  for (size_t i = 40; i-- > 0;) {
    const std::vector<Row> rows = Taken(spool, i);
    ASSERT_EQ(rows.size(), 1u);
    EXPECT_EQ(std::get<std::string>(rows[0][0]), std::string(1 << 20, static_cast<char>('A' + i)));
  }
}

}  // namespace
}  // namespace thresh
