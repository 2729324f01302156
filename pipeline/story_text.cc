#include "pipeline/story_text.h"

#include <fmt/format.h>

#include "pipeline/diagnostic.h"

namespace thresh {
namespace {

constexpr size_t kLabelWidth = 10;

}  // namespace

void StoryText::Title(std::string_view text) { text_ += Visible(text) + '\n'; }

void StoryText::Line(std::string_view label, std::string_view text) {
  text_ += fmt::format("  {:<{}}{}\n", label, kLabelWidth, Visible(text));
}

std::string Grouped(int64_t number) {
  std::string digits = std::to_string(number);
  const size_t first = number < 0 ? 1 : 0;
  for (size_t at = digits.size(); at > first + 3;) digits.insert(at -= 3, ",");
  return digits;
}

std::string Counted(int64_t number, std::string_view one, std::string_view many) {
  if (number == 1) return fmt::format("1 {}", one);
  return many.empty() ? fmt::format("{} {}s", Grouped(number), one)
                      : fmt::format("{} {}", Grouped(number), many);
}

std::string InWords(Milliseconds duration) {
  using std::chrono::duration_cast;
  if (duration < std::chrono::seconds(1)) return fmt::format("{} ms", duration.count());
  if (duration < std::chrono::minutes(1)) {
    return fmt::format("{} s", duration_cast<std::chrono::seconds>(duration).count());
  }
  if (duration < std::chrono::hours(1)) {
    return fmt::format("{} min", duration_cast<std::chrono::minutes>(duration).count());
  }
  const auto hours = duration_cast<std::chrono::hours>(duration).count();
  return hours < 48 ? fmt::format("{} h", hours) : fmt::format("{} days", hours / 24);
}

std::string When(Timestamp time, Timestamp now) {
  return time > now ? fmt::format("{} (in {})", ToIso8601(time), InWords(time - now))
                    : fmt::format("{} ({} ago)", ToIso8601(time), InWords(now - time));
}

std::string When(std::string_view iso8601, Timestamp now) {
  const auto time = FromIso8601(iso8601);
  return time ? When(*time, now) : std::string(iso8601);
}

}  // namespace thresh
