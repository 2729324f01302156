#include "pipeline/fallen_share.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace thresh {
namespace {

// With more than so many, chance has no say any more.
constexpr int64_t kMany = 1000;
constexpr size_t kWeek = 8;
constexpr std::array kConcentrations = {0.1, 0.3, 1.0, 3.0, 10.0, 30.0};

double LogChoose(double n, double k) {
  return std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1);
}

double LogBeta(double a, double b) { return std::lgamma(a) + std::lgamma(b) - std::lgamma(a + b); }

struct BetaBinomial {
  double a, b;

  double Log(int64_t part, int64_t whole) const {
    const auto k = static_cast<double>(part);
    const auto n = static_cast<double>(whole);
    return LogChoose(n, k) + LogBeta(k + a, n - k + b) - LogBeta(a, b);
  }
  double AtMost(const Share& share) const {
    double chance = 0;
    for (int64_t i = 0; i <= share.part; ++i) chance += std::exp(Log(i, share.whole));
    return chance;
  }
};

}  // namespace

Share ScaledTo(const Share& share, int64_t whole) {
  if (whole >= share.whole) return share;
  return {std::llround(share.value() * static_cast<double>(whole)), whole};
}

double ChanceOf(const Share& now, double probability) {
  if (now.whole > kMany) return 0;
  if (probability >= 1) return now.part < now.whole ? 0 : 1;
  const auto n = static_cast<double>(now.whole);
  double chance = 0;
  for (int64_t i = 0; i <= now.part; ++i) {
    const auto k = static_cast<double>(i);
    chance +=
        std::exp(LogChoose(n, k) + k * std::log(probability) + (n - k) * std::log1p(-probability));
  }
  return chance;
}

double ChanceInUnevenRuns(const Share& now, const std::vector<Share>& runs) {
  Share sum;
  for (const Share& run : runs) {
    sum.part += run.part;
    sum.whole += run.whole;
  }
  // Half a case on either side: what has always been there may be missing for once.
  const double mean = (double(sum.part) + 0.5) / (double(sum.whole) + 1);
  std::array<double, kConcentrations.size()> fits{};
  std::array<double, kConcentrations.size()> chances{};
  for (size_t i = 0; i < fits.size(); ++i) {
    const BetaBinomial model{mean * kConcentrations[i], (1 - mean) * kConcentrations[i]};
    for (const Share& run : runs) fits[i] += model.Log(run.part, run.whole);
    chances[i] = model.AtMost(now);
  }
  const double best = *std::max_element(fits.begin(), fits.end());
  double chance = 0, weights = 0;
  for (size_t i = 0; i < fits.size(); ++i) {
    const double weight = std::exp(fits[i] - best);
    chance += weight * chances[i];
    weights += weight;
  }
  return chance / weights;
}

bool IsFarBelow(double now, const std::vector<double>& before) {
  if (before.size() < kWeek) return false;
  const auto ends = std::minmax_element(before.begin(), before.end());
  const double least = *ends.first, greatest = *ends.second;
  return now < least * kFellTo && least * least > greatest * now;
}

bool HasFallen(const Share& now, int64_t pages, const SharesBefore& before,
               const std::optional<Share>& last_down) {
  if (now.whole == 0) return false;
  if (before.sum.whole == 0) {
    return last_down && last_down->value() < kFellTo && last_down->value() >= now.value() * kFellTo;
  }
  const double low = before.sum.value() * kFellTo;
  if (now.value() >= low) return false;
  if (last_down && last_down->value() < low) return true;
  const double chance =
      before.runs.empty() ? ChanceOf(now, before.sum.value())
                          : ChanceInUnevenRuns(ScaledTo(now, std::min(pages, kMany)), before.runs);
  return chance <= kByChance;
}

}  // namespace thresh
