#include "pipeline/units.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <utility>

#include "parser/ascii.h"

namespace thresh {
namespace {

// Takes a decimal number without a sign or exponent off the front of `text`.
std::optional<double> TakeNumber(std::string_view* text) {
  if (text->empty() || !ascii::IsDigit(text->front())) return std::nullopt;
  double number = 0;
  const auto [end, error] =
      std::from_chars(text->data(), text->data() + text->size(), number, std::chars_format::fixed);
  if (error != std::errc() || !ascii::IsDigit(end[-1])) return std::nullopt;
  text->remove_prefix(end - text->data());
  return number;
}

template <size_t kCount>
std::optional<double> Scaled(std::string_view text,
                             const std::array<std::pair<std::string_view, double>, kCount>& units) {
  const std::optional<double> number = TakeNumber(&text);
  if (!number) return std::nullopt;
  for (const auto& [unit, factor] : units) {
    if (unit == text) return *number * factor;
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::chrono::milliseconds> ParseDuration(std::string_view text) {
  static constexpr std::array<std::pair<std::string_view, double>, 5> kUnits{
      {{"ms", 1}, {"s", 1e3}, {"m", 60e3}, {"h", 3600e3}, {"d", 86400e3}}};
  if (text == "0") return std::chrono::milliseconds(0);
  const std::optional<double> milliseconds = Scaled(text, kUnits);
  if (!milliseconds || *milliseconds > 36525 * 86400e3) return std::nullopt;
  return std::chrono::milliseconds(std::llround(*milliseconds));
}

std::optional<size_t> ParseSize(std::string_view text) {
  constexpr double kStep = 1024;
  static constexpr std::array<std::pair<std::string_view, double>, 9> kUnits{
      {{"B", 1},
       {"KB", kStep},
       {"kB", kStep},
       {"KiB", kStep},
       {"MB", kStep * kStep},
       {"MiB", kStep * kStep},
       {"GB", kStep * kStep * kStep},
       {"GiB", kStep * kStep * kStep},
       {"TB", kStep * kStep * kStep * kStep}}};
  const std::optional<double> bytes = Scaled(text, kUnits);
  if (!bytes || *bytes > kStep * kStep * kStep * kStep) return std::nullopt;
  return static_cast<size_t>(std::llround(*bytes));
}

std::optional<double> ParseShare(std::string_view text) {
  static constexpr std::array<std::pair<std::string_view, double>, 1> kUnits{{{"%", 0.01}}};
  const std::optional<double> share = Scaled(text, kUnits);
  if (!share || *share > 1) return std::nullopt;
  return share;
}

}  // namespace thresh
