#include "pipeline/number_text.h"

#include <fmt/format.h>

#include <array>

#include "pipeline/story_text.h"

namespace thresh {

std::string SizeText(double bytes) {
  static constexpr std::array kUnits = {"B", "kB", "MB", "GB", "TB"};
  size_t unit = 0;
  while (bytes >= 999.5 && unit + 1 < kUnits.size()) {
    bytes /= 1000;
    ++unit;
  }
  return fmt::format("{:.{}f} {}", bytes, unit == 0 || bytes >= 99.95 ? 0 : 1, kUnits[unit]);
}

std::string RateText(double per_second) {
  if (per_second * 60 < 0.5) return "";
  if (per_second < 0.95) return fmt::format("{:.0f}/min", per_second * 60);
  if (per_second < 99.95) return fmt::format("{:.1f}/s", per_second);
  return Grouped(static_cast<int64_t>(per_second + 0.5)) + "/s";
}

std::string ElapsedText(Milliseconds time) {
  const int64_t seconds = time.count() / 1000;
  if (seconds < 3600) return fmt::format("{}:{:02}", seconds / 60, seconds % 60);
  return fmt::format("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
}

std::string CountdownText(Milliseconds time) {
  if (time < std::chrono::seconds(10)) {
    return fmt::format("{:.1f} s", static_cast<double>(time.count()) / 1000);
  }
  return time < std::chrono::hours(48) ? ElapsedText(time) : InWords(time);
}

std::string Describe(const WaitingHost& host) {
  switch (host.why) {
    case WaitReason::kDelay:
      return "delay of " + InWords(host.delay);
    case WaitReason::kRetryAfter:
      return "it said so (Retry-After)";
    case WaitReason::kPushback:
      return "it asked for less (503, 429)";
    case WaitReason::kCircuit:
      return fmt::format("circuit open, {}", Counted(host.failures, "failure"));
    case WaitReason::kRobots:
      return "robots.txt goes first";
    case WaitReason::kRobotsUnreachable:
      return "no robots.txt to be had";
    case WaitReason::kEarlier:
      return "an earlier crawl left it so";
  }
  return "";
}

std::string DescribeBriefly(WaitReason why) {
  switch (why) {
    case WaitReason::kDelay:
      return "delay";
    case WaitReason::kRetryAfter:
      return "Retry-After";
    case WaitReason::kPushback:
      return "503 or 429";
    case WaitReason::kCircuit:
      return "circuit";
    case WaitReason::kRobots:
      return "robots.txt";
    case WaitReason::kRobotsUnreachable:
      return "robots.txt";
    case WaitReason::kEarlier:
      return "earlier";
  }
  return "";
}

}  // namespace thresh
