#include "storage/timestamp.h"

#include "gmock/gmock.h"

namespace thresh {
namespace {

using std::chrono::milliseconds;

TEST(TimestampTest, WritesAndReadsIso8601) {
  const struct {
    int64_t ms;
    const char* text;
  } kCases[] = {
      {0, "1970-01-01T00:00:00.000Z"},
      {1, "1970-01-01T00:00:00.001Z"},
      {-1, "1969-12-31T23:59:59.999Z"},
      {951'827'696'789, "2000-02-29T12:34:56.789Z"},
      {1'772'337'906'789, "2026-03-01T04:05:06.789Z"},
      {253'402'300'799'999, "9999-12-31T23:59:59.999Z"},
  };
  for (const auto& test : kCases) {
    EXPECT_EQ(ToIso8601(Timestamp(milliseconds(test.ms))), test.text);
    EXPECT_EQ(FromIso8601(test.text), Timestamp(milliseconds(test.ms)));
  }
}

TEST(TimestampTest, RefusesEveryOtherForm) {
  for (const char* text :
       {"", "2026-03-01", "2026-03-01T04:05:06Z", "2026-03-01 04:05:06.789Z",
        "2026-03-01T04:05:06.789", "2026-03-01T04:05:06.789+", "2026-13-01T04:05:06.789Z",
        "2026-02-29T04:05:06.789Z", "2026-03-01T24:05:06.789Z", "2026-03-01T04:60:06.789Z",
        "2026-03-01T04:05:60.789Z", "2026-03-01T04:05:06.78xZ", "2026-03-01T04:05:06.789Zx"}) {
    EXPECT_FALSE(FromIso8601(text)) << text;
  }
}

}  // namespace
}  // namespace thresh
