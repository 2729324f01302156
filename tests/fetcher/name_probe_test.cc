#include "fetcher/name_probe.h"

#include <gmock/gmock.h>
#include <poll.h>

namespace thresh {
namespace {

using Clock = NameProbe::Clock;
using std::chrono::seconds;

FetchError Answer(NameProbe& probe) {
  FetchError error;
  while ((error = probe.Poll(Clock::now())) == FetchError::kNone) poll(nullptr, 0, 1);
  return error;
}

TEST(NameProbeTest, AnImpossibleNameIsNotFound) {
  // RFC 1035 §2.3.4: labels of at most 63 bytes. No resolver is asked.
  NameProbe probe(std::string(64, 'a') + ".test", Clock::now() + seconds(20));
  EXPECT_EQ(Name(Answer(probe)), "name-not-found");
}

TEST(NameProbeTest, ANameThatIsFoundNowIsWorthAnotherTry) {
  // A number is a name that every machine finds, also one without /etc/hosts.
  NameProbe probe("127.0.0.1", Clock::now() + seconds(20));
  EXPECT_EQ(Name(Answer(probe)), "name-timeout");
}

TEST(NameProbeTest, TheDeadlineEndsTheWait) {
  // Either the answer is there at once, or the deadline decides; it never waits.
  NameProbe probe("unanswered.invalid", Clock::now());
  EXPECT_NE(probe.Poll(Clock::now() + seconds(1)), FetchError::kNone);
}

TEST(NameProbeTest, AnOpenQuestionMayBeLeft) {
  for (int i = 0; i < 20; ++i) NameProbe("left.invalid", Clock::now() + seconds(20));
}

}  // namespace
}  // namespace thresh
