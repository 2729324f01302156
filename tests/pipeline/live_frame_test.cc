#include "pipeline/live_frame.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pipeline/number_text.h"
#include "storage/display_width.h"

namespace thresh {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::AllOf;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Le;
using testing::Not;
using testing::SizeIs;

constexpr LineStyle kPlain{.width = 79, .color = false, .unicode = true};

CrawlNumbers Busy() {
  CrawlNumbers numbers;
  CrawlLook& look = numbers.look;
  look.progress = {
      .done = 1240, .queued = 760, .failed = 3, .in_flight = 4, .rows = 1030, .bytes = 18'200'000};
  look.sites = {{.site = "books", .settled = 1240, .failed = 3, .pending = 760}};
  look.running = {{"http://books.example/book/17", Milliseconds(800), 4711},
                  {"http://books.example/book/18", Milliseconds(100), 4711},
                  {"http://other.example/robots.txt", seconds(12), 4712}};
  look.waiting = {{"slow.example", 40, seconds(151), WaitReason::kRetryAfter, seconds(1), 0},
                  {"down.example", 12, seconds(29), WaitReason::kCircuit, seconds(1), 5},
                  {"books.example", 212, Milliseconds(400), WaitReason::kDelay, seconds(1), 0}};
  look.waiting_hosts = 15;
  look.workers = 4;
  look.later = 2;
  numbers.elapsed = seconds(84);
  numbers.pages_per_second = 12.4;
  numbers.bytes_per_second = 182'000;
  numbers.tables = {{"book", 980, 9.8}, {"shelf", 50, 0}};
  numbers.left = TimeLeft{seconds(51), false};
  numbers.share = 0.62;
  return numbers;
}

TEST(LiveFrameTest, SaysAllOnAnOrdinaryTerminal) {
  EXPECT_THAT(
      LiveFrame(Busy(), 23, kPlain),
      ElementsAre("  books     ━━━━━━━━━━━━━━━━━━━━━──────────────   62 %   1:24   about 51 s left",
                  "  pages     1,240 done  12.4/s   760 queued   3 failed   4 in flight",
                  "            2 to be tried again",  //
                  "  bytes     18.2 MB  182 kB/s", "  rows      book 980  9.8/s   shelf 50", "",
                  "  waiting   slow.example      2:31  it said so (Retry-After)          40 queued",
                  "            down.example      0:29  circuit open, 5 failures          12 queued",
                  "            books.example    0.4 s  delay of 1 s                     212 queued",
                  "            and 12 more hosts", "",
                  "  workers   4711     books.example/book/17                           0.8 s  +1",
                  "            4712     other.example/robots.txt                         0:12",
                  "            2 processes idle"));
}

TEST(LiveFrameTest, NoLineIsTooWideAndNoFrameTooHigh) {
  for (size_t width = 1; width < 200; ++width) {
    for (const size_t rows : {1, 2, 3, 5, 8, 13, 23, 60}) {
      const auto lines = LiveFrame(Busy(), rows, {.width = width, .color = false, .unicode = true});
      EXPECT_THAT(lines, SizeIs(Le(rows)));
      for (const std::string& line : lines) {
        ASSERT_LE(DisplayWidth(line), width) << width << "x" << rows << ": " << line;
      }
    }
  }
}

TEST(LiveFrameTest, OnANarrowTerminalTheNumbersGoOnBelow) {
  const auto lines = LiveFrame(Busy(), 23, {.width = 39, .color = false, .unicode = true});
  EXPECT_EQ(lines[0], "books    62 %   1:24   about 51 s left");
  EXPECT_EQ(lines[1], "pages   1,240 done  12.4/s   760 queued");
  EXPECT_EQ(lines[2], "        3 failed   4 in flight");
  EXPECT_THAT(lines, testing::Contains("waiting slow.…ample    2:31 Retry-After"));
}

TEST(LiveFrameTest, WhenRowsAreFewEachSectionKeepsSome) {
  const auto lines = LiveFrame(Busy(), 8, kPlain);
  ASSERT_THAT(lines, SizeIs(8));
  EXPECT_THAT(lines[5], HasSubstr("waiting"));
  EXPECT_THAT(lines, testing::Contains(HasSubstr("workers")));
  EXPECT_THAT(lines, testing::Contains(HasSubstr("more host")));
}

TEST(LiveFrameTest, SeveralSitesAreListedThoseWithMostWorkFirst) {
  CrawlNumbers numbers = Busy();
  numbers.look.sites.clear();
  const std::vector<std::string> names = {"a", "b", "c", "d", "e", "f", "g", "h"};
  for (size_t i = 0; i < names.size(); ++i) {
    numbers.look.sites.push_back({.site = names[i], .pending = static_cast<int64_t>(i)});
  }
  const auto lines = LiveFrame(numbers, 40, kPlain);
  EXPECT_THAT(lines[0], HasSubstr("8 sites"));
  EXPECT_THAT(lines, testing::Contains(AllOf(HasSubstr("  sites     h "), HasSubstr("7 queued"))));
  EXPECT_THAT(lines, testing::Contains(HasSubstr("and 3 more sites")));
}

TEST(LiveFrameTest, NamesFromPagesCannotControlTheTerminal) {
  CrawlNumbers numbers = Busy();
  const std::string hostile = "a\x1b[2J\r\n\xe2\x80\xae";
  numbers.look.sites[0].site = hostile;
  numbers.look.waiting[0].name = hostile;
  numbers.look.running[0].url = hostile;
  numbers.tables[0].table = hostile;
  for (const std::string& line : LiveFrame(numbers, 23, kPlain)) {
    EXPECT_THAT(line, AllOf(Not(HasSubstr("\x1b")), Not(HasSubstr("\r")), Not(HasSubstr("\n")),
                            Not(HasSubstr("\xe2\x80\xae"))));
  }
}

TEST(LiveFrameTest, WithoutUnicodeAllIsAscii) {
  CrawlNumbers numbers = Busy();
  numbers.look.sites[0].site = "书店";
  for (const std::string& line :
       LiveFrame(numbers, 23, {.width = 50, .color = false, .unicode = false})) {
    for (const char c : line) EXPECT_GE(c, ' ') << line;
  }
}

TEST(LiveFrameTest, ADumbTerminalsLineSaysTheSameInOne) {
  EXPECT_EQ(ProgressLine(Busy()),
            "1:24 1,240 done (12.4/s), 760 queued, 3 failed, 4 in flight, 18.2 MB, book 980 rows, "
            "shelf 50 rows; slow.example rests 2:31: it said so (Retry-After); down.example rests "
            "0:29: circuit open, 5 failures; about 51 s left");
}

// --- What numbers the view is made of

CrawlLook Look(int second, int64_t done, int64_t queued) {
  CrawlLook look;
  look.now = SteadyTime(seconds(1000 + second));
  look.progress.done = done;
  look.progress.queued = queued;
  look.sites = {{.site = "s", .settled = done, .pending = queued}};
  return look;
}

TEST(CrawlNumbersTest, TheTimeLeftComesFromTheRateOfTheLastSeconds) {
  NumberKeeper keeper{SteadyTime(seconds(1000))};
  EXPECT_EQ(keeper.At(Look(0, 0, 100)).left, std::nullopt) << "too early";
  for (int second = 1; second < 20; ++second) keeper.At(Look(second, second * 2, 100 - second * 2));
  const CrawlNumbers numbers = keeper.At(Look(20, 40, 60));
  EXPECT_NEAR(numbers.pages_per_second, 2, 0.01);
  EXPECT_EQ(numbers.left->time, seconds(30));
  EXPECT_FALSE(numbers.left->at_least);
  EXPECT_NEAR(numbers.share, 0.4, 0.001);
}

TEST(CrawlNumbersTest, WhileMoreIsFoundThanFetchedItIsALowerBound) {
  NumberKeeper keeper{SteadyTime(seconds(1000))};
  for (int second = 0; second < 10; ++second) keeper.At(Look(second, second, 10 + second * 5));
  EXPECT_TRUE(keeper.At(Look(10, 10, 60)).left->at_least);
}

TEST(CrawlNumbersTest, TheHostsDelaysAreABound) {
  NumberKeeper keeper{SteadyTime(seconds(1000))};
  keeper.At(Look(0, 0, 100));
  CrawlLook look = Look(5, 50, 50);
  look.politeness_time = minutes(10);
  EXPECT_EQ(keeper.At(look).left->time, minutes(10));
}

TEST(CrawlNumbersTest, BudgetsEndIt) {
  NumberKeeper keeper{SteadyTime(seconds(1000))};
  keeper.At(Look(0, 0, 1000));
  CrawlLook look = Look(5, 50, 950);
  look.politeness_time = hours(1);
  look.sites[0].pages_left = 100;
  EXPECT_EQ(keeper.At(look).left->time, seconds(10)) << "100 pages at 10 a second";
  look.sites[0].time_left = seconds(4);
  EXPECT_EQ(keeper.At(look).left->time, seconds(4));
  look.sites[0].stopped = true;
  EXPECT_EQ(keeper.At(look).left, std::nullopt) << "nothing more is handed out";
}

TEST(NumberTextTest, ReadsAtAGlance) {
  EXPECT_EQ(SizeText(0), "0 B");
  EXPECT_EQ(SizeText(999), "999 B");
  EXPECT_EQ(SizeText(1500), "1.5 kB");
  EXPECT_EQ(SizeText(999'960), "1.0 MB");
  EXPECT_EQ(SizeText(3.2e12), "3.2 TB");
  EXPECT_EQ(SizeText(3.2e15), "3200 TB");
  EXPECT_EQ(RateText(0), "");
  EXPECT_EQ(RateText(0.5), "30/min");
  EXPECT_EQ(RateText(1.04), "1.0/s");
  EXPECT_EQ(RateText(12345), "12,345/s");
  EXPECT_EQ(CountdownText(Milliseconds(440)), "0.4 s");
  EXPECT_EQ(CountdownText(seconds(151)), "2:31");
  EXPECT_EQ(CountdownText(hours(30)), "30:00:00");
  EXPECT_EQ(CountdownText(hours(72)), "3 days");
}

}  // namespace
}  // namespace thresh
