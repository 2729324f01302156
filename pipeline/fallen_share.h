// Whether a share fell further than chance explains: of pages that give rows, of rows that have a
// field. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace thresh {

struct Share {
  int64_t part = 0;
  int64_t whole = 0;
  double value() const { return whole == 0 ? 0 : double(part) / double(whole); }
};

// As much, of `whole` instead: rows that stand on one page fare alike, and prove no more than it.
Share ScaledTo(const Share& share, int64_t whole);

// What a share is compared with.
struct SharesBefore {
  Share sum;
  // Where what is compared is but what changed since the last run: the share in each run. Such
  // pages are no fair sample, today's may all be of one kind. How uneven runs are is learnt from
  // them, and each counts for no more than its pages.
  std::vector<Share> runs;
};

// A share that fell to less than this part of what it was is worth a word, unless one run in a
// hundred would have so small a one by chance.
inline constexpr double kFellTo = 0.5;
// What is as likely as this at most does not come by chance.
inline constexpr double kByChance = 0.01;

// How likely it is that of `now.whole` no more than `now.part` come, where each comes with
// `probability`: the binomial distribution. 0 for a `whole` above 1,000.
double ChanceOf(const Share& now, double probability);

// The same where the probability differs from run to run: the beta-binomial distribution, with a
// concentration that is averaged over values from "a run is of one kind" to "hardly any
// difference", weighted by how well each explains `runs` (not empty).
double ChanceInUnevenRuns(const Share& now, const std::vector<Share>& runs);

// `pages`: those that `now` is on. `last_down`: the share in the run before, where it was down.
// That it is so by chance need not be ruled out a second time; nor need it be told how it was
// before, where no run is left that was well.
bool HasFallen(const Share& now, int64_t pages, const SharesBefore& before,
               const std::optional<Share>& last_down);

// Whether a count is less than half of the least of those before, and further below it than the
// least is below the greatest. False with less than eight before: they are not a week.
bool IsFarBelow(double now, const std::vector<double>& before);

}  // namespace thresh
