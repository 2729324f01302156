#include "pipeline/doctor_checks.h"

#include <gmock/gmock.h>
#include <sys/resource.h>

namespace thresh {
namespace {

using std::chrono::hours;
using testing::HasSubstr;

TEST(DoctorChecksTest, AClockBeforeTheProgramIsWrong) {
  const Timestamp built = *FromIso8601("2026-03-01T00:00:00.000Z");
  const Check before = CheckClock(built - hours(1), built, true);
  EXPECT_EQ(before.mark, CheckMark::kWarn);
  EXPECT_THAT(before.words, HasSubstr("2026-02-28T23:00:00.000Z is before"));
  const Check after = CheckClock(built + hours(1), built, true);
  EXPECT_EQ(after.mark, CheckMark::kOk);
  EXPECT_THAT(after.words, HasSubstr(", synchronised"));
  EXPECT_THAT(CheckClock(built, built, false).words, HasSubstr("not known to be"));
}

TEST(DoctorChecksTest, FewDescriptorsAreAWarningAndHardlyAnyAFailure) {
  EXPECT_EQ(CheckDescriptors(RLIM_INFINITY).mark, CheckMark::kOk);
  EXPECT_EQ(CheckDescriptors(1024).mark, CheckMark::kOk);
  EXPECT_EQ(CheckDescriptors(100).mark, CheckMark::kWarn);
  EXPECT_EQ(CheckDescriptors(20).mark, CheckMark::kFail);
}

}  // namespace
}  // namespace thresh
